//! What a program does about an update when it starts. A new program that has begun to start and never came to its first picture
//! or to understanding its first command line gives its place back to the old one. Whatever ends it later says nothing against
//! it, and neither does a system without a display.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::installed;
use super::place::{self, Mark};
use super::settings::Settings;
use crate::doctor;

/// What a start is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// One like any other.
    Usual,
    /// The first of a new program, or one beside it.
    First,
    /// The new program did not start, and the old one has its place again: it is to be run in this one's stead.
    WentBack {
        /// The version that did not start.
        version: String,
        /// The program to run.
        executable: PathBuf,
    },
}

/// The program whose start is not found done yet.
static FIRST: Mutex<Option<PathBuf>> = Mutex::new(None);

/// To be called when the program begins. Nothing of it may keep the program from starting, so what goes wrong is passed over.
///
/// Who may not write in the program's folder can neither say that a start has begun nor give a place back: such a start is like
/// any other, the mark and the old program stay, and the first start of somebody who may write there settles it.
pub fn begin() -> Begun {
    let Ok(own) = std::env::current_exe() else { return Begun::Usual };
    // An AppImage runs from inside of itself, and says where it lies.
    let own = installed::file_of_appimage(&own).unwrap_or(own);
    let own = own.canonicalize().unwrap_or(own);
    let settings = Settings::path_of_user().ok();
    let (begun, executable) = begin_as(&own, settings.as_deref());
    if begun == Begun::First {
        *FIRST.lock().unwrap_or_else(PoisonError::into_inner) = Some(executable);
    }
    begun
}

/// The new program has come to its first picture, has understood its first command line, or ends for a reason that is not its
/// own: the old one is not needed any more. Costs nothing where there was no update, and the second time.
pub fn first_start_is_done() {
    let first = FIRST.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(executable) = first {
        done(&executable);
    }
}

fn done(executable: &Path) {
    // First the mark: without it the old program is only a file that is left over.
    if Mark::read(executable).is_some() && Mark::remove(executable).is_ok() {
        drop(place::remove(&place::previous_name(executable)));
    }
}

/// The update was broken off before its last step, and this is the old program, in its place. Unless it is under way just now:
/// what it takes its last step with is its own.
fn clear_what_is_left(mark: &Mark, executable: &Path) {
    let Ok(Some(_lock)) = place::lock(&place::lock_name(executable)) else { return };
    let is_left = Mark::read(executable).is_some_and(|now| now == *mark && !now.is_in_place(executable));
    if is_left && Mark::remove(executable).is_ok() {
        drop(place::clear(executable));
    }
}

/// What the start of the file `own` is, and the program that it is one of.
fn begin_as(own: &Path, settings: Option<&Path>) -> (Begun, PathBuf) {
    // The old program by its second name, or the program itself.
    let of_previous = place::program_of_previous(own).and_then(|program| Some((Mark::read(&program)?, program)));
    let is_previous = of_previous.is_some();
    let marked = of_previous.or_else(|| Some((Mark::read(own)?, own.to_owned())));
    let Some((mark, executable)) = marked else { return (Begun::Usual, own.to_owned()) };
    (begin_marked(&mark, &executable, is_previous, settings), executable)
}

