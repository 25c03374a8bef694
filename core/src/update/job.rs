//! The job: what is known of newer versions, whether they may be looked for, looking, and putting one in place.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::{Map, Value, json};

use super::feed::{LONGEST, LONGEST_SIGNATURE};
use super::fetch::{Fetcher, open_checked};
use super::ready::lay_ready;
use super::settings::Settings;
use super::standing::{Offer, Ready, Standing, said_of, said_of_ready};
use super::{
    Artefact, Feed, Installed, Kind, Origin, UpdateError, beside, installed, place, platform, start, trial, unpack,
};
use crate::domain::ToUserMessage;
use crate::files::{self, FileError};
use crate::job::{JobContext, UpdateSpec};
use crate::network::Patience;
use crate::{doctor, starter};

/// What the job works with.
struct Ground {
    origin: Option<Origin>,
    installed: Option<Installed>,
    /// The file that runs.
    executable: PathBuf,
    data_home: PathBuf,
    settings: PathBuf,
}

impl Ground {
    fn of_this_program() -> Result<Self, UpdateError> {
        let executable = std::env::current_exe()
            .map_err(|source| FileError::Read { path: PathBuf::from("the program itself"), source })?;
        let data_home = starter::data_home().map_err(|error| {
            let source = std::io::Error::other(error.user_message().what);
            FileError::Read { path: PathBuf::from("the user's data folder"), source }
        })?;
        Ok(Self {
            origin: Origin::of_build()?,
            installed: Installed::of(&executable)?,
            settings: Settings::path_of_user()?,
            executable,
            data_home,
        })
    }

    fn standing(&self, settings: &Settings) -> Standing {
        let version = env!("CARGO_PKG_VERSION");
        let newest = settings.newest.clone().filter(|newest| settings.is_wanted(newest, version));
        let file = self.file();
        let placed = place::Mark::read(&file).filter(|mark| mark.begun.is_none() && mark.is_in_place(&file));
        Standing {
            version: version.to_owned(),
            installed: self.installed.clone(),
            can_look: self.origin.is_some(),
            allowed: settings.allowed,
            looked_at: settings.looked_at,
            newest: newest.map(|version| Offer { version, notes: settings.notes.clone() }),
            ready: placed.map(|mark| Ready::InPlace { version: mark.version }),
        }
    }

    /// The file that an update replaces.
    fn file(&self) -> PathBuf {
        match &self.installed {
            Some(installed) => installed.file(&self.executable),
            None => self.executable.clone(),
        }
    }

    /// Whether nothing else runs this program: it would go on with parts of another version.
    fn check_alone(&self) -> Result<(), UpdateError> {
        let others = match installed::file_of_appimage(&self.executable) {
            Some(_) => doctor::others_of_appimage(&self.file()),
            None => doctor::others_of(&self.executable),
        };
        if others.is_empty() {
            return Ok(());
        }
        let numbers: Vec<String> = others.iter().map(u32::to_string).collect();
        Err(UpdateError::Running { processes: format!("process {}", numbers.join(", ")) })
    }
}

/// What is known without asking anybody.
pub fn known() -> Result<Standing, UpdateError> {
    if Origin::of_build()?.is_none() {
        // There is nothing to be said of updates then, nor of what is kept of them.
        return Ok(Standing { version: env!("CARGO_PKG_VERSION").to_owned(), ..Standing::default() });
    }
    let ground = Ground::of_this_program()?;
    let settings = Settings::read(&ground.settings)?;
    Ok(ground.standing(&settings))
}

/// The job: see [`UpdateSpec`].
pub fn run(spec: &UpdateSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, UpdateError> {
    let ground = Ground::of_this_program()?;
    let is_look = *spec == UpdateSpec::Look;
    let (standing, said) = match spec {
        UpdateSpec::Show => {
            let standing = ground.standing(&Settings::read(&ground.settings)?);
            let said = said_of(&standing);
            (standing, said)
        }
        UpdateSpec::Allow { allowed } => {
            let settings = Settings::change(&ground.settings, |settings| settings.allowed = *allowed)?;
            let said = if *allowed {
                "The window looks for newer versions once a day."
            } else {
                "The window looks for no newer versions by itself."
            };
            (ground.standing(&settings), said.to_owned())
        }
        UpdateSpec::Look => {
            let (_, settings, _) = look(&ground, context)?;
            let standing = ground.standing(&settings);
            let said = said_of(&standing);
            (standing, said)
        }
        UpdateSpec::Install { version } => install(&ground, version.as_deref(), context)?,
    };
    let notes = standing.newest.iter().filter(|_| is_look).map(|newest| newest.notes.trim().to_owned());
    let said: Vec<String> = std::iter::once(said).chain(notes).filter(|said| !said.is_empty()).collect();
    let told = serde_json::to_value(standing);
    let told = told.map_err(|_no_text| UpdateError::OddFolder { path: place::folder(&ground.data_home) })?;
    Ok(Map::from_iter([("update".to_owned(), told), ("said".to_owned(), json!(said))]))
}

/// Asks for the list, and believes it or not.
fn look<'a>(
    ground: &'a Ground,
    context: &JobContext<'_>,
) -> Result<(Feed, Settings, (&'a Origin, &'a Installed)), UpdateError> {
    let origin = ground.origin.as_ref().ok_or(UpdateError::NoOrigin)?;
    let installed = ground.installed.as_ref().ok_or(UpdateError::NotInstalled)?;
    context.note(format!("asking {} which version is the newest", crate::network::host_of(&origin.feed)));
    let (bytes, signature) = waiting(async {
        let fetcher = Fetcher::new(context, Patience::default())?;
        let bytes = fetcher.small(&origin.feed, LONGEST).await?;
        let signature = fetcher.small(&origin.signature(), LONGEST_SIGNATURE).await?;
        Ok::<_, UpdateError>((bytes, signature))
    })??;
    let feed = Feed::read(&bytes, &String::from_utf8_lossy(&signature), &origin.key)?;
    let mut verdict = Ok(());
    let settings = Settings::change(&ground.settings, |settings| verdict = settings.saw(&feed, SystemTime::now()))?;
    verdict?;
    Ok((feed, settings, (origin, installed)))
}

