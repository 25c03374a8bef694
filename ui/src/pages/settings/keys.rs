//! The keys of judging, each of which can be another.

use egui::{Button, Event, Key, Label, RichText, Role, Ui, WidgetInfo, vec2};
use lucide_icons::Icon;

use super::Draft;
use crate::keys::{LabelAction, key_name, key_of, may_be_chosen, taken_by};
use crate::look::{Tone, shape, space};
use crate::page::Page;
use crate::parts;
use crate::settings::WindowSettings;

/// Takes the key that an action waits for. Called before anything is drawn, so that no control hears it too.
pub(super) fn take_key(ui: &Ui, draft: &mut Draft, settings: &mut WindowSettings) {
    let Some(action) = draft.waits_for_key else { return };
    // A control that has the keyboard would be pressed by Enter.
    ui.memory_mut(|memory| {
        if let Some(focused) = memory.focused() {
            memory.surrender_focus(focused);
        }
    });
    let key = ui.input_mut(|input| {
        let place = input.events.iter().position(|event| matches!(event, Event::Key { pressed: true, .. }))?;
        match input.events.remove(place) {
            Event::Key { key, .. } => Some(key),
            _ => None,
        }
    });
    let Some(key) = key else { return };
    draft.waits_for_key = None;
    draft.goes_back_to = Some(action);
    if key == Key::Escape || !may_be_chosen(key) {
        return;
    }
    draft.taken = taken_by(settings, action, key).map(|other| (key, other));
    if draft.taken.is_none() {
        settings.keys.insert(action.id().to_owned(), key.name().to_owned());
    }
}

pub(super) fn keys_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, settings: &mut WindowSettings) {
    parts::section(page.colours, ui, &page.say("settings-keys"), |ui| {
        parts::soft(page, ui, &page.say("settings-keys-text"));
        ui.add_space(space::TINY);
        for action in LabelAction::ALL {
            key_ui(page, ui, draft, settings, action);
        }
        if let Some((key, other)) = draft.taken {
            let what = page.say(word_of(other));
            let said = page.say_with("settings-key-taken", [("key", key_name(key).into()), ("what", what.into())]);
            parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
        }
        ui.add_space(space::TINY);
        let has_own = !settings.keys.is_empty();
        if parts::plain_button(ui, Some(Icon::RotateCcw), &page.say("settings-keys-usual"), has_own).clicked() {
            settings.keys.clear();
            draft.taken = None;
        }
    });
}

fn key_ui(page: &Page<'_>, ui: &mut Ui, draft: &mut Draft, settings: &WindowSettings, action: LabelAction) {
    let what = page.say(word_of(action));
    let waits = draft.waits_for_key == Some(action);
    let key = key_name(key_of(settings, action));
    let text = if waits { page.say("settings-key-press") } else { key.to_owned() };
    ui.horizontal(|ui| {
        // As many as there are, they stand like buttons and say by their words which of them waits.
        let button = Button::new(text).selected(waits).min_size(vec2(LEAST_WIDTH, shape::CONTROL_HEIGHT));
        let response = ui.add(button);
        let name = page.say_with("settings-key-of", [("what", what.as_str().into()), ("key", key.into())]);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, waits, &name));
        if draft.goes_back_to == Some(action) {
            draft.goes_back_to = None;
            response.request_focus();
        }
        if response.clicked() {
            draft.taken = None;
            draft.waits_for_key = if waits { None } else { Some(action) };
        }
        ui.add_space(space::TINY);
        ui.add(Label::new(RichText::new(&what).color(page.colours.text)).wrap());
    });
}

/// A key's button is not narrower than this.
const LEAST_WIDTH: f32 = 96.0;

/// What an action is called.
fn word_of(action: LabelAction) -> &'static str {
    match action {
        LabelAction::First => "settings-key-first",
        LabelAction::Second => "settings-key-second",
        LabelAction::Tie => "settings-key-tie",
        LabelAction::BothBad => "settings-key-both-bad",
        LabelAction::Edit => "settings-key-edit",
        LabelAction::Skip => "settings-key-skip",
        LabelAction::Undo => "settings-key-undo",
        LabelAction::Next => "settings-key-next",
    }
}
