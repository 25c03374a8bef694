//! What this machine and this build have: the first thing to look at when something is slow or refused.

mod answer;
mod crash;
mod graphics;
mod libraries;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sysinfo::{Disks, Pid, ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

pub(crate) use answer::answer_of;
pub use crash::{Fault, crash_folder, crash_reports, keep_crash};
pub use graphics::{Graphics, graphics};
pub use libraries::{Display, LIBRARIES, Library, Packages, WindowNeeds, missing_by, window_needs};

/// What a person needs to know of the machine. Sizes are in bytes; what could not be found out is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// This program's version.
    pub version: String,
    /// The operating system and its version.
    pub system: String,
    /// The kind of processor, such as `x86_64`.
    pub architecture: String,
    /// The processor's name.
    pub processor: Option<String>,
    /// Cores that work in parallel, as the system offers them to this process.
    pub cores: usize,
    /// Physical cores.
    pub physical_cores: Option<usize>,
    /// Vector units that computing gains from.
    pub vector_units: Vec<String>,
    /// Memory in all.
    pub memory_total: Option<u64>,
    /// Memory that can be had now. Where a container limits it, its limit counts.
    pub memory_available: Option<u64>,
    /// Devices that this build can compute on; whether a card is there is found out when it is used.
    pub devices: Vec<String>,
    /// The folder that commands run in, and the room there.
    pub working_folder: Place,
    /// Where downloaded models lie, in the layout that Hugging Face's tools share.
    pub model_cache: Place,
}

/// A folder and its disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The folder.
    pub path: PathBuf,
    /// Whether it is there.
    pub exists: bool,
    /// Room on its disk.
    pub free: Option<u64>,
}

/// Looks at this machine.
pub fn examine() -> Report {
    let system = System::new().ok().map(|mut system| {
        system.refresh_memory();
        system.refresh_cpu_list(sysinfo::CpuRefreshKind::nothing());
        system
    });
    let disks = Disks::new_with_refreshed_list().ok();
    let limits = system.as_ref().and_then(System::cgroup_limits);
    let place = |path: PathBuf| Place {
        exists: path.is_dir(),
        free: disks.as_ref().and_then(|disks| free_space(disks, &path)),
        path,
    };
    Report {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        system: System::long_os_version().unwrap_or_else(|_| std::env::consts::OS.to_owned()),
        architecture: std::env::consts::ARCH.to_owned(),
        processor: system
            .as_ref()
            .and_then(|system| Some(system.cpus().first()?.brand().trim().to_owned()))
            .filter(|brand| !brand.is_empty()),
        cores: std::thread::available_parallelism().map_or(1, usize::from),
        physical_cores: System::physical_core_count().ok(),
        vector_units: vector_units(),
        memory_total: smaller(system.as_ref().map(System::total_memory), limits.as_ref().map(|l| l.total_memory)),
        memory_available: smaller(
            system.as_ref().map(System::available_memory),
            // Not what is free in the container: files that are kept in memory count as used there, but make room.
            limits.as_ref().map(|limits| limits.total_memory.saturating_sub(limits.rss)),
        ),
        devices: devices(),
        working_folder: place(std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))),
        model_cache: place(model_cache(|name| std::env::var_os(name).map(PathBuf::from))),
    }
}

/// Whether a process of this number is there. A number is given again after a while, so this may be another process.
pub fn is_running(process: u32) -> bool {
    let process = Pid::from_u32(process);
    // Where the system tells nothing of its processes, it may well be there.
    System::new().map_or(true, |mut system| {
        system.refresh_processes(ProcessesToUpdate::Some(&[process]), true);
        system.process(process).is_some()
    })
}

/// Other processes that run the same program: not this one, and not those that it was started by.
pub fn others_of(executable: &Path) -> Vec<u32> {
    let kind = ProcessRefreshKind::nothing().with_exe(UpdateKind::Always);
    others_among(&seen(kind), std::process::id(), |process| process.executable.as_deref() == Some(executable))
}

/// Other processes that run the program of an `AppImage`: not this one, and not those that it was started by.
pub fn others_of_appimage(file: &Path) -> Vec<u32> {
    let kind = ProcessRefreshKind::nothing().with_exe(UpdateKind::Always).with_environ(UpdateKind::Always);
    let own = std::env::current_exe().ok();
    let name = own.as_deref().and_then(Path::file_name);
    others_among(&seen(kind), std::process::id(), |process| runs_from_appimage(process, file, name))
}

