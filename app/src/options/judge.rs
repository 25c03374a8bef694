use std::path::PathBuf;

use clap::Args;
use whetstone_core::job::{JobSpec, JudgeSpec};

/// Options of `judge`.
#[derive(Debug, Args)]
#[command(after_help = "A file of rules, for answers of 5 to 40 words that do not apologise:\n\n  \
                        [[rules]]\n  kind = \"length\"\n  min = 5\n  max = 40\n\n  \
                        [[rules]]\n  kind = \"excludes\"\n  any_of = [\"sorry\", \"as an AI\"]\n  weight = 2\n\n\
                        Kinds: length, contains, excludes, regex, valid_json, starts_with, ends_with, language.\n\n\
                        Example: whetstone judge --rules rules.toml --data answers.jsonl --pairs pairs.jsonl")]
pub(crate) struct JudgeOptions {
    /// File of rules that say what a better answer is: TOML, or JSON where its name ends in .json
    #[arg(long, value_name = "FILE")]
    rules: PathBuf,

    /// What to judge: answers (what `generate --out` wrote), or preference pairs (prompt, chosen, rejected)
    #[arg(long, value_name = "FILE")]
    data: PathBuf,

    /// File for preference pairs to train on: the best against the worst answer to each prompt
    #[arg(long, value_name = "FILE")]
    pairs: Option<PathBuf>,

    /// File to write, a JSON line for each line of the data, with what the rules gave [default: print a line each]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl From<JudgeOptions> for JobSpec {
    fn from(options: JudgeOptions) -> Self {
        Self::Judge(JudgeSpec { rules: options.rules, data: options.data, pairs: options.pairs, out: options.out })
    }
}
