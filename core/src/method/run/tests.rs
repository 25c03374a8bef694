//! How far a project goes on, who stops it, and what is foreseen of it: on the starter model, with a handful of prompts.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::*;
use crate::domain::{
    AnnotatorKind, Choice, CompletionOrigin, LoraSettings, NewVerdict, ResultJudge, Split, VerdictForm,
};
use crate::example;
use crate::job::{CancelToken, EndpointUse, ForecastSpec, ImportAdapterSpec, ImportSpec, JobError, JobEvent};
use crate::method::work::key;
use crate::method::{demo, forecast, import, import_adapter};
use crate::model::{Adapter, AdapterConfig, AdapterTarget, DecoderConfig, LoraPair, TrainingCard};
use crate::project::store::{NewComparison, NewCompletion, NewRun, ProjectSettings, RunKind, RunState};
use crate::train::TrainError;
use crate::train::presets::PRESETS;

/// A project with four prompts to train on and two that are set aside.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new(method: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut settings = ProjectSettings {
            model: concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter").to_owned(),
            coach: None,
            samples: 3,
            comparisons: 2,
            result_samples: 1,
            other: Map::new(),
            ..demo::settings(method, 0, true)
        };
        settings.sampling.max_new_tokens = 24;
        settings.training.max_steps = Some(6);
        settings.training.batch_size = 2;
        let store = Store::create(folder.path(), &settings).expect("a project");
        let (holdout, train): (Vec<_>, Vec<_>) = example::prompts().into_iter().partition(|prompt| prompt.is_holdout);
        let prompts: Vec<_> = train.iter().take(4).chain(holdout.iter().take(2)).map(demo::new_prompt).collect();
        store.add_prompts(&prompts).expect("prompts");
        store.add_rubric(&example::example_rubric(), "example").expect("a rubric");
        Self { folder }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    fn spec(&self, until: Option<&str>) -> RunSpec {
        RunSpec {
            project: self.path(),
            again: false,
            until: until.map(str::to_owned),
            beside: false,
            endpoint: EndpointUse::default(),
            compute: ComputeSettings { threads: Some(2), ..ComputeSettings::default() },
        }
    }

    fn until(&self, stage: &str) -> Map<String, Value> {
        run(&self.spec(Some(stage)), &quietly(&CancelToken::default())).expect("it goes on")
    }

    fn store(&self) -> Store {
        Store::open(self.folder.path(), Access::Owner).expect("the project")
    }

    /// A person says of every comparison that the first answer is better.
    fn judge(&self) {
        let store = self.store();
        let annotator = store.annotator("Ada", AnnotatorKind::Person, false).expect("an annotator").id;
        let verdict =
            |id: RecordId| NewVerdict::bare(key(&[id as u64]), id, annotator, Choice::A, VerdictForm::Comparison);
        let comparisons = store.comparisons(None).expect("comparisons");
        let verdicts: Vec<NewVerdict> = comparisons.iter().map(|comparison| verdict(comparison.id)).collect();
        store.record_verdicts(&verdicts).expect("verdicts");
    }

    /// The newest training of the adapter.
    fn training(&self) -> crate::project::store::Run {
        let runs = self.store().runs().expect("runs");
        runs.into_iter().rfind(|run| run.kind == RunKind::Dpo).expect("a run")
    }
}

fn quietly(cancel: &CancelToken) -> JobContext<'_> {
    JobContext::new(&|_| {}, cancel)
}

#[test]
fn a_project_goes_no_further_than_the_stage_that_is_named() {
    let project = Project::new("rlhf");
    for _ in 0..2 {
        let summary = project.until("answer");
        assert_eq!((&summary["stopped_after"], &summary["waits_for"]), (&json!("answer"), &Value::Null));
        let said = summary["said"].to_string();
        assert!(said.contains("It stopped after this stage, as it was asked to: Let the model answer."), "{said}");
    }
    let comparisons = project.store().comparisons(None).expect("comparisons").len();
    assert!(comparisons > 2, "{comparisons}");
    let summary = project.until("people_judge");
    assert_eq!(summary["stopped_after"], Value::Null);
    assert!(summary["waits_for"].as_str().is_some_and(|reason| reason.starts_with("people: ")), "{summary:?}");
    project.judge();
    let summary = project.until("people_judge");
    assert_eq!((&summary["stopped_after"], &summary["waits_for"]), (&json!("people_judge"), &Value::Null));
    assert!(project.store().runs().expect("runs").is_empty());

    // To the end; then once more, which begins a round first.
    let summary = project.until("evaluate");
    assert_eq!((&summary["stopped_after"], &summary["waits_for"]), (&Value::Null, &Value::Null));
    assert!(summary["report"].is_string(), "{summary:?}");
    let again = RunSpec { again: true, ..project.spec(Some("answer")) };
    let summary = run(&again, &quietly(&CancelToken::default())).expect("it goes on");
    assert_eq!((&summary["stopped_after"], summary.get("report")), (&json!("answer"), None));
    let store = project.store();
    let rounds = store.rounds().expect("rounds");
    assert_eq!(rounds.iter().map(|round| round.number).collect::<Vec<_>>(), [1, 2]);
    assert!(!store.comparisons(Some(rounds[1].id)).expect("comparisons").is_empty());
    assert_eq!(store.runs().expect("runs").len(), 1);
}

