//! Cards: every form that holds a model or an adapter has one, and what a project knows stands in it.

use std::path::{Path, PathBuf};

use serde_json::json;

use super::super::{TARGETS, run, write_dataset_card};
use super::has_card;
use crate::domain::{
    AnnotatorKind, Choice, CompletionOrigin, ComputeSettings, GgufType, NewVerdict, RecordId, ResolvedPair, Rubric,
    RubricRule, Split, Text, VerdictForm,
};
use crate::evaluate::report::{Labeller, Report};
use crate::files;
use crate::job::{CancelToken, ExportSpec, JobContext, RunOfProject};
use crate::project::exchange::{DATASET_TARGETS, ExportRow, RowKind, write_dataset};
use crate::project::store::{
    Access, NewComparison, NewCompletion, NewEvaluation, NewPrompt, NewRun, ProjectSettings, RunKind, Store,
};

fn golden() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/models/llama_tied")).to_owned()
}

fn spec(to: &str, out: &Path, of_run: Option<RunOfProject>) -> ExportSpec {
    ExportSpec {
        of_run,
        compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
        ..ExportSpec::new(golden(), Some(&golden().join("adapter")), to, out)
    }
}

fn card(to: &str, out: &Path, of_run: Option<RunOfProject>) -> String {
    let spec = spec(to, out, of_run);
    let cancel = CancelToken::default();
    run(&spec, &JobContext::new(&|_| {}, &cancel)).expect("an export");
    files::read_text(&out.join("README.md")).expect("a card")
}

#[test]
fn every_form_but_a_training_has_a_card() {
    for target in TARGETS {
        assert_eq!(has_card(target.id), target.id != "trl-job", "{}", target.id);
    }
}

#[test]
fn an_adapter_of_no_project_says_so_and_how_it_is_used_and_was_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    for (to, library, relation, used) in [
        ("peft", "peft", "adapter", "PeftModel.from_pretrained"),
        ("gguf", "gguf", "finetune", "llama-cli -m model-f16.gguf"),
        ("llama-server", "gguf", "finetune", "docker compose up"),
        ("vllm", "peft", "adapter", "docker compose up"),
    ] {
        let card = card(to, &folder.path().join(to), None);
        let (front, text) =
            card.strip_prefix("---\n").and_then(|card| card.split_once("\n---\n")).expect("front matter");
        let value = |key: &str| front.lines().find_map(|line| line.strip_prefix(&format!("{key}: ")));
        // A folder is no repository, which alone may stand there.
        assert_eq!((value("base_model"), value("base_model_relation")), (None, None), "{front}");
        assert_eq!(value("library_name"), Some(library), "{to}");
        let usage = super::USAGES.iter().find(|usage| usage.target == to).expect("a row");
        assert_eq!(super::relation(usage, GgufType::F16, true), relation, "{to}");
        assert!(text.contains(used) && text.contains("it is no project's"), "{text}");
        assert!(text.contains("## Whether it got better\n\nThat was not measured."), "{text}");
        assert!(text.contains("## How it was checked"), "{text}");
        // A folder's path is this machine's alone.
        assert!(!card.contains(env!("CARGO_MANIFEST_DIR")), "{card}");
    }
}

#[test]
fn a_card_says_what_whoever_asks_has_to_send() {
    let folder = tempfile::tempdir().expect("a folder");
    for (to, is_said) in [("peft", true), ("llama-server", true), ("vllm", true), ("ollama", false)] {
        let out = folder.path().join(to);
        let asked = ExportSpec { system_prompt: Some("Be `brief`.\nBe kind.".to_owned()), ..spec(to, &out, None) };
        let cancel = CancelToken::default();
        run(&asked, &JobContext::new(&|_| {}, &cancel)).expect("an export");
        let card = files::read_text(&out.join("README.md")).expect("a card");
        assert_eq!(
            card.contains("before every conversation.\n\n    Be `brief`.\n    Be kind.\n"),
            is_said,
            "{to}: {card}"
        );
        if out.join("ask.sh").is_file() {
            assert!(files::read_text(&out.join("ask.sh")).expect("a question").contains("Be kind."));
        }
    }
}

