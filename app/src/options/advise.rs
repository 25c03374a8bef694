use clap::Args;
use std::path::PathBuf;

/// Options of `advise`.
#[derive(Debug, Args)]
#[command(after_help = "At most five questions, answered one by one, or all at once by --answer.\n\n\
                        Example: whetstone advise --project my-shop")]
pub(crate) struct AdviseOptions {
    /// A project, whose labels and figures are looked at too
    #[arg(long, value_name = "PROJECT")]
    pub(crate) project: Option<PathBuf>,

    /// An answer by its names, such as goal=tone; may be given several times. What is not answered
    /// is asked. goal: tone, useful, correct, form, changing_facts, few_cases. judge: anyone, us, experts, nobody.
    /// hours: none, few, some, many. coach: trusted, fair, unclear, none. check: all, part, none
    #[arg(long = "answer", value_name = "QUESTION=ANSWER", value_parser = super::values::named_text)]
    pub(crate) answers: Vec<(String, String)>,
}
