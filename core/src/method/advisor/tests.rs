use super::*;

/// Answers in the order of the questions; `-` leaves one open.
fn answers(chosen: &str) -> Answers {
    let mut answers = Answers::default();
    for (question, answer) in QUESTIONS.iter().zip(chosen.split_whitespace()) {
        if answer != "-" {
            answers.choose(question.id, answer).expect("a known answer");
        }
    }
    answers
}

fn prompts(prompts: u64) -> Shown {
    Shown { prompts: Some(prompts), ..Shown::default() }
}

fn coach(coach_accuracy: f64) -> Shown {
    Shown { coach_accuracy: Some(coach_accuracy), coach_compared: Some(60), ..prompts(200) }
}

fn people(agreement: f64) -> Shown {
    Shown { agreement: Some(agreement), agreement_comparisons: Some(40), people: Some(3), ..prompts(200) }
}

/// Cases from the known strengths and weaknesses of both ways: what people say is decisive for conversation and tone but
/// dear and slow; a judging model or a check is cheap and scales, but is only as good as it is.
fn cases() -> Vec<(&'static str, Shown, &'static str)> {
    vec![
        // People's preference is decisive, and people have time.
        ("tone us many none none", prompts(200), "rlhf"),
        ("tone anyone many trusted none", prompts(200), "rlhf"),
        ("tone us some none none", prompts(100), "rlhf"),
        ("useful anyone many none none", prompts(200), "rlhf"),
        // Feedback is scarce or dear, and a coach can be trusted.
        ("useful anyone none trusted none", prompts(200), "rlaif"),
        ("tone anyone none trusted none", prompts(200), "rlaif"),
        ("useful experts none trusted part", prompts(2000), "rlaif"),
        // An environment or program can check.
        ("correct anyone none none all", prompts(200), "rlaif"),
        ("correct us few trusted all", prompts(200), "rlaif"),
        ("correct nobody none none all", prompts(200), "rlaif"),
        ("form anyone none none all", prompts(200), "rlaif"),
        ("correct experts some none all", prompts(1000), "rlaif"),
        // (a) some hours of people, many prompts, no trusted coach.
        ("tone us some none none", prompts(800), "hybrid-a"),
        ("tone us few none none", prompts(800), "hybrid-a"),
        ("useful anyone some none none", prompts(1000), "hybrid-a"),
        (
            "useful anyone some unclear none",
            Shown { people_verdicts: Some(300), prompts: Some(900), ..coach(0.5) },
            "hybrid-b",
        ),
        (
            "tone us some trusted none",
            Shown { people_verdicts: Some(300), prompts: Some(900), ..coach(0.5) },
            "hybrid-a",
        ),
        // (b) people disagree with the coach because the rules are unclear.
        ("useful us few unclear part", prompts(200), "hybrid-b"),
        ("tone us few unclear none", prompts(200), "hybrid-b"),
        ("useful experts some unclear part", coach(0.7), "hybrid-b"),
        ("useful us few unclear part", people(0.3), "hybrid-b"),
        // (c) people now, scale later, a trusted coach.
        ("useful anyone some trusted none", prompts(200), "hybrid-c"),
        ("tone us some trusted none", prompts(800), "hybrid-c"),
        ("useful us few trusted part", coach(0.9), "hybrid-c"),
        ("tone anyone some trusted none", coach(0.85), "hybrid-c"),
        // (d) stakes are high, the coach is fair, hours are few.
        ("useful experts few fair none", prompts(200), "hybrid-d"),
        ("tone experts few fair part", prompts(200), "hybrid-d"),
        ("correct experts some fair part", coach(0.75), "hybrid-d"),
        ("useful anyone few fair none", prompts(200), "hybrid-d"),
        ("useful anyone some fair none", prompts(200), "hybrid-d"),
        // No training at all.
        ("changing_facts us many trusted all", prompts(5000), "change-prompt"),
        ("few_cases us some trusted none", prompts(200), "change-prompt"),
        ("form anyone few none none", prompts(200), "change-prompt"),
        ("form us few none part", prompts(200), "change-prompt"),
        ("useful nobody some none none", prompts(200), "write-rules"),
        ("tone nobody many trusted part", prompts(200), "write-rules"),
        ("tone anyone many none none", people(0.1), "write-rules"),
        ("useful us none unclear none", prompts(200), "write-rules"),
        ("useful anyone none fair none", prompts(200), "change-prompt"),
        ("correct anyone none fair part", prompts(200), "rlaif"),
        ("useful anyone many none none", prompts(12), "collect-first"),
        ("tone us none none none", prompts(200), "collect-first"),
        // Nothing is known: mostly a mix.
        ("", Shown::default(), "hybrid-c"),
    ]
}

