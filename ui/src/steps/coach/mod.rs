//! Who the coach is: chosen where the method is, and where the coach's part of the feedback is.

mod known;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::domain::CoachName;
use whetstone_core::feedback::coach::{COACHES, CoachKind, kind_of};
use whetstone_core::job::ProjectChanges;

use crate::command::{PickFor, Place};
use crate::look::space;
use crate::page::Page;
use crate::parts;

pub(in crate::steps) use known::{coach_of, coach_title, known_coaches};

/// A card is not narrower than this.
const LEAST_WIDTH: f32 = 250.0;
/// Cards in a row at most.
const IN_A_ROW: usize = 3;

/// What was chosen and not yet taken.
#[derive(Debug, Default)]
pub struct Draft {
    /// The kind whose card was clicked, by its id, until one of it is taken.
    kind: Option<&'static str>,
    /// The path that is being typed.
    path: String,
}

/// What is said of a kind beside its name: the word under which its models lie, and the file or folder that it may be.
struct Subject {
    /// What is picked in the system's dialog.
    pick: PickFor,
    /// What the path is called.
    path: &'static str,
    /// What is said where none is known.
    none: &'static str,
}

/// Where a coach of this kind is looked for; `None` where there is one alone.
fn subject_of(kind: &CoachKind) -> Option<Subject> {
    let subject = |pick, path, none| Some(Subject { pick, path, none });
    match kind.id {
        "model" => subject(PickFor::CoachFolder, "coach-path-model", "coach-none-model"),
        "gguf" => subject(PickFor::CoachFile, "coach-path-gguf", "coach-none-gguf"),
        "rules" => subject(PickFor::CoachRules, "coach-path-rules", "coach-none-rules"),
        "preference_model" => subject(PickFor::CoachAdapter, "coach-path-preference", "coach-none-preference"),
        _ => None,
    }
}

/// A coach of this kind by what was typed.
fn named(kind: &CoachKind, path: &str) -> Option<CoachName> {
    let path = path.trim();
    let name = match kind.id {
        "rules" => CoachName::Rules(path.to_owned()),
        "preference_model" => CoachName::PreferenceModel(path.to_owned()),
        "gguf" => CoachName::Gguf(path.to_owned()),
        "model" => CoachName::Model(path.to_owned()),
        _ => return None,
    };
    // What is written so must be read as the same kind again.
    (!path.is_empty() && name.to_string().parse().ok().as_ref() == Some(&name)).then_some(name)
}

/// What people call a kind.
fn kind_name(page: &Page<'_>, kind: &CoachKind) -> String {
    page.say(&format!("coach-kind-{}-name", kind.id.replace('_', "-")))
}

/// Draws the choice.
pub(super) fn coach_ui(page: &mut Page<'_>, ui: &mut Ui, project: &ProjectView) {
    let mut draft = std::mem::take(&mut page.drafts.coach);
    let now = coach_of(project);
    let of_project = kind_of(&now).id;
    parts::text_with_terms(page, ui, &page.say("coach-question"), &["coach"]);
    let said = page.say_with("coach-is-now", [("name", coach_title(page, project, &now).into())]);
    parts::soft(page, ui, &said);
    ui.add_space(space::TINY);
    let kinds = COACHES;
    let chosen = draft.kind.unwrap_or(of_project);
    parts::side_by_side(ui, kinds.len(), IN_A_ROW, LEAST_WIDTH, |ui, place, row| {
        let kind = &kinds[place];
        let name = kind_name(page, kind);
        let card = parts::choice_card(page.colours, ui, &name, kind.id == chosen, |ui| {
            let meaning = page.words.row("coach-kind", kind.id, "meaning", kind.meaning).into_owned();
            parts::soft(page, ui, &meaning);
            parts::as_high_as_the_highest(ui, &format!("kinds of coaches {row}"));
        });
        if card.clicked() {
            draft.kind = (kind.id != of_project).then_some(kind.id);
            draft.path.clear();
            match kind.id {
                "starter" => take(page, &now, &CoachName::Starter),
                "policy" => take(page, &now, &CoachName::Policy),
                _ => {}
            }
        }
    });
    if chosen == "endpoint" {
        ui.add_space(space::SMALL);
        server_ui(page, ui, &now);
    } else if let Some(kind) = kinds.iter().find(|kind| kind.id == chosen)
        && let Some(subject) = subject_of(kind)
    {
        ui.add_space(space::SMALL);
        which_ui(page, ui, project, &mut draft, (kind, &subject), &now);
    }
    // Once one of it is the project's, the project says which kind it is.
    if draft.kind == Some(of_project) {
        draft.kind = None;
    }
    page.drafts.coach = draft;
}

