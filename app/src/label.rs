//! `label`: a person judges comparisons in a terminal, line by line.

use std::io::{self, BufRead};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use whetstone_core::domain::{ToUserMessage, UserMessage};
use whetstone_core::feedback::people::{Effect, Key, Pack, ReviewFilter, Session, Shown, Side};
use whetstone_core::job::CancelToken;
use whetstone_core::method::{Asked, Sitting};
use whetstone_core::project::store::{Access, Store};

use crate::options::LabelOptions;
use crate::run::error_text;
use crate::text::plain;
use crate::{CANCELLED, Console, DONE, FAILED};

/// What a sitting is over: a project, or a pack that goes to one.
pub(crate) trait Desk {
    fn total(&self) -> usize;
    fn said_so_far(&self) -> Option<String>;
    fn show(&self) -> Option<Shown<'_>>;
    fn answer(&mut self, key: Key, seconds: f64) -> Result<Effect, UserMessage>;
    fn edit(&mut self, side: Side, text: &str, seconds: f64) -> Result<Effect, UserMessage>;

    /// Whether an answer can be corrected here.
    fn corrects(&self) -> bool {
        true
    }
}

impl Desk for Sitting {
    fn total(&self) -> usize {
        Self::total(self)
    }

    fn said_so_far(&self) -> Option<String> {
        Self::said_so_far(self)
    }

    fn show(&self) -> Option<Shown<'_>> {
        Self::show(self)
    }

    fn answer(&mut self, key: Key, seconds: f64) -> Result<Effect, UserMessage> {
        Self::answer(self, key, seconds).map_err(|error| error.user_message())
    }

    fn edit(&mut self, side: Side, text: &str, seconds: f64) -> Result<Effect, UserMessage> {
        Self::edit(self, side, text, seconds).map_err(|error| error.user_message())
    }
}

/// A pack is written after every label: what was said is on the disk before the next comparison shows.
struct PackDesk<'a> {
    path: &'a Path,
    pack: Pack,
    session: Session,
}

impl PackDesk<'_> {
    fn keep(&mut self, effect: &Effect) -> Result<(), UserMessage> {
        if self.pack.keep(effect).map_err(|error| error.user_message())? {
            self.pack.write(self.path).map_err(|error| error.user_message())?;
        }
        Ok(())
    }
}

impl Desk for PackDesk<'_> {
    fn total(&self) -> usize {
        self.session.total()
    }

    fn said_so_far(&self) -> Option<String> {
        None
    }

    fn show(&self) -> Option<Shown<'_>> {
        self.session.show()
    }

    fn answer(&mut self, key: Key, seconds: f64) -> Result<Effect, UserMessage> {
        let effect = self.session.answer(key, seconds);
        self.keep(&effect)?;
        Ok(effect)
    }

    fn edit(&mut self, side: Side, text: &str, seconds: f64) -> Result<Effect, UserMessage> {
        let effect = self.session.edit(side, text, seconds);
        self.keep(&effect)?;
        Ok(effect)
    }
}

/// Runs a sitting on standard input and returns the exit status.
pub(crate) fn run(options: &LabelOptions, console: &Console<'_>, cancel: &CancelToken) -> u8 {
    let mut input = io::stdin().lock();
    match sit(options, &mut input, console, cancel) {
        Ok(status) => status,
        Err(message) => {
            console.note(&error_text(&message));
            FAILED
        }
    }
}

fn sit(
    options: &LabelOptions,
    input: &mut dyn BufRead,
    console: &Console<'_>,
    cancel: &CancelToken,
) -> Result<u8, UserMessage> {
    if let Some(path) = &options.pack {
        let pack = Pack::read(path).map_err(|error| error.user_message())?;
        let session = pack.session();
        return ask_all(&mut PackDesk { path, pack, session }, input, console, cancel);
    }
    let (Some(project), Some(name)) = (&options.project, &options.annotator) else {
        return Err(UserMessage::new("neither a project nor a pack was given"));
    };
    let asked = match (options.review, options.compare) {
        (true, _) => Asked::Doubtful,
        (_, true) => Asked::Result,
        _ => Asked::Fresh,
    };
    let store = Store::open(project, Access::Owner).map_err(|error| error.user_message())?;
    let sitting = Sitting::begin(Arc::new(store), name, asked, &ReviewFilter::default());
    let mut sitting = sitting.map_err(|error| error.user_message())?;
    ask_all(&mut sitting, input, console, cancel)
}

