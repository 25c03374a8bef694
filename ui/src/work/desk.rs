//! The project that is open, in two threads: one owns it and does what is asked, one reads it beside and tells what it
//! holds. So a long table never keeps a label from being kept, and drawing waits for neither.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use whetstone_core::desk::{Applied, Ask, Desk, ProjectCommand, ProjectView, Reader, Sheet};
use whetstone_core::domain::UserMessage;
use whetstone_core::job::ProjectChanges;

use super::Waker;

/// A sheet that took long to read is read again only after so many times that time.
const REST_AFTER_READING: u32 = 8;

/// What the threads tell.
#[derive(Debug)]
pub enum DeskReply {
    /// A project is open.
    Opened(PathBuf),
    /// A project could not be opened or made.
    NotOpened {
        /// Which.
        folder: PathBuf,
        /// Why.
        message: UserMessage,
    },
    /// A command was done.
    Applied {
        /// Which.
        command: Box<ProjectCommand>,
        /// What came of it.
        applied: Box<Applied>,
    },
    /// A command could not be done.
    Refused {
        /// Which.
        command: Box<ProjectCommand>,
        /// Why.
        message: UserMessage,
    },
    /// The project as it stands.
    View(Arc<ProjectView>),
    /// A part of it.
    Sheet(Ask, Sheet),
    /// A part that could not be read.
    SheetFailed(Ask, UserMessage),
    /// The project could not be read.
    ReadFailed(UserMessage),
}

/// Parts of the project that screens show.
#[derive(Debug, Default)]
pub struct Sheets {
    have: HashMap<Ask, Result<Sheet, UserMessage>>,
    wanted: Vec<Ask>,
}

impl Sheets {
    /// A part, as it was last read; `None` until it is there.
    pub fn get(&self, ask: &Ask) -> Option<&Result<Sheet, UserMessage>> {
        self.have.get(ask)
    }

    /// Keeps a part.
    pub fn put(&mut self, ask: Ask, sheet: Result<Sheet, UserMessage>) {
        if self.wanted.contains(&ask) {
            self.have.insert(ask, sheet);
        }
    }

    /// Says which parts are shown now; those that are not are dropped. Whether they are others than before.
    pub fn want(&mut self, wanted: Vec<Ask>) -> bool {
        if wanted == self.wanted {
            return false;
        }
        self.have.retain(|ask, _| wanted.contains(ask));
        self.wanted = wanted;
        true
    }

    /// Which parts are shown.
    pub fn wanted(&self) -> &[Ask] {
        &self.wanted
    }

    /// Has a part there as if it had been read.
    #[cfg(test)]
    pub(crate) fn keep_for_test(&mut self, ask: Ask, sheet: Sheet) {
        self.wanted.push(ask.clone());
        self.have.insert(ask, Ok(sheet));
    }

    /// Forgets every part: another project is open. What is shown stays wanted, and is read of that project unasked.
    pub fn clear(&mut self) {
        self.have.clear();
    }
}

enum ToOwner {
    Open(PathBuf),
    Create(PathBuf, Box<ProjectChanges>),
    CreateFree(PathBuf, Box<ProjectChanges>),
    Unpack { archive: PathBuf, folder: PathBuf },
    Apply(Box<ProjectCommand>),
    Close,
}

enum ToReader {
    Open(PathBuf),
    Close,
    Want(Vec<Ask>),
    Look,
}

/// The two threads.
#[derive(Debug)]
pub struct DeskThreads {
    owner: Sender<ToOwner>,
    reader: Sender<ToReader>,
    replies: Receiver<DeskReply>,
}

impl DeskThreads {
    /// Starts them; they end when this is dropped.
    pub fn start(waker: &Waker) -> Self {
        let (owner, to_owner) = channel();
        let (reader, to_reader) = channel();
        let (tell, replies) = channel();
        let told = Telling { tell, waker: waker.clone() };
        let (for_owner, for_reader, look) = (told.clone(), told, reader.clone());
        thread::spawn(move || own(&to_owner, &for_owner, &look));
        thread::spawn(move || read(&to_reader, &for_reader));
        Self { owner, reader, replies }
    }

    /// Opens a project.
    pub fn open(&self, folder: PathBuf) {
        drop(self.owner.send(ToOwner::Open(folder)));
    }

    /// Makes a project and opens it.
    pub fn create(&self, folder: PathBuf, changes: Box<ProjectChanges>) {
        drop(self.owner.send(ToOwner::Create(folder, changes)));
    }

