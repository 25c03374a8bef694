//! Before a server judges: what would leave this computer, what it costs, and a person's word for it.

use egui::Ui;
use lucide_icons::Icon;
use whetstone_core::desk::ProjectView;
use whetstone_core::domain::Budget;
use whetstone_core::feedback::coach::endpoint::{Endpoint, Leaving};
use whetstone_core::job::{EndpointUse, JobSpec, LeavingSpec};

use crate::command::Place;
use crate::look::{Tone, space};
use crate::page::Page;
use crate::parts::{self, Number};
use crate::work::{Job, JobKind};

/// What a person said of a server.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// They agree that this project's texts go to the server of this name.
    agreed: Option<String>,
    /// What it may cost at most, in the currency of its prices; 0 is no cap.
    money: f64,
    /// Tokens at most, in thousands; 0 is no cap.
    tokens: f64,
}

/// Draws it. Gives how the server may be used, once a person has agreed. `trial` is for a trial on so many comparisons.
pub(super) fn consent_ui(
    page: &mut Page<'_>,
    ui: &mut Ui,
    project: &ProjectView,
    name: &str,
    trial: Option<usize>,
) -> Option<EndpointUse> {
    let Some(known) = page.endpoints() else {
        parts::soft(page, ui, &page.say("feedback-reading"));
        return None;
    };
    let Some(endpoint) = known.iter().find(|endpoint| endpoint.name == name) else {
        let said = page.say_with("leaves-unknown", [("name", name.into())]);
        parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
        if parts::link_button(page.colours, ui, &page.say("coach-server-add")).clicked() {
            page.go(Place::Settings);
        }
        return None;
    };
    let spec = LeavingSpec { project: project.folder.clone(), endpoint: name.to_owned(), trial };
    let leaving = page.state.endpoints.leaving(&spec);
    match leaving {
        Some(leaving) => leaving_ui(page, ui, leaving),
        None => look_ui(page, ui, spec, endpoint),
    }
    cap_ui(page, ui, endpoint);
    let is_agreed = endpoint.is_agreed(&project.settings.id);
    let mut agrees = page.drafts.feedback.consent.agreed.as_deref() == Some(name);
    if is_agreed {
        let said = page.say_with("leaves-agreed", [("host", endpoint.host().into())]);
        parts::badges(page.colours, ui, &[(Tone::Success, Icon::Check, said)]);
    } else if leaving.is_some() {
        let agree = page.say_with("leaves-agree", [("host", endpoint.host().into())]);
        if parts::check_field(ui, &agree, &mut agrees) {
            page.drafts.feedback.consent.agreed = agrees.then(|| name.to_owned());
        }
    } else {
        agrees = false;
    }
    ui.add_space(space::TINY);
    let Draft { money, tokens, .. } = page.drafts.feedback.consent;
    (is_agreed || agrees).then(|| EndpointUse {
        budget: Budget {
            most_money: (money > 0.0).then_some(money),
            most_tokens: (tokens > 0.0).then_some((tokens * 1000.0) as u64),
        },
        is_agreed: agrees,
        ..page.endpoint_use(name)
    })
}

/// The button that shows what would leave.
fn look_ui(page: &mut Page<'_>, ui: &mut Ui, spec: LeavingSpec, endpoint: &Endpoint) {
    let said =
        page.say_with("leaves-first", [("host", endpoint.host().into()), ("model", endpoint.model.as_str().into())]);
    parts::notice_box(page, ui, Tone::Warning, &said, |_| {});
    let job = page.state.jobs.of(JobKind::Leaving);
    let is_looking = job.is_some_and(Job::is_running);
    if let Some(message) = job.and_then(Job::failure) {
        parts::failure_ui(page, ui, message);
    }
    if parts::plain_button(ui, Some(Icon::Eye), &page.say("leaves-look"), !is_looking).clicked() {
        page.begin(JobKind::Leaving, JobSpec::Leaving(spec));
    }
    if is_looking {
        parts::soft(page, ui, &page.say("job-leaving"));
    }
}

