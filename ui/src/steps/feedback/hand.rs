//! What a person's hand does in a sitting: which key or button does what, and what of it is on its way.

use egui::{Context, Event, Key as Pressed};
use whetstone_core::desk::{ProjectCommand, ReviewSaid, SittingView};
use whetstone_core::feedback::people::{Key, ReviewAction, ReviewReason, Side};
use whetstone_core::method::Asked;

use super::differences::{Differences, differences};
use crate::command::UiCommand;
use crate::keys::{LabelAction, key_of, pressed};
use crate::page::Page;
use crate::settings::WindowSettings;

/// Seconds of one comparison that count as judging: whoever went away meanwhile needs no break from it.
const MOST_SECONDS: f64 = 120.0;

/// Whoever was away from the screen for so many seconds had a break.
const BREAK_SECONDS: f64 = 300.0;

/// What was begun in a sitting and not sent.
#[derive(Debug, Default)]
pub(super) struct Hand {
    /// Which comparison is shown.
    shown: Option<Shown>,
    /// The pass of drawing in which it was last shown.
    pass: u64,
    /// When it was shown, in seconds of egui's clock.
    since: f64,
    /// Seconds of judging since the last break.
    pub(super) judged: f64,
    /// A correction that is being made.
    pub(super) correcting: Correcting,
    /// What was asked for while the answer before it was on its way.
    pub(super) waiting: Option<Does>,
    /// What differs between the answers, once it was looked for.
    differences: Option<Differences>,
    /// How high the buttons were when they were last drawn.
    pub(super) controls: f32,
}

/// What tells one comparison of one sitting from every other.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    annotator: String,
    asked: Asked,
    place: usize,
    /// Comparisons that had an answer before it.
    done: usize,
}

/// How far a correction is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Correcting {
    /// Nothing is corrected.
    #[default]
    No,
    /// Which answer?
    Asking,
    /// How should it read?
    Writing {
        /// Which answer.
        side: Side,
        /// How it should read.
        text: String,
        /// Its field was not drawn yet, and takes the keyboard when it is.
        is_new: bool,
    },
}

/// What a key or a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// As wherever people judge.
    Label(LabelAction),
    /// What is said so far is right.
    Approve,
    /// The other answer is the better one.
    TurnOver,
    /// Neither is fit to learn from.
    Reject,
}

impl Does {
    /// What only reviews have, with the keys of it.
    pub(super) const OF_REVIEWS: [(Self, Pressed); 3] =
        [(Self::Approve, Pressed::A), (Self::TurnOver, Pressed::T), (Self::Reject, Pressed::R)];

    /// Its key; none where the person gave that key to something else.
    pub(super) fn key(self, settings: &WindowSettings) -> Option<Pressed> {
        if let Self::Label(action) = self {
            return Some(key_of(settings, action));
        }
        let (_, key) = Self::OF_REVIEWS.into_iter().find(|(does, _)| *does == self)?;
        is_free(settings, key).then_some(key)
    }

    /// Whether it can be done with what is said so far.
    pub(super) fn is_open(self, said: &ReviewSaid) -> bool {
        match self {
            Self::Approve => said.first_is_better.is_some() || said.why == ReviewReason::MachineTie,
            Self::TurnOver => said.first_is_better.is_some(),
            Self::Label(_) | Self::Reject => true,
        }
    }
}

/// The key that marks what differs.
pub(super) const DIFFERENCES: Pressed = Pressed::D;

/// Whether no action of labelling has the key.
pub(super) fn is_free(settings: &WindowSettings, key: Pressed) -> bool {
    LabelAction::ALL.into_iter().all(|action| key_of(settings, action) != key)
}

impl Hand {
    /// Looks at what is shown: a new comparison begins with a new clock, and so does one that was away from the screen.
    pub(super) fn meet(&mut self, sitting: &SittingView, now: f64, pass: u64) {
        let shown = sitting.item.as_ref().map(|item| Shown {
            annotator: sitting.annotator.clone(),
            asked: sitting.asked,
            place: item.place,
            done: sitting.done,
        });
        let was_away = pass > self.pass + 1;
        self.pass = pass;
        if was_away && now - self.since > BREAK_SECONDS {
            self.judged = 0.0;
        }
        if shown != self.shown {
            if self.shown.is_some() && !was_away {
                self.judged += (now - self.since).clamp(0.0, MOST_SECONDS);
            }
            let Self { controls, judged, waiting, .. } = *self;
            *self = Self { shown, pass, since: now, controls, judged, waiting, ..Self::default() };
        } else if was_away {
            self.since = now;
        }
    }

    /// What differs between the two answers.
    pub(super) fn differences(&mut self, first: &str, second: &str) -> &Differences {
        self.differences.get_or_insert_with(|| differences(first, second))
    }

    /// Seconds since the comparison was shown.
    fn seconds(&self, context: &Context) -> f64 {
        (context.input(|input| input.time) - self.since).max(0.0)
    }

    /// Hears the keyboard, and does what waited.
    pub(super) fn hear(&mut self, page: &mut Page<'_>, context: &Context, sitting: &SittingView) {
        // A question lies over the page: keys are its.
        if page.state.is_closing {
            return;
        }
        let went_down = went_down(context);
        match &self.correcting {
            Correcting::No => self.hear_keys(page, context, sitting, went_down),
            _ if went_down == Some((Pressed::Escape, false)) => self.correcting = Correcting::No,
            Correcting::Asking => match pressed(context, &page.state.settings) {
                Some(LabelAction::First) => self.write(sitting, Side::First),
                Some(LabelAction::Second) => self.write(sitting, Side::Second),
                _ => {}
            },
            Correcting::Writing { .. } => {}
        }
    }

