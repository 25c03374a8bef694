//! The window with the real engine: driven by label, and on a display with a real mouse and keyboard.

mod driver;
#[cfg(unix)]
mod killed;
mod road;
#[cfg(target_os = "linux")]
mod screen;

const PROGRAM: &str = env!("CARGO_BIN_EXE_whetstone");
