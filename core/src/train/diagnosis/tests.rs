use std::f64::consts::LN_2;

use super::*;

const STEPS: u64 = 60;

/// A run's lines: of each step the figures that `change` leaves of a healthy one, and the holdout's every ten steps.
fn lines(change: impl Fn(u64, &mut Map<String, Value>)) -> Vec<Map<String, Value>> {
    let mut lines = Vec::new();
    for step in 0..=STEPS {
        // The margin grows by 0.02 a step, and wobbles as batches differ.
        let margin = 0.02 * step as f64 + if step % 2 == 0 { 0.03 } else { -0.03 };
        let loss = (-margin).exp().ln_1p();
        let line = json!({
            "step": step, "loss": loss, "learning_rate": 1e-4 * (1.0 - step as f64 / STEPS as f64),
            "grad_norm": 0.8 + 0.1 * (step % 5) as f64, "rewards/chosen": 0.4 * margin, "rewards/rejected": -0.6 * margin,
            "rewards/margins": margin, "rewards/accuracies": if step % 3 == 0 { 0.75 } else { 0.875 },
            "rewards/length_correlation": if step % 2 == 0 { 0.4 } else { -0.3 },
            "reward": 0.4 + 0.005 * step as f64, "frac_reward_zero_std": 0.125, "completions/clipped_ratio": 0.25,
            "completions/mean_length": 40.0, "kl": 0.001 * step as f64,
        });
        if step > 0 {
            let mut line = object(&line);
            change(step, &mut line);
            lines.push(line);
        }
        if step % 10 == 0 {
            let mut line = object(&json!({"step": step, "eval_loss": LN_2 - 0.004 * step as f64}));
            change(step, &mut line);
            lines.push(line);
        }
    }
    lines
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().expect("an object").clone()
}

/// Sets a figure where the line has it.
fn set(line: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    if line.contains_key(name) {
        line.insert(name.to_owned(), value.into());
    }
}

fn found(task: &str, lines: &[Map<String, Value>]) -> Vec<(String, u64)> {
    let mut watch = Watch::new(task, Some(STEPS));
    for line in lines {
        watch.add(line.clone());
    }
    watch.findings().iter().map(|finding| (finding.id.clone(), finding.step)).collect()
}

/// A run that shows the row's finding and no other, and the step at which it shows.
fn case(id: &str) -> (Vec<Map<String, Value>>, u64) {
    let of = |change: &dyn Fn(u64, &mut Map<String, Value>)| lines(change);
    match id {
        "not_finite" => (of(&|step, line| set(line, "loss", if step == 33 { Value::Null } else { json!(0.6) })), 33),
        "stuck_at_ln_2" => {
            let still = |step: u64, line: &mut Map<String, Value>| {
                let wobble = if step.is_multiple_of(2) { 0.004 } else { -0.004 };
                set(line, "loss", LN_2 + wobble);
                set(line, "rewards/margins", -2.0 * wobble);
                set(line, "eval_loss", LN_2);
            };
            (of(&still), STEPS / 4)
        }
        "accuracy_at_once_1" => {
            let easy = |step: u64, line: &mut Map<String, Value>| {
                set(line, "rewards/accuracies", if step == 1 { 0.0 } else { 1.0 });
            };
            (of(&easy), 9)
        }
        "chosen_falling" => (of(&|step, line| set(line, "rewards/chosen", -0.1 * step as f64)), 10),
        "length_drift" => (of(&|_, line| set(line, "rewards/length_correlation", -0.7)), 20),
        "exploding_gradient" => {
            (of(&|step, line| set(line, "grad_norm", if step < 40 { 1.0 } else { f64::from(step as u32) })), 42)
        }
        "overfit" => {
            (of(&|step, line| set(line, "eval_loss", 0.6 + 0.001 * (step as f64 - 20.0).powi(2).min(300.0))), 30)
        }
        "answers_score_alike" => {
            (of(&|step, line| set(line, "frac_reward_zero_std", if step < 5 { 0.5 } else { 1.0 })), 7)
        }
        "answers_cut" => (of(&|_, line| set(line, "completions/clipped_ratio", 0.75)), 3),
        "far_from_reference" => (of(&|step, line| set(line, "kl", 0.01 * step as f64)), 23),
        other => panic!("no case for {other}: a new row needs one"),
    }
}