/// A project with three people, one of them simulated, a coach, and a run of what they said.
fn project(folder: &Path) -> RecordId {
    let store = Store::create(folder, &ProjectSettings::default()).expect("a project");
    let prompt = |number: usize| NewPrompt {
        text: Text::Plain(format!("prompt {number}")),
        split: Split::Train,
        tags: Vec::new(),
        source: if number == 0 { "written by coach".to_owned() } else { "typed".to_owned() },
    };
    let prompts = store.add_prompts(&(0..4).map(prompt).collect::<Vec<_>>()).expect("prompts").ids;
    let round = store.begin_round(None).expect("a round").id;
    let person = |name: &str, simulated| store.annotator(name, AnnotatorKind::Person, simulated).expect("a person").id;
    let people = [person("Ada Lovelace", false), person("Grace Hopper", false), person("Robot", true)];
    let coach = store.annotator("judge *one*", AnnotatorKind::Coach, false).expect("a coach").id;
    let rules = Rubric::of(vec![RubricRule::new("brief", "Be brief.")]);
    let rubric = store.add_rubric(&rules, "written").expect("a rubric").id;
    let mut pairs = Vec::new();
    for (number, (&prompt, annotator)) in prompts.iter().zip(people.into_iter().chain([coach])).enumerate() {
        let by_model = CompletionOrigin::Model { model: "small".to_owned(), run: None, seed: 1 };
        let by_person = CompletionOrigin::Ideal { annotator: Some(people[0]) };
        let answer = |text: &str, origin| NewCompletion {
            prompt,
            round: Some(round),
            text: text.to_owned(),
            origin,
            is_finished: true,
        };
        let first = if number == 0 { by_person } else { by_model.clone() };
        let answers = store.add_completions(&[answer("one", first), answer("two", by_model)]).expect("answers");
        let new = NewComparison { prompt, round: Some(round), a: answers[0], b: answers[1] };
        let comparison = store.add_comparisons(&[new]).expect("a comparison")[0];
        let verdict = NewVerdict {
            key: format!("00000000-0000-4000-8000-{number:012}"),
            comparison,
            annotator,
            choice: Choice::A,
            form: VerdictForm::Comparison,
            shown_swapped: false,
            seconds: None,
            reason: None,
            margin: None,
            rubric: Some(rubric),
            model: (number == 3).then(|| "large".to_owned()),
            seed: None,
        };
        let verdicts = vec![store.record_verdict(&verdict).expect("kept").sequence];
        pairs.push(ResolvedPair {
            comparison,
            chosen: answers[0],
            rejected: answers[1],
            verdicts,
            by_people: number < 3,
        });
    }
    let run = NewRun {
        kind: RunKind::Dpo,
        round: Some(round),
        start_run: None,
        settings: json!({}),
        rubric: Some(rubric),
        pairs,
    };
    store.begin_run(&run).expect("a run").id
}

#[test]
fn a_projects_card_counts_people_names_machines_and_says_what_is_made_by_ai() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("project");
    let run = project(&at);
    let card = card("peft", &folder.path().join("out"), Some(RunOfProject { project: at, run }));
    for said in [
        "Learned from 4 preference pairs, decided by 4 verdicts; people decided 3 pairs.",
        "People: 2 people and 1 simulated person (a program that stands in for a person), with 3 verdicts.",
        "Coach, a machine: judge \\*one\\*, with 1 verdict.",
        "Models that judged: large.",
        "Rubric version 1 (written): Be brief.",
        "Of 8 answers that it learned from, 7 are AI-made (88%).",
        "Of 4 prompts, 1 are AI-made (25%).",
    ] {
        assert!(card.contains(said), "{said}\n\n{card}");
    }
    for name in ["Ada", "Grace", "Robot"] {
        assert!(!card.contains(name), "{card}");
    }
}

