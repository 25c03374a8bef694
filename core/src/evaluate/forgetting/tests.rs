use super::*;

fn text(nats: Estimate, before: f64) -> TextChange {
    let perplexity_after = before * nats.value.exp();
    TextChange { perplexity_before: before, perplexity_after, nats_a_token: nats, passages: 40, tokens: 4_000 }
}

fn checks(kind: &str, passed_before: usize, still_passed: usize) -> CheckKind {
    let lost = (still_passed..passed_before).map(|_| LostCheck {
        prompt: "What is 7 times 8?".to_owned(),
        before: "56".to_owned(),
        after: "It is a lot.".to_owned(),
    });
    CheckKind { kind: kind.to_owned(), asked: 15, passed_before, still_passed, lost: lost.collect() }
}

fn shift(value: f64, low: f64, high: f64) -> Shift {
    Shift { nats_a_token: Estimate::within(value, low, high), prompts: 30, tokens: 900 }
}

/// A model that was trained gently.
fn kept() -> Forgetting {
    Forgetting {
        text: Some(text(Estimate::within(0.01, -0.005, 0.025), 14.0)),
        checks: vec![checks("formats", 12, 12), checks("arithmetic", 9, 8), checks("refusals", 10, 10)],
        shift: Some(shift(0.04, 0.03, 0.05)),
        remarks: Vec::new(),
    }
}

fn lost(forgetting: &Forgetting) -> Vec<String> {
    forgetting.losses().into_iter().map(|loss| loss.id).collect()
}

#[test]
fn each_loss_is_seen_in_its_own_case() {
    assert_eq!(lost(&kept()), Vec::<String>::new());
    let worse = Estimate::within(0.2, 0.12, 0.28);
    assert_eq!(lost(&Forgetting { text: Some(text(worse, 14.0)), ..kept() }), ["text"]);
    // Worse on the whole, but perhaps by less than counts.
    let perhaps = Estimate::within(0.2, 0.05, 0.35);
    assert_eq!(lost(&Forgetting { text: Some(text(perhaps, 14.0)), ..kept() }), Vec::<String>::new());
    // Two of each kind: no kind alone is beyond chance, all together are.
    let spread = ["formats", "arithmetic", "refusals", "languages"].map(|kind| checks(kind, 12, 10)).to_vec();
    assert_eq!(lost(&Forgetting { checks: spread, ..kept() }), ["checks"]);
    let far = Forgetting { shift: Some(shift(1.6, 1.2, 2.0)), ..kept() };
    assert_eq!(lost(&far), ["shift"]);
    assert!(far.has_forgotten() && far.has_moved());
    let moved = Forgetting { shift: Some(shift(0.5, 0.3, 0.7)), ..kept() };
    assert!(!moved.has_forgotten() && moved.has_moved() && !kept().has_moved());
}

#[test]
fn a_kind_that_is_lost_alone_is_named() {
    let one = vec![checks("formats", 30, 30), checks("arithmetic", 30, 30), checks("refusals", 8, 4)];
    let losses = Forgetting { checks: one, ..kept() }.losses();
    assert_eq!(losses.len(), 1);
    assert!(losses[0].says.contains("4 of 8 small questions about refusals"), "{losses:?}");
}

#[test]
fn chances_are_those_of_the_binomial_distribution() {
    // Python: 1 - sum(math.comb(n, k) * 0.05**k * 0.95**(n - k) for k in range(lost))
    let cases = [
        (0, 40, 1.0),
        (1, 1, 0.05),
        (2, 12, 0.118_359_857),
        (6, 40, 0.013_876_949),
        (4, 8, 0.000_371_751),
        (8, 48, 0.002_448_028),
    ];
    for (lost, passed, expected) in cases {
        assert!(
            (chance_of_losing(lost, passed) - expected).abs() < 1e-8,
            "{lost} of {passed}: {}",
            chance_of_losing(lost, passed)
        );
    }
}

#[test]
fn a_model_that_could_do_nothing_before_forgets_nothing() {
    let hopeless = Forgetting {
        text: Some(text(Estimate::within(2.0, 1.5, 2.5), 40_000.0)),
        checks: vec![checks("formats", 0, 0)],
        shift: Some(shift(3.0, 2.0, 4.0)),
        remarks: Vec::new(),
    };
    assert!(!hopeless.is_telling() && !hopeless.has_forgotten() && !hopeless.has_moved());
    assert!(hopeless.says().contains("say nothing"), "{}", hopeless.says());
    let some = Forgetting { checks: vec![checks("formats", 12, 2)], ..hopeless };
    assert_eq!(lost(&some), ["checks", "shift"]);
    assert!(!some.says().contains("general text"), "{}", some.says());
    assert!(!Forgetting::default().is_telling());
    assert!(Forgetting { shift: Some(shift(2.0, 1.5, 2.5)), ..Forgetting::default() }.has_forgotten());
}

#[test]
fn it_says_what_was_found() {
    assert_eq!(
        kept().says(),
        "General text is foretold as well as before (perplexity 14.1, and 14 before); 30 of 31 small questions are still \
         answered rightly (very likely 84% to 99%); on ordinary prompts its choice of words is \
         close to the old one's (0.04 nats a token away)"
    );
    let change = text(Estimate::within(0.2, 0.1, 0.3), 10.0).change();
    assert!((change.value - 0.221_402_758).abs() < 1e-9 && (change.low.expect("low") - 0.105_170_918).abs() < 1e-9);
}
