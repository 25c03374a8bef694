//! The card beside preference pairs of a project that were written for other tools: what is in the file, who labelled it, what
//! of it machines wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::FILE;
use super::origin::Texts;
use super::text::{Labelled, count, labelled, list, plain, texts};
use crate::domain::{AnnotatorKind, RecordId, ResolvedPair, RubricVersion};
use crate::export::ExportError;
use crate::files;
use crate::project::exchange::{DatasetTarget, Written};
use crate::project::store::{AnnotatorShare, Store, VerdictFilter};

/// What the columns hold that every form may have.
const COLUMNS: [(&str, &str); 10] = [
    ("prompt", "what was asked"),
    ("chosen", "the answer that was found better"),
    ("rejected", "the answer that was found worse"),
    ("completion", "an answer"),
    ("label", "whether the answer was found good"),
    ("answer1", "the first answer"),
    ("answer2", "the second answer"),
    ("choice", "which answer is better: a, b, or a tie"),
    ("tags", "words that the prompts are sorted by"),
    ("provenance", "whether people or a machine judged, and the numbers of the verdicts in the project"),
];

/// Writes the card of `written`, which these pairs became, into `folder`, and says where.
pub fn write_dataset_card(
    store: &Store,
    pairs: &[ResolvedPair],
    target: &DatasetTarget,
    written: &Written,
    folder: &Path,
) -> Result<PathBuf, ExportError> {
    let failed = |error| ExportError::Store(Box::new(error));
    let decided = Decided::of(store, pairs).map_err(failed)?;
    let by_people = pairs.iter().filter(|pair| pair.by_people).count();
    let is_example = store.settings().map_err(failed)?.is_example;
    let mut lines = vec![format!(
        "{}, decided by {}; people decided {}.",
        count(pairs.len(), "preference pair", "preference pairs"),
        count(decided.shares.iter().map(|share| share.verdicts).sum(), "verdict", "verdicts"),
        count(by_people, "pair", "pairs"),
    )];
    lines.extend(labelled(&decided.labelled()));
    let answers = pairs.iter().flat_map(|pair| [pair.chosen, pair.rejected]).collect();
    lines.extend(texts(Texts::of(store, &answers).map_err(failed)?, "in them"));
    if is_example {
        lines.push("The project is the example that comes with Whetstone: its requests are made up.".to_owned());
    }
    let card = format!(
        "{}# Preference pairs\n\nMade with Whetstone {}: {} as {}.\n\n{}\n## Where it comes from\n\n{}\n## Licence\n\nNone is \
         chosen yet. Whoever hands this on decides: put a `license:` into the lines at the top, and look first whether the \
         prompts and the answers may be handed on, and whether the models that wrote answers or judged allow it.\n\n## Before \
         it is handed on\n\nPrompts and answers stand in it as people wrote them. Read them: nothing was taken out, be it \
         names, addresses or secrets.\n",
        front(written),
        env!("CARGO_PKG_VERSION"),
        count(written.records, "record", "records"),
        target.meaning,
        columns(written),
        list(&lines),
    );
    let path = folder.join(FILE);
    files::write_atomically(&path, |out| out.write_all(card.as_bytes()))?;
    Ok(path)
}

/// The front matter: which file is to be loaded. What is not known is left out.
fn front(written: &Written) -> String {
    let file = written.files.first().and_then(|path| path.file_name()).map(|name| name.to_string_lossy().into_owned());
    format!(
        "---\ntask_categories:\n- text-generation\ntags:\n- whetstone\n- preference\nconfigs:\n- config_name: default\n  \
         data_files: {}\n---\n",
        json!(file.unwrap_or_default())
    )
}

fn columns(written: &Written) -> String {
    let row = |name: &String| {
        let meaning =
            COLUMNS.iter().find(|(known, _)| known == name).map_or("as its form has it", |(_, meaning)| *meaning);
        format!("| {} | {meaning} |\n", plain(name))
    };
    let rows: Vec<String> = written.columns.iter().map(row).collect();
    format!("## Columns\n\n| column | what it holds |\n| --- | --- |\n{}", rows.concat())
}

/// Who decided pairs, and by which rules.
#[derive(Default)]
struct Decided {
    shares: Vec<AnnotatorShare>,
    judges: Vec<String>,
    rubrics: Vec<RubricVersion>,
}

impl Decided {
    fn of(store: &Store, pairs: &[ResolvedPair]) -> Result<Self, crate::project::store::StoreError> {
        let deciding: BTreeSet<_> = pairs.iter().flat_map(|pair| &pair.verdicts).collect();
        let mut counts: BTreeMap<RecordId, usize> = BTreeMap::new();
        let (mut judges, mut rubrics) = (BTreeSet::new(), BTreeSet::new());
        for stored in store.verdicts(&VerdictFilter::default())? {
            if deciding.contains(&stored.sequence) {
                *counts.entry(stored.verdict.annotator).or_default() += 1;
                judges.extend(stored.verdict.model);
                rubrics.extend(stored.verdict.rubric);
            }
        }
        let share = |annotator| counts.get(&annotator).copied();
        let annotators = store.annotators()?.into_iter();
        Ok(Self {
            shares: annotators
                .filter_map(|annotator| Some(AnnotatorShare { verdicts: share(annotator.id)?, annotator }))
                .collect(),
            judges: judges.into_iter().collect(),
            rubrics: store.rubrics()?.into_iter().filter(|version| rubrics.contains(&version.id)).collect(),
        })
    }

    fn labelled(&self) -> Labelled<'_> {
        let of = |wanted: &[AnnotatorKind]| {
            self.shares.iter().filter(|share| wanted.contains(&share.annotator.kind)).collect()
        };
        Labelled {
            people: of(&[AnnotatorKind::Person]),
            coaches: of(&[AnnotatorKind::Coach]),
            others: of(&[AnnotatorKind::Rules, AnnotatorKind::PreferenceModel]),
            judges: &self.judges,
            rubrics: &self.rubrics,
        }
    }
}