#[test]
fn each_case_has_its_method() {
    let wrong: Vec<String> = cases()
        .iter()
        .filter_map(|(chosen, shown, expected)| {
            let advice = advise(&answers(chosen), shown);
            (advice.method.id != *expected).then(|| {
                let (best, next) = (&advice.method, &advice.runner_up);
                format!("{chosen}: {} {} ({} {}), not {expected}", best.id, best.points, next.id, next.points)
            })
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
    for row in METHODS {
        assert!(cases().iter().any(|(.., expected)| *expected == row.id), "no case for {}", row.id);
    }
}

#[test]
fn every_row_matters_in_some_case() {
    for row in REASONS {
        let matters = cases().iter().any(|(chosen, shown, _)| shown::hold(row.when, &answers(chosen), shown));
        assert!(matters || row.id == "people_agree", "{} holds in no case", row.id);
        assert!(row.sentence.ends_with('.') && row.sentence.len() > 30 && !row.points.is_empty());
        assert_eq!(REASONS.iter().filter(|other| other.id == row.id).count(), 1);
        for condition in row.when {
            if let Condition::Answered(question, wanted) = condition {
                let question = QUESTIONS.iter().find(|known| known.id == *question).expect("a question");
                assert!(wanted.iter().all(|id| question.answers.iter().any(|answer| answer.id == *id)), "{}", row.id);
            }
        }
    }
}

#[test]
fn there_are_at_most_five_questions_and_every_answer_counts() {
    assert!(QUESTIONS.len() <= 5);
    for question in QUESTIONS {
        assert!(question.text.ends_with('?') && question.help.ends_with('.') && question.answers.len() >= 3);
        for answer in question.answers {
            let is_used = REASONS.iter().flat_map(|row| row.when).any(|condition| {
                matches!(condition, Condition::Answered(id, wanted) if *id == question.id && wanted.contains(&answer.id))
            });
            assert!(is_used, "{} of {} changes nothing", answer.id, question.id);
        }
    }
}

#[test]
fn no_answers_at_all_leave_it_without_reasons_or_risks() {
    let mut all = vec![Answers::default()];
    for question in QUESTIONS {
        all = all
            .iter()
            .flat_map(|so_far| {
                question.answers.iter().map(|answer| {
                    let mut next = so_far.clone();
                    next.choose(question.id, answer.id).expect("a known answer");
                    next
                })
            })
            .collect();
    }
    assert_eq!(all.len(), 6 * 4 * 4 * 4 * 3);
    for answers in &all {
        let advice = advise(answers, &prompts(200));
        assert!(answers.are_complete() && advice.runner_up.trains && advice.runner_up.id != advice.method.id);
        assert!(advice.reasons.iter().any(|reason| reason.for_or_against == Side::For), "{answers:?}");
        assert_eq!(advice.do_not_train.is_some(), !advice.method.trains);
        assert_eq!(advice.risks.is_empty(), !advice.method.trains, "{answers:?}");
        let (method, chose) = (advice.method.id, |question, answer| answers.chosen(question) == Some(answer));
        let needs_people = !["rlaif", "change-prompt", "write-rules", "collect-first"].contains(&method);
        assert!(!(chose("hours", "none") && needs_people), "{method} has nobody to judge: {answers:?}");
        let needs_coach = ["rlaif", "hybrid-b", "hybrid-c", "hybrid-d"].contains(&method);
        assert!(
            !(chose("coach", "none") && !chose("check", "all") && needs_coach),
            "{method} has no coach: {answers:?}"
        );
        assert!(!(chose("goal", "changing_facts") && advice.method.trains), "{answers:?}");
        let estimates = advice.estimates;
        let (labels, people_hours) = (estimates.labels, estimates.people_hours);
        assert!(labels.low > 0.0 && labels.low <= labels.high && people_hours.low <= people_hours.high);
    }
}

#[test]
fn reasons_stand_on_their_side_with_the_weightiest_first() {
    let advice = advise(&answers("tone us none trusted none"), &prompts(200));
    assert_eq!(advice.method.id, "rlaif");
    let found: Vec<(&str, Side)> = advice.reasons.iter().map(|reason| (reason.id, reason.for_or_against)).collect();
    assert_eq!(
        found,
        [
            ("no_hours", Side::For),
            ("trusted_coach", Side::For),
            ("tone", Side::Against),
            ("not_checkable", Side::Against)
        ]
    );
}

#[test]
fn estimates_follow_from_what_is_known() {
    let shown = Shown {
        people_verdicts: Some(80),
        person_seconds: Some(18.0),
        coach_seconds: Some(1.8),
        coach_price: Some(0.001),
        ..prompts(200)
    };
    let found = advise(&answers("useful anyone some trusted none"), &shown);
    assert_eq!(found.method.id, "hybrid-c");
    // 100 to 250 verdicts less 80, at 18 seconds; 300 to 1200 comparisons in both orders.
    assert_eq!(found.estimates.people_labels, Range { low: 20.0, high: 170.0 });
    assert_eq!(found.estimates.labels, Range { low: 320.0, high: 1370.0 });
    let near = |range: Range, low: f64, high: f64| (range.low - low).abs() < 1e-9 && (range.high - high).abs() < 1e-9;
    assert!(near(found.estimates.people_hours, 0.1, 0.85), "{found:?}");
    assert!(near(found.estimates.coach_hours.expect("its speed is known"), 0.3, 1.2));
    assert!(near(found.estimates.coach_cost.expect("its price is known"), 0.6, 2.4));
    let rules = advise(&answers("correct nobody none none all"), &shown).estimates;
    assert_eq!((rules.coach_calls, rules.coach_cost), (Range::default(), Some(Range::default())));
    let unknown = advise(&answers("useful anyone some trusted none"), &prompts(200)).estimates;
    assert_eq!((unknown.coach_hours, unknown.coach_cost, unknown.hours_are_short), (None, None, false));
    let slow = Shown { person_seconds: Some(400.0), ..prompts(200) };
    assert!(advise(&answers("useful anyone some trusted none"), &slow).estimates.hours_are_short);
}

#[test]
fn every_risk_is_named_where_it_belongs() {
    let everywhere = |shown: &Shown| -> Vec<&str> {
        let of = |(chosen, ..): &(&str, Shown, &str)| advise(&answers(chosen), shown).risks;
        cases().iter().flat_map(of).map(|risk| risk.id).collect()
    };
    let shown =
        Shown { training_fits: Some(false), training_hours: Some(9.0), coach_is_remote: Some(true), ..prompts(200) };
    let (plain, hard) = (everywhere(&prompts(200)), everywhere(&shown));
    for row in RISKS {
        assert!(hard.contains(&row.risk.id), "{}", row.risk.id);
        assert!(row.risk.sentence.ends_with('.') && row.risk.cure.ends_with('.') && !row.methods.is_empty());
    }
    for id in ["machine", "long_training", "privacy"] {
        assert!(!plain.contains(&id), "{id}");
    }
    let ids = |chosen: &str, shown: &Shown| {
        advise(&answers(chosen), shown).risks.iter().map(|risk| risk.id).collect::<Vec<_>>()
    };
    assert_eq!(ids("tone us many none none", &prompts(200)), ["bias", "scale", "forgetting"]);
    assert!(ids("useful anyone none trusted none", &prompts(200)).contains(&"coach_unproven"));
    assert!(!ids("useful anyone none trusted none", &coach(0.9)).contains(&"coach_unproven"));
}

#[test]
fn an_unknown_answer_is_refused_with_those_that_are_known() {
    let mut answers = Answers::default();
    let error = answers.choose("hours", "lots").expect_err("no such answer");
    assert_eq!(error.to_string(), "the advisor's question `hours` has no answer `lots`");
    assert_eq!(error.hint().as_deref(), Some("take one of none, few, some, many"));
    let error = answers.choose("weather", "good").expect_err("no such question");
    assert_eq!(error.hint().as_deref(), Some("take one of goal, judge, hours, coach, check"));
    assert_eq!(answers, Answers::default());
}
