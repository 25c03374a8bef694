//! The report of what was measured beside success: at equal length, on pairs set aside, of other things.

use super::*;
use crate::evaluate::ConclusionKind;

fn with_forgetting(change: impl Fn(&mut Forgetting)) -> Report {
    let mut report = full();
    report.results.forgetting.iter_mut().for_each(change);
    report
}

#[test]
fn a_verdict_comes_first_and_then_why() {
    for page in [full().to_html(), full().to_markdown()] {
        let place = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words} is missing"));
        let order = [
            "Read some answers first: better",
            "The new model is better: its win rate",
            "Why",
            "Its answers are preferred more often than the old one",
            "Where both answers are equally long, it still wins: 74% (very likely 65% to 82%).",
            "It has forgotten nothing that was looked at",
            "Of 96 pairs that were set aside it ranks 72%",
            "Old against new",
            "The interval is for a number of prompts that was fixed before",
            "Before and after",
            "What it still knows",
            "How it ranks judged pairs",
            "What was done",
        ];
        let places = order.map(place);
        assert!(places.is_sorted(), "{:?}", order.iter().zip(places).collect::<Vec<_>>());
    }
}

#[test]
fn what_was_lost_is_there_to_be_read() {
    let lost = with_forgetting(|forgetting| {
        forgetting.checks[1].still_passed = 4;
        forgetting.checks[1].lost = vec![lost_check("What is 7 times 8?", "56", "Thank you for asking!"); 7];
        forgetting.text.as_mut().expect("it is there").nats_a_token = Estimate::within(0.2, 0.15, 0.25);
    });
    for page in [lost.to_html(), lost.to_markdown()] {
        for words in [
            "Do not ship: better, but it has forgotten other things",
            "The new model is better at this, but has forgotten other things",
            "It foretells general text clearly worse (perplexity 14.5, and 14.2 before)",
            "It no longer answers 8 of 47 small questions that the old one answers rightly, and answers none instead",
            "Thank you for asking",
            "11 of 15 right",
            "4 of 15 right",
            "7 lost",
            // e to the 0.2, less 1: 22.1%; to the 0.15 and 0.25: 16.2% and 28.4%.
            "+22%",
            "+16% to +28%",
        ] {
            assert!(page.replace('\\', "").contains(words), "{words}");
        }
        assert!(!page.contains("Nothing that was looked at was forgotten."));
    }
    assert!(lost.to_html().contains("<summary>Arithmetic: 7 lost questions</summary>"));
    let kept = full().to_html();
    assert!(
        kept.contains("Nothing that was looked at was forgotten.")
            && kept.contains("<b>46</b> <span class=\"old\">of 47")
    );
}

#[test]
fn a_model_that_knew_nothing_before_is_not_said_to_have_kept_it() {
    let hopeless = with_forgetting(|forgetting| {
        forgetting.text.as_mut().expect("it is there").perplexity_before = 5_000.0;
        forgetting.checks.iter_mut().for_each(|kind| (kind.passed_before, kind.still_passed) = (0, 0));
        forgetting.checks.iter_mut().for_each(|kind| kind.lost.clear());
        forgetting.remarks = vec!["The model was made for one shop only.".to_owned()];
    });
    for page in [hopeless.to_html(), hopeless.to_markdown()] {
        assert!(page.contains("these figures say nothing about forgetting"));
        assert!(page.contains("The model was made for one shop only."));
        assert!(!page.contains("was forgotten") && !page.contains("has forgotten"), "{page}");
        assert!(page.contains("Nothing is known of what it may have forgotten"));
    }
    assert!(hopeless.plots().iter().all(|(name, _)| name != "forgetting.svg"));
    assert_eq!(hopeless.conclusion().kind, ConclusionKind::Better);
}

#[test]
fn what_is_needed_and_whether_one_may_look_is_said() {
    let mut report = full();
    report.results.rubric = None;
    report.results.win_rate.iter_mut().for_each(|win_rate| {
        win_rate.rate = Estimate::within(0.56, 0.47, 0.64);
        win_rate.for_early_looks = true;
    });
    report.results.win_rate_at_equal_length = Some(Estimate::given(0.55));
    let needed = report.results.needed().expect("it is not sure").says();
    for page in [report.to_html(), report.to_markdown()] {
        let page = page.replace('\\', "");
        assert!(page.contains("More labels first: no clear difference yet"), "{page}");
        assert!(page.contains(&format!("in four of five cases, it would take {needed}.")));
        assert!(page.contains("One may look at this interval after every prompt"));
        assert!(page.contains("its win rate would be 55% (after early looks nobody can say how sure that is)"));
    }
    let file = report.to_json();
    assert_eq!((&file["ship"], &file["verdict"]), (&json!("more_labels"), &json!(report.conclusion().verdict())));
    assert_eq!(file["needed"]["prompts"], report.results.needed().expect("it is not sure").prompts);
    assert_eq!(file["win_rate_for_early_looks"], true);
}

