//! Projects that are made up, from the example's sentences: the same on every machine.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::json;
use whetstone_core::desk::{
    AnswerRow, Ask, FileKind, FilePlace, LabelRow, PairRow, ProjectView, PromptRow, Readiness, RunCurve, Sheet,
    SittingItem, SittingView, Step, StepState,
};
use whetstone_core::doctor;
use whetstone_core::domain::{Annotator, AnnotatorKind, Choice, RubricVersion, Split};
use whetstone_core::example::{self, Traits};
use whetstone_core::method::{Asked, RoundStanding, STARTER, StageKind, Standing, find_recipe};
use whetstone_core::project::store::{AuditEntry, Counts, Evaluation, Export, ProjectSettings, Run, RunKind, RunState};
use whetstone_core::random::Random;
use whetstone_core::train::presets::find_preset;

use crate::state::{EndpointsState, HubState, State};

mod coaches;
pub(crate) mod hub;
pub(crate) mod measured;
mod reviewing;
pub(crate) mod training;

pub(crate) use coaches::{
    coached_sheets, fill_coached, fill_served, judging, leaves, qwen, report, server, spending, trial, versions,
    whole_rule,
};
pub(crate) use reviewing::{coach_label, fill_reviewing, review_sitting, reviewing_sheets};

/// How far a made-up project is: each is further than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// No project is open.
    Nothing,
    /// It was just made, without prompts.
    New,
    /// Its prompts are there.
    Prompts,
    /// The model has answered.
    Answered,
    /// A person is judging.
    Judging,
    /// Everything is judged.
    Judged,
    /// The adapter is trained.
    Trained,
    /// Old and new are compared.
    Compared,
    /// The adapter is exported.
    Exported,
}

impl Stage {
    /// Every stage.
    pub(crate) const ALL: [Self; 9] = [
        Self::Nothing,
        Self::New,
        Self::Prompts,
        Self::Answered,
        Self::Judging,
        Self::Judged,
        Self::Trained,
        Self::Compared,
        Self::Exported,
    ];
}

const TRAIN_PROMPTS: usize = 40;
const HOLDOUT_PROMPTS: usize = 20;
const COMPARISONS: usize = 120;

/// Fills what screens read.
pub(crate) fn fill(state: &mut State, stage: Stage) {
    state.machine = Some(machine());
    state.hub = HubState::default();
    state.endpoints = EndpointsState::knowing(Vec::new());
    hub::know(state);
    state.settings.recent =
        ["help-desk", "invoices", "poems"].map(|name| PathBuf::from("/home/ada/projects").join(name)).to_vec();
    if stage == Stage::Nothing {
        return;
    }
    state.project = Some(Arc::new(project(stage, "rlhf")));
    if stage == Stage::Judging {
        state.sitting = Some(sitting());
    }
    for (ask, sheet) in sheets(stage) {
        state.sheets.keep_for_test(ask, sheet);
    }
    training::foresee(state);
    measured::foresee_export(state);
}

/// The machine that the made-up window stands on.
pub(crate) fn machine() -> doctor::Report {
    let place = |path: &str| doctor::Place { path: PathBuf::from(path), exists: true, free: Some(120_000_000_000) };
    doctor::Report {
        version: "0.1.0".to_owned(),
        system: "Debian 12".to_owned(),
        architecture: "x86_64".to_owned(),
        processor: Some("A laptop's processor".to_owned()),
        cores: 8,
        physical_cores: Some(4),
        vector_units: vec!["avx2".to_owned()],
        memory_total: Some(16_000_000_000),
        memory_available: Some(9_000_000_000),
        devices: vec!["cpu".to_owned()],
        working_folder: place("/home/ada"),
        model_cache: place("/home/ada/.cache/huggingface/hub"),
    }
}

