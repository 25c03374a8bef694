//! The window's program: takes in what was told, draws, does what was asked.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

use whetstone_core::desk::{Ask, Step};
use whetstone_core::domain::{ToUserMessage as _, UserMessage};
use whetstone_core::{doctor, update};

use crate::command::{Command, PickFor, Place};
use crate::look::{self, Colours, Scheme};
use crate::page::Page;
use crate::settings::{STORAGE_KEY, WindowSettings};
use crate::state::{EndpointsState, HubState, State, UpdatesState};
use crate::steps::Drafts;
use crate::words::{Words, find_language, language_of_system};
use crate::work::dialogs::Dialogs;
use crate::work::{DeskThreads, JobBoard, Sheets, Waker};
use crate::{pages, shell};

mod apply;
mod take_in;

/// What the window is opened with.
#[derive(Debug, Clone)]
pub struct AppOptions {
    /// The program that runs as an engine: this one.
    pub engine: PathBuf,
    /// A project or an archive to open at once.
    pub open: Option<PathBuf>,
    /// Where the program keeps what is its own.
    pub data_home: PathBuf,
    /// Settings to begin with; `None` takes what was kept.
    pub settings: Option<WindowSettings>,
    /// By how much each text is made longer, to see whether the screens hold: 1 leaves it.
    pub stretch: f32,
}

/// What could not be shown, and why.
type NotShown = (PathBuf, String);

/// What a look beside the window found.
enum Found {
    /// What this machine has.
    Machine(Box<doctor::Report>),
    /// What is known of newer versions, or why nothing is.
    Updates(Box<Result<update::Standing, UserMessage>>),
    /// The newest report of a fault.
    Crash(PathBuf),
}

impl Found {
    fn updates() -> Self {
        Self::Updates(Box::new(update::known().map_err(|error| error.user_message())))
    }

    fn crash(data_home: &Path) -> Option<Self> {
        doctor::crash_reports(data_home).into_iter().next().map(Self::Crash)
    }
}

/// The window's program.
pub struct App {
    state: State,
    drafts: Drafts,
    words: Words,
    stretch: f32,
    colours: Colours,
    /// What the style was last made of.
    applied: Option<(Colours, f32)>,
    desk: DeskThreads,
    dialogs: Dialogs,
    picked: Vec<(PickFor, Vec<PathBuf>)>,
    found: (Sender<Found>, Receiver<Found>),
    #[cfg(test)]
    looked_around: bool,
    /// Something was drawn already.
    has_drawn: bool,
    next_notice: u64,
    /// When the project was last looked at because a job may have written to it, in seconds of egui's clock.
    looked_at: f64,
    may_close: bool,
    /// What the system could not show, and why.
    reveal_failed: (Sender<NotShown>, Receiver<NotShown>),
    /// The project that is open: what is still told of another one comes too late.
    open_folder: Option<PathBuf>,
    #[cfg(test)]
    pub(crate) sent: Vec<Command>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("place", &self.state.place).finish_non_exhaustive()
    }
}

impl App {
    /// The program in a new window.
    pub fn new(creation: &eframe::CreationContext<'_>, options: AppOptions) -> Self {
        let context = &creation.egui_ctx;
        look::install_fonts(context);
        let kept = || creation.storage.and_then(|storage| eframe::get_value::<WindowSettings>(storage, STORAGE_KEY));
        let settings = options.settings.clone().or_else(kept).unwrap_or_default().mended();
        let waker = Waker::new(context);
        let desk = DeskThreads::start(&waker);
        let found = channel();
        look_around(found.0.clone(), options.data_home.clone(), waker.clone());
        let language = settings.language.as_deref().map_or_else(language_of_system, find_language);
        let mut app = Self {
            state: State {
                place: Place::Step(Step::Start),
                project: None,
                opening: None,
                not_opened: None,
                sheets: Sheets::default(),
                sitting: None,
                is_keeping: false,
                jobs: JobBoard::new(options.engine, waker.clone()),
                hub: HubState::of_environment(),
                endpoints: EndpointsState::default(),
                updates: UpdatesState::default(),
                machine: None,
                notices: Vec::new(),
                settings,
                is_closing: false,
                data_home: options.data_home,
            },
            drafts: Drafts::default(),
            words: Words::new(language).stretched(options.stretch),
            stretch: options.stretch,
            colours: look::colours_of(Scheme::Light, egui::Theme::Light),
            applied: None,
            desk,
            dialogs: Dialogs::new(waker),
            picked: Vec::new(),
            found,
            #[cfg(test)]
            looked_around: false,
            has_drawn: false,
            next_notice: 1,
            looked_at: 0.0,
            may_close: false,
            reveal_failed: channel(),
            open_folder: None,
            #[cfg(test)]
            sent: Vec::new(),
        };
        app.look(context);
        if let Some(path) = options.open {
            app.open_path(path);
        }
        app
    }