/// A process, as far as it matters here.
#[derive(Debug, Clone, Default)]
struct Seen {
    process: u32,
    parent: Option<u32>,
    executable: Option<PathBuf>,
    /// The `AppImage` that it says it came out of.
    appimage: Option<PathBuf>,
}

/// Whether a process runs the program called `name` from inside of an `AppImage`. Every copy of it has a folder of its own where
/// its files are seen, so it is the environment that says which `AppImage` a process belongs to. What the program started has the
/// same environment and another name. The process whose executable is the `AppImage` itself shows the files to the program, and
/// ends with it.
fn runs_from_appimage(process: &Seen, file: &Path, name: Option<&std::ffi::OsStr>) -> bool {
    process.appimage.as_deref() == Some(file)
        && process.executable.as_deref().is_some_and(|executable| executable != file && executable.file_name() == name)
}

/// The processes of this machine, without their threads.
fn seen(kind: ProcessRefreshKind) -> Vec<Seen> {
    let Ok(mut system) = System::new() else { return Vec::new() };
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, kind);
    let appimage = |process: &sysinfo::Process| {
        let is_it = |entry: &std::ffi::OsString| Some(PathBuf::from(entry.to_str()?.strip_prefix("APPIMAGE=")?));
        let path = process.environ().iter().find_map(is_it)?;
        Some(path.canonicalize().unwrap_or(path))
    };
    let processes = system.processes().values().filter(|process| process.thread_kind().is_none());
    let seen = processes.map(|process| Seen {
        process: process.pid().as_u32(),
        parent: process.parent().map(Pid::as_u32),
        executable: process.exe().map(Path::to_owned),
        appimage: appimage(process),
    });
    seen.collect()
}

/// Those of which something holds, but for one process and those that it was started by.
fn others_among(seen: &[Seen], own: u32, holds: impl Fn(&Seen) -> bool) -> Vec<u32> {
    let parent_of = |process: u32| seen.iter().find(|seen| seen.process == process)?.parent;
    let mut line = vec![own];
    while let Some(parent) = line.last().and_then(|process| parent_of(*process)) {
        if line.contains(&parent) {
            break;
        }
        line.push(parent);
    }
    let others = seen.iter().filter(|process| holds(process) && !line.contains(&process.process));
    let mut others: Vec<u32> = others.map(|process| process.process).collect();
    others.sort_unstable();
    others
}

/// Room on the disk that holds `path`, which need not be there yet, in bytes.
pub fn free_on_disk(path: &Path) -> Option<u64> {
    let path = std::path::absolute(path).ok()?;
    free_space(&Disks::new_with_refreshed_list().ok()?, &path)
}

/// The Hugging Face cache, by the rules of its own tools: `HF_HUB_CACHE`; `HF_HOME/hub`;
/// `XDG_CACHE_HOME/huggingface/hub`; `~/.cache/huggingface/hub`. An empty variable counts as none.
pub fn model_cache(variable: impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
    let variable = |name: &str| variable(name).filter(|path| !path.as_os_str().is_empty());
    if let Some(cache) = variable("HF_HUB_CACHE").or_else(|| variable("HUGGINGFACE_HUB_CACHE")) {
        return cache;
    }
    hugging_face_home(variable).join("hub")
}

/// The folder of Hugging Face's tools: `HF_HOME`; `XDG_CACHE_HOME/huggingface`; `~/.cache/huggingface`.
pub fn hugging_face_home(variable: impl Fn(&str) -> Option<PathBuf>) -> PathBuf {
    let variable = |name: &str| variable(name).filter(|path| !path.as_os_str().is_empty());
    variable("HF_HOME").unwrap_or_else(|| {
        let user = || variable("HOME").or_else(|| variable("USERPROFILE")).unwrap_or_default();
        variable("XDG_CACHE_HOME").unwrap_or_else(|| user().join(".cache")).join("huggingface")
    })
}

fn smaller(machine: Option<u64>, container: Option<u64>) -> Option<u64> {
    // A container without a limit says so with a number beyond any machine, or with zero.
    match (machine, container.filter(|&bytes| bytes > 0)) {
        (Some(machine), Some(container)) => Some(machine.min(container)),
        (machine, _) => machine,
    }
}

