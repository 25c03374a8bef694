use std::path::PathBuf;

use clap::Args;

/// Options of `label`.
#[derive(Debug, Args)]
#[command(
    after_help = "Two answers show, in an order by chance; nothing says which model wrote them. 1 or 2: that one is \
                        better. 3: as good as each other. 4: neither is fit to learn from. S: skip. E: correct one of them. \
                        U: take the last one back. Enter: this one later. Q: enough. Each letter is followed by Enter; what \
                        you said is kept at once.\n\n\
                        Example: whetstone label my-shop --annotator Ada"
)]
pub(crate) struct LabelOptions {
    /// The project's folder
    #[arg(value_name = "PROJECT", required_unless_present = "pack", conflicts_with = "pack")]
    pub(crate) project: Option<PathBuf>,

    /// Who judges
    #[arg(long, value_name = "NAME", required_unless_present = "pack", conflicts_with = "pack")]
    pub(crate) annotator: Option<String>,

    /// What is doubtful (people disagree, the coach is unsure), rather than what nobody has judged
    #[arg(long, conflicts_with_all = ["compare", "pack"])]
    pub(crate) review: bool,

    /// Old answers against new ones, on the prompts that are set aside
    #[arg(long, conflicts_with = "pack")]
    pub(crate) compare: bool,

    /// Judge an annotator's pack instead of a project
    #[arg(long, value_name = "FILE")]
    pub(crate) pack: Option<PathBuf>,
}