    fn hear_keys(
        &mut self,
        page: &mut Page<'_>,
        context: &Context,
        sitting: &SittingView,
        went_down: Option<(Pressed, bool)>,
    ) {
        if !page.state.is_keeping
            && let Some(does) = self.waiting.take()
        {
            self.act(page, context, sitting, does);
            return;
        }
        let settings = &page.state.settings;
        if let Some(action) = pressed(context, settings) {
            self.act(page, context, sitting, Does::Label(action));
            return;
        }
        if context.text_edit_focused() {
            return;
        }
        let Some((key, false)) = went_down.filter(|(key, _)| is_free(settings, *key)) else { return };
        if key == DIFFERENCES {
            turn_differences(page);
        }
        let does = Does::OF_REVIEWS.into_iter().find(|(_, known)| *known == key);
        let said = sitting.item.as_ref().and_then(|item| item.review.as_ref());
        if let Some((does, said)) = does.map(|(does, _)| does).zip(said)
            && does.is_open(said)
        {
            self.act(page, context, sitting, does);
        }
    }

    /// Does something, or has it wait until the answer before it is kept.
    pub(super) fn act(&mut self, page: &mut Page<'_>, context: &Context, sitting: &SittingView, does: Does) {
        if sitting.item.is_none() && does != Does::Label(LabelAction::Undo) {
            return;
        }
        if page.state.is_keeping {
            self.waiting.get_or_insert(does);
            return;
        }
        let seconds = self.seconds(context);
        let review = |action| ProjectCommand::Review { action, seconds };
        let command = match does {
            Does::Label(LabelAction::Edit) => {
                self.correcting = Correcting::Asking;
                return;
            }
            Does::Label(action) => ProjectCommand::Press { key: key_for(action), seconds },
            Does::Approve => review(ReviewAction::Approve),
            Does::TurnOver => review(ReviewAction::TurnOver),
            Does::Reject => review(ReviewAction::Reject),
        };
        page.send(command);
    }

    /// Begins to write a correction.
    pub(super) fn write(&mut self, sitting: &SittingView, side: Side) {
        let Some(item) = &sitting.item else { return };
        let text = if side == Side::First { &item.first } else { &item.second };
        self.correcting = Correcting::Writing { side, text: text.clone(), is_new: true };
    }

    /// Sends the correction. It stays until the next comparison is shown, so that nothing typed is lost if it is refused.
    pub(super) fn save(&mut self, page: &mut Page<'_>, context: &Context) {
        let Correcting::Writing { side, text, .. } = &self.correcting else { return };
        if !page.state.is_keeping {
            let seconds = self.seconds(context);
            page.send(ProjectCommand::Correct { side: *side, text: text.clone(), seconds });
        }
    }
}

/// Marks what differs, or marks it no more.
pub(super) fn turn_differences(page: &mut Page<'_>) {
    let mut settings = page.state.settings.clone();
    settings.show_differences = !settings.show_differences;
    page.send(UiCommand::Settings(Box::new(settings)));
}

/// The key that went down in this frame, and whether with the key that gives commands.
fn went_down(context: &Context) -> Option<(Pressed, bool)> {
    context.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Key { key, pressed: true, repeat: false, modifiers, .. } if !modifiers.alt => {
                Some((*key, modifiers.command || modifiers.ctrl))
            }
            _ => None,
        })
    })
}

fn key_for(action: LabelAction) -> Key {
    match action {
        LabelAction::First => Key::First,
        LabelAction::Second => Key::Second,
        LabelAction::Tie => Key::Tie,
        LabelAction::BothBad => Key::BothBad,
        LabelAction::Edit => Key::Edit,
        LabelAction::Skip => Key::Skip,
        LabelAction::Undo => Key::Undo,
        LabelAction::Next => Key::Next,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::fixture::sitting;

    #[test]
    fn judging_adds_up_to_a_break_and_absence_does_not() {
        let mut hand = Hand::default();
        let at = |done: usize| SittingView { done, ..sitting() };
        hand.meet(&at(0), 100.0, 1);
        hand.meet(&at(0), 105.0, 2);
        assert!(hand.judged.abs() < 1e-9, "the same comparison is still shown");
        hand.meet(&at(1), 107.0, 3);
        assert!((hand.judged - 7.0).abs() < 1e-9);
        hand.meet(&at(2), 9000.0, 4);
        assert!((hand.judged - 7.0 - MOST_SECONDS).abs() < 1e-9);
        // Another page was shown for an hour.
        hand.correcting = Correcting::Asking;
        hand.meet(&at(2), 12_600.0, 40);
        assert!((hand.since - 12_600.0).abs() < 1e-9 && hand.correcting == Correcting::Asking);
        assert!(hand.judged.abs() < 1e-9, "that was a break");
        hand.meet(&at(3), 12_610.0, 90);
        assert!(hand.judged.abs() < 1e-9 && hand.correcting == Correcting::No);
    }

    #[test]
    fn every_review_has_a_key_of_its_own_until_it_is_given_away() {
        let mut settings = WindowSettings::default();
        for (does, key) in Does::OF_REVIEWS {
            assert_eq!(does.key(&settings), Some(key));
        }
        settings.keys.insert("skip".to_owned(), "A".to_owned());
        assert_eq!(Does::Approve.key(&settings), None);
        assert_eq!(Does::Label(LabelAction::Skip).key(&settings), Some(Pressed::A));
    }
}
