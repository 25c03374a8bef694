//! The forms that datasets come in: a row of [`FORMS`] each.

mod alpaca;
mod argilla;
mod comparisons;
mod ranked;
mod sharegpt;
mod transcripts;
mod trl;
mod variants;

use serde_json::{Map, Value};

use super::drop::DropReason;
use super::fields::{Fields, Uses};
use super::row::RowKind;

/// What a record becomes.
#[derive(Debug, Default)]
pub(super) struct Understood {
    /// Rows, each with who said it where the form knows.
    pub(super) rows: Vec<(RowKind, Option<String>)>,
    /// Parts of the record that were left out.
    pub(super) dropped: Vec<DropReason>,
}

impl Understood {
    fn push(&mut self, row: RowKind) {
        self.rows.push((row, None));
    }
}

/// A form that datasets come in.
#[derive(Clone, Copy)]
pub struct Form {
    /// Its name on the command line.
    pub id: &'static str,
    /// What it is, in one sentence.
    pub meaning: &'static str,
    /// Columns that it knows. A person may say which column of a file is meant by one of these.
    pub columns: &'static [&'static str],
    /// A record in this form, as JSON.
    pub example: &'static str,
    /// Whether a record looks like it.
    fits: fn(&Fields<'_>) -> bool,
    /// What a record says. Takes from it what it understands.
    understand: fn(&mut Fields<'_>, &mut Understood) -> Result<(), DropReason>,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Form").field(&self.id).finish()
    }
}

/// Every form, the more particular ones first: where a record fits several, the first one is meant.
pub const FORMS: &[Form] = &[
    comparisons::LABEL_STUDIO,
    comparisons::COMPARISONS,
    argilla::RECORDS,
    ranked::RANKED,
    ranked::SCORED,
    variants::OPENAI,
    sharegpt::SHAREGPT,
    alpaca::ALPACA,
    transcripts::TRANSCRIPTS,
    variants::RESPONSES,
    variants::QUESTIONS,
    trl::PREFERENCE,
    trl::KTO,
    trl::DEMONSTRATIONS,
    trl::PROMPTS,
];

/// The row with this id.
pub fn find_form(id: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.id == id)
}

impl Form {
    pub(super) fn fits(&self, record: &mut Map<String, Value>, is_table: bool) -> bool {
        (self.fits)(&Fields { record, uses: &mut Uses::default(), is_table })
    }

    pub(super) fn understand(&self, fields: &mut Fields<'_>) -> Understood {
        let mut understood = Understood::default();
        if let Err(reason) = (self.understand)(fields, &mut understood) {
            understood.dropped.push(reason);
        }
        understood
    }
}

/// The form that the records look like, and further ones that some of them look like. Of the forms that fit at least half
/// as many records as any does, it is the most particular one: to have a prompt is not yet to be nothing but a prompt.
pub(super) fn detect(
    records: &mut [Map<String, Value>],
    is_table: bool,
) -> (Option<&'static Form>, Vec<&'static Form>) {
    let mut counts = vec![0_usize; FORMS.len()];
    for record in records.iter_mut() {
        for (count, form) in counts.iter_mut().zip(FORMS) {
            *count += usize::from(form.fits(record, is_table));
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    if most == 0 {
        return (None, Vec::new());
    }
    let best = counts.iter().position(|count| 2 * *count >= most);
    let others = FORMS.iter().zip(&counts).enumerate();
    let others = others.filter(|(index, (_, count))| Some(*index) != best && **count > 0).map(|(_, (form, _))| form);
    (best.map(|index| &FORMS[index]), others.collect())
}
