use std::collections::BTreeMap;

use super::*;
use crate::domain::{Annotator, Comparison, StoredVerdict, VerdictForm};

const COACH: RecordId = 8;
const MODEL: RecordId = 9;
const ADA: RecordId = 1;

fn said(kind: AnnotatorKind, choice: Choice, margin: f64, reason: Option<CoachReason>) -> MachineSaid {
    MachineSaid { kind, choice, margin: Some(margin), reason }
}

fn coach(choice: Choice, margin: f64, reason: CoachReason) -> MachineSaid {
    said(AnnotatorKind::Coach, choice, margin, Some(reason))
}

/// Nothing is looked at by chance.
fn strict() -> RoutingSettings {
    RoutingSettings { audit_share: 0.0, ..RoutingSettings::default() }
}

fn annotators() -> Vec<Annotator> {
    let one = |id, kind| Annotator { id, name: format!("{id}"), kind, is_simulated: false, is_active: true };
    vec![one(ADA, AnnotatorKind::Person), one(COACH, AnnotatorKind::Coach), one(MODEL, AnnotatorKind::PreferenceModel)]
}

fn comparisons(count: RecordId) -> Vec<Comparison> {
    (1..=count).map(|id| Comparison { id, prompt: id % 7, round: None, a: 2 * id, b: 2 * id + 1 }).collect()
}

fn kept(sequence: RecordId, comparison: RecordId, annotator: RecordId, choice: Choice) -> StoredVerdict {
    let verdict = NewVerdict::bare(format!("{sequence}"), comparison, annotator, choice, VerdictForm::Comparison);
    StoredVerdict { sequence, verdict, is_withdrawn: false, recorded_at: String::new() }
}

#[test]
fn a_machine_keeps_what_it_is_sure_of_and_people_get_the_rest() {
    use CoachReason::{ChangedItsMind, Clear, NoWords, NotJudged, SameText, SpeaksToTheCoach, TooClose, TooLong};
    let people = Route::People;
    for (said, expected) in [
        (vec![], people(Doubt::NotJudged)),
        (vec![coach(Choice::A, 6.0, Clear)], Route::Machine),
        (vec![coach(Choice::B, -0.5, Clear)], Route::Machine),
        (vec![coach(Choice::A, 0.0, NoWords)], Route::Machine),
        (vec![coach(Choice::Tie, 0.0, SameText)], Route::Machine),
        (vec![coach(Choice::Tie, 0.2, TooClose)], people(Doubt::TooClose)),
        (vec![coach(Choice::Tie, 7.0, ChangedItsMind)], people(Doubt::ChangedItsMind)),
        (vec![coach(Choice::Tie, 0.0, SpeaksToTheCoach)], people(Doubt::SpeaksToTheCoach)),
        (vec![coach(Choice::Skip, 0.0, TooLong)], people(Doubt::NotJudged)),
        (vec![coach(Choice::Skip, 0.0, NotJudged)], people(Doubt::NotJudged)),
        (vec![said(AnnotatorKind::Rules, Choice::Tie, 0.0, None)], Route::Machine),
        (vec![said(AnnotatorKind::PreferenceModel, Choice::Tie, 0.1, None)], people(Doubt::TooClose)),
        (vec![said(AnnotatorKind::PreferenceModel, Choice::A, 0.3, None)], Route::Machine),
        (
            vec![coach(Choice::A, 6.0, Clear), said(AnnotatorKind::PreferenceModel, Choice::B, -0.3, None)],
            people(Doubt::MachinesDisagree),
        ),
        // The coach counts before rules do.
        (
            vec![said(AnnotatorKind::Rules, Choice::Tie, 0.0, None), coach(Choice::Tie, 0.1, TooClose)],
            people(Doubt::TooClose),
        ),
    ] {
        assert_eq!(route(1, &said, &strict()), expected, "{said:?}");
    }
}

#[test]
fn a_stricter_threshold_sends_more_to_people() {
    let settings = RoutingSettings { threshold: Some(5.0), ..strict() };
    let clear = |margin| coach(Choice::A, margin, CoachReason::Clear);
    assert_eq!(route(1, &[clear(4.9)], &settings), Route::People(Doubt::TooClose));
    assert_eq!(route(1, &[clear(5.0)], &settings), Route::Machine);
    assert_eq!(route(1, &[coach(Choice::B, 0.0, CoachReason::NoWords)], &settings), Route::Machine);
    // It is the coach's threshold, and a preference model measures otherwise.
    assert_eq!(route(1, &[said(AnnotatorKind::PreferenceModel, Choice::A, 0.3, None)], &settings), Route::Machine);
}