/// Which server: of those that this computer knows, with the way to add one.
fn server_ui(page: &mut Page<'_>, ui: &mut Ui, now: &CoachName) {
    parts::card(page.colours, ui, |ui| {
        let names: Vec<String> =
            page.endpoints().unwrap_or_default().iter().map(|endpoint| endpoint.name.clone()).collect();
        if names.is_empty() {
            parts::soft(page, ui, &page.say("coach-none-server"));
        } else {
            let mut picked = names.iter().position(|name| *now == CoachName::Endpoint(name.clone()));
            let mut choices: Vec<(Option<usize>, String)> =
                names.iter().cloned().enumerate().map(|(place, name)| (Some(place), name)).collect();
            if picked.is_none() {
                choices.insert(0, (None, page.say("coach-which-none")));
            }
            if parts::pick_field(page, ui, &page.say("coach-which"), &mut picked, &choices)
                && let Some(name) = picked.and_then(|place| names.get(place))
            {
                take(page, now, &CoachName::Endpoint(name.clone()));
            }
        }
        if parts::link_button(page.colours, ui, &page.say("coach-server-add")).clicked() {
            page.go(Place::Settings);
        }
    });
}

/// Which one of a kind: of those that are known here, or by its place.
fn which_ui(
    page: &mut Page<'_>,
    ui: &mut Ui,
    project: &ProjectView,
    draft: &mut Draft,
    (kind, subject): (&CoachKind, &Subject),
    now: &CoachName,
) {
    let known: Vec<CoachName> =
        known_coaches(page, project).into_iter().filter(|name| kind_of(name).id == kind.id).collect();
    parts::card(page.colours, ui, |ui| {
        if known.is_empty() {
            parts::soft(page, ui, &page.say(subject.none));
        } else {
            let mut picked = known.iter().position(|name| name == now);
            let titles = known.iter().map(|name| coach_title(page, project, name));
            let titles = titles.enumerate().map(|(place, title)| (Some(place), title));
            let choices: Vec<(Option<usize>, String)> = if picked.is_none() {
                std::iter::once((None, page.say("coach-which-none"))).chain(titles).collect()
            } else {
                titles.collect()
            };
            if parts::pick_field(page, ui, &page.say("coach-which"), &mut picked, &choices)
                && let Some(name) = picked.and_then(|place| known.get(place))
            {
                take(page, now, name);
            }
        }
        ui.add_space(space::TINY);
        parts::path_field(page, ui, &page.say(subject.path), &mut draft.path, subject.pick);
        let name = named(kind, &draft.path);
        let is_other = name.as_ref().is_some_and(|name| name != now);
        if parts::plain_button(ui, Some(Icon::Check), &page.say("coach-use"), is_other).clicked()
            && let Some(name) = name
        {
            take(page, now, &name);
            draft.path.clear();
        }
    });
}

/// Makes somebody the project's coach.
pub(super) fn take(page: &mut Page<'_>, now: &CoachName, coach: &CoachName) {
    if coach != now {
        let changes = ProjectChanges { coach: Some(coach.to_string()), ..ProjectChanges::default() };
        page.send(ProjectCommand::Change(Box::new(changes)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_named_in_every_language_and_read_as_it_is_written() {
        for language in crate::words::LANGUAGES {
            for kind in COACHES {
                let id = format!("coach-kind-{}-name", kind.id.replace('_', "-"));
                assert!(language.file.contains(&format!("\n{id} = ")), "{}.ftl: {id}", language.id);
            }
        }
        let written = [("model", "/m/large"), ("gguf", "/m/x.Q4_K_M.gguf"), ("rules", "/r.toml")];
        for (id, path) in written {
            let kind = COACHES.iter().find(|kind| kind.id == id).expect("a kind");
            let name = named(kind, &format!(" {path} ")).expect("a coach");
            assert_eq!((kind_of(&name).id, name.subject()), (id, Some(path)));
        }
        let gguf = COACHES.iter().find(|kind| kind.id == "gguf").expect("a kind");
        assert_eq!(named(gguf, "/m/folder"), None, "it is no such file");
        let alone = ["starter", "policy", "endpoint"];
        assert!(COACHES.iter().all(|kind| subject_of(kind).is_some() != alone.contains(&kind.id)));
    }
}