    /// Makes a project in the first folder of this name that is free, and opens it.
    pub fn create_free(&self, folder: PathBuf, changes: Box<ProjectChanges>) {
        drop(self.owner.send(ToOwner::CreateFree(folder, changes)));
    }

    /// Unpacks an archive and opens it.
    pub fn unpack(&self, archive: PathBuf, folder: PathBuf) {
        drop(self.owner.send(ToOwner::Unpack { archive, folder }));
    }

    /// Has something done with the project.
    pub fn apply(&self, command: ProjectCommand) {
        drop(self.owner.send(ToOwner::Apply(Box::new(command))));
    }

    /// Closes the project.
    pub fn close(&self) {
        drop(self.owner.send(ToOwner::Close));
        drop(self.reader.send(ToReader::Close));
    }

    /// Says which parts are shown.
    pub fn want(&self, asks: Vec<Ask>) {
        drop(self.reader.send(ToReader::Want(asks)));
    }

    /// Has the project looked at again, because a job may have written to it.
    pub fn look(&self) {
        drop(self.reader.send(ToReader::Look));
    }

    /// What was told since this was last asked.
    pub fn replies(&self) -> Vec<DeskReply> {
        self.replies.try_iter().collect()
    }
}

#[derive(Debug, Clone)]
struct Telling {
    tell: Sender<DeskReply>,
    waker: Waker,
}

impl Telling {
    fn say(&self, reply: DeskReply) {
        if self.tell.send(reply).is_ok() {
            self.waker.wake_now();
        }
    }
}

/// The thread that owns the project.
fn own(asked: &Receiver<ToOwner>, telling: &Telling, reader: &Sender<ToReader>) {
    let mut desk: Option<Desk> = None;
    let opened = |desk: &mut Option<Desk>, folder: PathBuf, open: &dyn Fn(&Path) -> Result<Desk, UserMessage>| {
        // The one that was open lets go of its lock first: it may be the same.
        *desk = None;
        match open(&folder) {
            Ok(open) => {
                let folder = open.folder().to_owned();
                *desk = Some(open);
                // What is read of it is told after it was told that it is open.
                telling.say(DeskReply::Opened(folder.clone()));
                drop(reader.send(ToReader::Open(folder)));
            }
            Err(message) => {
                drop(reader.send(ToReader::Close));
                telling.say(DeskReply::NotOpened { folder, message });
            }
        }
    };
    while let Ok(asked) = asked.recv() {
        match asked {
            ToOwner::Open(folder) => opened(&mut desk, folder, &Desk::open),
            ToOwner::Create(folder, changes) => {
                opened(&mut desk, folder, &|folder| Desk::create(folder, &changes));
            }
            ToOwner::CreateFree(folder, changes) => {
                opened(&mut desk, free_folder(&folder), &|folder| Desk::create(folder, &changes));
            }
            ToOwner::Unpack { archive, folder } => {
                opened(&mut desk, folder, &|folder| Desk::unpack(&archive, folder));
            }
            ToOwner::Close => desk = None,
            ToOwner::Apply(command) => {
                let Some(desk) = &mut desk else { continue };
                match desk.apply(&command) {
                    Ok(applied) => {
                        if applied.has_changed {
                            drop(reader.send(ToReader::Look));
                        }
                        telling.say(DeskReply::Applied { command, applied: Box::new(applied) });
                    }
                    Err(message) => telling.say(DeskReply::Refused { command, message }),
                }
            }
        }
    }
}

/// The first folder of this name in which nothing is: NAME, NAME-2, NAME-3… Where each of many is taken it is the name
/// itself, and making a project there says so.
fn free_folder(wished: &Path) -> PathBuf {
    let is_free = |folder: &PathBuf| match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    let numbered = |number: u32| {
        let mut name = wished.as_os_str().to_owned();
        name.push(format!("-{number}"));
        PathBuf::from(name)
    };
    let mut wishes = std::iter::once(wished.to_owned()).chain((2..1000).map(numbered));
    wishes.find(is_free).unwrap_or_else(|| wished.to_owned())
}

/// What the reading thread has open and shows.
#[derive(Default)]
struct Reading {
    reader: Option<Reader>,
    wanted: Vec<Ask>,
    /// When a part was last read, and how long that took.
    read_at: HashMap<Ask, (Instant, Duration)>,
    /// Parts that have rested too little when the project changed.
    owed: Vec<Ask>,
    /// When the whole was last read, and how long that took.
    view_at: Option<(Instant, Duration)>,
    /// The whole has rested too little when the project changed.
    is_view_owed: bool,
}