fn begin_marked(mark: &Mark, executable: &Path, is_previous: bool, settings: Option<&Path>) -> Begun {
    if !mark.is_in_place(executable) {
        clear_what_is_left(mark, executable);
        return Begun::Usual;
    }
    if !is_previous {
        let starts = |process: u32| process != std::process::id() && doctor::is_running(process);
        match mark.begun {
            None => {
                let mark = Mark { begun: Some(std::process::id()), ..mark.clone() };
                return if mark.write(executable).is_ok() { Begun::First } else { Begun::Usual };
            }
            // Another process is just about to start; whichever comes far enough first has started.
            Some(process) if starts(process) => return Begun::First,
            Some(_) => {}
        }
    }
    // It began once and came to nothing, or somebody runs the old program by its second name.
    match place::give_back(mark, executable) {
        Ok(true) => {
            if let Some(settings) = settings {
                drop(Settings::change(settings, |settings| settings.set_back(&mark.version)));
            }
            Begun::WentBack { version: mark.version.clone(), executable: executable.to_owned() }
        }
        // The old program is gone, or this person may not give it its place: the new one is all there is.
        _ => Begun::Usual,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    struct Bench {
        _folder: tempfile::TempDir,
        executable: PathBuf,
        settings: PathBuf,
    }

    impl Bench {
        /// An update that was put in place.
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let executable = folder.path().join("whetstone");
            fs::write(&executable, "old").expect("written");
            fs::write(place::new_name(&executable), "new").expect("written");
            place::swap(&executable, "0.2.0").expect("in place");
            Self { settings: folder.path().join("updates.toml"), _folder: folder, executable }
        }

        fn begin(&self, own: &Path) -> Begun {
            begin_as(own, Some(&self.settings)).0
        }

        fn program(&self) -> String {
            fs::read_to_string(&self.executable).expect("a program")
        }

        /// As if a process that is gone had begun.
        fn began_once(&self) {
            let mark = Mark::read(&self.executable).expect("a mark");
            Mark { begun: Some(u32::MAX - 7), ..mark }.write(&self.executable).expect("written");
        }
    }

    #[test]
    fn a_first_start_that_is_done_lets_the_old_program_go() {
        let bench = Bench::new();
        assert_eq!(bench.begin(&bench.executable), Begun::First);
        assert!(place::previous_name(&bench.executable).exists());
        done(&bench.executable);
        assert!(!place::previous_name(&bench.executable).exists() && Mark::read(&bench.executable).is_none());
        assert_eq!(bench.program(), "new");
    }

    #[test]
    fn a_new_program_that_never_started_gives_its_place_back() {
        let bench = Bench::new();
        bench.began_once();
        let (version, executable) = ("0.2.0".to_owned(), bench.executable.clone());
        assert_eq!(bench.begin(&bench.executable), Begun::WentBack { version, executable });
        assert_eq!(bench.program(), "old");
        let settings = Settings::read(&bench.settings).expect("settings");
        assert!(!settings.is_wanted("0.2.0", "0.1.0") && settings.is_wanted("0.3.0", "0.1.0"));
        assert_eq!(Mark::read(&bench.executable), None);
    }

    #[test]
    fn whoever_runs_the_old_program_by_its_second_name_has_it_back() {
        let bench = Bench::new();
        let begun = bench.begin(&place::previous_name(&bench.executable));
        assert!(matches!(begun, Begun::WentBack { .. }), "{begun:?}");
        assert_eq!(bench.program(), "old");
    }

    #[cfg(unix)]
    #[test]
    fn two_starts_at_a_time_are_no_failure() {
        let bench = Bench::new();
        let mark = Mark::read(&bench.executable).expect("a mark");
        let parent = std::os::unix::process::parent_id();
        Mark { begun: Some(parent), ..mark }.write(&bench.executable).expect("written");
        assert_eq!(bench.begin(&bench.executable), Begun::First);
        assert_eq!(bench.program(), "new");
    }

    #[test]
    fn another_program_in_the_same_folder_is_left_alone() {
        let bench = Bench::new();
        bench.began_once();
        assert_eq!(bench.begin(&bench.executable.with_file_name("grindstone")), Begun::Usual);
        assert_eq!(bench.program(), "new");
        assert!(Mark::read(&bench.executable).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn whoever_may_not_write_there_starts_as_usual_and_leaves_it_to_others() {
        use std::os::unix::fs::PermissionsExt as _;
        let bench = Bench::new();
        let folder = bench.executable.parent().expect("a folder");
        let closed = |mode| fs::set_permissions(folder, fs::Permissions::from_mode(mode)).expect("changed");
        closed(0o555);
        // Whoever may everything may this, too.
        let may_all = fs::File::create(folder.join("probe")).is_ok();
        if !may_all {
            assert_eq!(bench.begin(&bench.executable), Begun::Usual);
        }
        closed(0o755);
        bench.began_once();
        closed(0o555);
        if !may_all {
            assert_eq!(bench.begin(&bench.executable), Begun::Usual, "it cannot give its place back");
            assert_eq!(bench.begin(&place::previous_name(&bench.executable)), Begun::Usual);
            assert_eq!(bench.program(), "new");
        }
        closed(0o755);
        assert!(matches!(bench.begin(&bench.executable), Begun::WentBack { .. }), "whoever may write settles it");
    }

    #[test]
    fn a_mark_that_came_before_the_rename_is_taken_away() {
        let bench = Bench::new();
        fs::write(&bench.executable, "old").expect("written");
        assert_eq!(bench.begin(&bench.executable), Begun::Usual);
        assert_eq!((bench.program().as_str(), Mark::read(&bench.executable)), ("old", None));
    }

    #[test]
    fn an_update_that_is_just_before_its_last_step_keeps_what_it_needs() {
        let bench = Bench::new();
        fs::write(&bench.executable, "old").expect("written");
        let lock = place::lock(&place::lock_name(&bench.executable)).expect("a file").expect("nobody has it");
        assert_eq!(bench.begin(&bench.executable), Begun::Usual);
        assert!(Mark::read(&bench.executable).is_some() && place::previous_name(&bench.executable).exists());
        drop(lock);
        assert_eq!(bench.begin(&bench.executable), Begun::Usual);
        assert!(Mark::read(&bench.executable).is_none() && !place::previous_name(&bench.executable).exists());
    }
}
