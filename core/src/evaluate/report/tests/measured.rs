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
            "do not add prompts until it pleases",
            "Before and after",
            "What it still knows",
            "Verdicts that were set aside",
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
            "It no longer answers 8 of 47 small questions that the old one answers rightly",
            "Thank you for asking",
            "11 of 15 right",
            "4 of these 11",
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
    let needed = report.results.needed().expect("it is not sure").says();
    for page in [report.to_html(), report.to_markdown()] {
        let page = page.replace('\\', "");
        assert!(page.contains("More labels first: no clear difference yet"), "{page}");
        assert!(page.contains(&format!("in four of five cases, it would take {needed}.")));
        assert!(page.contains("One may look at this interval after every prompt"));
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