/// Shows one comparison after the other until all are answered, or the person has had enough.
pub(crate) fn ask_all(
    desk: &mut dyn Desk,
    input: &mut dyn BufRead,
    console: &Console<'_>,
    cancel: &CancelToken,
) -> Result<u8, UserMessage> {
    let mut shown_item = None;
    let mut since = Instant::now();
    let print = |line: &str| console.print(line).map_err(|error| UserMessage::new(format!("cannot show: {error}")));
    loop {
        let Some(shown) = desk.show() else {
            print(if desk.total() == 0 {
                "There is nothing to judge here now. `whetstone status` says what comes next."
            } else {
                "That was all. Thank you."
            })?;
            return Ok(DONE);
        };
        if shown_item != Some(shown.item) {
            shown_item = Some(shown.item);
            since = Instant::now();
            let lines = lines_of(&shown, keys(desk));
            lines.iter().try_for_each(|line| print(line))?;
            if let Some(said) = desk.said_so_far() {
                print(&format!("({said})"))?;
            }
        }
        let Some(word) = read_line(input)? else { return Ok(DONE) };
        if cancel.is_cancelled() {
            return Ok(CANCELLED);
        }
        let seconds = since.elapsed().as_secs_f64();
        let mut characters = word.trim().chars();
        let key = match (characters.next(), characters.next()) {
            (Some('q' | 'Q'), None) => return Ok(DONE),
            (Some(character), None) => Key::of(character),
            (None, _) => Some(Key::Next),
            _ => None,
        };
        let Some(key) = key else {
            print(keys(desk))?;
            continue;
        };
        let effect = match desk.answer(key, seconds)? {
            Effect::EditWanted { .. } => correct(desk, input, console, since)?,
            effect => effect,
        };
        match effect {
            Effect::NothingToUndo => print("there is nothing to take back")?,
            Effect::NothingCorrected => print("nothing was changed")?,
            Effect::Undone { .. } => {
                print("taken back")?;
                shown_item = None;
            }
            Effect::Labelled { .. }
            | Effect::Corrected { .. }
            | Effect::EditWanted { .. }
            | Effect::Passed { .. }
            | Effect::Finished => {}
        }
    }
}

/// Asks which answer is to be corrected, and how it should read.
fn correct(
    desk: &mut dyn Desk,
    input: &mut dyn BufRead,
    console: &Console<'_>,
    since: Instant,
) -> Result<Effect, UserMessage> {
    let print = |line: &str| console.print(line).map_err(|error| UserMessage::new(format!("cannot show: {error}")));
    print("Which one, 1 or 2? (nothing: leave it)")?;
    let side = match read_line(input)?.as_deref().map(str::trim) {
        Some("1") => Side::First,
        Some("2") => Side::Second,
        _ => return Ok(Effect::NothingCorrected),
    };
    print("How should it read? On one line:")?;
    let text = read_line(input)?.unwrap_or_default();
    desk.edit(side, text.trim(), since.elapsed().as_secs_f64())
}

/// What a person can type.
fn keys(desk: &dyn Desk) -> &'static str {
    if desk.corrects() {
        "1 or 2 better, 3 tie, 4 both bad, S skip, E correct, U undo, Enter later, Q enough:"
    } else {
        "1 or 2 better, 3 tie, 4 both bad, S skip, U undo, Enter later, Q enough:"
    }
}

fn lines_of(shown: &Shown<'_>, keys: &str) -> Vec<String> {
    vec![
        String::new(),
        format!("({} of {} answered)", shown.done, shown.total),
        format!("Asked: {}", plain(shown.prompt)),
        String::new(),
        format!("  1  {}", plain(shown.first).replace('\n', "\n     ")),
        String::new(),
        format!("  2  {}", plain(shown.second).replace('\n', "\n     ")),
        String::new(),
        keys.to_owned(),
    ]
}

/// A line of what a person says; `None` at the end.
fn read_line(input: &mut dyn BufRead) -> Result<Option<String>, UserMessage> {
    let mut line = String::new();
    match input.read_line(&mut line) {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(line)),
        Err(error) => Err(UserMessage::new(format!("cannot read what was typed: {error}"))),
    }
}

#[cfg(test)]
mod tests;
