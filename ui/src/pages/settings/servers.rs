//! Servers that may judge: added, tried, changed and forgotten.

use egui::{CornerRadius, Frame, Margin, RichText, Stroke, Ui};
use lucide_icons::Icon;
use whetstone_core::domain::Secret;
use whetstone_core::feedback::coach::endpoint::Endpoint;
use whetstone_core::job::{EndpointsSpec, JobSpec, NewEndpoint};

use crate::look::{SEMIBOLD, Tone, shape, space};
use crate::page::Page;
use crate::parts::{self, Number};
use crate::work::JobKind;

/// Programs that serve models, and where they are usually found.
const USUAL: [(&str, &str, &str); 4] = [
    ("Ollama", "ollama", "http://localhost:11434/v1"),
    ("LM Studio", "lm-studio", "http://localhost:1234/v1"),
    ("llama.cpp", "llama-cpp", "http://localhost:8080/v1"),
    ("vLLM", "vllm", "http://localhost:8000/v1"),
];

/// A server as it is being described.
#[derive(Default)]
pub(super) struct Draft {
    /// What is known of it.
    new: NewEndpoint,
    /// Its key, which nobody is to read over one's shoulder.
    key: String,
    /// A server is to be changed: the form opens.
    opens: bool,
    /// The server that is about to be forgotten.
    forgets: Option<String>,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("servers::Draft")
    }
}

/// Draws them.
pub(super) fn servers_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    parts::section(page.colours, ui, &page.say("servers"), |ui| {
        parts::soft(page, ui, &page.say("servers-text"));
        let known = page.endpoints();
        for endpoint in known.unwrap_or_default() {
            one_ui(page, ui, draft, endpoint);
        }
        if known.is_some_and(<[Endpoint]>::is_empty) {
            parts::soft(page, ui, &page.say("servers-none"));
        }
        told_ui(page, ui);
        ui.add_space(space::SMALL);
        let opens = std::mem::take(&mut draft.opens).then_some(true);
        let header = egui::CollapsingHeader::new(page.say("servers-add")).id_salt("servers' form").open(opens);
        header.show(ui, |ui| form_ui(page, ui, draft));
    });
}

/// What came of what was last done.
fn told_ui(page: &Page<'_>, ui: &mut Ui) {
    let jobs = &page.state.jobs;
    let kinds = [JobKind::Endpoints, JobKind::EndpointTest];
    for kind in kinds {
        if let Some(message) = jobs.of(kind).and_then(|job| job.failure()) {
            parts::failure_ui(page, ui, message);
        }
    }
    if jobs.runs(JobKind::EndpointTest) {
        parts::progress_bar(page, ui, &page.say("job-endpoint-test"), 0.0);
        parts::soft(page, ui, &page.say("job-endpoint-test"));
    } else if let Some(said) = &page.state.endpoints.said {
        parts::notice_box(page, ui, Tone::Success, said, |_| {});
    }
}

fn is_asking(page: &Page<'_>) -> bool {
    page.state.jobs.runs(JobKind::Endpoints) || page.state.jobs.runs(JobKind::EndpointTest)
}

