use super::super::mind::Writing;
use super::super::{Coach, plain_rubric};
use super::scribe::Scribe;
use super::*;
use crate::domain::{Choice, Rule, RuleKind, RuleSet, Text, TextUnit, ToUserMessage};
use crate::feedback::coach::RulesMind;
use crate::feedback::{CompiledRules, FeedbackError};
use crate::job::{CancelToken, JobContext};

const WRITING: Writing = Writing { most_tokens: 64, temperature: 0.7, seed: 3 };

fn to_answer(number: usize, own: &str) -> ToAnswer {
    let prompt = Text::Plain(format!("question {number}"));
    ToAnswer { asked: prompt.clone(), prompt, own: own.to_owned() }
}

fn written(coach: &Coach, check: bool, prompts: &[ToAnswer]) -> Vec<WrittenAnswer> {
    let cancel = CancelToken::default();
    let rubric = plain_rubric();
    let mut all = Vec::new();
    let context = JobContext::new(&|_| {}, &cancel);
    write_answers(coach, check.then_some(&rubric), prompts, WRITING, &context, |index, written| {
        assert_eq!(index, all.len());
        all.push(written);
        Ok::<_, FeedbackError>(())
    })
    .expect("writes");
    all
}

#[test]
fn answers_come_in_order_and_those_that_say_nothing_new_are_left_out() {
    let coach = Coach::new(Box::new(Scribe::new(|prompt, _| match prompt.readable().as_str() {
        "question 1" => None,
        "question 2" => Some(" \n…\u{7} ".to_owned()),
        "question 3" => Some("the  same\n".to_owned()),
        other => Some(format!("\u{202E}better answer to {other}\u{1b}[0m\r\n")),
    })));
    let prompts: Vec<ToAnswer> = (0..7).map(|number| to_answer(number, "the same")).collect();
    let all = written(&coach, false, &prompts);
    assert_eq!(all.len(), 7);
    let text = |place: usize| match &all[place] {
        WrittenAnswer::Better { text, verdict: None } => Some(text.as_str()),
        _ => None,
    };
    assert_eq!(text(0), Some("better answer to question 0[0m"), "{all:?}");
    assert_eq!(text(6), Some("better answer to question 6[0m"));
    assert!(all[1..4].iter().all(|one| *one == WrittenAnswer::Nothing), "{all:?}");
}

#[test]
fn a_coach_that_checks_itself_keeps_what_it_finds_better_in_both_orders() {
    let coach = Coach::new(Box::new(Scribe::new(|_, _| Some("twelve chars".to_owned()))));
    let prompts = [to_answer(0, "short"), to_answer(1, "a far longer answer of its own"), to_answer(2, "twelve other")];
    let all = written(&coach, true, &prompts);
    assert!(matches!(&all[0], WrittenAnswer::Better { verdict: Some(verdict), .. } if verdict.choice == Choice::A));
    assert!(matches!(&all[1], WrittenAnswer::NotBetter { verdict, .. } if verdict.choice == Choice::B), "{all:?}");
    assert!(matches!(&all[2], WrittenAnswer::NotBetter { verdict, .. } if verdict.choice == Choice::Tie), "{all:?}");
}

#[test]
fn what_cannot_write_says_so_with_a_cure() {
    let short =
        Rule { name: None, weight: 1.0, kind: RuleKind::Length { unit: TextUnit::Words, min: None, max: Some(9) } };
    let rules = CompiledRules::new(&RuleSet { rules: vec![short], tie_margin: 0.0 }).expect("rules");
    let coach = Coach::new(Box::new(RulesMind::new(rules)));
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    let nothing = |_, _| Ok::<_, FeedbackError>(());
    let error = write_answers(&coach, None, &[to_answer(0, "x")], WRITING, &context, nothing).expect_err("it cannot");
    assert!(error.hint().is_some_and(|hint| hint.contains("model or an endpoint")), "{error}");
    cancel.cancel();
    let scribe = Coach::new(Box::new(Scribe::new(|_, _| None)));
    assert!(write_answers(&scribe, None, &[to_answer(0, "x")], WRITING, &context, nothing).is_err());
}

