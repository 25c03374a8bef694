//! One sitting of labelling, key by key: what is shown, what a key does. Whatever draws it (a window, a terminal) keeps
//! the effects; nothing is kept here.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::Choice;

/// One of the two answers as they stand on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The one that stands first.
    First,
    /// The other.
    Second,
}

/// What is said of two answers as they stand on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShownChoice {
    /// The first is better.
    First,
    /// The second is better.
    Second,
    /// Both are as good.
    Tie,
    /// Neither is fit to learn from.
    BothBad,
    /// No answer.
    Skip,
}

impl ShownChoice {
    /// The same said of the comparison's `a` and `b`.
    pub fn choice(self, shown_swapped: bool) -> Choice {
        let choice = match self {
            Self::First => Choice::A,
            Self::Second => Choice::B,
            Self::Tie => Choice::Tie,
            Self::BothBad => Choice::BothBad,
            Self::Skip => Choice::Skip,
        };
        if shown_swapped { choice.swapped() } else { choice }
    }

    /// What is said of the comparison's `a` and `b`, as it is said of the answers on the screen.
    pub fn of(choice: Choice, shown_swapped: bool) -> Self {
        match if shown_swapped { choice.swapped() } else { choice } {
            Choice::A => Self::First,
            Choice::B => Self::Second,
            Choice::Tie => Self::Tie,
            Choice::BothBad => Self::BothBad,
            Choice::Skip => Self::Skip,
        }
    }
}

/// A correction of one of the two answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Which answer was corrected.
    pub side: Side,
    /// How it should read.
    pub text: String,
}

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Key {
    /// `1`: the first answer is better.
    First,
    /// `2`: the second answer is better.
    Second,
    /// `3`: both are as good.
    Tie,
    /// `4`: neither is fit to learn from.
    BothBad,
    /// `E`: one of them is to be corrected.
    Edit,
    /// `S`: no answer.
    Skip,
    /// `U`: the last answer is taken back.
    Undo,
    /// Enter: this one later.
    Next,
}

impl Key {
    /// Every key with the character that stands for it.
    pub const ALL: [(char, Self); 8] = [
        ('1', Self::First),
        ('2', Self::Second),
        ('3', Self::Tie),
        ('4', Self::BothBad),
        ('e', Self::Edit),
        ('s', Self::Skip),
        ('u', Self::Undo),
        ('\n', Self::Next),
    ];

    /// The key of a character, small or large.
    pub fn of(character: char) -> Option<Self> {
        let character = if character == '\r' { '\n' } else { character.to_ascii_lowercase() };
        Self::ALL.iter().find(|(known, _)| *known == character).map(|(_, key)| *key)
    }
}

/// Something to be judged in a sitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionItem {
    /// What was asked, to be read.
    pub prompt: Arc<str>,
    /// The answer that stands first.
    pub first: Arc<str>,
    /// The other.
    pub second: Arc<str>,
}

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    /// The item's place, from 0.
    pub item: usize,
    /// What was asked.
    pub prompt: &'a str,
    /// The answer that stands first.
    pub first: &'a str,
    /// The other.
    pub second: &'a str,
    /// Items that have an answer.
    pub done: usize,
    /// Items in all.
    pub total: usize,
}

/// What came of a key. Items are named by their places from 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// The item has an answer now: keep it.
    Labelled {
        /// Which item.
        item: usize,
        /// What was said.
        choice: ShownChoice,
        /// Time spent on it, where it is a sensible number.
        seconds: Option<f64>,
    },
    /// The item has a correction now: keep it. Which of the two answers is better was not said, so the comparison
    /// itself counts as skipped.
    Corrected {
        /// Which item.
        item: usize,
        /// The correction.
        edit: Edit,
        /// Time spent on it, where it is a sensible number.
        seconds: Option<f64>,
    },
    /// The item's answer is taken back, and it is shown again.
    Undone {
        /// Which item.
        item: usize,
    },
    /// Ask which answer is to be corrected and how it should read, then call [`Session::edit`].
    EditWanted {
        /// Which item.
        item: usize,
    },
    /// The item is left for later.
    Passed {
        /// Which item.
        item: usize,
    },
    /// There is nothing to take back.
    NothingToUndo,
    /// The correction is empty or says the same as the answer: nothing was changed.
    NothingCorrected,
    /// Everything has an answer.
    Finished,
}

/// A sitting. What a key does can be asked first ([`Self::foresee`]) and done later ([`Self::follow`]), so that an answer
/// is kept elsewhere in between and a failure leaves the sitting as it was.
#[derive(Debug, Clone)]
pub struct Session {
    items: Arc<[SessionItem]>,
    /// The items that have an answer, the newest last.
    answered: Vec<usize>,
    is_answered: Vec<bool>,
    current: Option<usize>,
}

impl Session {
    /// A sitting over `items`; those at `answered` have an answer already, the newest last, and can be taken back.
    pub fn new(items: Vec<SessionItem>, answered: &[usize]) -> Self {
        let is_answered = vec![false; items.len()];
        let mut session = Self { items: items.into(), answered: Vec::new(), is_answered, current: None };
        for &item in answered {
            session.mark(item);
        }
        session.current = session.open_from(0);
        session
    }