/// Room on the disk that holds `path`, which need not be there yet.
fn free_space(disks: &Disks, path: &Path) -> Option<u64> {
    let nearest = plainly(&path.ancestors().find(|folder| folder.is_dir())?.canonicalize().ok()?);
    if let Some(free) = free_by_the_system(&nearest) {
        return Some(free);
    }
    let mounts = disks.iter().map(|disk| (disk.mount_point(), disk.available_space()));
    nearest_mount(mounts, &nearest)
}

/// A path as lists of disks name it: Windows puts `\\?\` before one whose links were followed.
fn plainly(path: &Path) -> PathBuf {
    let text = path.to_string_lossy();
    match text.strip_prefix(r"\\?\UNC\") {
        Some(share) => PathBuf::from(format!(r"\\{share}")),
        None => text.strip_prefix(r"\\?\").map_or_else(|| path.to_owned(), PathBuf::from),
    }
}

/// What the system says of the disk below a folder: it knows those that stand in no list, such as a disk in memory.
#[cfg(unix)]
fn free_by_the_system(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

/// Windows names every disk in its list.
#[cfg(not(unix))]
fn free_by_the_system(_folder: &Path) -> Option<u64> {
    None
}

/// What stands at the longest mount point above `path`.
fn nearest_mount<'a>(mounts: impl Iterator<Item = (&'a Path, u64)>, path: &Path) -> Option<u64> {
    mounts
        .filter(|(mount, _)| path.starts_with(mount))
        .max_by_key(|(mount, _)| mount.components().count())
        .map(|(_, free)| free)
}

fn devices() -> Vec<String> {
    let mut devices = vec!["cpu"];
    if cfg!(feature = "cuda") {
        devices.push("cuda");
    }
    if cfg!(feature = "metal") {
        devices.push("metal");
    }
    devices.into_iter().map(str::to_owned).collect()
}

#[cfg(target_arch = "x86_64")]
fn vector_units() -> Vec<String> {
    // CPUID leaf 7, EDX: bits 22, 24 and 25 (Intel's manual, volume 2A); the standard library cannot ask for AMX yet.
    let amx = || std::arch::x86_64::__cpuid_count(7, 0).edx & (1 << 22 | 1 << 24) == (1 << 22 | 1 << 24);
    let units = [
        ("AVX2", std::is_x86_feature_detected!("avx2")),
        ("FMA", std::is_x86_feature_detected!("fma")),
        ("AVX-512", std::is_x86_feature_detected!("avx512f")),
        ("AVX-512 VNNI", std::is_x86_feature_detected!("avx512vnni")),
        ("AVX-512 BF16", std::is_x86_feature_detected!("avx512bf16")),
        // Every chip with AMX has AVX-512, so leaf 7 is there to be asked.
        ("AMX BF16", std::is_x86_feature_detected!("avx512f") && amx()),
    ];
    units.into_iter().filter(|(_, present)| *present).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(target_arch = "aarch64")]