/// Waits in this thread for what asks a network.
fn waiting<T>(work: impl Future<Output = T>) -> Result<T, UpdateError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime =
        runtime.map_err(|error| UpdateError::Network { host: "the network".to_owned(), fault: error.to_string() })?;
    let done = runtime.block_on(work);
    // A name that is still being looked up holds nobody up.
    runtime.shutdown_background();
    Ok(done)
}

fn install(ground: &Ground, wanted: Option<&str>, context: &JobContext<'_>) -> Result<(Standing, String), UpdateError> {
    // Who came this far has started; and what was put in place by this is not to be taken for it.
    start::first_start_is_done();
    if ground.origin.is_none() {
        return Err(UpdateError::NoOrigin);
    }
    let installed = ground.installed.as_ref().ok_or(UpdateError::NotInstalled)?;
    let file = ground.file();
    let is_placed = matches!(installed.kind, Kind::Portable | Kind::AppImage) && !cfg!(windows);
    let folder = place::folder(&ground.data_home);
    if is_placed {
        place::check_folder(&file)?;
    } else if folder.to_str().is_none() {
        // What is left to do with a package is told in words, which have to name it.
        return Err(UpdateError::OddFolder { path: folder });
    }
    ground.check_alone()?;
    let busy = || UpdateError::Running { processes: "another update is under way".to_owned() };
    files::create_folder(&folder)?;
    // One update at a time fetches into the person's folder, and one replaces this program, whoever runs it.
    let _fetching = place::lock(&folder.join(place::LOCK))?.ok_or_else(busy)?;
    let _placing = if is_placed { Some(place::lock(&place::lock_name(&file))?.ok_or_else(busy)?) } else { None };
    let (feed, settings, (origin, installed)) = look(ground, context)?;
    if !settings.is_wanted(&feed.version, env!("CARGO_PKG_VERSION")) {
        return Err(UpdateError::NothingNewer { version: env!("CARGO_PKG_VERSION").to_owned() });
    }
    if let Some(wanted) = wanted.filter(|wanted| *wanted != feed.version) {
        return Err(UpdateError::AnotherVersion { wanted: wanted.to_owned(), newest: feed.version });
    }
    let artefact = feed.find(&platform(), installed).ok_or_else(|| UpdateError::NoFile {
        version: feed.version.clone(),
        platform: platform(),
        kind: installed.kind.id().to_owned(),
        variant: installed.variant.id().to_owned(),
    })?;
    let fetched = fetch(origin, artefact, &folder, context)?;
    let ready = if is_placed {
        put_in_place(ground, &fetched, artefact, &feed.version, context)?;
        Ready::InPlace { version: feed.version.clone() }
    } else {
        lay_ready(&fetched, artefact, &folder, &feed.version, context)?
    };
    let said = said_of_ready(&ready);
    Ok((Standing { ready: Some(ready), ..ground.standing(&settings) }, said))
}

/// The file of a version, fetched and checked, under the name of its digest.
fn fetch(
    origin: &Origin,
    artefact: &Artefact,
    folder: &Path,
    context: &JobContext<'_>,
) -> Result<PathBuf, UpdateError> {
    let part = folder.join(format!("{}.part", artefact.sha256));
    remove_others(folder, &part)?;
    waiting(async {
        let fetcher = Fetcher::new(context, Patience::default())?;
        fetcher.file(&origin.file(&artefact.name), artefact, &part).await
    })??;
    Ok(part)
}

/// What was begun or fetched of another version is of no use any more.
fn remove_others(folder: &Path, own: &Path) -> Result<(), UpdateError> {
    let failed = |source| FileError::Read { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_kept = path == own || path.ends_with(place::LOCK);
        if !is_kept && path.is_file() {
            place::remove(&path)?;
        }
    }
    Ok(())
}

fn put_in_place(
    ground: &Ground,
    fetched: &Path,
    artefact: &Artefact,
    version: &str,
    context: &JobContext<'_>,
) -> Result<(), UpdateError> {
    let file = ground.file();
    let new = place::new_name(&file);
    let name = if cfg!(windows) { "whetstone.exe" } else { "whetstone" };
    if let Some(folder) = file.parent() {
        files::remove_leftovers(folder)?;
    }
    let tried = open_checked(fetched, artefact, context)
        .and_then(|checked| unpack::program(checked, artefact, name, &new, context))
        .and_then(|()| trial::try_out(&new, version, context));
    if let Err(error) = tried {
        place::remove(&new)?;
        return Err(error);
    }
    // Fetching takes its time, in which somebody may have started the program again.
    let swapped = ground.check_alone().and_then(|()| place::swap(&file, version));
    if let Err(error) = swapped {
        drop(place::remove(&new));
        return Err(error);
    }
    if artefact.kind == Kind::Portable {
        let brought = open_checked(fetched, artefact, context)
            .and_then(|checked| beside::bring(checked, artefact, name, &file, context));
        if let Err(error) = brought {
            context
                .warn(format!("the new program is in place, but not all files beside it are of its version: {error}"));
        }
    }
    place::remove(fetched)?;
    Ok(())
}