    /// What is to be judged now; `None` when everything has an answer.
    pub fn show(&self) -> Option<Shown<'_>> {
        let item = self.current?;
        let SessionItem { prompt, first, second } = self.items.get(item)?;
        Some(Shown { item, prompt, first, second, done: self.done(), total: self.items.len() })
    }

    /// Items that have an answer.
    pub fn done(&self) -> usize {
        self.answered.len()
    }

    /// Items in all.
    pub fn total(&self) -> usize {
        self.items.len()
    }

    /// A key was pressed, `seconds` after the item was shown.
    pub fn answer(&mut self, key: Key, seconds: f64) -> Effect {
        let effect = self.foresee(key, seconds);
        self.follow(&effect);
        effect
    }

    /// One of the two answers was corrected.
    pub fn edit(&mut self, side: Side, text: &str, seconds: f64) -> Effect {
        let effect = self.foresee_edit(side, text, seconds);
        self.follow(&effect);
        effect
    }

    /// What a key does, which is not done yet.
    pub fn foresee(&self, key: Key, seconds: f64) -> Effect {
        let choice = match key {
            Key::First => ShownChoice::First,
            Key::Second => ShownChoice::Second,
            Key::Tie => ShownChoice::Tie,
            Key::BothBad => ShownChoice::BothBad,
            Key::Skip => ShownChoice::Skip,
            Key::Undo => {
                return self.answered.last().map_or(Effect::NothingToUndo, |&item| Effect::Undone { item });
            }
            Key::Edit => return self.current.map_or(Effect::Finished, |item| Effect::EditWanted { item }),
            Key::Next => return self.current.map_or(Effect::Finished, |item| Effect::Passed { item }),
        };
        self.foresee_choice(choice, seconds)
    }

    /// What saying something of the answers does, which is not done yet.
    pub fn foresee_choice(&self, choice: ShownChoice, seconds: f64) -> Effect {
        let labelled = |item| Effect::Labelled { item, choice, seconds: sensible(seconds) };
        self.current.map_or(Effect::Finished, labelled)
    }

    /// What a correction of one of the two answers does, which is not done yet.
    pub fn foresee_edit(&self, side: Side, text: &str, seconds: f64) -> Effect {
        let Some((item, shown)) = self.current.and_then(|item| Some((item, self.items.get(item)?))) else {
            return Effect::Finished;
        };
        let original = if side == Side::First { &shown.first } else { &shown.second };
        if text.trim().is_empty() || text.trim() == original.trim() {
            return Effect::NothingCorrected;
        }
        Effect::Corrected { item, edit: Edit { side, text: text.to_owned() }, seconds: sensible(seconds) }
    }

    /// Does what was foreseen of the sitting as it stands.
    pub fn follow(&mut self, effect: &Effect) {
        match *effect {
            Effect::Labelled { item, .. } | Effect::Corrected { item, .. } => {
                self.mark(item);
                self.current = self.open_from(item + 1);
            }
            Effect::Undone { item } => {
                self.answered.pop_if(|last| *last == item);
                if let Some(is_answered) = self.is_answered.get_mut(item) {
                    *is_answered = false;
                }
                self.current = Some(item);
            }
            Effect::Passed { item } => self.current = self.open_from(item + 1),
            Effect::EditWanted { .. } | Effect::NothingToUndo | Effect::NothingCorrected | Effect::Finished => {}
        }
    }

    fn mark(&mut self, item: usize) {
        if let Some(is_answered) = self.is_answered.get_mut(item)
            && !*is_answered
        {
            *is_answered = true;
            self.answered.push(item);
        }
    }

    /// The next item without an answer from `place` on, then from the beginning.
    fn open_from(&self, place: usize) -> Option<usize> {
        let is_open = |item: &usize| self.is_answered.get(*item) == Some(&false);
        (place..self.items.len()).chain(0..place.min(self.items.len())).find(is_open)
    }
}

