//! A file of data becomes prompts, answers, comparisons and verdicts of a project.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::MethodError;
use super::work::key;
use crate::domain::{AnnotatorKind, Choice, CompletionOrigin, NewVerdict, RecordId, Split, Text, VerdictForm};
use crate::job::{ImportSpec, JobContext};
use crate::project::exchange::{
    Dropped, DuplicateOptions, ImportOptions, ImportedRow, Preview, RowKind, overlap, preview, read_rows,
};
use crate::project::store::{Access, CompletionFilter, NewComparison, NewCompletion, NewPrompt, Store, VerdictFilter};
use crate::random;

/// Rows that go into the store in one transaction.
const AT_ONCE: usize = 10_000;

/// Prompts up to which nearly equal ones are looked for between the two halves of the road.
const MOST_COMPARED: usize = 200_000;

/// The job: tells how the file is understood, and brings its rows into the project.
pub fn import(spec: &ImportSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, MethodError> {
    let options = ImportOptions { form: spec.form.clone(), columns: spec.columns.clone(), ..ImportOptions::default() };
    let project = spec.project.as_ref().filter(|_| !spec.preview);
    let Some(project) = project else {
        let preview = preview(&spec.file, &options)?;
        return Ok(told(&preview, &said_of(&preview, spec), None));
    };
    let store = Store::open(project, if spec.beside { Access::Beside } else { Access::Owner })?;
    let mut importer = Importer::new(&store, spec)?;
    let (mut failure, mut rows) = (None, Vec::new());
    let preview = read_rows(&spec.file, &options, &mut |row| {
        rows.push(row);
        if rows.len() < AT_ONCE {
            return ControlFlow::Continue(());
        }
        match context.check().map_err(MethodError::from).and_then(|()| importer.take(std::mem::take(&mut rows))) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    if let Some(error) = failure {
        return Err(error);
    }
    importer.take(rows)?;
    let added = importer.added;
    let mut said = said_of(&preview, spec);
    said.push(added.said());
    said.extend(warn_of_overlap(&store)?);
    Ok(told(&preview, &said, Some(added)))
}

/// What came into the project.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
struct Added {
    prompts: usize,
    known_prompts: usize,
    set_aside: usize,
    answers: usize,
    comparisons: usize,
    verdicts: usize,
    without_prompt: usize,
}

impl Added {
    fn said(&self) -> String {
        let left_out = match self.without_prompt {
            0 => String::new(),
            count => format!("; {count} whole texts without a prompt were left out"),
        };
        format!(
            "brought in: {} prompts ({} were known; {} were set aside), {} answers, {} comparisons, {} verdicts{left_out}",
            self.prompts, self.known_prompts, self.set_aside, self.answers, self.comparisons, self.verdicts
        )
    }
}

fn told(preview: &Preview, said: &[String], added: Option<Added>) -> Map<String, Value> {
    Map::from_iter([
        ("preview".to_owned(), json!(preview)),
        ("added".to_owned(), json!(added)),
        ("said".to_owned(), json!(said)),
    ])
}

/// How the file was understood, in sentences.
fn said_of(preview: &Preview, spec: &ImportSpec) -> Vec<String> {
    let mut said = vec![
        format!("{}: {}, {}", spec.file.display(), preview.format.name(), preview.form_meaning),
        format!("  form: {} (another by --form: {})", preview.form, preview.other_forms.join(", ")),
    ];
    if preview.other_forms.is_empty() {
        said[1] = format!("  form: {}", preview.form);
    }
    for column in &preview.columns {
        let role = column.role.map_or("ignored", |role| role.meaning());
        said.push(format!("  column {}: {role}", column.column));
    }
    let shapes: Vec<String> =
        preview.shapes.iter().map(|(shape, count)| format!("{count} {}", shape.plural())).collect();
    said.push(format!("{} records, of which came {}", preview.records, shapes.join(", ")));
    for Dropped { reason, count, places } in &preview.dropped {
        let places: Vec<String> = places.iter().map(ToString::to_string).collect();
        said.push(format!("  left out: {count}, {reason} ({})", places.join(", ")));
    }
    said.extend(preview.warnings.iter().cloned());
    said
}

/// Prompts that stand, nearly the same, on both halves of the road.
fn warn_of_overlap(store: &Store) -> Result<Option<String>, MethodError> {
    let texts = |split: Split| -> Result<Vec<String>, MethodError> {
        Ok(store.prompts(Some(split))?.iter().map(|prompt| prompt.text.readable()).collect())
    };
    let (train, holdout) = (texts(Split::Train)?, texts(Split::Holdout)?);
    if train.is_empty() || holdout.is_empty() || train.len() + holdout.len() > MOST_COMPARED {
        return Ok(None);
    }
    let train: Vec<&str> = train.iter().map(String::as_str).collect();
    let holdout: Vec<&str> = holdout.iter().map(String::as_str).collect();
    let found = overlap(&train, &holdout, &DuplicateOptions::default()).len();
    Ok((found > 0).then(|| {
        format!(
            "{found} of the prompts that are set aside are nearly the same as prompts to train on: what is learned by heart \
             would look like progress on them"
        )
    }))
}

/// Brings rows into a store.
struct Importer<'a> {
    store: &'a Store,
    spec: &'a ImportSpec,
    file: String,
    prompts: HashMap<Identity, RecordId>,
    answers: HashMap<(RecordId, Identity), RecordId>,
    annotators: BTreeMap<String, RecordId>,
    newest_comparison: RecordId,
    added: Added,
}

/// What a row comes to, once its prompt has a place.
enum Kept {
    Prompt,
    Compared { a: String, b: String, choice: Option<Choice>, annotator: Option<String> },
    Ideal(String),
    Rated { answer: String, is_desirable: bool },
}

impl<'a> Importer<'a> {
    fn new(store: &'a Store, spec: &'a ImportSpec) -> Result<Self, MethodError> {
        let prompts = store.prompts(None)?;
        let completions = store.completions(&CompletionFilter::default())?;
        let imported = completions
            .into_iter()
            .filter(|one| matches!(one.origin, CompletionOrigin::Import { .. } | CompletionOrigin::Ideal { .. }));
        Ok(Self {
            store,
            spec,
            file: spec.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            prompts: prompts.into_iter().map(|prompt| (identity(&prompt.text), prompt.id)).collect(),
            answers: imported.map(|one| ((one.prompt, identity_of(&one.text)), one.id)).collect(),
            annotators: BTreeMap::new(),
            newest_comparison: store.comparisons(None)?.last().map_or(0, |comparison| comparison.id),
            added: Added::default(),
        })
    }

    fn take(&mut self, rows: Vec<ImportedRow>) -> Result<(), MethodError> {
        let mut kept: Vec<(Text, Vec<String>, Kept)> = Vec::with_capacity(rows.len());
        for ImportedRow { kind, annotator, tags, .. } in rows {
            let (prompt, what) = match kind {
                RowKind::Prompt { prompt } => (prompt, Kept::Prompt),
                RowKind::Pair { prompt, chosen, rejected } => {
                    let (a, b) = (answer_text(&chosen), answer_text(&rejected));
                    (prompt, Kept::Compared { a, b, choice: Some(Choice::A), annotator })
                }
                RowKind::Comparison { prompt, a, b, choice } => {
                    (prompt, Kept::Compared { a: answer_text(&a), b: answer_text(&b), choice, annotator })
                }
                RowKind::Demonstration { prompt: Some(prompt), completion } => {
                    (prompt, Kept::Ideal(answer_text(&completion)))
                }
                RowKind::Rated { prompt, completion, is_desirable } => {
                    (prompt, Kept::Rated { answer: answer_text(&completion), is_desirable })
                }
                RowKind::Demonstration { prompt: None, .. } => {
                    self.added.without_prompt += 1;
                    continue;
                }
            };
            kept.push((prompt, tags, what));
        }
        let places = self.keep_prompts(&kept)?;
        self.keep_answers(&places, &kept)?;
        self.keep_comparisons(&places, &kept)
    }

    /// Which half of the road a prompt of the file serves: by its text, so that it is the same whenever it comes.
    fn split(&self, identity: &Identity) -> Split {
        if self.spec.holdout {
            return Split::Holdout;
        }
        let mixed = identity.iter().fold(0x6969, |state, &byte| random::mix(state ^ u64::from(byte)));
        let share = (mixed >> 11) as f64 / (1u64 << 53) as f64;
        if share < self.spec.holdout_share { Split::Holdout } else { Split::Train }
    }

    fn keep_prompts(&mut self, kept: &[(Text, Vec<String>, Kept)]) -> Result<Vec<RecordId>, MethodError> {
        let identities: Vec<Identity> = kept.iter().map(|(prompt, ..)| identity(prompt)).collect();
        let (mut new, mut names) = (Vec::new(), Vec::new());
        let mut seen: HashSet<Identity> = HashSet::new();
        for ((prompt, tags, _), identity) in kept.iter().zip(&identities) {
            if !seen.insert(*identity) {
                continue;
            }
            let (split, source) = (self.split(identity), self.file.clone());
            if let Some(&known) = self.prompts.get(identity) {
                self.set_known_aside(known, split)?;
                continue;
            }
            self.added.set_aside += usize::from(split == Split::Holdout);
            new.push(NewPrompt { text: prompt.clone(), split, tags: tags.clone(), source });
            names.push(*identity);
        }
        let added = self.store.add_prompts(&new)?;
        self.added.prompts += added.ids.len();
        self.added.known_prompts += kept.len().saturating_sub(added.ids.len());
        if added.ids.len() == names.len() {
            self.prompts.extend(names.into_iter().zip(added.ids));
        } else {
            let known = self.store.prompts(None)?;
            self.prompts.extend(known.into_iter().map(|prompt| (identity(&prompt.text), prompt.id)));
        }
        Ok(identities.iter().filter_map(|identity| self.prompts.get(identity).copied()).collect())
    }

    /// A prompt that was there and that nobody has worked on may still be set aside.
    fn set_known_aside(&mut self, prompt: RecordId, split: Split) -> Result<(), MethodError> {
        let filter = CompletionFilter { prompt: Some(prompt), ..CompletionFilter::default() };
        if split == Split::Holdout && self.store.completions(&filter)?.is_empty() {
            self.store.set_split(prompt, split)?;
            self.added.set_aside += 1;
        }
        Ok(())
    }

    fn keep_answers(&mut self, places: &[RecordId], kept: &[(Text, Vec<String>, Kept)]) -> Result<(), MethodError> {
        let mut new: Vec<NewCompletion> = Vec::new();
        let mut keys = Vec::new();
        for (&prompt, (_, _, what)) in places.iter().zip(kept) {
            let (texts, ideal) = match what {
                Kept::Prompt => (Vec::new(), false),
                Kept::Compared { a, b, .. } => (vec![a, b], false),
                Kept::Ideal(text) => (vec![text], true),
                Kept::Rated { answer, .. } => (vec![answer], false),
            };
            for text in texts {
                let known = (prompt, identity_of(text));
                if self.answers.contains_key(&known) {
                    continue;
                }
                let origin = if ideal {
                    CompletionOrigin::Ideal { annotator: None }
                } else {
                    CompletionOrigin::Import { file: self.file.clone() }
                };
                new.push(NewCompletion { prompt, round: None, text: text.clone(), origin, is_finished: true });
                // Holds the place until the store has given it.
                self.answers.insert(known, 0);
                keys.push(known);
            }
        }
        let ids = self.store.add_completions(&new)?;
        self.added.answers += ids.len();
        self.answers.extend(keys.into_iter().zip(ids));
        Ok(())
    }

    fn keep_comparisons(&mut self, places: &[RecordId], kept: &[(Text, Vec<String>, Kept)]) -> Result<(), MethodError> {
        let mut new: Vec<NewComparison> = Vec::new();
        let mut said: Vec<(Option<Choice>, Option<&str>)> = Vec::new();
        let mut rated: BTreeMap<RecordId, (Vec<RecordId>, Vec<RecordId>)> = BTreeMap::new();
        for (&prompt, (_, _, what)) in places.iter().zip(kept) {
            let place = |text: &String| self.answers.get(&(prompt, identity_of(text))).copied().unwrap_or_default();
            match what {
                Kept::Compared { a, b, choice, annotator } if a != b => {
                    new.push(NewComparison { prompt, round: None, a: place(a), b: place(b) });
                    said.push((*choice, annotator.as_deref()));
                }
                Kept::Rated { answer, is_desirable } => {
                    let (good, bad) = rated.entry(prompt).or_default();
                    if *is_desirable { good.push(place(answer)) } else { bad.push(place(answer)) }
                }
                Kept::Compared { .. } | Kept::Prompt | Kept::Ideal(_) => {}
            }
        }
        // Of a prompt each good answer is better than a bad one in its turn.
        for (prompt, (good, bad)) in rated {
            for (&a, &b) in good.iter().zip(bad.iter().cycle()) {
                new.push(NewComparison { prompt, round: None, a, b });
                said.push((Some(Choice::A), None));
            }
        }
        let ids = self.store.add_comparisons(&new)?;
        // The store gives a comparison that it has its old place, and a new one a place above all others.
        let added: BTreeSet<RecordId> = ids.iter().copied().filter(|&id| id > self.newest_comparison).collect();
        self.added.comparisons += added.len();
        self.newest_comparison = added.last().copied().unwrap_or(self.newest_comparison);
        self.keep_verdicts(&new, &ids, &said)
    }

    fn keep_verdicts(
        &mut self,
        comparisons: &[NewComparison],
        ids: &[RecordId],
        said: &[(Option<Choice>, Option<&str>)],
    ) -> Result<(), MethodError> {
        let mut verdicts = Vec::new();
        let turned: HashMap<RecordId, RecordId> = self.first_answers(comparisons, ids)?;
        for ((comparison, &id), (choice, annotator)) in comparisons.iter().zip(ids).zip(said) {
            let Some(choice) = *choice else { continue };
            let name = annotator.map_or_else(|| format!("labels of {}", self.file), str::to_owned);
            let annotator = self.annotator(name)?;
            // The same two answers may be there already, the other way round.
            let choice = if turned.get(&id) == Some(&comparison.b) { choice.swapped() } else { choice };
            let key = key(&[0x696d_706f_7274, id as u64, annotator as u64, choice as u64]);
            verdicts.push(NewVerdict::bare(key, id, annotator, choice, VerdictForm::Import));
        }
        let recorded = self.store.record_verdicts(&verdicts)?;
        self.added.verdicts += recorded.iter().filter(|recorded| recorded.is_new).count();
        Ok(())
    }

    fn annotator(&mut self, name: String) -> Result<RecordId, MethodError> {
        if let Some(&annotator) = self.annotators.get(&name) {
            return Ok(annotator);
        }
        let annotator = self.store.annotator(&name, AnnotatorKind::Person, false)?.id;
        self.annotators.insert(name, annotator);
        Ok(annotator)
    }

    /// Which answer is `a` in comparisons that were there before under another order.
    fn first_answers(
        &self,
        comparisons: &[NewComparison],
        ids: &[RecordId],
    ) -> Result<HashMap<RecordId, RecordId>, MethodError> {
        let highest = ids.iter().copied().max().unwrap_or_default();
        let is_all_new = ids.windows(2).all(|pair| pair[1] == pair[0] + 1);
        if is_all_new
            && self.store.verdicts(&VerdictFilter { comparison: Some(highest), ..Default::default() })?.is_empty()
        {
            return Ok(comparisons.iter().zip(ids).map(|(comparison, &id)| (id, comparison.a)).collect());
        }
        let stored = self.store.comparisons(None)?;
        Ok(stored.into_iter().map(|comparison| (comparison.id, comparison.a)).collect())
    }
}

/// What makes two texts the same: the first half of their SHA-256, so that a large file's texts need not stay in memory.
type Identity = [u8; 16];

fn identity(prompt: &Text) -> Identity {
    identity_of(&json!(prompt).to_string())
}

fn identity_of(text: &str) -> Identity {
    let mut first = [0; 16];
    first.copy_from_slice(&Sha256::digest(text)[..16]);
    first
}

/// An answer's text: of a conversation what its turns say.
fn answer_text(answer: &Text) -> String {
    answer.readable()
}