#[test]
fn programs_find_what_was_forgotten_and_how_pairs_are_ranked() {
    let file = full().to_json();
    assert_eq!(file["needed"], Value::Null);
    assert_eq!(file["win_rate_for_early_looks"], false);
    assert_eq!(file["win_rate_at_equal_length"], json!({"value": 0.74, "low": 0.65, "high": 0.82}));
    assert_eq!(file["rewards"]["accuracy"]["value"], 0.72);
    assert_eq!((&file["rewards"]["pairs"], &file["rewards"]["margin"]["low"]), (&json!(96), &json!(0.52)));
    let forgetting = &file["forgetting"];
    assert_eq!(forgetting["has_forgotten"], false);
    assert_eq!(forgetting["losses"], json!([]));
    assert_eq!((&forgetting["checks_passed_before"], &forgetting["checks_still_passed"]), (&json!(47), &json!(46)));
    assert_eq!((&forgetting["perplexity_before"], &forgetting["perplexity_after"]), (&json!(14.2), &json!(14.5)));
    assert_eq!(forgetting["shift_nats_a_token"]["high"], 0.074);
    // The judge that labelled too stands first, then the win rate.
    assert_eq!((&file["reasons"][0]["speaks"], &file["reasons"][1]["speaks"]), (&json!("neither"), &json!("for")));
    let empty = Report::default().to_json();
    for key in ["forgetting", "rewards", "needed", "win_rate_at_equal_length", "win_rate_for_early_looks"] {
        assert!(empty[key].is_null() && empty.get(key).is_some(), "{key}");
    }
}

#[test]
fn the_pictures_of_forgetting_have_their_figures() {
    let report = full();
    let plots = report.plots();
    let plot = |wanted: &str| &plots.iter().find(|(name, _)| name == wanted).expect("it is there").1;
    for words in ["13 → 12 of 15", "11 → 11 of 15", "Keeping to a form", "Other languages"] {
        assert!(plot("checks.svg").contains(words), "{words}");
    }
    // e to the 0.018, less 1: 1.8%.
    for words in ["+2%", "0.061", "forgotten", "another model", "very likely 0.048 to 0.074"] {
        assert!(plot("forgetting.svg").contains(words), "{words}");
    }
    assert!(plot("win-rate.svg").contains("Where both answers are equally long: 74%, very likely 65% to 82%."));
    let one = with_forgetting(|forgetting| forgetting.shift = None);
    let [both, one] = [plot("forgetting.svg"), &one.plots()[4].1].map(|plot| plot.matches("<circle").count());
    assert_eq!((both, one), (4, 2));
    assert_eq!(with_forgetting(|forgetting| *forgetting = Forgetting::default()).plots().len(), plots.len() - 2);
}

