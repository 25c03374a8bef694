use clap::Args;
use whetstone_core::job::UpdateSpec;

/// Options of `update`.
#[derive(Debug, Args)]
#[command(
    after_help = "Nothing looks for newer versions by itself unless --allow was said; this command looks because it is asked to. The \
                  list of versions is signed, and a version that is older than this one, or than one that was seen before, is \
                  refused. What is asked of the server says nothing about you or this machine.\n\n\
                  The old program is kept as whetstone.previous until the new one has started once; running it by that name \
                  brings it back. In the folder of a portable archive, the licences and other files that came with the program are \
                  replaced too. Programs that came as a package of the system are updated by its package manager: the package \
                  is fetched and checked, and the command named."
)]
pub(crate) struct UpdateOptions {
    /// Only say whether there is a newer version, and what changed in it
    #[arg(long, conflicts_with_all = ["allow", "forbid"])]
    check: bool,

    /// Let the window look for newer versions by itself, once a day
    #[arg(long, conflicts_with = "forbid")]
    allow: bool,

    /// Let the window look for no newer versions by itself, as it is at first
    #[arg(long)]
    forbid: bool,
}

impl UpdateOptions {
    /// What is asked for.
    pub(crate) fn spec(&self) -> UpdateSpec {
        match (self.check, self.allow, self.forbid) {
            (true, ..) => UpdateSpec::Look,
            (_, true, _) => UpdateSpec::Allow { allowed: true },
            (_, _, true) => UpdateSpec::Allow { allowed: false },
            _ => UpdateSpec::Install { version: None },
        }
    }
}
