//! What a program does about an update when it starts. A new program that has begun to start and never came to its first picture
//! or to understanding its first command line gives its place back to the old one. Whatever ends it later says nothing against
//! it, and neither does a system without a display.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

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

/// The start that is not found done yet: where its mark lies, and the program.
static FIRST: Mutex<Option<(PathBuf, PathBuf)>> = Mutex::new(None);

/// To be called when the program begins. Nothing of it may keep the program from starting, so what goes wrong is passed over.
pub fn begin(data_home: &Path) -> Begun {
    let Some(mark) = Mark::read(data_home) else { return Begun::Usual };
    // An AppImage runs from inside of itself, and says where it lies; another program's AppImage may have started this one.
    let named = [std::env::current_exe().ok(), std::env::var_os("APPIMAGE").map(PathBuf::from)];
    let mut own = named.into_iter().flatten().map(|path| path.canonicalize().unwrap_or(path));
    let is_it = |path: &PathBuf| *path == mark.executable || *path == place::previous_name(&mark.executable);
    let Some(own) = own.find(is_it) else { return Begun::Usual };
    let settings = Settings::path_of_user().ok();
    let begun = begin_as(&own, &mark, data_home, settings.as_deref());
    if begun == Begun::First {
        *FIRST.lock().unwrap_or_else(PoisonError::into_inner) = Some((data_home.to_owned(), mark.executable));
    }
    begun
}

/// The new program has come to its first picture, has understood its first command line, or ends for a reason that is not its
/// own: the old one is not needed any more. Costs nothing where there was no update, and the second time.
pub fn first_start_is_done() {
    let first = FIRST.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((data_home, executable)) = first {
        done(&data_home, &executable);
    }
}

fn done(data_home: &Path, executable: &Path) {
    // First the mark: without it the old program is only a file that is left over.
    if Mark::read(data_home).is_some_and(|mark| mark.executable == executable) && Mark::remove(data_home).is_ok() {
        drop(place::remove(&place::previous_name(executable)));
    }
}

/// The update was broken off before its last step, and this is the old program, in its place. Unless it is under way just now:
/// what it takes its last step with is its own.
fn clear_what_is_left(mark: &Mark, data_home: &Path) {
    let Ok(Some(_lock)) = place::lock(data_home) else { return };
    let is_left = Mark::read(data_home).is_some_and(|now| now == *mark && !now.is_in_place());
    if is_left && Mark::remove(data_home).is_ok() {
        drop(place::clear(&mark.executable));
    }
}

fn begin_as(own: &Path, mark: &Mark, data_home: &Path, settings: Option<&Path>) -> Begun {
    let is_previous = own == place::previous_name(&mark.executable);
    if own != mark.executable && !is_previous {
        return Begun::Usual;
    }
    if !mark.is_in_place() {
        clear_what_is_left(mark, data_home);
        return Begun::Usual;
    }
    if !is_previous {
        let starts = |process: u32| process != std::process::id() && doctor::is_running(process);
        match mark.begun {
            None => {
                let mark = Mark { begun: Some(std::process::id()), ..mark.clone() };
                return if mark.write(data_home).is_ok() { Begun::First } else { Begun::Usual };
            }
            // Another process is just about to start; whichever comes far enough first has started.
            Some(process) if starts(process) => return Begun::First,
            Some(_) => {}
        }
    }
    // It began once and came to nothing, or somebody runs the old program by its second name.
    match place::give_back(mark, data_home) {
        Ok(true) => {
            if let Some(settings) = settings {
                drop(Settings::change(settings, |settings| settings.set_back(&mark.version)));
            }
            Begun::WentBack { version: mark.version.clone(), executable: mark.executable.clone() }
        }
        // The old program is gone: the new one is all there is.
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
        data_home: PathBuf,
        settings: PathBuf,
    }

    impl Bench {
        /// An update that was put in place.
        fn new() -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            let executable = folder.path().join("whetstone");
            fs::write(&executable, "old").expect("written");
            fs::write(place::new_name(&executable), "new").expect("written");
            let data_home = folder.path().join("data");
            place::swap(&executable, "0.2.0", &data_home).expect("in place");
            Self { settings: folder.path().join("updates.toml"), _folder: folder, executable, data_home }
        }

        fn begin(&self, own: &Path) -> Begun {
            let mark = Mark::read(&self.data_home).expect("a mark");
            begin_as(own, &mark, &self.data_home, Some(&self.settings))
        }

        fn program(&self) -> String {
            fs::read_to_string(&self.executable).expect("a program")
        }

        /// As if a process that is gone had begun.
        fn began_once(&self) {
            let mark = Mark::read(&self.data_home).expect("a mark");
            Mark { begun: Some(u32::MAX - 7), ..mark }.write(&self.data_home).expect("written");
        }
    }

    #[test]
    fn a_first_start_that_is_done_lets_the_old_program_go() {
        let bench = Bench::new();
        assert_eq!(bench.begin(&bench.executable), Begun::First);
        assert!(place::previous_name(&bench.executable).exists());
        done(&bench.data_home, &bench.executable);
        assert!(!place::previous_name(&bench.executable).exists() && Mark::read(&bench.data_home).is_none());
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
        assert_eq!(Mark::read(&bench.data_home), None);
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
        let mark = Mark::read(&bench.data_home).expect("a mark");
        let parent = std::os::unix::process::parent_id();
        Mark { begun: Some(parent), ..mark }.write(&bench.data_home).expect("written");
        assert_eq!(bench.begin(&bench.executable), Begun::First);
        assert_eq!(bench.program(), "new");
    }

    #[test]
    fn another_program_of_the_same_person_is_left_alone() {
        let bench = Bench::new();
        bench.began_once();
        assert_eq!(bench.begin(Path::new("/usr/bin/whetstone")), Begun::Usual);
        assert_eq!(bench.program(), "new");
        assert!(Mark::read(&bench.data_home).is_some());
    }

    #[test]
    fn a_mark_that_came_before_the_rename_is_taken_away() {
        let bench = Bench::new();
        fs::write(&bench.executable, "old").expect("written");
        assert_eq!(bench.begin(&bench.executable), Begun::Usual);
        assert_eq!((bench.program().as_str(), Mark::read(&bench.data_home)), ("old", None));
    }

    #[test]
    fn an_update_that_is_just_before_its_last_step_keeps_what_it_needs() {
        let bench = Bench::new();
        fs::write(&bench.executable, "old").expect("written");
        let lock = place::lock(&bench.data_home).expect("a file").expect("nobody has it");
        assert_eq!(bench.begin(&bench.executable), Begun::Usual);
        assert!(Mark::read(&bench.data_home).is_some() && place::previous_name(&bench.executable).exists());
        drop(lock);
        assert_eq!(bench.begin(&bench.executable), Begun::Usual);
        assert!(Mark::read(&bench.data_home).is_none() && !place::previous_name(&bench.executable).exists());
    }
}
