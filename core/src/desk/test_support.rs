//! A small project for this room's tests.

use std::path::PathBuf;

use tempfile::TempDir;

use super::{Applied, Ask, Desk, ProjectCommand, ProjectView, Reader, Sheet};
use crate::domain::{
    AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, Rubric, RubricRule, Split, Text, VerdictForm,
};
use crate::feedback::people::{Key, ReviewFilter};
use crate::job::ProjectChanges;
use crate::method::Asked;
use crate::project::store::{Access, NewComparison, NewCompletion, NewPrompt, NewRun, RunKind, RunState, Store};

/// A project of one comparison a prompt, owned by a desk, with an engine beside it.
pub(super) struct Table {
    pub(super) desk: Desk,
    pub(super) engine: Store,
    pub(super) comparisons: Vec<RecordId>,
    folder: TempDir,
}

impl Table {
    /// So many comparisons to train on, in the first round.
    pub(super) fn laid(method: &str, comparisons: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let changes = ProjectChanges { method: Some(method.to_owned()), ..ProjectChanges::default() };
        let desk = Desk::create(&folder.path().join("project"), &changes).expect("a project");
        let engine = Store::open(desk.folder(), Access::Beside).expect("an engine");
        engine.begin_round(None).expect("a round");
        let mut table = Self { desk, engine, comparisons: Vec::new(), folder };
        table.comparisons = (0..comparisons).map(|number| table.compare(number, Split::Train)).collect();
        table
    }

    /// Adds a prompt with two answers and their comparison.
    pub(super) fn compare(&self, number: usize, split: Split) -> RecordId {
        let text = Text::Plain(format!("request {number}"));
        let prompt = NewPrompt { text, split, tags: Vec::new(), source: "test".to_owned() };
        let prompt = self.engine.add_prompts(&[prompt]).expect("a prompt").ids[0];
        let round = self.engine.rounds().expect("rounds").last().map(|round| round.id);
        let answer = |name: &str| NewCompletion {
            prompt,
            round,
            text: format!("{name} {number}"),
            origin: CompletionOrigin::Model { model: "/models/small".to_owned(), run: None, seed: 1 },
            is_finished: true,
        };
        let ids = self.engine.add_completions(&[answer("left"), answer("right")]).expect("answers");
        let comparison = NewComparison { prompt, round, a: ids[0], b: ids[1] };
        self.engine.add_comparisons(&[comparison]).expect("a comparison")[0]
    }

    pub(super) fn apply(&mut self, command: &ProjectCommand) -> Applied {
        self.desk.apply(command).unwrap_or_else(|error| panic!("{command:?}: {error}"))
    }

    /// What a command that is refused is refused with: the sentence and its cure.
    pub(super) fn refused(&mut self, command: &ProjectCommand) -> (String, String) {
        let error = self.desk.apply(command).expect_err("it cannot be done");
        (error.what, error.hint.expect("a cure"))
    }

    pub(super) fn reader(&self) -> Reader {
        Reader::open(self.desk.folder()).expect("a reader")
    }

    pub(super) fn view(&self) -> ProjectView {
        self.reader().view().expect("a view")
    }

    pub(super) fn sheet(&self, ask: &Ask) -> Sheet {
        self.reader().sheet(ask).expect("a sheet")
    }

    /// A place for a file outside the project.
    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn sit(&mut self, name: &str, asked: Asked) -> Applied {
        let filter = ReviewFilter::default();
        self.apply(&ProjectCommand::SitDown { annotator: name.to_owned(), asked, filter })
    }

    pub(super) fn press(&mut self, key: Key) -> Applied {
        self.apply(&ProjectCommand::Press { key, seconds: 2.0 })
    }

    /// The coach judges a comparison, so sure or not.
    pub(super) fn coach_says(&self, comparison: RecordId, choice: Choice, margin: f64) {
        let coach = self.engine.annotator("the coach", AnnotatorKind::Coach, false).expect("a coach");
        let key = uuid::Uuid::new_v4().to_string();
        let bare = NewVerdict::bare(key, comparison, coach.id, choice, VerdictForm::Comparison);
        let reason = Some(format!("said of {comparison}"));
        self.engine.record_verdict(&NewVerdict { margin: Some(margin), reason, ..bare }).expect("kept");
    }

    /// A run of the newest round in this state.
    pub(super) fn run(&self, kind: RunKind, state: RunState) -> RecordId {
        let round = self.engine.rounds().expect("rounds").last().map(|round| round.id);
        let settings = serde_json::json!({});
        let new = NewRun { kind, round, start_run: None, settings, rubric: None, pairs: Vec::new() };
        let run = self.engine.begin_run(&new).expect("a run").id;
        self.engine.set_run_state(run, state).expect("a state");
        run
    }
}

/// A rubric of rules with these names.
pub(super) fn rubric(names: &[&str]) -> Rubric {
    let rule = |name: &&str| RubricRule::new(*name, format!("Be {name}."));
    Rubric::of(names.iter().map(rule).collect())
}