    /// Whether all that was looked at beside the window has been told: the machine comes last.
    #[cfg(test)]
    pub(crate) fn was_looked_around(&self) -> bool {
        self.looked_around
    }

    /// What screens read.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The same, for tests that make it up.
    #[cfg(test)]
    pub(crate) fn state_mut(&mut self) -> &mut State {
        &mut self.state
    }

    /// Has a file picked as if a person had.
    #[cfg(test)]
    pub(crate) fn pick_for_test(&mut self, for_what: PickFor, paths: Vec<PathBuf>) {
        self.picked.push((for_what, paths));
    }

    /// Does something as if a screen had asked for it.
    pub fn send(&mut self, context: &egui::Context, command: impl Into<Command>) {
        self.apply(context, command.into());
    }

    /// Puts colours, sizes and words in place where settings or the system changed.
    fn look(&mut self, context: &egui::Context) {
        let system = context.system_theme().unwrap_or(egui::Theme::Light);
        let colours = look::colours_of(self.state.settings.scheme, system);
        let size = self.state.settings.text_size;
        if self.applied != Some((colours, size)) {
            look::apply(context, &colours);
            context.set_zoom_factor(size);
            self.colours = colours;
            self.applied = Some((colours, size));
        }
        let language = self.state.settings.language.as_deref().map_or_else(language_of_system, find_language);
        if language.id != self.words.language().id {
            self.words = Words::new(language).stretched(self.stretch);
        }
    }
}

/// Looks at what takes a moment, beside the window: this machine, newer versions, reports of faults.
fn look_around(tell: Sender<Found>, data_home: PathBuf, waker: Waker) {
    std::thread::spawn(move || {
        let (updates, crash) = (Found::updates(), Found::crash(&data_home));
        let machine = Found::Machine(Box::new(doctor::examine()));
        for found in [Some(updates), crash, Some(machine)].into_iter().flatten() {
            // The window may be gone before all was looked at.
            drop(tell.send(found));
        }
        waker.wake_now();
    });
}

impl eframe::App for App {
    fn logic(&mut self, context: &egui::Context, _frame: &mut eframe::Frame) {
        self.take_in(context);
        self.ask_before_closing(context);
        self.look(context);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui, window_ui);
        if !std::mem::replace(&mut self.has_drawn, true) {
            // Whoever was updated has started now. That takes the disk, which drawing does not wait for.
            std::thread::spawn(update::first_start_is_done);
        }
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, STORAGE_KEY, &self.state.settings);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        self.colours.page.to_normalized_gamma_f32()
    }
}

impl App {
    /// Draws from what there is, and then does what was asked for.
    pub(crate) fn draw(&mut self, ui: &mut egui::Ui, contents: impl FnOnce(&mut Page<'_>, &mut egui::Ui)) {
        let (mut commands, mut wanted) = (Vec::new(), Vec::new());
        let mut page = Page {
            state: &self.state,
            words: &self.words,
            colours: &self.colours,
            drafts: &mut self.drafts,
            picked: &mut self.picked,
            commands: &mut commands,
            wanted: &mut wanted,
        };
        contents(&mut page, ui);
        self.want(wanted);
        let context = ui.ctx().clone();
        for command in commands {
            self.apply(&context, command);
        }
    }

    /// Tells the reading thread which parts are shown.
    fn want(&mut self, wanted: Vec<Ask>) {
        if self.state.sheets.want(wanted) {
            self.desk.want(self.state.sheets.wanted().to_vec());
        }
    }
}

/// Everything that is seen.
fn window_ui(page: &mut Page<'_>, ui: &mut egui::Ui) {
    shell::rail_ui(page, ui);
    shell::jobs_bar_ui(page, ui);
    let margin = if ui.available_width() < look::shape::READING { look::space::LARGE } else { look::space::PAGE };
    let frame = egui::Frame::new().fill(page.colours.page).inner_margin(egui::Margin {
        left: margin as i8,
        right: 0,
        top: 0,
        bottom: 0,
    });
    egui::CentralPanel::no_frame().frame(frame).show(ui, |ui| {
        // Each place remembers by itself how far it was scrolled.
        egui::ScrollArea::vertical().id_salt(page.state.place).auto_shrink([false, false]).show(ui, |ui| {
            egui::Frame::new()
                .inner_margin(egui::Margin { left: 0, right: margin as i8, top: margin as i8, bottom: margin as i8 })
                .show(ui, |ui| {
                    ui.set_max_width(ui.available_width().min(look::shape::PAGE));
                    pages::place_ui(page, ui);
                });
        });
    });
    shell::notices_ui(page, ui);
    shell::closing_ui(page, ui);
}