/// A project at a stage, by a method.
pub(crate) fn project(stage: Stage, method: &str) -> ProjectView {
    let recipe = find_recipe(method).expect("it is a method");
    let reached = |wanted: Stage| stage >= wanted;
    let mut settings = ProjectSettings {
        id: "6f9c0a52-5f0e-4d35-8f8e-1f7a4e0d9a11".to_owned(),
        name: "A small shop's help desk".to_owned(),
        model: STARTER.to_owned(),
        coach: Some(STARTER.to_owned()),
        method: reached(Stage::Prompts).then(|| method.to_owned()),
        is_example: true,
        ..ProjectSettings::default()
    };
    find_preset("balanced").expect("it is a preset").apply(&mut settings.training);
    // Where no part is left to people, the coach judges.
    let by_coach = !recipe.has(StageKind::PeopleJudge);
    let judged = match stage {
        Stage::Answered => 0,
        Stage::Judging => 37,
        _ => COMPARISONS,
    };
    let round = reached(Stage::Answered).then(|| RoundStanding {
        round: 1,
        number: 1,
        prompts_answered: TRAIN_PROMPTS,
        completions: 4 * TRAIN_PROMPTS,
        comparisons: COMPARISONS,
        judged_by_people: if by_coach { 0 } else { judged },
        judged_by_coach: if by_coach { judged } else { 0 },
        adapter: reached(Stage::Trained).then_some(1),
        is_evaluated: reached(Stage::Compared),
        holdout_comparisons: if reached(Stage::Compared) { 80 } else { 0 },
        holdout_judged_by_people: if reached(Stage::Compared) { 80 } else { 0 },
        ..RoundStanding::default()
    });
    let standing = Standing {
        prompts: if reached(Stage::Prompts) { TRAIN_PROMPTS } else { 0 },
        holdout: if reached(Stage::Prompts) { HOLDOUT_PROMPTS } else { 0 },
        has_rubric: true,
        ideal_answers: 0,
        rounds: round.clone().into_iter().collect(),
    };
    let judged = round.as_ref().map_or(0, |round| round.judged_by_people);
    let judged_by_coach = round.as_ref().map_or(0, |round| round.judged_by_coach);
    let counts = Counts {
        prompts_train: standing.prompts,
        prompts_holdout: standing.holdout,
        completions: round.as_ref().map_or(0, |round| round.completions),
        comparisons: round.as_ref().map_or(0, |round| round.comparisons),
        verdicts_of_people: judged,
        open_for_people: round.as_ref().map_or(0, |round| round.comparisons) - judged,
        verdicts_of_coaches: judged_by_coach,
        unjudged: round.as_ref().map_or(0, |round| round.comparisons) - judged - judged_by_coach,
        ..Counts::default()
    };
    ProjectView {
        folder: PathBuf::from("/home/ada/projects/help-desk"),
        recipe: settings.method.as_deref().and(Some(recipe)),
        position: settings.method.as_deref().map(|_| standing.position(recipe)),
        steps: steps(stage),
        counts,
        round_counts: counts,
        rubric: Some(RubricVersion {
            id: 1,
            version: 1,
            rubric: example::example_rubric(),
            origin: "example".to_owned(),
        }),
        annotators: vec![annotator(1, "Ada"), annotator(2, "Ben")],
        runs: if reached(Stage::Trained) { vec![run(&settings)] } else { Vec::new() },
        evaluations: if reached(Stage::Compared) { vec![evaluation()] } else { Vec::new() },
        exports: if reached(Stage::Exported) { vec![export()] } else { Vec::new() },
        approvals: Vec::new(),
        standing,
        settings,
    }
}

fn steps(stage: Stage) -> Vec<StepState> {
    let done = match stage {
        Stage::Nothing => 0,
        Stage::New => 2,
        Stage::Prompts => 4,
        Stage::Answered | Stage::Judging => 5,
        Stage::Judged => 6,
        Stage::Trained => 7,
        Stage::Compared => 8,
        Stage::Exported => 9,
    };
    let state = |(place, step): (usize, Step)| {
        let readiness = match place {
            place if place < done => Readiness::Done,
            place if place == done => Readiness::Ready,
            _ => Readiness::After(Step::ALL[done.min(8)]),
        };
        StepState { step, readiness }
    };
    Step::ALL.into_iter().enumerate().map(state).collect()
}

fn annotator(id: i64, name: &str) -> Annotator {
    Annotator { id, name: name.to_owned(), kind: AnnotatorKind::Person, is_simulated: false, is_active: true }
}

pub(crate) fn run(settings: &ProjectSettings) -> Run {
    Run {
        id: 1,
        kind: RunKind::Dpo,
        round: Some(1),
        start_run: None,
        settings: json!(settings.training),
        rubric: Some(1),
        state: RunState::Finished,
        heartbeat: 60,
        is_cancel_requested: false,
        pairs: 104,
        begun_at: "2026-03-02T10:15:00Z".to_owned(),
    }
}

fn export() -> Export {
    Export {
        id: 1,
        run: 1,
        target: "peft".to_owned(),
        path: PathBuf::from("/home/ada/projects/help-desk/exports/peft"),
        made_at: "2026-03-02T11:40:00Z".to_owned(),
    }
}

