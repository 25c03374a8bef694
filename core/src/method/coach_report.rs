//! Coaches tried on comparisons that people decided, side by side.

mod before;
mod cases;

use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::MethodError;
use super::work::{STARTER, model_folder, with_folder, with_ledger_of};
use crate::domain::{Choice, CoachName, RecordId, Rubric, RubricRule, RubricVersion};
use crate::evaluate::report_card::{page, text_of};
use crate::feedback::coach::endpoint::{Endpoints, Leaving};
use crate::feedback::coach::report_card::{ReportCard, RuleCard, Trial, report_card, rule_cards};
use crate::feedback::coach::{Coach, CoachItem, Opening, kind_of, open, plain_rubric};
use crate::feedback::{FeedbackError, read_rubric};
use crate::files;
use crate::job::{CoachReportSpec, JobContext};
use crate::project::store::{Access, ProjectSettings, Store};
pub(super) use before::before_labelling;
use cases::Tried;

/// What the files of a report are called.
pub const REPORT_FILES: [&str; 2] = ["coach-report.json", "coach-report.html"];

/// The folder of a project's reports.
const REPORTS: &str = "reports";

/// The job: see [`CoachReportSpec`].
pub fn coach_report(spec: &CoachReportSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let store = spec.project.as_ref().map(|folder| Store::open(folder, Access::Beside)).transpose()?;
    let trial = Trying::prepare(spec, store.as_ref())?;
    let mut cards = Vec::with_capacity(trial.coaches.len());
    for name in &trial.coaches {
        context.check()?;
        cards.push(trial.try_one(name, context)?);
    }
    let mut said: Vec<String> = vec![format!("Tried on {}.", trial.tried.source)];
    said.extend(text_of(&cards));
    let mut summary = Map::new();
    if let Some(folder) = folder_of(spec, store.as_ref()) {
        let report = trial.report(&cards);
        let [values, html] = write(&folder, &report)?;
        said.push(format!("report: {}", html.display()));
        summary.insert("out".to_owned(), json!(values));
        summary.insert("page".to_owned(), json!(html));
    }
    summary.insert("source".to_owned(), json!(trial.tried.source));
    summary.insert("cases".to_owned(), json!(trial.tried.cases.len()));
    summary.insert("cards".to_owned(), json!(cards));
    summary.insert("said".to_owned(), json!(said));
    Ok(summary)
}

/// Writes both files of a report, and says where.
fn write(folder: &Path, report: &CoachReport) -> Result<[PathBuf; 2], MethodError> {
    files::create_folder(folder)?;
    let places = REPORT_FILES.map(|name| folder.join(name));
    files::write_atomically(&places[0], |out| serde_json::to_writer_pretty(out, report).map_err(std::io::Error::from))?;
    files::write_atomically(&places[1], |out| out.write_all(page(&report.cards, &report.source).as_bytes()))?;
    Ok(places)
}

/// A report as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CoachReport {
    /// What the coaches were tried on, in words.
    pub source: String,
    /// The version of the project's rubric that was judged by, where it was the project's.
    #[serde(default)]
    pub rubric_version: Option<u32>,
    /// The comparisons that the cases are, in their order, where they are a project's.
    #[serde(default)]
    pub comparisons: Vec<RecordId>,
    /// A card each.
    pub cards: Vec<ReportCard>,
}

/// Bytes of a report that are read at most: a dozen coaches with the longest answers have less.
const LONGEST_REPORT: u64 = 64 << 20;

/// Where the two files of a project's report lie, where there is one: for programs, and for people.
pub fn report_files(project: &Path) -> [PathBuf; 2] {
    REPORT_FILES.map(|name| project.join(REPORTS).join(name))
}

/// The report that lies in a project. One that cannot be read, or that another version of the program wrote differently, is
/// none.
pub fn report_of(project: &Path) -> Option<CoachReport> {
    let [values, _] = report_files(project);
    let length = std::fs::metadata(&values).ok()?.len();
    let bytes = if length <= LONGEST_REPORT { std::fs::read(values).ok()? } else { return None };
    serde_json::from_slice(&bytes).ok()
}

