use serde_json::json;

use super::*;
use crate::domain::Severity;
use crate::evaluate::{Estimate, Forgetting, Paired};

mod fixture;
mod measured;

use fixture::{full, lost_check};

const HOSTILE: &str =
    "</p><script>alert('x')</script><img src=x onerror=\"y\">\n```\n# not a heading\n![i](http://x.y/z)\u{202E}&amp;";

/// Tags of a page in order, without their attributes; attributes must be well quoted for this to come out balanced.
fn tags(page: &str) -> Vec<String> {
    page.split('<').skip(1).map(|rest| rest.split([' ', '>']).next().unwrap_or_default().to_owned()).collect()
}

fn assert_balanced(page: &str) {
    let mut open: Vec<String> = Vec::new();
    let own_end = ["meta", "br", "path", "circle", "rect", "!doctype"];
    for tag in tags(page).into_iter().filter(|tag| !own_end.contains(&tag.as_str())) {
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop().as_deref(), Some(name)),
            None => open.push(tag),
        }
    }
    assert_eq!(open, Vec::<String>::new());
}

#[test]
fn the_page_is_whole_and_says_what_matters() {
    let page = full().to_html();
    assert_balanced(&page);
    for words in [
        "Bookshop replies: did it get better?",
        "The new model is better",
        "Fluent answers",
        "simulated: a program gave their verdicts",
        "a program that stands in for a person",
        "Starter coach both labelled the pairs and compared old with new.",
        "506</b> preference pairs",
        "39 minutes",
        "✓ preferred",
        "<title id=\"win-rate-title\">",
        "scope=\"row\"",
        "right in 87 of 100",
    ] {
        assert!(page.contains(words), "{words}");
    }
    for name in ["win-rate", "rubric", "wording", "checks", "forgetting", "loss", "margin", "accuracy"] {
        assert!(page.contains(&format!("id=\"{name}-says\"")), "{name}");
    }
}

#[test]
fn nothing_is_fetched_or_run() {
    let page = full().to_html();
    for name in ["<script", "<img", "<link", "<iframe", "src=", "href=", "url(", "@import", "javascript:"] {
        // The hostile answer is shown letter by letter, with its signs escaped.
        // It stands once among the examples and once among the lost questions.
        let shown = 2 * html_of(HOSTILE).matches(name).count();
        assert_eq!(page.matches(name).count(), shown, "{name}");
    }
}

fn html_of(text: &str) -> String {
    escape::html(text)
}

#[test]
fn text_from_anywhere_stays_text() {
    let hostile = || HOSTILE.to_owned();
    let mut report = full();
    report.title = hostile();
    report.base_model = hostile();
    report.adapter = hostile();
    report.method = MethodUsed { id: hostile(), name: hostile(), says: hostile() };
    report.results.rules[0].rule = hostile();
    report.results.forgetting.iter_mut().for_each(|forgetting| {
        forgetting.remarks = vec![hostile()];
        forgetting.checks[1].kind = hostile();
        forgetting.checks[1].lost = vec![lost_check(HOSTILE, HOSTILE, HOSTILE)];
    });
    report.grader.iter_mut().for_each(|grader| grader.name = hostile());
    report.labellers[0].name = hostile();
    report.labellers[0].note = Some(hostile());
    report.examples[0] =
        Example { prompt: hostile(), old: hostile(), new: hostile(), outcome: None, reason: Some(hostile()) };
    report.lineage = vec![Fact::new(hostile(), hostile())];
    report.settings = vec![Fact::new(hostile(), hostile())];
    report.findings = vec![Finding {
        id: hostile(),
        severity: Severity::Warning,
        step: 1,
        title: hostile(),
        seen: hostile(),
        meaning: hostile(),
        cure: hostile(),
        evidence: serde_json::Map::new(),
    }];
    let page = report.to_html();
    assert_balanced(&page);
    assert_eq!(tags(&page).iter().filter(|tag| *tag == "script" || *tag == "img").count(), 0);
    for (name, plot) in report.plots() {
        assert!(!plot.contains("<script") && !plot.contains("<img"), "{name}");
        assert_balanced(&plot);
    }
    let markdown = report.to_markdown();
    let mut fence: Option<String> = None;
    for line in markdown.lines() {
        let ticks: String = line.chars().take_while(|&letter| letter == '`').collect();
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => {
                let bare = ["\\<", "\\`", "\\[", "\\]", "\\!"]
                    .iter()
                    .fold(line.to_owned(), |line, sign| line.replace(sign, ""));
                assert!(!bare.contains('<') && !bare.contains('`'), "{line}");
                assert!(!bare.contains("](http"), "{line}");
                assert!(!line.starts_with("# not"), "{line}");
            }
        }
    }
    assert_eq!(fence, None);
}

