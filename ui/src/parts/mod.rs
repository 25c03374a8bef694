//! What pages are made of. Every part takes its colours from the tokens, its words from the page, and names itself for
//! those who listen to the screen.

mod buttons;
mod cards;
mod columns;
mod fields;
mod flow;
mod gates;
mod heading;
mod long_text;
mod messages;
mod plots;
mod progress;
mod tables;
mod terms;
mod texts;
mod token;

pub use buttons::{
    danger_button, icon_button, link_button, main_button, named_button, plain_button, row_of_choices, wide_button,
};
pub use cards::{badge, badges, card, choice_card, fold, open_card, section};
pub use columns::{TWO_COLUMNS, as_high_as_the_highest, columns, levelled, side_by_side, two_columns};
pub use fields::{Number, check_field, number_field, path_field, pick_field, secret_field, text_area, text_field};
pub use flow::{Station, flow};
pub use gates::{comes_first_ui, what_comes_first};
pub use heading::{empty_state, page_heading, paragraph, soft};
pub use long_text::long_text;
pub use messages::{failure_ui, message_ui, notice_box};
pub use plots::{Figure, Line, figure_plot};
pub use progress::{job_progress_ui, progress_bar};
pub use tables::{Column, table};
pub use terms::{term, text_with_terms};
pub use texts::{bytes, duration, hub_name, model_name, moment, money, number, percent, shorten, whole_number};
pub use token::{TokenDraft, hub_failure_ui, token_ui};
