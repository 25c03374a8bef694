//! Opening the window on this system.

use std::path::PathBuf;
use std::time::Duration;

use egui::{ViewportBuilder, vec2};
use whetstone_core::doctor::{Packages, missing_by, window_needs};
use whetstone_core::domain::{ToUserMessage, UserMessage};
use whetstone_core::job::CancelToken;
use whetstone_core::{starter, update};

use crate::app::{App, AppOptions};

/// What the system calls the program.
const APP_ID: &str = "whetstone";

/// The window could not be opened.
#[derive(Debug)]
pub struct WindowError {
    reason: String,
}

impl std::fmt::Display for WindowError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the window cannot be opened: {}", self.reason)
    }
}

impl std::error::Error for WindowError {}

impl ToUserMessage for WindowError {
    fn hint(&self) -> Option<String> {
        Some(format!("{}; everything also works without a window: see `whetstone help`", missing_part(&self.reason)))
    }
}

/// Opens the window and returns when it was closed. `path` is a project or an archive to open at once.
/// What runs is stopped and the window closed once `cancel` says so.
pub fn open(path: Option<PathBuf>, cancel: &CancelToken) -> Result<(), UserMessage> {
    let engine = std::env::current_exe().map_err(|error| UserMessage {
        details: Some(error.to_string()),
        ..UserMessage::new("the program does not find itself")
    })?;
    let data_home = starter::data_home().map_err(|error| error.user_message())?;
    check_display().map_err(|error| {
        // That there is no display is not this program's fault, and no reason for the one before it to come back.
        update::first_start_is_done();
        error.user_message()
    })?;
    let options = AppOptions { engine, open: path, data_home, settings: None, stretch: 1.0 };
    let native = eframe::NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("Whetstone")
            .with_app_id(APP_ID)
            .with_icon(icon())
            .with_inner_size(vec2(1180.0, 780.0))
            .with_min_inner_size(vec2(900.0, 600.0)),
        renderer: eframe::Renderer::Glow,
        persist_window: true,
        ..eframe::NativeOptions::default()
    };
    let make: eframe::AppCreator<'_> = Box::new(|creation| {
        close_when_asked(&creation.egui_ctx, cancel.clone());
        Ok(Box::new(App::new(creation, options)))
    });
    // Some libraries of the system that are not there make the window's library panic.
    let opened = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| eframe::run_native(APP_ID, native, make)));
    let reason = match opened {
        Ok(ended) => {
            // It was closed, or the system lacks what a window needs: either way this program has started.
            update::first_start_is_done();
            match ended {
                Ok(()) => return Ok(()),
                Err(error) => error.to_string(),
            }
        }
        Err(panic) => {
            // Any other fault is the program's own, and may be a reason for the one before it to come back.
            if !window_needs().missing.is_empty() {
                update::first_start_is_done();
            }
            let text = panic.downcast_ref::<String>().cloned();
            text.or_else(|| panic.downcast_ref::<&str>().map(|&text| text.to_owned())).unwrap_or_default()
        }
    };
    Err(WindowError { reason }.user_message())
}

/// The program's picture, for the systems that ask a window for it.
fn icon() -> egui::IconData {
    eframe::icon_data::from_png_bytes(ICON).unwrap_or_default()
}

/// Large enough for every place where a window's picture shows.
const ICON: &[u8] = include_bytes!("../../assets/icon/whetstone-128.png");

/// Closes the window when the program is asked to end. What runs is stopped by the end of its input.
fn close_when_asked(context: &egui::Context, cancel: CancelToken) {
    let context = context.clone();
    std::thread::spawn(move || {
        while !cancel.is_cancelled() {
            std::thread::sleep(BETWEEN_LOOKS);
        }
        context.data_mut(|data| data.insert_temp(egui::Id::unique(MUST_CLOSE), true));
        context.send_viewport_cmd(egui::ViewportCommand::Close);
        context.request_repaint();
    });
}

/// Between two looks whether the program is asked to end.
const BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// Set in egui's memory when the window closes whatever runs.
pub(crate) const MUST_CLOSE: &str = "must close";

/// Said where there is no display at all.
const NO_DISPLAY: &str = "this session has no display";

/// Whether there is a display at all.
fn check_display() -> Result<(), WindowError> {
    let is_unix_desktop = cfg!(all(unix, not(target_os = "macos")));
    let is_named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_unix_desktop && !is_named("DISPLAY") && !is_named("WAYLAND_DISPLAY") {
        return Err(WindowError { reason: NO_DISPLAY.to_owned() });
    }
    Ok(())
}

/// Which package is missing, as far as the reason says it.
fn missing_part(reason: &str) -> String {
    if reason.contains(NO_DISPLAY) {
        return "open it from a desktop session, or set DISPLAY".to_owned();
    }
    // What a look at the system's folders finds is more than the first name in a sentence.
    let needs = window_needs();
    match needs.cure {
        Some(cure) => format!("the system lacks {}: {cure}", needs.missing.join(", ")),
        None => missing_by(reason, Packages::of_this_system()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said_with_a_cure() {
        assert!(missing_part(NO_DISPLAY).contains("DISPLAY"));
        let hint = WindowError { reason: "no EGL config".to_owned() }.hint().expect("a cure");
        assert!(hint.contains("whetstone help"), "{hint}");
    }

    #[test]
    fn the_window_has_the_programs_picture() {
        let icon = icon();
        assert_eq!((icon.width, icon.height), (128, 128));
        assert!(icon.rgba.chunks_exact(4).any(|pixel| pixel == [0x0b, 0x6e, 0x69, 0xff]), "its ground is green");
    }
}