#[test]
fn chance_chooses_a_share_of_what_is_sure_whatever_was_said() {
    let settings = RoutingSettings { audit_share: 0.05, seed: 4, ..RoutingSettings::default() };
    let audited = |said: MachineSaid| -> Vec<RecordId> {
        (0..4000).filter(|&id| route(id, &[said], &settings) == Route::Audit).collect()
    };
    let clear = audited(coach(Choice::A, 9.0, CoachReason::Clear));
    // 4000 draws of 0.05: 200 with a deviation of 13.8.
    assert!((150..250).contains(&clear.len()), "{}", clear.len());
    assert_eq!(clear, audited(coach(Choice::B, -1.5, CoachReason::Clear)), "the verdict plays no part");
    assert!(audited(coach(Choice::Tie, 0.0, CoachReason::TooClose)).is_empty());
    let other = RoutingSettings { seed: 5, ..settings };
    let again = |id: &RecordId| route(*id, &[coach(Choice::A, 9.0, CoachReason::Clear)], &other) == Route::Audit;
    assert!(clear.iter().filter(|id| again(id)).count() < 40, "another seed chooses others");
}

#[test]
fn what_is_kept_is_understood_as_it_was_said() {
    for reason in CoachReason::ALL {
        let mut verdict = kept(1, 1, COACH, Choice::Tie).verdict;
        verdict.reason = Some(format!("{reason}, by `kind`: it says when"));
        assert_eq!(MachineSaid::of_kept(AnnotatorKind::Coach, &verdict).reason, Some(reason));
    }
    let mut verdict = kept(1, 1, COACH, Choice::A).verdict;
    (verdict.reason, verdict.margin) = (Some("a person's words".to_owned()), Some(f64::NAN));
    let said = MachineSaid::of_kept(AnnotatorKind::Coach, &verdict);
    assert_eq!((said.reason, said.margin), (None, None));
}

#[test]
fn the_newest_word_of_each_machine_that_counts_is_heard() {
    let mut verdicts = vec![
        kept(5, 1, COACH, Choice::A),
        kept(2, 1, COACH, Choice::B),
        kept(3, 2, COACH, Choice::A),
        kept(4, 2, MODEL, Choice::B),
        kept(6, 3, ADA, Choice::A),
        kept(7, 4, COACH, Choice::A),
    ];
    verdicts[3].verdict.margin = Some(-2.0);
    verdicts[5].is_withdrawn = true;
    let routed = routes(&comparisons(5), &verdicts, &annotators(), &strict());
    assert_eq!(routed.keys().copied().collect::<Vec<_>>(), [1, 2], "people's and withdrawn verdicts are no machine's");
    assert_eq!(routed[&1].route, Route::Machine);
    assert_eq!((routed[&2].route, routed[&2].distance), (Route::People(Doubt::MachinesDisagree), 0.0));
    assert_eq!(counts(&routed), RoutedCounts { machine: 1, people: 1, audit: 0 });
}

fn candidate(comparison: RecordId, prompt: RecordId, distance: f64) -> Candidate {
    Candidate { comparison, prompt, is_wanted: true, is_audit: false, distance }
}

fn without_chance() -> OrderSettings {
    OrderSettings { chance: 0.0, ..OrderSettings::default() }
}

#[test]
fn prompts_take_turns_and_within_a_turn_the_least_sure_comes_first() {
    let all =
        [candidate(1, 1, 0.1), candidate(2, 1, 0.2), candidate(3, 1, 0.3), candidate(4, 2, 5.0), candidate(5, 3, 0.25)];
    assert_eq!(most_informative_first(&all, &[], &without_chance()), [1, 5, 4, 2, 3]);
    // Prompt 1 has two verdicts already, prompt 2 one.
    assert_eq!(most_informative_first(&all[1..], &[1, 1, 2], &without_chance()), [5, 4, 2, 3]);
    let doubts = OrderSettings { covers_prompts: false, ..without_chance() };
    assert_eq!(most_informative_first(&all, &[], &doubts), [1, 2, 5, 3, 4]);
}