#[test]
fn pictures_stand_by_themselves() {
    let report = full();
    let names: Vec<String> = report.plots().into_iter().map(|(name, _)| name).collect();
    let wanted = ["win-rate", "rubric", "wording", "checks", "forgetting", "loss", "margin", "accuracy"];
    assert_eq!(names, wanted.map(|name| format!("{name}.svg")));
    for (name, plot) in report.plots() {
        assert!(plot.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\"") && plot.ends_with("</svg>\n"));
        assert!(plot.contains("prefers-color-scheme:dark") && plot.contains("role=\"img\""));
        assert_balanced(&plot);
        assert!(report.to_markdown().contains(&format!("](plots/{name})")), "{name}");
    }
}

#[test]
fn programs_find_the_figures_at_the_top() {
    let report = full();
    let file = report.to_json();
    assert_eq!(file["rubric_pass_before"], report.results.rubric.as_ref().expect("it is there").before.value);
    assert_eq!(file["rubric_pass_after"], report.results.rubric.as_ref().expect("it is there").after.value);
    assert_eq!(file["comparisons"], 160);
    assert_eq!((&file["adapter"], &file["seconds"]), (&json!("runs/3/adapter"), &json!(2310.0)));
    let [low, rate, high] =
        ["win_rate_low", "win_rate", "win_rate_high"].map(|key| file[key].as_f64().expect("a number"));
    assert!(low < rate && rate < high && low > 0.5, "{low} {rate} {high}");
    assert_eq!((&file["conclusion"], &file["ship"]), (&json!("better"), &json!("look_first")));
    assert_eq!(Report::from_json(&file.to_string()).expect("it is a report"), report);
    let empty = Report::default().to_json();
    assert!(empty["win_rate"].is_null() && empty["conclusion"] == "too_little");
    assert!(Report::from_json("{}").is_err() && Report::from_json("[").is_err());
}

#[test]
fn the_same_values_give_the_same_bytes() {
    let [one, other] = [full(), full()];
    assert_eq!(one.to_html(), other.to_html());
    assert_eq!(one.to_markdown(), other.to_markdown());
    assert_eq!(one.to_json().to_string(), other.to_json().to_string());
    assert_eq!(one.plots(), other.plots());
}

#[test]
fn an_empty_report_is_a_page_too() {
    let page = Report::default().to_html();
    assert_balanced(&page);
    assert!(page.contains("Nothing was compared yet.") && page.contains("not measured"));
    assert!(Report::default().to_markdown().starts_with("# Did it get better?\n"));
    assert_eq!(Report::default().plots(), []);
}

#[test]
fn figures_that_are_no_numbers_are_said_to_be_unknown() {
    let mut report = full();
    report.results.rubric = Some(Paired::given(f64::NAN, f64::INFINITY));
    report.results.length = Some(Paired::given(f64::NAN, f64::NEG_INFINITY));
    report.results.win_rate.iter_mut().for_each(|win_rate| win_rate.rate = Estimate::within(f64::NAN, -1.0, f64::NAN));
    report.work.seconds = f64::NAN;
    report.results.win_rate_at_equal_length = Some(Estimate::given(f64::NAN));
    report
        .results
        .rewards
        .iter_mut()
        .for_each(|rewards| rewards.margin = Estimate::within(f64::INFINITY, f64::NAN, 1.0));
    report.results.forgetting.iter_mut().for_each(|forgetting| {
        let text = forgetting.text.as_mut().expect("it is there");
        text.nats_a_token = Estimate::within(900.0, f64::NAN, f64::INFINITY);
        text.perplexity_after = f64::INFINITY;
        forgetting.shift.as_mut().expect("it is there").nats_a_token = Estimate::given(f64::NAN);
    });
    report.curves.iter_mut().for_each(|curve| curve.points[3].1 = f64::NAN);
    report.curves[1].points = vec![(1, -1e308), (2, 1e308), (2, 5.0)];
    report.curves[2].points = vec![(1, 0.7); 3];
    let page = report.to_html();
    assert_balanced(&page);
    assert!(page.contains("unknown"));
    for (name, plot) in report.plots() {
        assert!(!plot.contains("NaN") && !plot.contains("inf"), "{name}: {plot}");
    }
    assert!(report.plots().iter().any(|(name, _)| name == "loss.svg"));
    assert!(report.to_json()["rubric_pass_before"].is_null());
}

#[test]
fn fluency_stands_in_every_report() {
    let mut report = full();
    report.results.fluency = Some(Paired::given(0.96, 0.62));
    for page in [report.to_html(), report.to_markdown()] {
        assert!(page.contains("but less fluent") && page.contains("96%") && page.contains("62%"));
        assert!(page.contains("A score that rises while fluency falls is no success"));
    }
    report.results.fluency = None;
    for page in [report.to_html(), report.to_markdown()] {
        assert!(page.contains("not measured") && page.contains("Fluency was not measured"));
    }
}