/// The thread that reads beside.
fn read(asked: &Receiver<ToReader>, telling: &Telling) {
    let mut reading = Reading::default();
    loop {
        // What is owed is read when it has rested, asked or not.
        let first = match reading.rest() {
            Some(rest) => match asked.recv_timeout(rest) {
                Ok(first) => Some(first),
                Err(std::sync::mpsc::RecvTimeoutError::Timeout) => None,
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
            },
            None => match asked.recv() {
                Ok(first) => Some(first),
                Err(_) => return,
            },
        };
        // What was asked meanwhile is answered with one look.
        for message in first.into_iter().chain(asked.try_iter().collect::<Vec<_>>()) {
            match message {
                ToReader::Open(folder) => reading.open(&folder, telling),
                ToReader::Close => {
                    reading = Reading { wanted: std::mem::take(&mut reading.wanted), ..Reading::default() }
                }
                ToReader::Want(wanted) => reading.want(wanted),
                ToReader::Look => {}
            }
        }
        reading.look(telling);
    }
}

impl Reading {
    fn open(&mut self, folder: &Path, telling: &Telling) {
        match Reader::open(folder) {
            Ok(reader) => {
                self.reader = Some(reader);
                self.read_at.clear();
                self.view_at = None;
                self.owed.clone_from(&self.wanted);
            }
            Err(message) => telling.say(DeskReply::ReadFailed(message)),
        }
    }

    fn want(&mut self, wanted: Vec<Ask>) {
        let new = wanted.iter().filter(|ask| !self.wanted.contains(ask)).cloned();
        self.owed.extend(new);
        self.owed.retain(|ask| wanted.contains(ask));
        self.read_at.retain(|ask, _| wanted.contains(ask));
        self.wanted = wanted;
    }

    /// How long until something that is owed may be read again.
    fn rest(&self) -> Option<Duration> {
        self.reader.as_ref()?;
        let view = self.is_view_owed.then(|| rest_after(self.view_at));
        self.owed.iter().map(|ask| self.rest_of(ask)).chain(view).min()
    }

    fn rest_of(&self, ask: &Ask) -> Duration {
        rest_after(self.read_at.get(ask).copied())
    }

    fn look(&mut self, telling: &Telling) {
        let Some(reader) = &mut self.reader else { return };
        if reader.has_changed() {
            self.is_view_owed = true;
            self.owed.clone_from(&self.wanted);
        }
        if self.is_view_owed && rest_after(self.view_at).is_zero() {
            self.is_view_owed = false;
            let begun = Instant::now();
            match reader.view() {
                Ok(view) => telling.say(DeskReply::View(Arc::new(view))),
                Err(message) => telling.say(DeskReply::ReadFailed(message)),
            }
            self.view_at = Some((Instant::now(), begun.elapsed()));
        }
        let due: Vec<Ask> = self.owed.iter().filter(|ask| self.rest_of(ask).is_zero()).cloned().collect();
        self.owed.retain(|ask| !due.contains(ask));
        let Some(reader) = &self.reader else { return };
        for ask in due {
            let begun = Instant::now();
            match reader.sheet(&ask) {
                Ok(sheet) => telling.say(DeskReply::Sheet(ask.clone(), sheet)),
                Err(message) => telling.say(DeskReply::SheetFailed(ask.clone(), message)),
            }
            self.read_at.insert(ask, (Instant::now(), begun.elapsed()));
        }
    }
}

/// How long something that was read at a time, and took so long, still rests.
fn rest_after(read: Option<(Instant, Duration)>) -> Duration {
    read.map_or(Duration::ZERO, |(at, took)| (took * REST_AFTER_READING).saturating_sub(at.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_is_taken_that_nothing_stands_under() {
        let home = tempfile::tempdir().expect("a folder");
        let wished = home.path().join("new/example");
        assert_eq!(free_folder(&wished), wished);
        std::fs::create_dir_all(&wished).expect("a folder");
        assert_eq!(free_folder(&wished), wished, "an empty folder is free");
        std::fs::write(wished.join("a"), "").expect("a file");
        assert_eq!(free_folder(&wished), home.path().join("new/example-2"));
        std::fs::write(home.path().join("new/example-2"), "").expect("a file");
        assert_eq!(free_folder(&wished), home.path().join("new/example-3"));
    }
}