/// What that job would send to endpoints that people have not agreed to yet, each for itself.
pub fn leaving_of_report(spec: &CoachReportSpec) -> Result<Vec<Leaving>, MethodError> {
    let store = spec.project.as_ref().map(|folder| Store::open(folder, Access::Beside)).transpose()?;
    let trial = Trying::prepare(spec, store.as_ref())?;
    let endpoints = Endpoints::of_user().map_err(FeedbackError::from)?;
    let project = trial.settings.as_ref().map(|settings| settings.id.as_str());
    let items: Vec<CoachItem> = trial.tried.cases.iter().map(|case| case.item.clone()).collect();
    let mut leaving = Vec::new();
    for name in &trial.coaches {
        let CoachName::Endpoint(name) = name else { continue };
        let endpoint = endpoints.find(name).map_err(FeedbackError::from)?;
        if project.is_some_and(|project| endpoint.is_agreed(project)) {
            continue;
        }
        let together = Leaving::of_comparisons(endpoint, &trial.rubric, &items);
        let singly = trial.rubric.rules.iter().filter(|_| spec.by_rule == Some(true)).map(|rule| {
            let rubric = Rubric { task: trial.rubric.task, rules: vec![rule.clone()] };
            Leaving::of_comparisons(endpoint, &rubric, &items)
        });
        leaving.push(singly.fold(together, |all, one| all.and(&one)));
    }
    Ok(leaving)
}

/// The comparisons that a project's trial would be on, as a coach reads them.
pub(super) fn items_of_trial(spec: &CoachReportSpec, store: &Store) -> Result<Vec<CoachItem>, MethodError> {
    Ok(cases::gather(spec, Some(store))?.cases.into_iter().map(|case| case.item).collect())
}

/// The project's rules, where it has some.
pub(super) fn newest_rubric(store: &Store) -> Result<RubricVersion, MethodError> {
    let version = store.rubrics()?.pop().filter(|version| !version.rubric.rules.is_empty());
    version.ok_or(MethodError::NoRubric)
}

/// Where the files go.
fn folder_of(spec: &CoachReportSpec, store: Option<&Store>) -> Option<PathBuf> {
    spec.out.clone().or_else(|| store.map(|store| store.folder().join(REPORTS)))
}

/// Everything that the coaches of one report have in common.
struct Trying<'a> {
    spec: &'a CoachReportSpec,
    settings: Option<ProjectSettings>,
    coaches: Vec<CoachName>,
    tried: Tried,
    rubric: Rubric,
    judged_by: String,
    /// The version of the project's rubric, where that is judged by.
    rubric_version: Option<u32>,
    model: Option<PathBuf>,
    adapter: Option<PathBuf>,
}

impl<'a> Trying<'a> {
    fn prepare(spec: &'a CoachReportSpec, store: Option<&Store>) -> Result<Self, MethodError> {
        let settings = store.map(Store::settings).transpose()?;
        let (rubric, judged_by, rubric_version) = rubric_of(spec, store)?;
        let coaches = match (&spec.coaches[..], &settings) {
            ([], Some(settings)) => vec![settings.coach.as_deref().unwrap_or(&settings.model).parse()?],
            ([], None) => vec![CoachName::Starter],
            (named, _) => named.to_vec(),
        };
        let model = match (&spec.model, &settings) {
            (Some(model), _) => Some(model.clone()),
            (None, Some(settings)) => Some(model_folder(&settings.model)?),
            (None, None) => None,
        };
        let adapter = match (&spec.adapter, store) {
            (None, Some(store)) => super::work::newest_adapter_folder(store)?,
            (given, _) => given.clone(),
        };
        let tried = cases::gather(spec, store)?;
        Ok(Self { spec, settings, coaches, tried, rubric, judged_by, rubric_version, model, adapter })
    }

    fn report(&self, cards: &[ReportCard]) -> CoachReport {
        CoachReport {
            source: self.tried.source.clone(),
            rubric_version: self.rubric_version,
            comparisons: self.tried.comparisons.clone(),
            cards: cards.to_vec(),
        }
    }