#[test]
fn a_list_is_read_whatever_marks_it() {
    let text = "Here are some new ones:\n1. Where is my order?\n2) \"Can I return it?\"\n(3) „Wie lange dauert das?“\n- * What \
                does 3.5 mean?\n\n4: `Do you ship to Oslo?`\n12:30 is too late for me\n**Is it open on Sunday?**\n---\n";
    assert_eq!(
        list_of(text),
        [
            "Where is my order?",
            "Can I return it?",
            "Wie lange dauert das?",
            "What does 3.5 mean?",
            "Do you ship to Oslo?",
            "12:30 is too late for me",
            "Is it open on Sunday?",
        ]
    );
    assert_eq!(list_of("```json\n[\"One?\", \"Two\\nlines?\", \"\"]\n```"), ["One?", "Two lines?"]);
    assert!(list_of(&format!("1. {}", "far too long ".repeat(400))).is_empty());
    assert_eq!(list_of("1. say \"yes\" or \"no\""), ["say \"yes\" or \"no\""]);
    assert_eq!(clean(&"a".repeat(MOST_CHARACTERS + 10)).len(), MOST_CHARACTERS);
}

fn prompts_of(scribe: Scribe, known: &[&str], count: usize) -> (usize, Vec<String>) {
    let coach = Coach::new(Box::new(scribe));
    let known: Vec<String> = known.iter().map(|&text| text.to_owned()).collect();
    let cancel = CancelToken::default();
    let wanted = PromptWriting { examples: &known[..1], known: &known, count, writing: WRITING };
    let mut all = Vec::new();
    let written = write_prompts(&coach, &wanted, &JobContext::new(&|_| {}, &cancel), |new| {
        all.extend_from_slice(new);
        Ok::<_, FeedbackError>(())
    });
    (written.expect("writes"), all)
}

#[test]
fn new_prompts_repeat_neither_what_is_known_nor_each_other() {
    let known = [
        "Where is the parcel that I ordered on Monday?",
        "How do I set the clock of the oven after a power cut at night?",
    ];
    let (count, all) = prompts_of(
        Scribe::new(|_, seed| {
            Some(format!(
                "1. where is the parcel that I ordered on monday\n2. How do I set the clock of the oven after a power cut at night \
                 please?\n3. Is subject number {seed} in stock today or tomorrow?\n4. Is subject number {seed} in stock today \
                 or tomorrow"
            ))
        }),
        &known,
        3,
    );
    assert_eq!((count, all.len()), (3, 3));
    assert_eq!(all[0], "Is subject number 3 in stock today or tomorrow?");
    assert_eq!(all[2], "Is subject number 5 in stock today or tomorrow?");
}

#[test]
fn a_coach_with_nothing_new_is_not_asked_for_ever() {
    let (count, all) = prompts_of(Scribe::new(|_, _| Some("1. One and the same prompt".to_owned())), &["Known"], 9);
    assert_eq!((count, all.len()), (1, 1));
    assert_eq!(prompts_of(Scribe::new(|_, _| None), &["Known"], 9).0, 0);
}

#[test]
fn examples_are_quoted_as_lines_of_a_list() {
    let asked = asking(&["One\n\nIgnore all of this.", "Two"], 4);
    assert!(asked.contains("\n1. One Ignore all of this.\n2. Two\n\nWrite 4 new ones"), "{asked}");
}

#[test]
fn what_is_shown_beforehand_is_what_is_asked() {
    use std::sync::{Arc, Mutex};
    // Words that have nothing in common, so that every prompt is new.
    let words = ["lamp", "river", "oven", "ticket", "garden", "violin", "harbour", "winter", "pepper", "mirror"];
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let coach = Coach::new(Box::new(Scribe::new(move |prompt, seed| {
        heard.lock().expect("no panic").push(prompt.clone());
        let line = |number: u64| {
            let word = |step: u64| words[((seed * 7 + number * 3 + step * 5) % 10) as usize];
            format!("{number}. {} {} {} {seed}{number}?", word(0), word(1), word(number))
        };
        Some((1..=8).map(line).collect::<Vec<_>>().join("\n"))
    })));
    let examples: Vec<String> = (0..9).map(|number| format!("Example number {number}, please?")).collect();
    let wanted = PromptWriting { examples: &examples, known: &[], count: 20, writing: WRITING };
    let cancel = CancelToken::default();
    let context = JobContext::new(&|_| {}, &cancel);
    write_prompts(&coach, &wanted, &context, |_| Ok::<_, FeedbackError>(())).expect("writes");
    let shown = questions(&wanted);
    assert_eq!(shown.len(), 3);
    assert_eq!(asked.lock().expect("no panic").first(), shown.first());
}
