//! What is said of a model in short: how it fits, what may be done with it, how large it is.

use lucide_icons::Icon;
use whetstone_core::domain::{FitBadge, Gate, Licence, OfferedModel, Permission};

use crate::look::Tone;
use crate::page::Page;
use crate::parts;

/// Languages that are named; of more, only how many they are.
const MOST_LANGUAGES: usize = 3;

/// A word with its tone and its picture.
pub(super) type Mark = (Tone, Icon, String);

/// How it fits this machine.
pub(super) fn fit_mark(page: &Page<'_>, model: &OfferedModel) -> Mark {
    let (tone, icon, word) = match model.fit.as_ref().map(|fit| fit.badge) {
        Some(FitBadge::Comfortable) => (Tone::Success, Icon::CircleCheck, "hub-fit-comfortable"),
        Some(FitBadge::Slow) => (Tone::Warning, Icon::Hourglass, "hub-fit-slow"),
        Some(FitBadge::AnswersOnly) => (Tone::Warning, Icon::MessageSquare, "hub-fit-answers"),
        Some(FitBadge::TooBig) => (Tone::Danger, Icon::CircleX, "hub-fit-too-big"),
        None => (Tone::Neutral, Icon::CircleQuestionMark, "hub-fit-unknown"),
    };
    (tone, icon, page.say(word))
}

/// What may be done with what is made of it.
pub(super) fn licence_mark(page: &Page<'_>, licence: Option<&Licence>) -> Mark {
    let (tone, word) = match licence.map(|licence| licence.may_sell) {
        Some(Permission::Yes) => (Tone::Success, "hub-sell-yes"),
        Some(Permission::WithConditions) => (Tone::Warning, "hub-sell-conditions"),
        Some(Permission::No) => (Tone::Danger, "hub-sell-no"),
        Some(Permission::Unknown) => (Tone::Neutral, "hub-sell-unknown"),
        None => (Tone::Warning, "hub-sell-none"),
    };
    (tone, Icon::Scale, page.say(word))
}

/// Whether somebody has to agree first.
pub(super) fn gate_mark(page: &Page<'_>, gate: Gate) -> Option<Mark> {
    let word = match gate {
        Gate::Open => return None,
        Gate::Accept => "hub-gate-accept",
        Gate::Ask => "hub-gate-ask",
    };
    Some((Tone::Neutral, Icon::LockKeyhole, page.say(word)))
}

/// Every mark of a model, the most important first.
pub(super) fn marks(page: &Page<'_>, model: &OfferedModel, is_here: bool) -> Vec<Mark> {
    let mut marks = vec![fit_mark(page, model), licence_mark(page, model.licence.as_ref())];
    marks.extend(gate_mark(page, model.gate));
    if is_here {
        marks.push((Tone::Accent, Icon::HardDrive, page.say("hub-is-here")));
    }
    marks
}

/// The languages that it speaks.
pub(super) fn languages(page: &Page<'_>, model: &OfferedModel) -> Option<String> {
    let name = |id: &String| page.words.row("language", id, "name", id).into_owned();
    let named: Vec<String> = model.languages.iter().take(MOST_LANGUAGES).map(name).collect();
    let more = model.languages.len().saturating_sub(MOST_LANGUAGES);
    match (named.is_empty(), more) {
        (true, _) => None,
        (_, 0) => Some(named.join(", ")),
        _ => Some(page.say_with("hub-languages-more", [("named", named.join(", ").into()), ("more", more.into())])),
    }
}

/// Its size and its languages in a line.
pub(super) fn in_short(page: &Page<'_>, model: &OfferedModel) -> String {
    let size = model.download_bytes.map(|bytes| page.say_with("hub-size", [("size", parts::bytes(bytes).into())]));
    let downloads = model.downloads.map(|count| {
        page.say_with(
            "hub-downloads",
            [("count", parts::whole_number(usize::try_from(count).unwrap_or(usize::MAX)).into())],
        )
    });
    let parts: Vec<String> = [size, languages(page, model), downloads].into_iter().flatten().collect();
    parts.join(" · ")
}

/// What it is good at, in the screen's language where the catalogue's row has words for it.
pub(super) fn good_at(page: &Page<'_>, model: &OfferedModel) -> Option<String> {
    let said = model.good_at.as_deref()?;
    Some(page.words.row("offered", &model.repository, "good", said).into_owned())
}