fn sensible(seconds: f64) -> Option<f64> {
    (seconds.is_finite() && seconds >= 0.0).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn session(items: usize, answered: &[usize]) -> Session {
        let item = |place: usize| SessionItem {
            prompt: format!("prompt {place}").into(),
            first: format!("first {place}").into(),
            second: format!("second {place}").into(),
        };
        Session::new((0..items).map(item).collect(), answered)
    }

    fn at(session: &Session) -> Option<usize> {
        session.show().map(|shown| shown.item)
    }

    #[test]
    fn keys_go_through_the_items() {
        let mut session = session(3, &[]);
        let shown = session.show().expect("an item");
        assert_eq!((shown.prompt, shown.first, shown.second), ("prompt 0", "first 0", "second 0"));
        assert_eq!((shown.done, shown.total), (0, 3));
        let labelled = |item, choice| Effect::Labelled { item, choice, seconds: Some(1.5) };
        assert_eq!(session.answer(Key::Second, 1.5), labelled(0, ShownChoice::Second));
        assert_eq!(session.answer(Key::Skip, 1.5), labelled(1, ShownChoice::Skip));
        assert_eq!(session.show().map(|shown| shown.done), Some(2));
        assert_eq!(session.answer(Key::BothBad, 1.5), labelled(2, ShownChoice::BothBad));
        assert_eq!(session.show(), None);
        for key in [Key::First, Key::Edit, Key::Next] {
            assert_eq!(session.answer(key, 1.5), Effect::Finished);
        }
        assert_eq!(session.edit(Side::First, "x", 1.0), Effect::Finished);
        assert_eq!((session.done(), session.total()), (3, 3));
    }

    #[test]
    fn undo_goes_back_all_the_way_also_into_an_earlier_sitting() {
        let mut session = session(4, &[2, 0, 2, 9]);
        assert_eq!((at(&session), session.done()), (Some(1), 2));
        assert!(matches!(session.answer(Key::Tie, 0.0), Effect::Labelled { item: 1, choice: ShownChoice::Tie, .. }));
        for item in [1, 0, 2] {
            assert_eq!(session.answer(Key::Undo, 0.0), Effect::Undone { item });
            assert_eq!(at(&session), Some(item));
        }
        assert_eq!(session.answer(Key::Undo, 0.0), Effect::NothingToUndo);
        assert_eq!(session.done(), 0);
    }

    #[test]
    fn an_item_left_for_later_comes_again() {
        let mut session = session(3, &[]);
        assert_eq!(session.answer(Key::Next, 0.0), Effect::Passed { item: 0 });
        session.answer(Key::First, 0.0);
        session.answer(Key::First, 0.0);
        assert_eq!(at(&session), Some(0));
        assert_eq!(session.answer(Key::Next, 0.0), Effect::Passed { item: 0 });
        assert_eq!(at(&session), Some(0), "it is the only one left");
    }

    #[test]
    fn a_correction_must_change_something() {
        let mut session = session(2, &[]);
        assert_eq!(session.answer(Key::Edit, 1.0), Effect::EditWanted { item: 0 });
        assert_eq!(session.edit(Side::First, " \n", 1.0), Effect::NothingCorrected);
        assert_eq!(session.edit(Side::First, "first 0 ", 1.0), Effect::NothingCorrected);
        assert_eq!(at(&session), Some(0));
        let edit = Edit { side: Side::First, text: "second 0".to_owned() };
        assert_eq!(session.edit(Side::First, "second 0", 2.0), Effect::Corrected { item: 0, edit, seconds: Some(2.0) });
        assert_eq!(at(&session), Some(1));
        assert_eq!(session.answer(Key::Undo, 0.0), Effect::Undone { item: 0 });
    }

    #[test]
    fn characters_stand_for_keys() {
        for (character, key) in Key::ALL {
            assert_eq!(Key::of(character.to_ascii_uppercase()), Some(key));
        }
        assert_eq!((Key::of('\r'), Key::of('5')), (Some(Key::Next), None));
    }

    #[test]
    fn a_time_that_is_none_is_not_kept() {
        for (seconds, kept) in [(f64::NAN, None), (-1.0, None), (f64::INFINITY, None), (0.0, Some(0.0))] {
            let Effect::Labelled { seconds, .. } = session(1, &[]).answer(Key::First, seconds) else { panic!() };
            assert_eq!(seconds, kept);
        }
    }

    #[test]
    fn choices_turn_with_the_sides() {
        assert_eq!(ShownChoice::First.choice(false), Choice::A);
        assert_eq!(ShownChoice::First.choice(true), Choice::B);
        assert_eq!(ShownChoice::Second.choice(true), Choice::A);
        for shown in [ShownChoice::First, ShownChoice::Second] {
            for shown_swapped in [false, true] {
                assert_eq!(ShownChoice::of(shown.choice(shown_swapped), shown_swapped), shown);
            }
        }
        for (shown, choice) in [
            (ShownChoice::Tie, Choice::Tie),
            (ShownChoice::BothBad, Choice::BothBad),
            (ShownChoice::Skip, Choice::Skip),
        ] {
            assert_eq!((shown.choice(false), shown.choice(true)), (choice, choice));
            assert_eq!(ShownChoice::of(choice, true), shown);
        }
    }

    #[test]
    fn whatever_is_pressed_the_count_is_that_of_kept_labels() {
        for seed in 0..100 {
            let mut random = Random::new(seed, &[]);
            let mut session = session(6, &[]);
            let mut kept = std::collections::BTreeSet::new();
            for _ in 0..60 {
                match session.answer(Key::ALL[random.below(8)].1, 1.0) {
                    Effect::Labelled { item, .. } => assert!(kept.insert(item), "seed {seed}"),
                    Effect::Undone { item } => assert!(kept.remove(&item), "seed {seed}"),
                    _ => {}
                }
                assert_eq!(session.done(), kept.len());
                assert_eq!(session.show().is_none(), kept.len() == 6);
                assert!(session.show().is_none_or(|shown| !kept.contains(&shown.item)));
            }
        }
    }
}
