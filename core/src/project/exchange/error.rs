//! Why a dataset could not be read or written.

use std::path::PathBuf;

use crate::domain::ToUserMessage;
use crate::files::FileError;
use crate::project::DatasetError;

/// A dataset could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// The file could not be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// A line could not be read.
    #[error(transparent)]
    Line(#[from] DatasetError),
    /// The text of a file is not what its format wants.
    #[error("{}, line {line}, column {column}: {problem}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// From 1: in characters, or the cell of a table.
        column: usize,
        /// What was expected and what was found.
        problem: String,
        /// What to do about it.
        cure: String,
    },
    /// A Parquet file is damaged, or larger inside than anything that people wrote.
    #[error("{}, {place}: {problem}", path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The row, the column, or the part of the file.
        place: String,
        /// What was expected and what was found.
        problem: String,
        /// What to do about it.
        cure: String,
    },
    /// The file is of a format that is no dataset.
    #[error("{} is {found}, not JSON lines, JSON, CSV or Parquet", path.display())]
    OtherFormat {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
        /// What to do about it.
        cure: &'static str,
    },
    /// Nothing is in the file.
    #[error("{} is empty", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No form fits the columns.
    #[error("{}, {place}: no known form fits the columns {columns}", path.display())]
    UnknownForm {
        /// The file.
        path: PathBuf,
        /// The first record.
        place: String,
        /// The columns of the file.
        columns: String,
    },
    /// A form was asked for that does not exist.
    #[error("there is no form `{asked}`")]
    NoSuchForm {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: String,
    },
    /// A column was named that no form knows.
    #[error("no form knows a column `{asked}`")]
    NoSuchRole {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: String,
    },
    /// A column was named that is not in the file.
    #[error("{}: there is no column `{asked}`", path.display())]
    NoSuchColumn {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        asked: String,
        /// The columns of the file.
        columns: String,
    },
    /// Not one record became a row.
    #[error("{}, {place}: none of {records} records can be used: {reason}", path.display())]
    NothingUsable {
        /// The file.
        path: PathBuf,
        /// The first record that was left out.
        place: String,
        /// Records in the file.
        records: usize,
        /// The most frequent reason.
        reason: String,
        /// What to do about it.
        cure: String,
    },
    /// The rows take more memory than a dataset may.
    #[error("{}, {place}: more than {limit} of text", path.display())]
    TooMuch {
        /// The file.
        path: PathBuf,
        /// Where the limit was reached.
        place: String,
        /// The limit, in words.
        limit: &'static str,
    },
    /// A target was asked for that does not exist.
    #[error("there is no dataset form `{asked}`")]
    NoSuchTarget {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: String,
    },
    /// No row can be written in this form.
    #[error("none of {rows} rows can be written to {} as `{target}`", path.display())]
    NothingToWrite {
        /// The file.
        path: PathBuf,
        /// The form.
        target: &'static str,
        /// Rows that were given.
        rows: usize,
        /// Forms that take these rows.
        others: String,
    },
}

impl ToUserMessage for ExchangeError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::File(error) => return error.hint(),
            Self::Line(error) => return error.hint(),
            Self::Content { cure, .. } | Self::Parquet { cure, .. } | Self::NothingUsable { cure, .. } => cure.clone(),
            Self::OtherFormat { cure, .. } => (*cure).to_owned(),
            Self::Empty { .. } => "check that the right file was chosen and that it was written completely".to_owned(),
            Self::UnknownForm { .. } => {
                "say which column holds the prompt and which the answers; a table has to name its columns in its first \
                 line"
                    .to_owned()
            }
            Self::NoSuchForm { known, .. } | Self::NoSuchRole { known, .. } | Self::NoSuchTarget { known, .. } => {
                format!("choose one of these: {known}")
            }
            Self::NoSuchColumn { columns, .. } => format!("the file has these columns: {columns}"),
            Self::TooMuch { .. } => "split the file into parts, and bring in only those that are needed".to_owned(),
            Self::NothingToWrite { others, .. } => format!("these rows can be written as {others}"),
        })
    }
}