#[test]
fn a_project_does_not_go_into_another_round_than_the_one_it_begins_in() {
    let project = Project::new("hybrid-c");
    project.until("answer");
    project.judge();
    assert_eq!(project.until("train")["stopped_after"], "train");
    assert_eq!(project.store().rounds().expect("rounds").len(), 1);
    assert_eq!(project.training().state, RunState::Finished);
    // Asked anew it begins in the second round, whose answers come next.
    let summary = project.until("answer");
    assert_eq!(summary["stopped_after"], "answer");
    let store = project.store();
    let rounds = store.rounds().expect("rounds");
    assert_eq!(rounds.len(), 2);
    assert_eq!(rounds[1].start_run, Some(store.runs().expect("runs")[0].id));
}

#[test]
fn a_stage_that_is_not_there_is_refused_with_those_that_are() {
    let project = Project::new("rlhf");
    let error = run(&project.spec(Some("sharpen")), &quietly(&CancelToken::default())).expect_err("no such stage");
    let message = crate::domain::ToUserMessage::user_message(&error);
    assert!(message.what.contains("sharpen"), "{message}");
    for stage in StageKind::ALL {
        assert!(message.hint.as_ref().is_some_and(|hint| hint.contains(stage.id())), "{message}");
    }
}

#[test]
fn a_project_is_worked_on_beside_the_one_who_owns_it() {
    let project = Project::new("rlhf");
    let owner = project.store();
    let cancel = CancelToken::default();
    let error = run(&project.spec(Some("answer")), &quietly(&cancel)).expect_err("somebody owns it");
    assert!(matches!(error, MethodError::Store(_)), "{error}");
    let beside = RunSpec { beside: true, ..project.spec(Some("answer")) };
    run(&beside, &quietly(&cancel)).expect("beside the owner");
    assert!(!owner.comparisons(None).expect("comparisons").is_empty());

    let file = project.path().join("more.jsonl");
    fs::write(&file, "{\"prompt\": \"When do you open?\"}\n").expect("it is written");
    let spec = ImportSpec {
        project: Some(project.path()),
        file,
        form: None,
        columns: [].into(),
        holdout: false,
        holdout_share: 0.0,
        preview: false,
        beside: false,
    };
    let error = import(&spec, &quietly(&cancel)).expect_err("somebody owns it");
    assert!(matches!(error, MethodError::Store(_)), "{error}");
    import(&ImportSpec { beside: true, ..spec }, &quietly(&cancel)).expect("beside the owner");
    assert_eq!(owner.prompts(Some(Split::Train)).expect("prompts").len(), 5);
}