/// The summary that a comparison of old and new leaves.
pub(crate) fn evaluation() -> Evaluation {
    use whetstone_core::evaluate::report::Example;
    use whetstone_core::evaluate::{Estimate, Outcome, Paired, Report, Results, RuleResult, WinRate};
    // Fifteen prompts won, three lost, two even: four comparisons each.
    let of = |outcome: Outcome, prompts: usize| std::iter::repeat_n(vec![outcome; 4], prompts);
    let by_prompt: Vec<Vec<Outcome>> =
        of(Outcome::Win, 15).chain(of(Outcome::Loss, 3)).chain(of(Outcome::Tie, 2)).collect();
    let paired = |before: (f64, f64, f64), after: (f64, f64, f64), difference: (f64, f64, f64)| Paired {
        before: Estimate::within(before.0, before.1, before.2),
        after: Estimate::within(after.0, after.1, after.2),
        difference: Estimate::within(difference.0, difference.1, difference.2),
        prompts: HOLDOUT_PROMPTS,
    };
    let kept = paired((0.96, 0.93, 0.98), (0.97, 0.94, 0.99), (0.01, -0.02, 0.04));
    let rule = |rule: &str, share: Paired| RuleResult { rule: rule.to_owned(), share };
    let results = Results {
        win_rate: WinRate::of(&by_prompt).ok(),
        rubric: Some(paired((0.31, 0.22, 0.42), (0.74, 0.64, 0.82), (0.43, 0.31, 0.55))),
        rules: vec![
            rule("says-hello", paired((0.5, 0.4, 0.6), (0.9, 0.83, 0.95), (0.4, 0.3, 0.5))),
            rule("short", paired((0.8, 0.7, 0.9), (0.82, 0.72, 0.9), (0.02, -0.05, 0.09))),
        ],
        fluency: Some(kept),
        variety: None,
        length: Some(paired((14.2, 13.0, 15.4), (16.8, 15.9, 17.7), (2.6, 1.4, 3.8))),
        win_rate_at_equal_length: Some(Estimate::within(0.74, 0.58, 0.87)),
        rewards: Some(measured::rewards()),
        forgetting: Some(measured::forgetting()),
    };
    let example = |place: usize, outcome: Outcome| {
        let (prompt, old, new) = texts(place);
        Example { prompt, old, new, outcome: Some(outcome), reason: None }
    };
    let examples = vec![example(3, Outcome::Win), example(8, Outcome::Tie), example(11, Outcome::Loss)];
    let title = "A small shop's help desk".to_owned();
    let report = Report { title, results, examples, grader: Some(measured::grader()), ..measured::round() };
    Evaluation {
        id: 1,
        run: 1,
        round: Some(1),
        judge: "people".to_owned(),
        summary: report.to_json(),
        made_at: "2026-03-02T11:20:00Z".to_owned(),
    }
}

/// What a person who judges has before them.
pub(crate) fn sitting() -> SittingView {
    let (prompt, first, second) = texts(3);
    SittingView {
        annotator: "Ada".to_owned(),
        asked: Asked::Fresh,
        done: 37,
        total: COMPARISONS,
        item: Some(SittingItem { place: 37, prompt, first, second, review: None }),
        refused: None,
        can_undo: true,
    }
}

/// A prompt and two answers of the example.
pub(crate) fn texts(place: usize) -> (String, String, String) {
    let prompts = example::prompts();
    let request = &prompts[place % prompts.len()].request;
    let mut random = Random::new(place as u64, &[7]);
    let mut answer = || {
        let traits = Traits::draw(&mut random);
        example::reply(request, traits, &mut random)
    };
    (request.text.clone(), answer(), answer())
}

/// Parts of the project.
fn sheets(stage: Stage) -> Vec<(Ask, Sheet)> {
    let prompts: Vec<PromptRow> = example::prompts()
        .iter()
        .enumerate()
        .map(|(place, prompt)| PromptRow {
            id: place as i64 + 1,
            text: prompt.request.text.clone(),
            split: if prompt.is_holdout { Split::Holdout } else { Split::Train },
            source: "example".to_owned(),
            answers: if stage >= Stage::Answered && !prompt.is_holdout { 4 } else { 0 },
            nearly_equal_to: (place == 5).then_some(2),
        })
        .collect();
    let answers = |count: usize| -> Arc<[AnswerRow]> {
        let row = |place: usize| {
            let (prompt, text, _) = texts(place);
            AnswerRow {
                id: place as i64 + 1,
                prompt: place as i64 + 1,
                prompt_text: prompt,
                text,
                origin: "starter".to_owned(),
                is_finished: true,
                is_discarded: place == 2,
            }
        };
        (0..count).map(row).collect()
    };
    let label = |place: usize| {
        let (prompt, a, b) = texts(place);
        LabelRow {
            sequence: place as i64 + 1,
            comparison: place as i64 + 1,
            prompt,
            a,
            b,
            choice: [Choice::A, Choice::B, Choice::A, Choice::Tie][place % 4],
            annotator: if place.is_multiple_of(3) { "Ben" } else { "Ada" }.to_owned(),
            kind: AnnotatorKind::Person,
            is_simulated: false,
            reason: None,
            confidence: None,
            rubric: None,
            because: None,
            rules: Vec::new(),
        }
    };
    let pair = |place: usize| {
        let (prompt, chosen, rejected) = texts(place);
        PairRow { comparison: place as i64 + 1, prompt, chosen, rejected, by_people: true }
    };
    let whole = |place: usize, prompt: &PromptRow| {
        let rows = answers(place + 4);
        let rows = rows[place..].iter().map(|row| AnswerRow { prompt: prompt.id, ..row.clone() });
        (Ask::Answers { prompt: prompt.id }, Sheet::Answers(rows.collect()))
    };
    let mut whole: Vec<(Ask, Sheet)> =
        prompts.iter().take(3).enumerate().map(|(place, prompt)| whole(place, prompt)).collect();
    whole.extend(
        prompts.iter().map(|prompt| (Ask::Prompt { prompt: prompt.id }, Sheet::Prompt(prompt.text.as_str().into()))),
    );
    let mut sheets =
        vec![(Ask::Prompts, Sheet::Prompts(if stage >= Stage::Prompts { prompts } else { Vec::new() }.into()))];
    sheets.push((Ask::Files, Sheet::Files(files(stage).into())));
    sheets.push((Ask::History { most: 100 }, Sheet::History(history().into())));
    if stage >= Stage::Answered {
        sheets.extend(whole);
        for most in [12, 20, 24, 30, 40, 50] {
            sheets.push((Ask::NewestAnswers { most }, Sheet::Answers(answers(most))));
        }
        let labels = if stage == Stage::Answered { 0 } else { 37 };
        sheets.push((Ask::Labels, Sheet::Labels((0..labels).map(label).collect())));
        sheets.push((Ask::Pairs, Sheet::Pairs((0..labels).map(pair).collect())));
    }
    if stage >= Stage::Trained {
        sheets.push((Ask::Curves { runs: vec![1] }, Sheet::Curves([curve()].into())));
    }
    sheets
}

