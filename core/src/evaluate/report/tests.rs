use super::*;
use crate::domain::Severity;
use crate::evaluate::{Estimate, RuleResult, Variety, VarietyChange, WinRate};
use crate::random::Random;

const HOSTILE: &str =
    "</p><script>alert('x')</script><img src=x onerror=\"y\">\n```\n# not a heading\n![i](http://x.y/z)\u{202E}&amp;";

fn shares(prompts: usize, share: f64, address: u64) -> Vec<Vec<f64>> {
    let mut random = Random::new(5, &[address]);
    (0..prompts).map(|_| (0..4).map(|_| f64::from(u8::from(random.uniform() < share))).collect()).collect()
}

fn paired(before: f64, after: f64, address: u64) -> Paired {
    Paired::of_shares(&shares(40, before, 2 * address), &shares(40, after, 2 * address + 1)).expect("shares")
}

fn results() -> Results {
    let mut random = Random::new(5, &[99]);
    let mut outcome = || match random.uniform() {
        value if value < 0.7 => Outcome::Win,
        value if value < 0.85 => Outcome::Tie,
        _ => Outcome::Loss,
    };
    let outcomes: Vec<Vec<Outcome>> = (0..40).map(|_| (0..4).map(|_| outcome()).collect()).collect();
    let rule = |rule: &str, before, after, address| RuleResult {
        rule: rule.to_owned(),
        share: paired(before, after, address),
    };
    let lengths = |mean: f64| (0..40).map(|place| vec![mean + f64::from(place % 7), mean]).collect::<Vec<_>>();
    Results {
        win_rate: Some(WinRate::of(&outcomes).expect("comparisons")),
        rubric: Some(paired(0.28, 0.81, 1)),
        rules: vec![
            rule("Thanks the customer by name", 0.35, 0.9, 2),
            rule("Says what happens next", 0.5, 0.85, 3),
            rule("No promise that nobody can keep, such as a date of delivery", 0.8, 0.84, 4),
            rule("At most 80 words", 0.7, 0.95, 5),
        ],
        fluency: Some(paired(0.96, 0.96, 6)),
        variety: Some(VarietyChange {
            before: Variety { distinct_answers: 0.99, distinct_word_pairs: 0.71, likeness: Some(0.24) },
            after: Variety { distinct_answers: 0.97, distinct_word_pairs: 0.64, likeness: Some(0.31) },
        }),
        length: Some(Paired::of_quantities(&lengths(84.0), &lengths(61.0)).expect("lengths")),
        ..Results::default()
    }
}

fn curves() -> Vec<Curve> {
    let mut random = Random::new(5, &[100]);
    let mut of = |name: &str, value: &dyn Fn(f64) -> f64, noise: f64| Curve {
        name: name.to_owned(),
        points: (1..=120).map(|step| (step, value(step as f64) + noise * random.normal())).collect(),
    };
    vec![
        of("loss", &|step| 0.693 * (-step / 70.0).exp() + 0.08, 0.04),
        of("rewards/margins", &|step| 2.4 * (1.0 - (-step / 60.0).exp()), 0.12),
        of("rewards/accuracies", &|step| 0.95 - 0.45 * (-step / 15.0).exp(), 0.0),
    ]
}

/// A report of everything.
pub(super) fn full() -> Report {
    let example = |prompt: &str, old: &str, new: &str, outcome, reason: Option<&str>| Example {
        prompt: prompt.to_owned(),
        old: old.to_owned(),
        new: new.to_owned(),
        outcome: Some(outcome),
        reason: reason.map(str::to_owned),
    };
    Report {
        title: "Bookshop replies".to_owned(),
        base_model: "HuggingFaceTB/SmolLM2-360M-Instruct".to_owned(),
        adapter: "runs/3/adapter".to_owned(),
        method: MethodUsed {
            id: "hybrid-c".to_owned(),
            name: "Two rounds: people, then the coach".to_owned(),
            says: "People compared answers first; the coach, checked against them, compared the rest.".to_owned(),
        },
        work: Work {
            prompts: 160,
            held_out_prompts: 40,
            answers: 1280,
            comparisons: 640,
            verdicts: 712,
            pairs: 506,
            steps: 120,
            seconds: 2310.0,
        },
        grader: Some(Grader {
            name: "Starter coach".to_owned(),
            kind: AnnotatorKind::Coach,
            is_simulated: false,
            both_orders: true,
            order_changes: 19,
            also_labelled: true,
        }),
        results: results(),
        curves: curves(),
        examples: vec![
            example(
                "My order came with the wrong book. What now?",
                "We are sorry for the inconvenience. Please contact our support team for further assistance with your order.",
                "Thank you for telling us, and I am sorry about the mix-up. Keep the wrong book for now: the right one leaves \
                 today, and a label for sending the other back lies in the parcel.",
                Outcome::Win,
                Some("Says what happens next."),
            ),
            example(
                "هل الكتاب متوفر؟",
                "نعم، الكتاب متوفر في متجرنا.",
                "شكرا لسؤالك. الكتاب متوفر، ويمكنك استلامه غدا.",
                Outcome::Tie,
                None,
            ),
            example("Do you gift-wrap?", HOSTILE, "Yes, and it costs nothing.", Outcome::Loss, None),
        ],
        labellers: vec![
            Labeller {
                name: "Maria".to_owned(),
                kind: AnnotatorKind::Person,
                is_simulated: true,
                verdicts: 152,
                note: Some("agrees with Paul beyond chance by 0.71 (kappa)".to_owned()),
            },
            Labeller {
                name: "Starter coach".to_owned(),
                kind: AnnotatorKind::Coach,
                is_simulated: false,
                verdicts: 560,
                note: Some("right in 87 of 100 comparisons that people had judged".to_owned()),
            },
        ],
        findings: Vec::new(),
        lineage: vec![
            Fact::new("Base model", "HuggingFaceTB/SmolLM2-360M-Instruct at a10cc151"),
            Fact::new("Rubric", "version 2"),
        ],
        settings: vec![
            Fact::new("Loss", "sigmoid, beta 0.1"),
            Fact::new("Learning rate", "0.00005"),
            Fact::new("LoRA", "rank 16, alpha 32"),
        ],
    }
}

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
    for name in ["win-rate", "rubric", "wording", "loss", "margin", "accuracy"] {
        assert!(page.contains(&format!("id=\"{name}-says\"")), "{name}");
    }
}

#[test]
fn nothing_is_fetched_or_run() {
    let page = full().to_html();
    for name in ["<script", "<img", "<link", "<iframe", "src=", "href=", "url(", "@import", "javascript:"] {
        // The hostile answer is shown letter by letter, with its signs escaped.
        let shown = html_of(HOSTILE).matches(name).count();
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
    assert_eq!(names, ["win-rate.svg", "rubric.svg", "wording.svg", "loss.svg", "margin.svg", "accuracy.svg"]);
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
    assert_eq!(ids(&good), ["forgetting_unknown"]);
    for row in RISKS {
        let mut report = good.clone();
        let results = &mut report.results;
        match row.id {
            "fluency_fell" => results.fluency = Some(Paired::given(0.9, 0.5)),
            "fluency_unknown" => results.fluency = None,
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
            "forgetting_unknown" => {}
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
}
