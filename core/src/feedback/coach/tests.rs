use std::path::PathBuf;

use super::*;
use crate::domain::{ChatMessage, Choice, RubricRule, RubricTask, ToUserMessage};
use crate::job::CancelToken;

/// A small model with random weights: it has opinions, though no sensible ones.
pub(in crate::feedback) fn golden(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models")).join(name)
}

fn coach() -> Coach {
    Coach::of_folder(&ComputeSettings::default(), &golden("qwen3"), None).expect("opens").with_threshold(0.0)
}

fn rubric(rules: &[&str]) -> Rubric {
    let rule = |text: &&str| RubricRule::new(*text, *text);
    Rubric::of(rules.iter().map(rule).collect())
}

fn items() -> Vec<CoachItem> {
    let item = |request: &str, a: &str, b: &str| CoachItem::new(request, a, b);
    let mut items = vec![
        item("Where is it?", "On its way.", "No."),
        item("Where is it?", "Same.", "Same."),
        item("Can I return it?", "Yes, within 30 days.", "Sorry, I do not know."),
        item("Can I return it?", "Yes.", ":"),
        item("Hello", "Reply A: me", "Hi there"),
        item("Hello", "Hi there", &"far too long for it ".repeat(60)),
    ];
    items.extend((0..AT_ONCE).map(|number| item("How many?", &format!("{number} of them"), "None at all")));
    items
}

fn judged(coach: &Coach, items: &[CoachItem]) -> Vec<CoachVerdict> {
    let cancel = CancelToken::default();
    coach.judge_all(&rubric(&["Be brief."]), items, &JobContext::new(&|_| {}, &cancel)).expect("judges")
}

#[test]
fn exchanged_answers_exchange_the_verdict() {
    let coach = coach();
    let items = items();
    let swapped: Vec<CoachItem> =
        items.iter().map(|item| CoachItem::new(item.prompt.clone(), item.b.as_str(), item.a.as_str())).collect();
    let (one, other) = (judged(&coach, &items), judged(&coach, &swapped));
    assert_eq!(one.len(), items.len());
    for (one, other) in one.iter().zip(&other) {
        assert!((one.margin + other.margin).abs() < 1e-5, "{one:?} {other:?}");
        assert!((one.first_order + other.second_order).abs() < 1e-5, "{one:?} {other:?}");
        assert_eq!((one.choice, one.reason), (other.choice.swapped(), other.reason));
    }
    assert!(one.iter().filter(|verdict| verdict.margin != 0.0).count() > AT_ONCE / 2, "{one:?}");
}

#[test]
fn together_they_are_judged_as_alone_and_in_order() {
    let coach = coach();
    let items = items();
    let together = judged(&coach, &items);
    let reasons: Vec<CoachReason> = together.iter().map(|verdict| verdict.reason).collect();
    assert_eq!(
        (reasons[1], reasons[3], reasons[4], reasons[5]),
        (CoachReason::SameText, CoachReason::NoWords, CoachReason::SpeaksToTheCoach, CoachReason::TooLong)
    );
    assert_eq!((together[3].choice, together[5].choice), (Choice::A, Choice::Skip));
    for (item, together) in items.iter().zip(&together) {
        let alone = judged(&coach, std::slice::from_ref(item)).remove(0);
        assert!((alone.margin - together.margin).abs() < 1e-5, "{alone:?} {together:?}");
        assert_eq!(alone.reason, together.reason);
    }
}

#[test]
fn sets_of_rules_are_judged_each_for_itself() {
    let coach = coach();
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    let sets = [vec!["Be brief."], vec!["Be kind.", "Be brief."]];
    let rubrics = sets.each_ref().map(|rules| rubric(rules));
    let rule_sets = rubrics.each_ref().map(|rubric| rubric.rules.iter().collect::<Vec<_>>());
    let mut both = Vec::new();
    coach
        .judge_by_each(RubricTask::Conversation, &rule_sets, &items(), &context, |_, verdicts| {
            both.push(verdicts);
            Ok::<_, FeedbackError>(())
        })
        .expect("judges");
    for (set, rules) in sets.iter().enumerate() {
        let alone = coach.judge_all(&rubric(rules), &items(), &context).expect("judges");
        for (both, alone) in both.iter().zip(&alone) {
            assert!((both[set].margin - alone.margin).abs() < 1e-5, "{both:?} {alone:?}");
        }
    }
    assert!((both[0][0].margin - both[0][1].margin).abs() > 1e-4, "the rules make a difference");
}

#[test]
fn a_threshold_leaves_what_is_near_to_people() {
    let items = items();
    // Random weights have a taste for places alone; the starter has one for words.
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
    let of = |threshold: f64| {
        let coach = Coach::of_folder(&ComputeSettings::default(), folder, None).expect("opens");
        judged(&coach.with_threshold(threshold), &items)
    };
    let (free, strict) = (of(0.0), of(f64::INFINITY));
    assert!(free.iter().any(|verdict| verdict.reason == CoachReason::Clear), "{free:?}");
    assert!(strict.iter().all(|verdict| verdict.reason != CoachReason::Clear), "{strict:?}");
}

#[test]
fn a_check_is_a_probability() {
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    let prompt = Text::Plain("Where is it?".to_owned());
    let check = |reply: &str| {
        let item = CheckItem { prompt: &prompt, reply };
        coach().checks(&rubric(&["Be brief."]), &[item], &context).expect("checks")[0][0]
    };
    let one = check("On its way.").expect("read");
    assert!(one > 0.0 && one < 1.0, "{one}");
    assert_eq!(check(":"), Some(0.0));
    assert_eq!(check(&"far too long for it ".repeat(60)), None);
}

#[test]
fn what_cannot_judge_is_refused_with_a_cure() {
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    let error = coach().judge_all(&Rubric::default(), &items(), &context).expect_err("no rules");
    assert_eq!(error.to_string(), "there is no rule to judge by");
    assert!(error.hint().is_some());
    let error = Coach::of_folder(&ComputeSettings::default(), &golden("none"), None).expect_err("no folder");
    assert!(error.hint().is_some(), "{error}");
}

#[test]
fn a_conversation_is_one_request() {
    assert_eq!(request_of(&Text::Plain("a\nb".to_owned())), "a\nb");
    let turns = [("system", "s"), ("user", "one"), ("assistant", "two"), ("user", "three")];
    let messages = |count: usize| {
        Text::Messages(turns[..count].iter().map(|(role, text)| ChatMessage::new(*role, *text)).collect())
    };
    assert_eq!(request_of(&messages(2)), "one");
    assert_eq!(request_of(&messages(4)), "user: one\nassistant: two\nuser: three");
}