/// Files of the project.
fn files(stage: Stage) -> Vec<FilePlace> {
    let place = |kind: FileKind, path: &str, bytes: u64| FilePlace { kind, path: PathBuf::from(path), bytes };
    let mut files = vec![
        place(FileKind::Project, "/home/ada/projects/help-desk", 48_300_000),
        place(FileKind::Database, "/home/ada/projects/help-desk/project.db", 2_400_000),
    ];
    if stage >= Stage::Trained {
        files.push(place(FileKind::Run(1), "/home/ada/projects/help-desk/runs/1", 31_000_000));
    }
    if stage >= Stage::Compared {
        files.push(place(FileKind::Report, "/home/ada/projects/help-desk/reports/round-1/report.html", 81_000));
    }
    if stage >= Stage::Exported {
        files.push(place(FileKind::Export, "/home/ada/projects/help-desk/exports/peft", 5_400_000));
    }
    files.push(place(FileKind::StarterModel, "/home/ada/.local/share/whetstone/starter/7c1e5a0b93d2f468", 9_100_000));
    files
}

/// The project's trail, as the store words it.
fn history() -> Vec<AuditEntry> {
    let entry = |(sequence, (who, what, details)): (usize, (&str, &str, serde_json::Value))| AuditEntry {
        sequence: 8 - sequence as i64,
        at: format!("2026-03-02T11:{:02}:00Z", 40 - sequence),
        who: who.to_owned(),
        what: what.to_owned(),
        subject: (what == "exported a run").then_some(1),
        details,
    };
    let entries = [
        ("engine", "exported a run", json!({ "run": 1, "target": "peft" })),
        ("engine", "evaluated a run", json!({})),
        ("engine", "changed a run's state", json!({ "state": "finished" })),
        ("Ada", "gave a verdict", json!({})),
        ("engine", "added completions", json!({ "count": 160, "last": 160 })),
        ("owner", "added prompts", json!({ "count": 60, "last": 60 })),
        ("owner", "made the project", json!({})),
    ];
    entries.into_iter().enumerate().map(entry).collect()
}

/// Figures of a training that went well.
pub(crate) fn curve() -> RunCurve {
    let steps = (1..=60).map(|step| {
        let learned = 1.0 - (-f64::from(step) / 18.0).exp();
        let wobble = (f64::from(step) * 1.7).sin() * 0.03;
        let values = json!({
            "step": step,
            "loss": 0.69 - 0.38 * learned + wobble,
            "learning_rate": 5e-4 * (1.0 - f64::from(step) / 60.0),
            "grad_norm": 1.2 - 0.6 * learned,
            "rewards/chosen": 0.9 * learned,
            "rewards/rejected": -1.4 * learned + wobble,
            "rewards/margins": 2.3 * learned - wobble,
            "rewards/accuracies": 0.5 + 0.45 * learned + wobble,
            "logps/chosen": -58.0 + 6.0 * learned,
            "logps/rejected": -60.0 - 14.0 * learned,
            "seconds": 0.4,
        });
        values.as_object().cloned().unwrap_or_default()
    });
    RunCurve { run: 1, steps: steps.collect(), holdout: Arc::new([]) }
}