fn one_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, endpoint: &Endpoint) {
    let frame = Frame::new()
        .fill(page.colours.well)
        .stroke(Stroke::new(1.0, page.colours.line))
        .corner_radius(CornerRadius::same(shape::CORNER))
        .inner_margin(Margin::same(space::SMALL as i8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        let family = egui::FontFamily::Name(SEMIBOLD.into());
        ui.add(egui::Label::new(RichText::new(&endpoint.name).family(family).color(page.colours.text)).wrap());
        parts::soft(page, ui, &format!("{} · {}", endpoint.model, endpoint.address));
        parts::soft(page, ui, &price_of(page, endpoint));
        if endpoint.plain_http {
            let plain = page.say("servers-plain");
            parts::badges(page.colours, ui, &[(Tone::Warning, Icon::TriangleAlert, plain)]);
        }
        let is_free = !is_asking(page);
        let named = |page: &Page<'_>, word: &str| page.say_with(word, [("name", endpoint.name.as_str().into())]);
        ui.horizontal_wrapped(|ui| {
            let (text, name) = (page.say("servers-test"), named(page, "servers-test-name"));
            if parts::named_button(ui, Some(Icon::Play), &text, &name, is_free).clicked() {
                let key = page.state.endpoints.key(&endpoint.name);
                let spec = EndpointsSpec::Test { name: endpoint.name.clone(), key };
                page.begin(JobKind::EndpointTest, JobSpec::Endpoints(spec));
            }
            let (text, name) = (page.say("servers-change"), named(page, "servers-change-name"));
            if parts::named_button(ui, Some(Icon::Pencil), &text, &name, true).clicked() {
                draft.new = described(endpoint);
                draft.opens = true;
            }
            let (text, name) = (page.say("servers-forget"), named(page, "servers-forget-name"));
            if parts::named_button(ui, Some(Icon::Trash2), &text, &name, is_free).clicked() {
                draft.forgets = Some(endpoint.name.clone());
            }
        });
        if draft.forgets.as_deref() == Some(endpoint.name.as_str()) {
            forget_ui(page, ui, draft, endpoint);
        }
    });
}

fn forget_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft, endpoint: &Endpoint) {
    parts::paragraph(page, ui, &page.say_with("servers-forget-sure", [("name", endpoint.name.as_str().into())]));
    ui.horizontal_wrapped(|ui| {
        let yes = page.say("servers-forget-yes");
        if parts::danger_button(page.colours, ui, Some(Icon::Trash2), &yes, !is_asking(page)).clicked() {
            let spec = EndpointsSpec::Remove { name: endpoint.name.clone() };
            page.begin(JobKind::Endpoints, JobSpec::Endpoints(spec));
            draft.forgets = None;
        }
        if parts::plain_button(ui, None, &page.say("servers-forget-no"), true).clicked() {
            draft.forgets = None;
        }
    });
}

fn price_of(page: &Page<'_>, endpoint: &Endpoint) -> String {
    if endpoint.prompt_price <= 0.0 && endpoint.completion_price <= 0.0 {
        return page.say("servers-free");
    }
    page.say_with(
        "servers-price",
        [
            ("read", parts::money(endpoint.prompt_price).into()),
            ("written", parts::money(endpoint.completion_price).into()),
            ("currency", endpoint.currency.as_str().into()),
        ],
    )
}

/// A known server as the form has it.
fn described(endpoint: &Endpoint) -> NewEndpoint {
    NewEndpoint {
        name: endpoint.name.clone(),
        address: endpoint.address.clone(),
        model: endpoint.model.clone(),
        prompt_price: endpoint.prompt_price,
        completion_price: endpoint.completion_price,
        currency: endpoint.currency.clone(),
        concurrency: Some(endpoint.concurrency),
        context_length: endpoint.context_length,
        answer_tokens: Some(endpoint.answer_tokens),
        plain_http: endpoint.plain_http,
    }
}

/// Whether an address is asked without encryption, and is not plainly this computer's.
fn is_in_the_open(address: &str) -> bool {
    let address = address.trim().to_lowercase();
    let Some(rest) = address.strip_prefix("http://") else { return false };
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    host != "localhost" && !host.ends_with(".localhost") && !host.starts_with("127.") && !rest.starts_with("[::1]")
}