#[test]
fn a_run_lives_is_stopped_through_the_store_and_goes_on() {
    let project = Project::new("rlhf");
    project.until("answer");
    project.judge();
    let beside = Store::open(&project.path(), Access::Beside).expect("the project");
    let cancel = CancelToken::default();
    let stopped_at = Mutex::new(None);
    let tell = |event: JobEvent| {
        let JobEvent::Metrics { values } = event else { return };
        let mut stopped_at = stopped_at.lock().expect("no panic while telling");
        if stopped_at.is_some() {
            return;
        }
        *stopped_at = values["step"].as_u64();
        let run = beside.runs().expect("runs").pop().expect("a run");
        assert_eq!(run.state, RunState::Running { process: std::process::id() });
        beside.request_cancel(run.id).expect("it is asked to stop");
        // Two signs of life later, its wish to stop has been looked for.
        while beside.run(run.id).expect("a run").heartbeat < run.heartbeat + 2 {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    };
    let error = run(&project.spec(None), &JobContext::new(&tell, &cancel)).expect_err("it was stopped");
    assert!(error.is_cancelled() && !cancel.is_cancelled(), "{error}");
    assert_eq!(*stopped_at.lock().expect("no panic while telling"), Some(1));
    let stopped = project.training();
    assert_eq!(stopped.state, RunState::Cancelled);
    let steps = || {
        let folder = project.store().run_folder(stopped.id);
        fs::read_to_string(folder.join("metrics.jsonl")).expect("figures").lines().count()
    };
    assert_eq!(steps(), 1);

    // A process that was killed leaves a run that seems to run.
    project.store().set_run_state(stopped.id, RunState::Running { process: u32::MAX }).expect("a state");
    project.until("train");
    let finished = project.training();
    assert_eq!((finished.id, finished.state, steps()), (stopped.id, RunState::Finished, 6));
    assert!(finished.heartbeat > stopped.heartbeat, "{finished:?}");
}

#[test]
fn an_adapter_that_was_brought_in_is_compared_with_the_old_model() {
    let project = Project::new("rlhf");
    // A kill before the adapter was there whole leaves a run that nobody goes on with.
    let store = project.store();
    let killed = NewRun {
        kind: RunKind::Dpo,
        round: Some(store.begin_round(None).expect("a round").id),
        start_run: None,
        settings: json!({ "imported_from": "elsewhere" }),
        rubric: None,
        pairs: Vec::new(),
    };
    let killed = store.begin_run(&killed).expect("a run").id;
    drop(store);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let model = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/starter"));
    let decoder = DecoderConfig::open(model).expect("a configuration");
    let lora = LoraSettings { rank: 1, ..LoraSettings::default() };
    let config = AdapterConfig::new(&lora, &decoder, model).expect("a configuration");
    let pair = |target: AdapterTarget| {
        let (inputs, outputs) = (target.module.in_features, target.module.out_features);
        let pair = LoraPair { a: vec![0.1; inputs], b: vec![0.02; outputs], rank: 1, scale: target.scale };
        (target.path, pair)
    };
    let tensors = config.targets(&decoder).expect("targets").into_iter().map(pair).collect();
    let adapter = Adapter { config, tensors, score_head: None };
    adapter.save(elsewhere.path(), &TrainingCard::default()).expect("written");
    let spec = ImportAdapterSpec { project: project.path(), adapter: elsewhere.path().to_owned(), beside: false };
    let brought = import_adapter(&spec, &quietly(&CancelToken::default())).expect("it is brought in");
    let summary = run(&project.spec(None), &quietly(&CancelToken::default())).expect("it goes on");
    assert!(summary["waits_for"].is_null() && summary["report"].is_string(), "{summary:?}");
    let store = project.store();
    assert_eq!(json!(store.evaluations().expect("evaluations")[0].run), brought["run"]);
    assert_eq!(store.run(killed).expect("a run").state, RunState::Prepared);
}

#[test]
fn a_run_that_another_process_trains_is_left_to_it() {
    let project = Project::new("rlhf");
    project.until("answer");
    project.judge();
    let cancel = CancelToken::default();
    let tell = |event: JobEvent| {
        if matches!(event, JobEvent::Metrics { .. }) {
            cancel.cancel();
        }
    };
    run(&project.spec(None), &JobContext::new(&tell, &cancel)).expect_err("it was stopped");
    let training = project.training();
    let record = project.store().run_folder(training.id).join("run.json");
    let held = fs::File::open(record).expect("a record");
    held.try_lock().expect("nobody trains");
    let state = RunState::Running { process: 1 };
    project.store().set_run_state(training.id, state).expect("a state");
    let error = run(&project.spec(None), &quietly(&CancelToken::default())).expect_err("somebody trains");
    assert!(matches!(error, MethodError::Train(TrainError::Busy { .. })), "{error}");
    assert_eq!(project.training().state, state);
}

#[test]
fn the_first_prompts_that_are_set_aside_are_watched() {
    let project = Project::new("rlhf");
    project.until("answer");
    project.judge();
    project.until("train");
    let store = project.store();
    let folder = store.run_folder(store.runs().expect("runs")[0].id);
    let lines = fs::read_to_string(folder.join("samples.jsonl")).expect("answers");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let holdout = store.prompts(Some(Split::Holdout)).expect("prompts");
    let due =
        (0..=6_u64).flat_map(|step| holdout.iter().map(move |prompt| (json!(step), json!(prompt.text.readable()))));
    let found = lines.iter().map(|line| (line["step"].clone(), line["prompt"].clone()));
    assert_eq!(found.collect::<Vec<_>>(), due.collect::<Vec<_>>());
}

/// What a forecast tells: its summary, and how often it noted something, measured the machine, told a forecast.
fn foreseen(project: &Project, presets: &[&str]) -> Result<(Map<String, Value>, [usize; 3]), MethodError> {
    let told = Mutex::new([0; 3]);
    let tell = |event| {
        let mut told = told.lock().expect("no panic while telling");
        match event {
            JobEvent::Note { .. } => told[0] += 1,
            JobEvent::Progress(progress) if progress.stage == "measuring this machine" => told[1] += 1,
            JobEvent::Forecast(_) => told[2] += 1,
            _ => {}
        }
    };
    let spec = ForecastSpec {
        project: project.path(),
        presets: presets.iter().map(|&preset| preset.to_owned()).collect(),
        compute: ComputeSettings { threads: Some(1), ..ComputeSettings::default() },
    };
    let cancel = CancelToken::default();
    let summary = forecast(&spec, &JobContext::new(&tell, &cancel))?;
    Ok((summary, told.into_inner().expect("no panic while telling")))
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).expect("a folder").count()
}