    fn try_one(&self, name: &CoachName, context: &JobContext<'_>) -> Result<ReportCard, MethodError> {
        context.progress(&format!("opening the coach {name}"), 0, None, "files");
        let template_arguments =
            self.settings.as_ref().map_or(&self.spec.template_arguments, |settings| &settings.template_arguments);
        let endpoint = match &self.settings {
            Some(settings) => with_ledger_of(settings, &self.spec.endpoint)?,
            None => self.spec.endpoint.clone(),
        };
        let opening = Opening {
            compute: &self.spec.compute,
            model: self.model.as_deref(),
            adapter: self.adapter.as_deref(),
            template_arguments,
            endpoint: &endpoint,
            project: self.settings.as_ref().map(|settings| settings.id.as_str()),
        };
        let coach = open(&with_folder(name)?, &opening, context)?;
        // The project's own coach is tried as it will judge.
        let of_project = self.settings.as_ref().filter(|settings| settings.coach.as_deref() == Some(&name.to_string()));
        let of_project = of_project.and_then(|settings| settings.coach_threshold);
        let threshold = self.spec.threshold.or(of_project).unwrap_or(coach.threshold());
        let coach = coach.with_threshold(threshold).with_explanations(self.spec.by_rule.unwrap_or(false));
        let items: Vec<CoachItem> = self.tried.cases.iter().map(|case| case.item.clone()).collect();
        let total = Some(items.len() as u64);
        let (begun, mut verdicts) = (Instant::now(), Vec::with_capacity(items.len()));
        coach.judge(&self.rubric, &items, context, |_, verdict| {
            verdicts.push(verdict);
            context.progress(&format!("trying the coach {name}"), verdicts.len() as u64, total, "comparisons");
            Ok::<_, MethodError>(())
        })?;
        let (seconds, spent) = (begun.elapsed().as_secs_f64(), coach.used());
        let rules = self.by_rule(name, &coach, &items, context)?;
        let mut cases = self.tried.cases.clone();
        for (case, writers) in cases.iter_mut().zip(&self.tried.writers) {
            case.written_by_coach = writers.each_ref().map(|writer| self.is_of(name, writer.as_deref()));
        }
        let called = name.to_string();
        let trial = Trial {
            coach: &called,
            judged_by: if coach.reads_rules() { &self.judged_by } else { "its own idea of what is better" },
            verdicts: &verdicts,
            rules: &rules,
            seconds,
            spent,
            currency: &coach.currency(),
            seed: self.spec.seed,
        };
        Ok(report_card(&cases, &trial))
    }

    /// Whether a coach and the writer of an answer are the same model.
    fn is_of(&self, coach: &CoachName, writer: Option<&str>) -> bool {
        let Some(writer) = writer else { return false };
        match coach {
            CoachName::Starter => writer == STARTER,
            CoachName::Policy => self.settings.as_ref().is_some_and(|settings| settings.model == writer),
            CoachName::Model(model) | CoachName::Gguf(model) => model == writer,
            CoachName::Endpoint(_) => writer == coach.to_string(),
            CoachName::Rules(_) | CoachName::PreferenceModel(_) => false,
        }
    }

    /// What the coach says by each rule alone.
    fn by_rule(
        &self,
        name: &CoachName,
        coach: &Coach,
        items: &[CoachItem],
        context: &JobContext<'_>,
    ) -> Result<Vec<RuleCard>, MethodError> {
        let is_wanted = self.spec.by_rule.unwrap_or(!name.is_endpoint());
        if !is_wanted || !kind_of(name).reads_rules {
            return Ok(Vec::new());
        }
        let sets: Vec<Vec<&RubricRule>> = self.rubric.rules.iter().map(|rule| vec![rule]).collect();
        let mut choices = vec![vec![Choice::Skip; items.len()]; sets.len()];
        let total = Some(items.len() as u64);
        coach.judge_by_each(self.rubric.task, &sets, items, context, |index, verdicts| {
            for (choices, verdict) in choices.iter_mut().zip(verdicts) {
                choices[index] = verdict.choice;
            }
            context.progress("trying each rule alone", index as u64 + 1, total, "comparisons");
            Ok::<_, MethodError>(())
        })?;
        Ok(rule_cards(&self.rubric.rules, &choices, &self.tried.cases))
    }
}

/// A rubric's rules, counted.
fn rules(rubric: &Rubric) -> String {
    match rubric.rules.len() {
        1 => "1 rule".to_owned(),
        count => format!("{count} rules"),
    }
}

/// What a version of the rubric is called.
fn said_of(version: &RubricVersion) -> String {
    format!("version {} of the rubric ({})", version.version, rules(&version.rubric))
}

/// What is judged by, and the same in words.
fn rubric_of(spec: &CoachReportSpec, store: Option<&Store>) -> Result<(Rubric, String, Option<u32>), MethodError> {
    if let Some(path) = &spec.rubric {
        let rubric = read_rubric(path)?;
        let said = format!("{} of {}", rules(&rubric), path.display());
        return Ok((rubric, said, None));
    }
    if let Some(store) = store {
        let version = newest_rubric(store)?;
        let said = said_of(&version);
        return Ok((version.rubric, said, Some(version.version)));
    }
    if spec.data.is_some() {
        let rubric = plain_rubric();
        let said = format!("one rule: {}", rubric.rules.first().map_or("", |rule| rule.text.as_str()));
        return Ok((rubric, said, None));
    }
    let rubric = crate::example::example_rubric();
    let said = format!("the example's rubric ({})", rules(&rubric));
    Ok((rubric, said, None))
}

#[cfg(test)]
mod tests;