#[test]
fn what_nobody_wants_comes_last_and_what_chance_chose_is_spread() {
    let mut all: Vec<Candidate> = (0..12).map(|id| candidate(id, id, f64::from(id as i32))).collect();
    for id in [3, 7] {
        all[id].is_audit = true;
    }
    for id in [0, 1] {
        all[id].is_wanted = false;
    }
    let order = most_informative_first(&all, &[], &without_chance());
    assert_eq!(order, [2, 4, 3, 5, 6, 8, 9, 7, 10, 11, 0, 1]);
}

#[test]
fn chance_fills_a_share_of_the_places_wherever_one_begins() {
    let all: Vec<Candidate> = (0..200).map(|id| candidate(id, id, f64::from(id as i32))).collect();
    let settings = OrderSettings { chance: 0.1, ..OrderSettings::default() };
    let order = most_informative_first(&all, &[], &settings);
    let mut sorted = order.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..200).collect::<Vec<_>>(), "each once");
    // Nine of ten places go by rank: 0 to 8, then one by chance.
    assert_eq!(order[..9], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(order[9] > 20, "{order:?}");
    // Asked again after three verdicts, it goes on where it was.
    let rest: Vec<Candidate> = all.iter().copied().filter(|one| !order[..3].contains(&one.comparison)).collect();
    assert_eq!(most_informative_first(&rest, &order[..3], &settings), order[3..]);
}

#[test]
fn odd_distances_do_no_harm() {
    let all = [candidate(1, 1, f64::NAN), candidate(2, 2, f64::NEG_INFINITY), candidate(3, 3, -0.5)];
    let order = most_informative_first(&all, &[], &OrderSettings { chance: f64::NAN, ..OrderSettings::default() });
    assert_eq!(order[0], 3);
    assert_eq!(order.len(), 3);
    assert!(most_informative_first(&[], &[4], &OrderSettings::default()).is_empty());
}

#[test]
fn the_honest_figure_is_of_what_chance_chose_and_of_nothing_else() {
    let settings = RoutingSettings { audit_share: 0.3, ..RoutingSettings::default() };
    let coached: Vec<StoredVerdict> = (1..=100).map(|id| kept(id, id, COACH, Choice::A)).collect();
    let routed = routes(&comparisons(100), &coached, &annotators(), &settings);
    let audited: Vec<RecordId> =
        routed.iter().filter(|(_, routed)| routed.route == Route::Audit).map(|(id, _)| *id).collect();
    let others: Vec<RecordId> = (1..=100).filter(|id| !audited.contains(id)).collect();
    assert!(audited.len() > 12, "{audited:?}");
    let mut verdicts = coached.clone();
    let mut say = |comparison, choice| verdicts.push(kept(200 + verdicts.len() as i64, comparison, ADA, choice));
    for &comparison in &audited[..9] {
        say(comparison, Choice::A);
    }
    say(audited[9], Choice::B);
    say(audited[10], Choice::Tie);
    say(audited[11], Choice::Skip);
    // What people say elsewhere, such as of what they knew the coach's word on, plays no part.
    for &comparison in &others[..20] {
        say(comparison, Choice::B);
    }
    let found = honesty(&routed, &verdicts, &annotators(), AnnotatorKind::Coach);
    assert_eq!((found.agreement.right, found.agreement.trials, found.ties), (9.0, 10, 1));
    assert_eq!(found.left, audited.len() - 11);
    // statsmodels.stats.proportion.proportion_confint(9, 10, method="wilson") → (0.59585, 0.98212)
    let sentence = found.sentence().expect("somebody looked");
    assert!(sentence.contains("9 of the 10 that they tell apart: 90% (95% interval 60% to 98%), 1 are"), "{sentence}");
    let nobody = honesty(&routed, &coached, &annotators(), AnnotatorKind::Coach);
    assert_eq!((nobody.sentence(), nobody.left), (None, audited.len()));
}

#[test]
fn a_verdict_of_a_coach_is_routed_as_it_was_given() {
    let verdict = CoachVerdict::decide(4.0, 3.0, 1.0);
    assert_eq!(route(1, &[MachineSaid::of_coach(&verdict)], &strict()), Route::Machine);
    let verdict = CoachVerdict::decide(4.0, -3.0, 1.0);
    assert_eq!(route(1, &[MachineSaid::of_coach(&verdict)], &strict()), Route::People(Doubt::ChangedItsMind));
    let routed: BTreeMap<RecordId, Routed> = routes(&comparisons(2), &[], &annotators(), &strict());
    assert!(routed.is_empty());
}