#[test]
fn each_row_shows_in_its_own_case_and_is_told_once() {
    for row in DIAGNOSES {
        let (lines, step) = case(row.id);
        for task in row.tasks {
            assert!(found(task, &lines).contains(&(row.id.to_owned(), step)), "{}, {task}", row.id);
        }
        assert_eq!(found(row.tasks[0], &lines), [(row.id.to_owned(), step)]);
    }
}

#[test]
fn a_healthy_run_shows_nothing() {
    let healthy = lines(|_, _| {});
    for task in ["dpo", "kto", "sft", "preference-model", "online-dpo", "grpo", "rloo"] {
        assert_eq!(found(task, &healthy), [], "{task}");
    }
}

#[test]
fn a_row_is_silent_for_other_tasks_and_without_its_figures() {
    for row in DIAGNOSES {
        let (lines, _) = case(row.id);
        assert_eq!(found("another task", &lines), []);
        let bare: Vec<_> = lines.iter().map(|line| object(&json!({"step": line["step"], "num_tokens": 7}))).collect();
        assert_eq!(found(row.tasks[0], &bare), [], "{}", row.id);
    }
}

#[test]
fn a_finding_says_what_it_saw_in_numbers_and_what_to_do() {
    for row in DIAGNOSES {
        assert!(DIAGNOSES.iter().filter(|other| other.id == row.id).count() == 1 && find_diagnosis(row.id).is_some());
        assert!(row.meaning.len() > 60 && row.cure.len() > 20 && !row.tasks.is_empty());
        assert!(row.title.len() < 60 && !row.title.ends_with('.'));
        let (lines, _) = case(row.id);
        let mut watch = Watch::new(row.tasks[0], Some(STEPS));
        let finding = lines.into_iter().find_map(|line| watch.add(line).pop()).expect("it shows");
        assert!(finding.seen.chars().any(|letter| letter.is_ascii_digit()), "{}", finding.seen);
        assert!(!finding.evidence.is_empty() && finding.evidence.values().all(Value::is_number), "{finding:?}");
    }
}

#[test]
fn the_files_of_a_run_show_what_the_run_told() {
    let folder = tempfile::tempdir().expect("a folder");
    for row in DIAGNOSES {
        let (lines, step) = case(row.id);
        let of = |is_holdout: bool| {
            let chosen = lines.iter().filter(|line| line.contains_key("eval_loss") == is_holdout);
            chosen.map(|line| json!(line).to_string() + "\n").collect::<Vec<_>>().concat()
        };
        std::fs::write(folder.path().join("metrics.jsonl"), of(false) + "{\"step\": 61, \"lo").expect("it is written");
        std::fs::write(folder.path().join("holdout.jsonl"), of(true)).expect("it is written");
        let findings = diagnose_run(folder.path(), row.tasks[0], Some(STEPS)).expect("readable");
        assert_eq!(
            findings.iter().map(|finding| (finding.id.as_str(), finding.step)).collect::<Vec<_>>(),
            [(row.id, step)]
        );
    }
}

#[test]
fn a_run_that_broke_off_is_told() {
    let mut watch = Watch::new("sft", None);
    let events = std::sync::Mutex::new(Vec::new());
    let tell = |event| events.lock().expect("no panic").push(event);
    let cancel = crate::job::CancelToken::default();
    let breakdown = Breakdown { step: 3, figure: "loss", value: f64::NAN };
    watch.hear_breakdown(breakdown, &JobContext::new(&tell, &cancel));
    let events = events.into_inner().expect("no panic");
    assert!(matches!(&events[..], [JobEvent::Finding(finding)] if finding.id == "not_finite" && finding.step == 3));
}
