//! The keys of labelling: which key does what, as a person chose it or as it comes.

use egui::{Context, Event, Key};

use crate::settings::WindowSettings;

/// What a key does while a person judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LabelAction {
    /// The first answer is better.
    First,
    /// The second answer is better.
    Second,
    /// Both are as good.
    Tie,
    /// Neither is fit to learn from.
    BothBad,
    /// One of them is to be corrected.
    Edit,
    /// No answer.
    Skip,
    /// The last answer is taken back.
    Undo,
    /// This one later.
    Next,
}

impl LabelAction {
    /// Every action, in the order in which they are shown.
    pub const ALL: [Self; 8] =
        [Self::First, Self::Second, Self::Tie, Self::BothBad, Self::Edit, Self::Skip, Self::Undo, Self::Next];

    /// What the settings call it.
    pub fn id(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Second => "second",
            Self::Tie => "tie",
            Self::BothBad => "both_bad",
            Self::Edit => "edit",
            Self::Skip => "skip",
            Self::Undo => "undo",
            Self::Next => "next",
        }
    }

    /// The key that it has where nobody chose another.
    pub fn usual_key(self) -> Key {
        match self {
            Self::First => Key::Num1,
            Self::Second => Key::Num2,
            Self::Tie => Key::Num3,
            Self::BothBad => Key::Num4,
            Self::Edit => Key::E,
            Self::Skip => Key::S,
            Self::Undo => Key::U,
            Self::Next => Key::Enter,
        }
    }
}

/// The key of an action.
pub fn key_of(settings: &WindowSettings, action: LabelAction) -> Key {
    let chosen = settings.keys.get(action.id()).and_then(|name| Key::from_name(name));
    chosen.filter(|key| may_be_chosen(*key)).unwrap_or_else(|| action.usual_key())
}

/// What a key is called where it is shown: by what stands on it.
pub fn key_name(key: Key) -> &'static str {
    match key {
        // The signs that egui has for these are not in every font.
        Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight | Key::ArrowUp => key.name(),
        Key::Minus => "-",
        key => key.symbol_or_name(),
    }
}

/// Whether a key may be given to an action. Some have their use everywhere.
pub fn may_be_chosen(key: Key) -> bool {
    !matches!(key, Key::Tab | Key::Escape | Key::Copy | Key::Cut | Key::Paste)
}

/// The action whose key went down in this frame. None while a text field has the keyboard; a key that is held counts
/// once, and one that presses what has the focus is that control's.
pub fn pressed(context: &Context, settings: &WindowSettings) -> Option<LabelAction> {
    if context.text_edit_focused() {
        return None;
    }
    let has_focus = context.memory(|memory| memory.focused().is_some());
    context.input(|input| action_of(&input.events, has_focus, settings))
}

fn action_of(events: &[Event], has_focus: bool, settings: &WindowSettings) -> Option<LabelAction> {
    let key = events.iter().find_map(|event| match event {
        Event::Key { key, pressed: true, repeat: false, modifiers, .. }
            if !(modifiers.ctrl || modifiers.alt || modifiers.command || modifiers.mac_cmd) =>
        {
            Some(*key)
        }
        _ => None,
    })?;
    if has_focus && matches!(key, Key::Enter | Key::Space) {
        return None;
    }
    LabelAction::ALL.into_iter().find(|action| key_of(settings, *action) == key)
}

/// The action that has a key already, other than this one.
pub fn taken_by(settings: &WindowSettings, action: LabelAction, key: Key) -> Option<LabelAction> {
    LabelAction::ALL.into_iter().find(|other| *other != action && key_of(settings, *other) == key)
}

#[cfg(test)]
mod tests {
    use egui::Modifiers;

    use super::*;

    fn heard(settings: &WindowSettings, key: Key, modifiers: Modifiers, repeat: bool) -> Option<LabelAction> {
        let event = Event::Key { key, physical_key: None, pressed: true, repeat, modifiers };
        action_of(&[event], false, settings)
    }

    #[test]
    fn every_action_has_a_key_of_its_own_that_is_found_again_by_its_name() {
        let settings = WindowSettings::default();
        for action in LabelAction::ALL {
            let key = key_of(&settings, action);
            assert_eq!(key, action.usual_key());
            assert!(may_be_chosen(key));
            assert_eq!(Key::from_name(key.name()), Some(key));
            assert_eq!(taken_by(&settings, action, key), None, "{}", action.id());
            assert_eq!(heard(&settings, key, Modifiers::NONE, false), Some(action));
            assert_eq!(heard(&settings, key, Modifiers::NONE, true), None, "a key that is held counts once");
            assert_eq!(heard(&settings, key, Modifiers::CTRL, false), None);
        }
        let enter = Event::Key {
            key: Key::Enter,
            physical_key: None,
            pressed: true,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        assert_eq!(action_of(&[enter], true, &settings), None, "Enter presses what has the focus");
        assert_eq!(key_name(Key::Num1), "1");
        assert_eq!(key_name(Key::Enter), "Enter");
    }

    #[test]
    fn a_chosen_key_takes_the_place_of_the_usual_one_and_nonsense_does_not() {
        let mut settings = WindowSettings::default();
        settings.keys.insert("first".to_owned(), "A".to_owned());
        settings.keys.insert("second".to_owned(), "no such key".to_owned());
        settings.keys.insert("tie".to_owned(), "Tab".to_owned());
        assert_eq!(heard(&settings, Key::A, Modifiers::NONE, false), Some(LabelAction::First));
        assert_eq!(heard(&settings, Key::Num1, Modifiers::NONE, false), None);
        assert_eq!(key_of(&settings, LabelAction::Second), Key::Num2);
        assert_eq!(key_of(&settings, LabelAction::Tie), Key::Num3);
        assert_eq!(taken_by(&settings, LabelAction::Skip, Key::A), Some(LabelAction::First));
    }
}