#[test]
fn the_next_training_is_foreseen_by_each_preset_before_and_after_people_judge() {
    let project = Project::new("rlhf");
    assert!(matches!(foreseen(&project, &[]), Err(MethodError::NothingToForesee)));
    project.until("answer");
    let comparisons = project.store().comparisons(None).expect("comparisons").len();
    let presets: Vec<&str> = PRESETS.iter().map(|preset| preset.id).collect();
    let (summary, told) = foreseen(&project, &presets).expect("a forecast");
    assert_eq!(told, [1, 1, presets.len()]);
    let forecasts = summary["forecasts"].as_array().expect("forecasts");
    assert_eq!(
        forecasts.iter().map(|one| one["preset"].as_str()).collect::<Vec<_>>(),
        presets.iter().map(|&id| Some(id)).collect::<Vec<_>>()
    );
    for one in forecasts {
        assert!(one["forecast"]["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0), "{one}");
        assert_eq!((&one["forecast"]["fits"], &one["refusal"]), (&json!(true), &Value::Null));
    }
    project.judge();
    // The owner is no obstacle, and nothing is begun.
    let owner = project.store();
    let (summary, told) = foreseen(&project, &[]).expect("a forecast");
    assert_eq!(told, [0, 1, 1]);
    let one = &summary["forecasts"][0];
    assert_eq!((&one["preset"], &one["forecast"]["rows"]), (&Value::Null, &json!(comparisons)));
    assert_eq!(one["forecast"]["steps"], 6);
    assert!(owner.runs().expect("runs").is_empty());
    assert_eq!(entries(&project.path().join("runs")), 0);
    assert!(matches!(foreseen(&project, &["hasty"]), Err(MethodError::UnknownPreset { .. })));
}

/// A person's verdict of earlier on a prompt that is set aside.
fn held_out_verdict(project: &Project) {
    let store = project.store();
    let prompt = store.prompts(Some(Split::Holdout)).expect("prompts")[0].id;
    let answer = |text: &str| NewCompletion {
        prompt,
        round: None,
        text: text.to_owned(),
        origin: CompletionOrigin::Import { file: "old.jsonl".to_owned() },
        is_finished: true,
    };
    let answers = store.add_completions(&[answer("Thank you for asking."), answer("No.")]).expect("answers");
    let comparison = NewComparison { prompt, round: None, a: answers[0], b: answers[1] };
    let comparison = store.add_comparisons(&[comparison]).expect("a comparison")[0];
    let annotator = store.annotator("Ada", AnnotatorKind::Person, false).expect("an annotator").id;
    let key = key(&[u64::MAX, comparison as u64]);
    let verdict = NewVerdict::bare(key, comparison, annotator, Choice::A, VerdictForm::Comparison);
    store.record_verdict(&verdict).expect("a verdict");
}

#[test]
fn the_two_models_are_measured_once_and_peoples_verdicts_set_aside_are_weighed() {
    let project = Project::new("rlhf");
    {
        let store = project.store();
        let settings = store.settings().expect("settings");
        store.set_settings(&ProjectSettings { judge: ResultJudge::People, ..settings }).expect("people compare");
    }
    held_out_verdict(&project);
    project.until("answer");
    project.judge();
    let summary = project.until("evaluate");
    assert!(summary["waits_for"].is_string(), "{summary:?}");
    // While people compare, what was measured is kept; what stands there is taken as it is.
    let path = project.path().join("reports/round-1/measured.json");
    let mut measured: Value = serde_json::from_str(&fs::read_to_string(&path).expect("measured")).expect("JSON");
    assert_eq!(measured["rewards"]["pairs"], 1, "{measured}");
    assert!(measured["forgetting"]["shift"].is_object(), "{measured}");
    measured["forgetting"]["remarks"] = json!(["This was not measured again."]);
    // As if the verdict had been the other way round when it was weighed.
    let chosen = measured["chosen"].as_object_mut().expect("answers that were chosen");
    assert_eq!(chosen.len(), 1);
    chosen.values_mut().for_each(|answer| *answer = json!(answer.as_i64().expect("a place") + 1));
    measured["rewards"]["pairs"] = json!(99);
    fs::write(&path, measured.to_string()).expect("written");
    project.judge();
    let summary = project.until("evaluate");
    assert!(summary["report"].is_string(), "{summary:?}");
    let results = project.store().evaluations().expect("evaluations").pop().expect("one").summary["report"].take();
    let results = &results["results"];
    assert_eq!(results["forgetting"]["remarks"], json!(["This was not measured again."]));
    assert_eq!(results["rewards"]["pairs"], 1);
}
