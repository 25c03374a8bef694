use super::*;
use crate::random::Random;

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
    CheckKind { kind: kind.to_owned(), asked: 15, passed_before, still_passed, gained: 0, lost: lost.collect() }
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
    // Two of each kind: no kind alone is beyond chance, all together are; not where others were gained for them.
    let spread = ["formats", "arithmetic", "refusals", "languages"].map(|kind| checks(kind, 12, 10)).to_vec();
    let turned: Vec<CheckKind> = spread.iter().map(|kind| CheckKind { gained: 1, ..kind.clone() }).collect();
    assert_eq!(lost(&Forgetting { checks: spread, ..kept() }), ["checks"]);
    let turned = Forgetting { checks: turned, ..kept() };
    assert_eq!(lost(&turned), Vec::<String>::new());
    assert!(turned.says().contains("40 of 48 small questions are still answered rightly"), "{}", turned.says());
    assert!(turned.says().contains(", and 4 that the old one does not answer"), "{}", turned.says());
    let far = Forgetting { shift: Some(shift(1.6, 1.2, 2.0)), ..kept() };
    assert_eq!(lost(&far), ["shift"]);
    assert!(far.has_forgotten() && far.has_moved());
    let moved = Forgetting { shift: Some(shift(0.5, 0.3, 0.7)), ..kept() };
    assert!(!moved.has_forgotten() && moved.has_moved() && !kept().has_moved());
}

#[test]
fn a_kind_that_is_lost_alone_is_named() {
    let gained = CheckKind { gained: 8, ..checks("formats", 30, 30) };
    let one = vec![gained.clone(), checks("arithmetic", 30, 30), checks("refusals", 12, 2)];
    let losses = Forgetting { checks: one, ..kept() }.losses();
    assert_eq!(losses.len(), 1);
    assert!(losses[0].says.contains("10 of 12 small questions about refusals"), "{losses:?}");
    // As much was gained there as was lost: questions that turn either way show nothing.
    let turning = CheckKind { gained: 7, ..checks("refusals", 12, 2) };
    assert_eq!(lost(&Forgetting { checks: vec![gained, turning], ..kept() }), Vec::<String>::new());
}

#[test]
fn chances_are_those_of_the_exact_sign_test() {
    // Python: sum(math.comb(lost + gained, k) for k in range(lost, lost + gained + 1)) / 2 ** (lost + gained), which is
    // scipy.stats.binomtest(lost, lost + gained, 0.5, alternative="greater").pvalue
    for (lost, gained, expected) in SIGN_TESTS {
        let found = chance_of_losing(lost, gained);
        assert!((found - expected).abs() < 1e-8, "{lost} lost, {gained} gained: {found}");
    }
}

#[test]
fn equally_able_models_are_hardly_ever_said_to_have_forgotten() {
    let mut flagged = 0;
    for draw in 0..1000 {
        let mut random = Random::new(41, &[draw]);
        // Of 60 questions each model answers 25 by the fall of a coin, and both know the rest of those that are answered.
        let mut turning = |kind: &str, coins: usize| {
            let mut found = checks(kind, 5, 5);
            for _ in 0..coins {
                match (random.uniform() < 0.5, random.uniform() < 0.5) {
                    (true, true) => {
                        found.passed_before += 1;
                        found.still_passed += 1;
                    }
                    (true, false) => found.passed_before += 1,
                    (false, true) => found.gained += 1,
                    (false, false) => {}
                }
            }
            found
        };
        let kinds = [("formats", 7), ("arithmetic", 6), ("refusals", 6), ("languages", 6)];
        let checks = kinds.map(|(kind, coins)| turning(kind, coins)).to_vec();
        flagged += u32::from(Forgetting { checks, ..kept() }.has_forgotten());
    }
    assert!(flagged <= 50, "{flagged} of 1,000");
}

#[test]
fn a_perplexity_beyond_all_numbers_is_kept_and_read_back() {
    let collapsed = Forgetting { text: Some(text(Estimate::within(900.0, 880.0, 920.0), 14.0)), ..kept() };
    assert_eq!(collapsed.text.as_ref().map(|text| text.perplexity_after), Some(f64::INFINITY));
    let file = serde_json::to_string(&collapsed).expect("it is written");
    assert_eq!(serde_json::from_str::<Forgetting>(&file).expect("it is read"), collapsed);
    let says = &collapsed.losses()[0].says;
    assert!(says.contains("perplexity without end, and 14 before"), "{says}");
}

#[test]
fn text_is_kept_where_it_is_surely_not_forgotten() {
    let with = |nats: Estimate| text(nats, 14.0).is_kept();
    assert!(with(Estimate::within(0.01, -0.005, 0.025)) && with(Estimate::given(0.02)));
    assert!(!with(Estimate::within(0.06, -0.01, 0.13)) && !with(Estimate::within(0.2, 0.1, 0.3)));
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

const SIGN_TESTS: [(usize, usize, f64); 10] = [
    (0, 0, 1.000_000_000),
    (1, 0, 0.500_000_000),
    (5, 0, 0.031_250_000),
    (6, 0, 0.015_625_000),
    (8, 0, 0.003_906_250),
    (8, 1, 0.019_531_250),
    (12, 4, 0.038_406_372),
    (10, 8, 0.407_264_709),
    (3, 9, 0.980_712_891),
    (40, 20, 0.006_744_647),
];