#[test]
fn every_risk_is_seen_in_its_own_case_and_not_in_a_good_report() {
    let mut good = full();
    good.labellers.iter_mut().for_each(|labeller| labeller.is_simulated = false);
    good.labellers.push(Labeller { name: "Paul".to_owned(), ..good.labellers[0].clone() });
    good.grader.iter_mut().for_each(|grader| grader.also_labelled = false);
    let ids = |report: &Report| report.risks().into_iter().map(|risk| risk.id).collect::<Vec<_>>();
    assert_eq!(ids(&good), Vec::<String>::new());
    for row in RISKS {
        let mut report = good.clone();
        let results = &mut report.results;
        match row.id {
            "fluency_fell" => results.fluency = Some(Paired::given(0.9, 0.5)),
            "fluency_unknown" => (results.fluency, results.variety) = (None, None),
            "trained_on" => report.trained_on = Some(3),
            "trained_on_unknown" => (report.trained_on, report.method) = (None, MethodUsed::default()),
            "same_judge" => report.grader.iter_mut().for_each(|grader| grader.also_labelled = true),
            "order_changes" => report.grader.iter_mut().for_each(|grader| grader.order_changes = 90),
            "variety_fell" => results.variety.iter_mut().for_each(|variety| variety.after.distinct_answers = 0.2),
            "length_changed" => results.length = Some(Paired::given(40.0, 90.0)),
            "few_prompts" => {
                results.win_rate.iter_mut().for_each(|win_rate| win_rate.prompts = 12);
                results.rubric.iter_mut().for_each(|rubric| rubric.prompts = 12);
            }
            "simulated_labels" => report.labellers[0].is_simulated = true,
            "no_people" => report.labellers.retain(|labeller| labeller.kind != AnnotatorKind::Person),
            "one_person" => report.labellers.truncate(2),
            "forgot" => results.forgetting.iter_mut().for_each(|forgetting| forgetting.checks[1].still_passed = 2),
            "moved_far" => results.forgetting.iter_mut().for_each(|forgetting| {
                let shift = forgetting.shift.iter_mut();
                shift.for_each(|shift| shift.nats_a_token = Estimate::within(0.5, 0.4, 0.6));
            }),
            "wins_by_length" => results.win_rate_at_equal_length = Some(Estimate::within(0.52, 0.4, 0.63)),
            "ranks_but_does_not_win" => {
                let win_rate = results.win_rate.iter_mut();
                win_rate.for_each(|win_rate| win_rate.rate = Estimate::within(0.5, 0.42, 0.58));
            }
            "forgetting_unknown" => results.forgetting = None,
            other => panic!("no case for {other}: a new row needs one"),
        }
        assert!(ids(&report).contains(&row.id.to_owned()), "{}", row.id);
        let found = report.risks().into_iter().find(|risk| risk.id == row.id).expect("it was seen");
        assert!(found.seen.ends_with('.') && found.cure.ends_with('.'), "{found:?}");
    }
}

#[test]
fn whoever_labelled_does_not_decide_alone() {
    let mut report = full();
    report.grader.iter_mut().for_each(|grader| {
        grader.kind = AnnotatorKind::Coach;
        grader.also_labelled = false;
    });
    assert_eq!(report.conclusion().ship, Ship::Yes);
    let grader = |report: &mut Report, kind, also_labelled| {
        report.grader.iter_mut().for_each(|grader| (grader.kind, grader.also_labelled) = (kind, also_labelled));
    };
    grader(&mut report, AnnotatorKind::Coach, true);
    let conclusion = report.conclusion();
    assert_eq!(conclusion.ship, Ship::LookFirst);
    assert!(conclusion.advice.contains("let people, or rules, compare"), "{}", conclusion.advice);
    assert_eq!(report.to_json()["ship"], serde_json::json!(conclusion.ship));
    grader(&mut report, AnnotatorKind::Person, true);
    assert_eq!(report.conclusion().ship, Ship::Yes);
    // Where nobody knows who labelled, it may have been the coach; rules and people are no coach.
    report.labelling_is_unknown = true;
    for (kind, ship) in
        [(AnnotatorKind::Coach, Ship::LookFirst), (AnnotatorKind::Rules, Ship::Yes), (AnnotatorKind::Person, Ship::Yes)]
    {
        grader(&mut report, kind, false);
        assert_eq!(report.conclusion().ship, ship, "{kind:?}");
        let seen = report.risks().into_iter().find(|risk| risk.id == "same_judge").map(|risk| risk.seen);
        assert_eq!(seen.is_some_and(|seen| seen.starts_with("Nobody knows who labelled")), ship == Ship::LookFirst);
    }
}