#[test]
fn a_card_says_that_no_person_decided_only_where_none_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("project");
    let by_all = project(&at);
    let store = Store::open(&at, Access::Owner).expect("the project");
    let by_coach: Vec<ResolvedPair> =
        store.run_pairs(by_all).expect("pairs").into_iter().filter(|pair| !pair.by_people).collect();
    assert_eq!(by_coach.len(), 1);
    let run = |kind, start_run, settings, pairs| {
        let new = NewRun { kind, round: None, start_run, settings, rubric: None, pairs };
        store.begin_run(&new).expect("a run").id
    };
    let imitating = run(RunKind::Sft, None, json!({}), Vec::new());
    let imported = run(RunKind::Dpo, None, json!({ "imported_from": "elsewhere" }), Vec::new());
    let coached = |start| run(RunKind::Dpo, start, json!({}), by_coach.clone());
    let alone = coached(None);
    let runs = [
        (alone, true, None),
        (coached(Some(alone)), true, Some("before it, which learned in the same way.")),
        (coached(Some(imitating)), false, Some("1 training before it.")),
        (coached(Some(imported)), false, Some("1 training before it.")),
        (coached(Some(by_all)), false, Some("before it, which learned in the same way.")),
        (imported, false, Some("It was trained elsewhere")),
        // The one ideal answer of the project, which a person wrote.
        (imitating, false, Some("Of 1 answer that it learned from, 0 are AI-made (0%).")),
    ];
    drop(store);
    for (run, by_none, said) in runs {
        let of = RunOfProject { project: at.clone(), run };
        let card = card("peft", &folder.path().join(run.to_string()), Some(of));
        assert_eq!(card.contains("No person decided what it learned from"), by_none, "{run}: {card}");
        assert!(said.is_none_or(|said| card.contains(said)), "{run}: {card}");
    }
}

#[test]
fn a_card_says_whether_it_got_better_and_what_to_beware_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("project");
    let run = project(&at);
    let ada = Labeller {
        name: "Ada Lovelace".to_owned(),
        kind: AnnotatorKind::Person,
        is_simulated: false,
        verdicts: 40,
        note: None,
    };
    let report = Report { labellers: vec![ada], ..Report::default() };
    let store = Store::open(&at, Access::Owner).expect("the project");
    let evaluation = NewEvaluation { run, round: None, judge: "people".to_owned(), summary: report.to_json() };
    store.add_evaluation(&evaluation).expect("kept");
    drop(store);
    let card = card("peft", &folder.path().join("out"), Some(RunOfProject { project: at, run }));
    let (conclusion, risks) = (report.conclusion(), report.risks());
    assert!(card.contains(&super::text::plain(&conclusion.sentence)), "{card}");
    assert!(!risks.is_empty());
    for risk in risks {
        let seen = risk.seen.replace("Ada Lovelace", "one person");
        assert!(card.contains(&super::text::plain(&seen)), "{seen}: {card}");
    }
    assert!(!card.contains("Ada"), "{card}");
}

#[test]
fn a_datasets_card_says_what_is_in_it_and_leaves_the_licence_open() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("project");
    let run = project(&at);
    let store = Store::open(&at, Access::Owner).expect("the project");
    let pairs = store.run_pairs(run).expect("pairs");
    let text = |text: &str| Text::Plain(text.to_owned());
    for target in DATASET_TARGETS {
        let out = folder.path().join(target.id);
        files::create_folder(&out).expect("a folder");
        let kind = RowKind::Pair { prompt: text("Why?"), chosen: text("So."), rejected: text("No.") };
        let rows = vec![ExportRow::new(kind); pairs.len()];
        let path = out.join(format!("train.{}", target.ending));
        let written = write_dataset(target, &mut rows.into_iter(), &path).expect("written");
        let path = write_dataset_card(&store, &pairs, target, &written, &out).expect("a card");
        let card = files::read_text(&path).expect("a card");
        for column in &written.columns {
            assert!(card.contains(&format!("| {} |", super::text::plain(column))), "{column}: {card}");
        }
        for said in [
            &format!("data_files: \"train.{}\"\n", target.ending),
            "4 preference pairs, decided by 4 verdicts; people decided 3 pairs.",
            "People: 2 people and 1 simulated person",
            "Of 8 answers in them, 7 are AI-made (88%).",
            "None is chosen yet.",
        ] {
            assert!(card.contains(said), "{said}\n\n{card}");
        }
        assert!(!written.columns.is_empty() && !card.contains("Ada"), "{card}");
    }
}