fn vector_units() -> Vec<String> {
    let units = [
        ("NEON", std::arch::is_aarch64_feature_detected!("neon")),
        ("dot product", std::arch::is_aarch64_feature_detected!("dotprod")),
        ("BF16", std::arch::is_aarch64_feature_detected!("bf16")),
        ("I8MM", std::arch::is_aarch64_feature_detected!("i8mm")),
        ("SVE", std::arch::is_aarch64_feature_detected!("sve")),
    ];
    units.into_iter().filter(|(_, present)| *present).map(|(name, _)| name.to_owned()).collect()
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn vector_units() -> Vec<String> {
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cache_with(variables: &[(&str, &str)]) -> PathBuf {
        model_cache(|name| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| PathBuf::from(value)))
    }

    #[test]
    fn the_cache_stands_where_other_tools_look_for_it() {
        let home = ("HOME", "/home/ada");
        assert_eq!(cache_with(&[home]), Path::new("/home/ada/.cache/huggingface/hub"));
        let xdg = ("XDG_CACHE_HOME", "/xdg");
        assert_eq!(cache_with(&[home, xdg]), Path::new("/xdg/huggingface/hub"));
        let hf_home = ("HF_HOME", "/hf");
        assert_eq!(cache_with(&[home, xdg, hf_home]), Path::new("/hf/hub"));
        assert_eq!(cache_with(&[home, xdg, hf_home, ("HF_HUB_CACHE", "/cache")]), Path::new("/cache"));
        assert_eq!(cache_with(&[home, ("HF_HOME", "")]), Path::new("/home/ada/.cache/huggingface/hub"));
    }

    #[test]
    fn a_containers_limit_counts() {
        assert_eq!(smaller(Some(10), Some(4)), Some(4));
        assert_eq!(smaller(Some(10), Some(u64::MAX)), Some(10));
        assert_eq!(smaller(Some(10), Some(0)), Some(10));
        assert_eq!(smaller(Some(10), None), Some(10));
        assert_eq!(smaller(None, Some(4)), None);
    }

    #[test]
    fn the_nearest_disk_counts() {
        let mounts = [(Path::new("/"), 1), (Path::new("/home"), 2), (Path::new("/home/ada/usb"), 3)];
        assert_eq!(nearest_mount(mounts.into_iter(), Path::new("/home/ada/models")), Some(2));
        assert_eq!(nearest_mount(mounts.into_iter(), Path::new("/homestead")), Some(1));
        assert_eq!(nearest_mount(mounts[1..].iter().copied(), Path::new("/var")), None);
    }

    #[test]
    fn a_path_of_windows_is_named_as_its_disks_are() {
        for (found, plain) in [
            (r"\\?\C:\Users\ada", r"C:\Users\ada"),
            (r"\\?\UNC\server\share", r"\\server\share"),
            (r"C:\Users", r"C:\Users"),
            ("/home/ada", "/home/ada"),
        ] {
            assert_eq!(plainly(Path::new(found)), Path::new(plain));
        }
    }

    fn process(process: u32, parent: u32, executable: &str, appimage: Option<&str>) -> Seen {
        let (executable, appimage) = (Some(PathBuf::from(executable)), appimage.map(PathBuf::from));
        Seen { process, parent: Some(parent), executable, appimage }
    }

    #[test]
    fn whoever_runs_the_program_too_is_found_and_whoever_started_this_one_is_not() {
        let whetstone = "/opt/whetstone";
        let seen = [
            process(1, 0, "/sbin/init", None),
            process(10, 1, whetstone, None),
            process(11, 10, whetstone, None),
            process(12, 10, whetstone, None),
            process(20, 1, whetstone, None),
            process(30, 1, "/usr/bin/whetstone", None),
            // Numbers are given again: such a circle is not followed for ever.
            process(40, 41, whetstone, None),
            process(41, 40, "/bin/sh", None),
        ];
        let others = |own| others_among(&seen, own, |seen| seen.executable.as_deref() == Some(Path::new(whetstone)));
        assert_eq!(others(11), [12, 20, 40], "an engine of this window, a window, another one");
        assert_eq!(others(40), [10, 11, 12, 20]);
    }

    #[test]
    fn an_appimages_other_windows_are_found_and_its_helpers_are_not() {
        let file = "/home/ada/Whetstone.AppImage";
        let seen = [
            process(1, 0, "/sbin/init", None),
            // This program, and what shows it its files: no parent of it, and its executable is the file itself.
            process(10, 1, "/tmp/.mount_a/usr/bin/whetstone", Some(file)),
            process(11, 1, file, Some(file)),
            // Another window with its helper, and the engine that it started.
            process(20, 1, "/tmp/.mount_b/usr/bin/whetstone", Some(file)),
            process(21, 1, file, Some(file)),
            process(22, 20, "/tmp/.mount_b/usr/bin/whetstone", Some(file)),
            // A browser that a window opened, another AppImage, and one that came out of a package.
            process(30, 20, "/usr/bin/browser", Some(file)),
            process(40, 1, "/tmp/.mount_c/usr/bin/whetstone", Some("/home/ada/Other.AppImage")),
            process(50, 1, "/usr/bin/whetstone", None),
        ];
        let runs_it = |seen: &Seen| runs_from_appimage(seen, Path::new(file), Some("whetstone".as_ref()));
        assert_eq!(others_among(&seen, 10, runs_it), [20, 22]);
        assert_eq!(others_among(&seen, 22, runs_it), [10]);
    }

    #[test]
    fn this_machine_has_what_every_machine_has() {
        let report = examine();
        assert!(report.cores >= 1);
        assert!(report.memory_total > Some(64 << 20), "{report:?}");
        assert!(report.memory_available <= report.memory_total, "{report:?}");
        assert!(report.working_folder.exists);
        assert_eq!(report.devices[0], "cpu");
    }
}