fn leaving_ui(page: &mut Page<'_>, ui: &mut Ui, leaving: &Leaving) {
    let count = |count: u64| parts::whole_number(usize::try_from(count).unwrap_or(usize::MAX));
    let said = page.say_with(
        "leaves-what",
        [
            ("questions", count(leaving.questions).into()),
            ("host", leaving.host.as_str().into()),
            ("model", leaving.model.as_str().into()),
            ("characters", count(leaving.characters).into()),
            ("tokens", count(leaving.prompt_tokens).into()),
            ("answers", count(leaving.completion_tokens).into()),
        ],
    );
    parts::paragraph(page, ui, &said);
    let cost = if leaving.most_money > 0.0 {
        page.say_with(
            "leaves-cost",
            [
                ("money", parts::money(leaving.money).into()),
                ("most", parts::money(leaving.most_money).into()),
                ("currency", leaving.currency.as_str().into()),
            ],
        )
    } else {
        page.say("leaves-free")
    };
    parts::paragraph(page, ui, &cost);
    if leaving.questions > 0 {
        parts::soft(page, ui, &page.say("leaves-question"));
        parts::long_text(page, ui, ("what leaves", leaving.questions), &leaving.first_question);
    }
}

/// What it may cost at most: money where it has prices, tokens where it has none.
fn cap_ui(page: &mut Page<'_>, ui: &mut Ui, endpoint: &Endpoint) {
    let has_prices = endpoint.prompt_price > 0.0 || endpoint.completion_price > 0.0;
    let Draft { mut money, mut tokens, agreed } = std::mem::take(&mut page.drafts.feedback.consent);
    let name = if has_prices {
        page.say_with("leaves-cap-money", [("currency", endpoint.currency.as_str().into())])
    } else {
        page.say("leaves-cap-tokens")
    };
    let help = page.say("leaves-cap-help");
    let decimals = if has_prices { 2 } else { 0 };
    let number = Number { name: &name, help: &help, range: 0.0..=1e9, speed: 0.1, decimals };
    parts::number_field(page, ui, &number, if has_prices { &mut money } else { &mut tokens });
    page.drafts.feedback.consent = Draft { agreed, money, tokens };
}

/// What a job has cost so far, beside what it may.
pub(super) fn spent_ui(page: &Page<'_>, ui: &mut Ui, job: &Job) {
    let Some(spent) = &job.spent else { return };
    let budget = match &job.spec {
        JobSpec::Run(spec) => spec.endpoint.budget,
        JobSpec::CoachReport(spec) => spec.endpoint.budget,
        _ => Budget::default(),
    };
    let tokens = spent.spent.prompt_tokens + spent.spent.completion_tokens;
    let tokens = parts::whole_number(usize::try_from(tokens).unwrap_or(usize::MAX));
    let values = || {
        [
            ("money", parts::money(spent.spent.money).into()),
            ("currency", spent.currency.as_str().into()),
            ("tokens", tokens.as_str().into()),
        ]
    };
    let said = if spent.spent.money > 0.0 {
        page.say_with("leaves-spent-money", values())
    } else {
        page.say_with("leaves-spent-tokens", values())
    };
    parts::soft(page, ui, &said);
    let of_tokens = budget
        .most_tokens
        .filter(|most| *most > 0)
        .map(|most| (spent.spent.prompt_tokens + spent.spent.completion_tokens) as f64 / most as f64);
    let of_money = budget.most_money.filter(|most| *most > 0.0).map(|most| spent.spent.money / most);
    if let Some(share) = of_money.or(of_tokens) {
        let said = page.say_with("leaves-spent-share", [("share", parts::percent(share).into())]);
        parts::progress_bar(page, ui, &said, share.clamp(0.0, 1.0) as f32);
        parts::soft(page, ui, &said);
    }
}