fn form_ui(page: &mut Page<'_>, ui: &mut Ui, draft: &mut Draft) {
    let new = &mut draft.new;
    parts::soft(page, ui, &page.say("servers-usual"));
    ui.horizontal_wrapped(|ui| {
        for (title, name, address) in USUAL {
            if parts::plain_button(ui, None, title, true).clicked() {
                name.clone_into(&mut new.name);
                address.clone_into(&mut new.address);
            }
        }
    });
    parts::text_field(page, ui, &page.say("servers-address"), &mut new.address, "https://…/v1");
    parts::text_field(page, ui, &page.say("servers-model"), &mut new.model, &page.say("servers-model-hint"));
    parts::text_field(page, ui, &page.say("servers-name"), &mut new.name, &page.say("servers-name-hint"));
    let hint = page.say("servers-key-hint");
    parts::secret_field(page, ui, &page.say("servers-key"), &mut draft.key, &hint);
    parts::soft(page, ui, &page.say("servers-key-where"));
    if is_in_the_open(&new.address) {
        parts::notice_box(page, ui, Tone::Warning, &page.say("servers-in-the-open"), |ui| {
            parts::check_field(ui, &page.say("servers-in-the-open-agree"), &mut new.plain_http);
        });
    } else {
        new.plain_http = false;
    }
    parts::fold(ui, &page.say("servers-advanced"), |ui| advanced_ui(page, ui, new));
    let is_whole = [&new.name, &new.address, &new.model].iter().all(|text| !text.trim().is_empty());
    let is_confirmed = !is_in_the_open(&new.address) || new.plain_http;
    ui.add_space(space::TINY);
    let keep = page.say("servers-keep");
    let can_keep = is_whole && is_confirmed && !is_asking(page);
    if parts::plain_button(ui, Some(Icon::Check), &keep, can_keep).clicked() {
        let key = Some(Secret::new(&draft.key)).filter(|key| !key.is_empty());
        let spec = EndpointsSpec::Put { endpoint: Box::new(std::mem::take(&mut draft.new)), key };
        page.begin(JobKind::Endpoints, JobSpec::Endpoints(spec));
        draft.key.clear();
    }
}

/// Prices, and how much is asked at once.
fn advanced_ui(page: &Page<'_>, ui: &mut Ui, new: &mut NewEndpoint) {
    let price = |word: &str, ui: &mut Ui, value: &mut f64| {
        let number = Number {
            name: &page.say(word),
            help: &page.say("servers-price-help"),
            range: 0.0..=1e6,
            speed: 0.01,
            decimals: 4,
        };
        parts::number_field(page, ui, &number, value);
    };
    price("servers-price-read", ui, &mut new.prompt_price);
    price("servers-price-written", ui, &mut new.completion_price);
    parts::text_field(page, ui, &page.say("servers-currency"), &mut new.currency, "EUR");
    let count = |word: &str, ui: &mut Ui, value: &mut f64, most: f64| {
        let number = Number { name: &page.say(word), help: "", range: 0.0..=most, speed: 1.0, decimals: 0 };
        parts::number_field(page, ui, &number, value)
    };
    let mut at_once = new.concurrency.unwrap_or(4) as f64;
    if count("servers-at-once", ui, &mut at_once, 64.0) {
        new.concurrency = Some((at_once as usize).max(1));
    }
    let mut length = new.context_length.unwrap_or(0) as f64;
    if count("servers-context", ui, &mut length, 4e6) {
        new.context_length = Some(length as u64).filter(|length| *length > 0);
    }
    let mut answer = new.answer_tokens.unwrap_or(400) as f64;
    if count("servers-answer", ui, &mut answer, 1e6) {
        new.answer_tokens = Some((answer as u64).max(16));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_not_printed_and_this_computer_needs_no_encryption() {
        let draft = Draft { key: "sk-canary".to_owned(), ..Draft::default() };
        assert!(!format!("{draft:?} {draft:#?}").contains("canary"));
        for own in ["http://localhost:11434/v1", "http://127.0.0.1/v1", "http://[::1]:8080/v1", "https://x.y/v1"] {
            assert!(!is_in_the_open(own), "{own}");
        }
        for open in ["http://192.168.1.7:8000/v1", "HTTP://box.local/v1", "http://localhost.example.com/v1"] {
            assert!(is_in_the_open(open), "{open}");
        }
    }
}
