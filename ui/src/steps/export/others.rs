//! What else can be taken away: the preference pairs as a dataset, and the whole project as one file.

use std::path::PathBuf;

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::{ProjectCommand, ProjectView};
use whetstone_core::project::exchange::DATASET_TARGETS;

use crate::command::PickFor;
use crate::look::space;
use crate::page::Page;
use crate::parts;

/// What was typed and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// The dataset's form; empty takes the first.
    form: String,
    dataset: String,
    /// The path that was suggested last.
    suggested: String,
    archive: Option<String>,
}

/// Draws both.
pub(super) fn others_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    if ui.available_width() > parts::TWO_COLUMNS {
        parts::two_columns(ui, |ui, column| match column {
            0 => dataset_ui(page, ui, draft, project),
            _ => archive_ui(page, ui, draft, project),
        });
    } else {
        dataset_ui(page, ui, draft, project);
        ui.add_space(space::LARGE);
        archive_ui(page, ui, draft, project);
    }
}

fn dataset_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("export-pairs"), |ui| {
        parts::text_with_terms(page, ui, &page.say("export-pairs-said"), &["pair"]);
        ui.add_space(space::SMALL);
        let Some(first) = DATASET_TARGETS.first() else { return };
        if draft.form.is_empty() {
            first.id.clone_into(&mut draft.form);
        }
        let choices: Vec<(String, String)> = DATASET_TARGETS
            .iter()
            .map(|row| (row.id.to_owned(), page.words.row("dataset", row.id, "name", row.id).into_owned()))
            .collect();
        parts::pick_field(page, ui, &page.say("export-pairs-form"), &mut draft.form, &choices);
        let row = DATASET_TARGETS.iter().find(|row| row.id == draft.form).unwrap_or(first);
        parts::soft(page, ui, &page.words.row("dataset", row.id, "meaning", row.meaning));
        // A folder of its own: what is put on the Hub is a folder, and nothing else is to lie in it.
        let folder = project.folder.join("exports").join(format!("pairs-{}", row.id));
        let suggested = folder.join(format!("pairs.{}", row.ending)).to_string_lossy().into_owned();
        if draft.dataset == draft.suggested {
            draft.dataset.clone_from(&suggested);
        }
        draft.suggested = suggested;
        ui.add_space(space::SMALL);
        parts::path_field(page, ui, &page.say("export-pairs-file"), &mut draft.dataset, PickFor::DatasetOut);
        ui.add_space(space::SMALL);
        let can_write = !draft.dataset.trim().is_empty() && project.counts.comparisons > 0;
        if parts::plain_button(ui, Some(Icon::Table), &page.say("export-pairs-go"), can_write).clicked() {
            let out = PathBuf::from(draft.dataset.trim());
            page.send(ProjectCommand::WriteDataset { to: row.id.to_owned(), out });
        }
        if project.counts.comparisons == 0 {
            parts::soft(page, ui, &page.say("export-pairs-none"));
        }
    });
}

fn archive_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, project: &ProjectView) {
    let colours = page.colours;
    parts::section(colours, ui, &page.say("export-archive"), |ui| {
        parts::paragraph(page, ui, &page.say("export-archive-said"));
        ui.add_space(space::SMALL);
        let suggested = || format!("{}.whetstone", project.folder.display());
        let path = draft.archive.get_or_insert_with(suggested);
        parts::path_field(page, ui, &page.say("export-archive-file"), path, PickFor::ArchiveOut);
        ui.add_space(space::SMALL);
        let out = PathBuf::from(path.trim());
        let can_write = !path.trim().is_empty() && page.state.jobs.writing().is_none();
        if parts::plain_button(ui, Some(Icon::Archive), &page.say("export-archive-go"), can_write).clicked() {
            page.send(ProjectCommand::WriteArchive { out });
        }
    });
}
