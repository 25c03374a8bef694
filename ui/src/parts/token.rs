//! The token that the Hub knows a person by: typed, used for a sitting or kept, forgotten.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::domain::{Secret, TokenSource, UserMessage};
use whetstone_core::job::{AccountAction, AccountSpec, HubAccess, JobSpec};

use super::{badge, failure_ui, link_button, plain_button, progress_bar, secret_field, soft};
use crate::command::UiCommand;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::work::JobKind;

/// Where tokens are made.
const TOKENS_PAGE: &str = "https://huggingface.co/settings/tokens";

/// A token as it is being typed.
#[derive(Default)]
pub struct TokenDraft {
    typed: String,
}

impl std::fmt::Debug for TokenDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenDraft")
    }
}

/// What is known of the token, the field for another one, and what can be done with it.
pub fn token_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let mut draft = std::mem::take(&mut page.drafts.token);
    state_ui(page, ui);
    ui.add_space(space::SMALL);
    let (name, hint) = (page.say("token-field"), page.say("token-field-hint"));
    let field = secret_field(page, ui, &name, &mut draft.typed, &hint);
    let has_typed = !draft.typed.trim().is_empty();
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
    let is_asking = page.state.jobs.runs(JobKind::Account);
    ui.horizontal_wrapped(|ui| {
        let uses = plain_button(ui, Some(Icon::Check), &page.say("token-use"), has_typed).clicked();
        if has_typed && (uses || is_entered) {
            page.send(UiCommand::Token(Some(Secret::new(&draft.typed))));
            draft.typed.clear();
        }
        let can_keep = (has_typed || page.state.hub.token.is_some()) && !is_asking && !page.state.hub.is_offline;
        if plain_button(ui, Some(Icon::KeyRound), &page.say("token-keep"), can_keep).clicked() {
            let typed = has_typed.then(|| Secret::new(&draft.typed));
            let token = typed.or_else(|| page.state.hub.token.clone());
            ask(page, AccountAction::Keep, HubAccess { token });
            draft.typed.clear();
        }
    });
    soft(page, ui, &page.say("token-kept-where"));
    if link_button(page.colours, ui, &page.say("token-make")).clicked() {
        page.send(UiCommand::OpenPage(TOKENS_PAGE.to_owned()));
    }
    page.drafts.token = draft;
}

/// Whose token is used, as far as that is known without asking.
fn state_ui(page: &mut Page<'_>, ui: &mut Ui) {
    let hub = &page.state.hub;
    if let Some(account) = &hub.account {
        let source = account.source.map_or("token-none", source_word);
        let (tone, icon) =
            if account.source.is_some() { (Tone::Success, Icon::Check) } else { (Tone::Neutral, Icon::Info) };
        badge(page.colours, ui, tone, Some(icon), &page.say(source));
        if let Some(name) = &account.name {
            soft(page, ui, &page.say_with("token-account", [("name", name.as_str().into())]));
        }
    } else if hub.token.is_some() {
        badge(page.colours, ui, Tone::Success, Some(Icon::Check), &page.say("token-of-sitting"));
    } else {
        soft(page, ui, &page.say("token-unknown"));
    }
    let job = page.state.jobs.of(JobKind::Account);
    if let Some(message) = job.and_then(|job| job.failure()) {
        failure_ui(page, ui, message);
    }
    let is_asking = page.state.jobs.runs(JobKind::Account);
    let of_keyring = hub.account.as_ref().is_some_and(|account| account.source == Some(TokenSource::Keyring));
    ui.horizontal_wrapped(|ui| {
        let can_ask = !is_asking && !hub.is_offline;
        if plain_button(ui, Some(Icon::UserRound), &page.say("token-ask"), can_ask).clicked() {
            let access = page.hub_access();
            ask(page, AccountAction::Show, access);
        }
        if hub.token.is_some() && plain_button(ui, Some(Icon::X), &page.say("token-forget"), true).clicked() {
            page.send(UiCommand::Token(None));
        }
        if of_keyring && plain_button(ui, Some(Icon::Trash2), &page.say("token-forget-kept"), !is_asking).clicked() {
            let access = page.hub_access();
            ask(page, AccountAction::Forget, access);
        }
    });
    if is_asking {
        soft(page, ui, &page.say("job-account"));
        progress_bar(page, ui, &page.say("job-account"), 0.0);
    }
}

fn source_word(source: TokenSource) -> &'static str {
    match source {
        TokenSource::Session => "token-of-sitting",
        TokenSource::Variable => "token-of-variable",
        TokenSource::Keyring => "token-of-keyring",
        TokenSource::File => "token-of-file",
    }
}

fn ask(page: &mut Page<'_>, action: AccountAction, access: HubAccess) {
    page.begin(JobKind::Account, JobSpec::Account(AccountSpec { action, access }));
}

/// A failure of something that asked the Hub, with what helps against it: the page that it names, and the field for a
/// token where one is missing.
pub fn hub_failure_ui(page: &mut Page<'_>, ui: &mut Ui, message: &UserMessage) {
    failure_ui(page, ui, message);
    let texts = [Some(&message.what), message.hint.as_ref()];
    let said: Vec<&str> = texts.into_iter().flatten().map(String::as_str).collect();
    if let Some(address) = said.iter().find_map(|text| address_in(text)).filter(|address| *address != TOKENS_PAGE) {
        ui.add_space(space::TINY);
        let text = page.say("hub-open-page");
        if plain_button(ui, Some(Icon::ExternalLink), &text, true).on_hover_text(address).clicked() {
            page.send(UiCommand::OpenPage(address.to_owned()));
        }
    }
    // What core says is English in every language.
    if said.iter().any(|text| text.split(|letter: char| !letter.is_alphanumeric()).any(|word| word == "token")) {
        ui.add_space(space::SMALL);
        token_ui(page, ui);
    }
}

/// The first address that a sentence names.
fn address_in(text: &str) -> Option<&str> {
    let from = text.find("https://")?;
    let rest = &text[from..];
    let end = rest.find(|letter: char| letter.is_whitespace() || "\"'<>()`".contains(letter)).unwrap_or(rest.len());
    Some(rest[..end].trim_end_matches(['.', ',', ';', ':']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_not_printed() {
        let draft = TokenDraft { typed: "hf_canary".to_owned() };
        assert!(!format!("{draft:?} {draft:#?}").contains("canary"));
    }

    #[test]
    fn an_address_ends_where_the_sentence_goes_on() {
        assert_eq!(address_in("open https://huggingface.co/a/b, sign in"), Some("https://huggingface.co/a/b"));
        assert_eq!(address_in("open `https://x.y/z`."), Some("https://x.y/z"));
        assert_eq!(address_in("http://x.y"), None);
    }
}