#[test]
fn no_page_says_that_a_prompt_was_not_trained_on_where_it_was_or_nobody_knows() {
    let mut report = full();
    report.grader.iter_mut().for_each(|grader| grader.also_labelled = false);
    let with = |trained_on, left_out| Report { trained_on, left_out, ..report.clone() };
    let markdown = |report: &Report| report.to_markdown();
    let not = with(Some(0), 0);
    assert!(not.conclusion().sentence.contains("on prompts that it was not trained on"));
    assert!(not.to_markdown().contains("on 48 prompts that it was not trained on"));
    assert_eq!(not.conclusion().ship, Ship::Yes);
    let left_out = with(Some(0), 3);
    assert_eq!(left_out.conclusion().ship, Ship::Yes);
    assert!(left_out.to_html().contains("3 prompts that it was trained on do not count."));
    assert!(markdown(&left_out).contains("on 48 prompts that it was not trained on"));
    assert!(markdown(&with(Some(12), 0)).contains("on 48 prompts, some of which it was trained on"));
    let some = with(Some(12), 0);
    let conclusion = some.conclusion();
    assert_eq!((conclusion.kind, conclusion.ship), (ConclusionKind::Better, Ship::LookFirst));
    assert!(conclusion.sentence.contains("on 40 prompts, 12 of which it was trained on"), "{}", conclusion.sentence);
    assert!(conclusion.advice.contains("trained on 12 of the 40 prompts"), "{}", conclusion.advice);
    assert!(conclusion.reasons.iter().any(|reason| reason.says.starts_with("It was trained on 12 of the 40 prompts")));
    assert!(with(Some(40), 0).conclusion().sentence.contains("on 40 prompts, all of which it was trained on"));
    let unknown = Report { method: MethodUsed::default(), ..with(None, 0) };
    for page in [some.to_html(), some.to_markdown()] {
        assert!(!page.contains("half) on prompts") && !page.contains("pairs that were set aside"));
        assert!(!page.contains("held-out prompts. Who"));
    }
    for page in [unknown.to_html(), unknown.to_markdown()] {
        assert!(
            !page.contains("not trained on") && !page.contains("set aside") && !page.contains("held-out prompts. Who")
        );
    }
    assert!(unknown.risks().iter().any(|risk| risk.id == "trained_on_unknown"));
    assert_eq!(Report::from_json(&some.to_json().to_string()).expect("a report"), some);
}

#[test]
fn outside_a_project_more_comparisons_are_advised_and_in_one_another_round() {
    let mut report = full();
    report.results.rubric = None;
    report.results.win_rate_at_equal_length = None;
    report.results.win_rate.iter_mut().for_each(|win_rate| win_rate.rate = Estimate::within(0.56, 0.47, 0.64));
    let round = report.conclusion();
    assert_eq!(round.ship, Ship::MoreLabels);
    assert!(round.advice.contains("label more answers and go another round"), "{}", round.advice);
    assert!(!round.advice.contains("compare on about"), "{}", round.advice);
    let outside = Report { method: MethodUsed::default(), ..report };
    assert!(outside.conclusion().advice.contains("and compare on about"), "{}", outside.conclusion().advice);
}

#[test]
fn a_report_of_a_collapsed_model_is_read_back() {
    let collapsed = with_forgetting(|forgetting| {
        let text = forgetting.text.as_mut().expect("it is there");
        (text.perplexity_after, text.nats_a_token) = (f64::INFINITY, Estimate::within(800.0, 790.0, 810.0));
    });
    assert_eq!(Report::from_json(&collapsed.to_json().to_string()).expect("a report"), collapsed);
    assert!(collapsed.to_markdown().contains("without end"));
}

#[test]
fn rules_are_not_said_to_be_asked_in_both_orders() {
    let mut report = full();
    let both = "each pair in both orders";
    assert!(report.to_markdown().contains(both));
    report.grader.iter_mut().for_each(|grader| grader.kind = AnnotatorKind::Rules);
    assert!(!report.to_markdown().contains(both) && report.to_markdown().contains("each answer by itself"));
}

#[test]
fn variety_is_called_what_it_is() {
    let mut report = full();
    for page in [report.to_html(), report.to_markdown()] {
        assert!(page.contains("Different answers, as a share of all") && page.contains("Different pairs of words"));
        assert!(!page.contains("differ from all others") && !page.contains("only once"));
    }
    let seen = |report: &Report| report.risks().into_iter().find(|risk| risk.id == "variety_fell").expect("seen").seen;
    report.results.variety.iter_mut().for_each(|variety| variety.after.distinct_answers = 0.2);
    assert!(seen(&report).contains("20% of them are left, and 99% before"), "{}", seen(&report));
    report.results.variety.iter_mut().for_each(|variety| {
        (variety.after.distinct_answers, variety.after.likeness) = (variety.before.distinct_answers, Some(0.7));
    });
    assert!(seen(&report).contains("share 70% of their words, and 24% before"), "{}", seen(&report));
}

#[test]
fn gained_questions_stand_beside_lost_ones() {
    let report = with_forgetting(|forgetting| {
        (forgetting.checks[0].still_passed, forgetting.checks[0].gained) = (11, 2);
    });
    for page in [report.to_html(), report.to_markdown()] {
        assert!(page.contains("13 of 15 right") && page.contains("2 lost, 2 gained"));
    }
    assert_eq!(report.to_json()["forgetting"]["checks_gained"], 2);
}
