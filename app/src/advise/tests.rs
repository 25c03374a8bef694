use serde_json::Map;

use super::*;

/// What came of answers by options and of what is typed, and what was shown.
fn gathered(answers: &[(&str, &str)], json: bool, typed: &str) -> (Result<(Answers, Advice), UserMessage>, String) {
    let answers = answers.iter().map(|&(question, answer)| (question.to_owned(), answer.to_owned())).collect();
    let options = AdviseOptions { project: None, answers };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let console = Console::new(&mut out, &mut err);
    let gathered = gather(&options, json, &mut typed.as_bytes(), &console);
    drop(console);
    (gathered, String::from_utf8(out).expect("we write UTF-8"))
}

#[test]
fn every_question_is_asked_once_with_its_answers() {
    let (gathered, shown) = gathered(&[], false, "1\n2\n4\n4\n3\n");
    let (answers, advice) = gathered.expect("advice");
    assert!(answers.are_complete());
    for question in QUESTIONS {
        assert_eq!(shown.matches(question.text).count(), 1, "{shown}");
        for answer in question.answers {
            assert!(shown.contains(answer.text), "{shown}");
        }
    }
    for (question, number) in QUESTIONS.iter().zip([1, 2, 4, 4, 3]) {
        assert_eq!(answers.chosen(question.id), Some(question.answers[number - 1].id));
    }
    // Tone, judged by people who have days for it and no coach: the case of people's own verdicts.
    assert_eq!(advice.method.id, "rlhf");
}

#[test]
fn what_is_answered_by_option_is_not_asked() {
    let (gathered, shown) = gathered(&[("goal", "changing_facts"), ("coach", "none")], false, "1\n1\n1\n");
    let (answers, advice) = gathered.expect("advice");
    assert!(answers.are_complete());
    assert!(!shown.contains(QUESTIONS[0].text) && shown.contains(QUESTIONS[1].text), "{shown}");
    assert!(advice.do_not_train.is_some(), "facts that change are looked up, not trained: {advice:?}");
}

#[test]
fn what_is_no_number_of_an_answer_is_asked_again() {
    let (gathered, shown) = gathered(&[], false, "0\n7\nx\n\n-1\n6\n");
    let (answers, _) = gathered.expect("advice of one answer");
    assert_eq!(shown.matches("a number from 1 to 6").count(), 5, "{shown}");
    assert_eq!(answers.chosen("goal"), Some("few_cases"));
    assert_eq!(answers.chosen("judge"), None, "the end of what is typed leaves the rest open");
}

#[test]
fn a_script_is_asked_nothing() {
    let (gathered, shown) = gathered(&[("goal", "tone")], true, "");
    let (answers, advice) = gathered.expect("advice");
    assert_eq!((shown.as_str(), answers.chosen("goal")), ("", Some("tone")));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    tell_events(&answers, &advice, &Console::new(&mut out, &mut err)).expect("a vector takes everything");
    let told = String::from_utf8(out).expect("we write UTF-8");
    let events: Vec<Value> = told.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(events.len(), 2, "{told}");
    let Some(Value::Object(summary)) = events[1].get("summary").cloned() else { panic!("no summary: {told}") };
    assert_eq!(summary["answers"], json!({"goal": "tone"}));
    assert_eq!(summary["method"]["id"], advice.method.id);
    assert_ne!(summary["reasons"], Value::Null);
    assert_ne!(Value::Object(Map::new()), summary["estimates"]);
}

#[test]
fn an_answer_that_there_is_not_is_told_with_those_there_are() {
    for (question, answer, hint) in [("colour", "red", "goal, judge, hours"), ("hours", "all", "none, few, some, many")]
    {
        let error = gathered(&[(question, answer)], false, "").0.expect_err("it is unknown");
        assert!(
            error.what.contains(question) && error.hint.as_ref().is_some_and(|told| told.contains(hint)),
            "{error:?}"
        );
    }
}

#[test]
fn advice_is_told_with_reasons_time_and_what_to_beware_of() {
    for typed in ["1\n2\n4\n4\n3\n", "5\n1\n1\n1\n3\n", "4\n1\n1\n1\n1\n", "2\n4\n2\n3\n2\n"] {
        let (_, advice) = gathered(&[], false, typed).0.expect("advice");
        let lines = lines_of(&advice);
        let method = advice.do_not_train.as_deref().unwrap_or(advice.method.id);
        assert!(lines[1].contains(method), "{lines:?}");
        for reason in &advice.reasons {
            let mark = if reason.for_or_against == Side::For { "  + " } else { "  - " };
            assert!(lines.contains(&format!("{mark}{}", reason.sentence)), "{lines:?}");
        }
        let of_time = lines.iter().filter(|line| line.starts_with("people's time: ")).count();
        assert_eq!(of_time, usize::from(advice.method.trains), "{lines:?}");
    }
}
