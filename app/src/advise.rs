//! `advise`: five questions, and which method fits.

use std::io::{self, BufRead};

use serde_json::{Value, json};
use whetstone_core::domain::{ToUserMessage, UserMessage};
use whetstone_core::job::{JobEvent, Outcome};
use whetstone_core::method::advisor::{Advice, Answers, QUESTIONS, Question, Range, Shown, Side, advise};
use whetstone_core::method::shown_by;
use whetstone_core::project::store::{Access, Store};

use crate::options::AdviseOptions;
use crate::run::{JsonListener, Listener, error_text};
use crate::{Console, DONE, FAILED};

/// Asks what is not answered, and says what fits. Returns the exit status.
pub(crate) fn run(options: &AdviseOptions, json: bool, console: &Console<'_>) -> u8 {
    let advised = gather(options, json, &mut io::stdin().lock(), console);
    let (answers, advice) = match advised {
        Ok(advised) => advised,
        Err(message) => {
            console.note(&error_text(&message));
            return FAILED;
        }
    };
    let told = if json { tell_events(&answers, &advice, console) } else { tell(&advice, console) };
    told.map_or_else(|error| console.lost(&error), |()| DONE)
}

fn gather(
    options: &AdviseOptions,
    json: bool,
    input: &mut dyn BufRead,
    console: &Console<'_>,
) -> Result<(Answers, Advice), UserMessage> {
    let mut answers = Answers::default();
    for (question, answer) in &options.answers {
        answers.choose(question, answer).map_err(|error| error.user_message())?;
    }
    let shown = match &options.project {
        Some(project) => {
            let store = Store::open(project, Access::ReadOnly).map_err(|error| error.user_message())?;
            shown_by(&store).map_err(|error| error.user_message())?
        }
        None => Shown::default(),
    };
    // A script answers by options.
    let open = QUESTIONS.iter().filter(|question| !json && answers.chosen(question.id).is_none());
    for question in open.collect::<Vec<_>>() {
        match ask(question, input, console)? {
            Some(answer) => answers.choose(question.id, answer).map_err(|error| error.user_message())?,
            None => break,
        }
    }
    let advice = advise(&answers, &shown);
    Ok((answers, advice))
}

/// One question; `None` at the end of what is typed.
fn ask(
    question: &Question,
    input: &mut dyn BufRead,
    console: &Console<'_>,
) -> Result<Option<&'static str>, UserMessage> {
    let failed = |error: io::Error| UserMessage::new(format!("cannot ask: {error}"));
    console.print(&format!("\n{}\n  {}", question.text, question.help)).map_err(failed)?;
    for (number, answer) in (1..).zip(question.answers) {
        console.print(&format!("  {number}  {}", answer.text)).map_err(failed)?;
    }
    loop {
        let mut line = String::new();
        if input.read_line(&mut line).map_err(failed)? == 0 {
            return Ok(None);
        }
        let chosen = line.trim().parse::<usize>().ok().and_then(|number| question.answers.get(number.checked_sub(1)?));
        match chosen {
            Some(answer) => return Ok(Some(answer.id)),
            None => console.print(&format!("a number from 1 to {}", question.answers.len())).map_err(failed)?,
        }
    }
}

/// The same events as a job has, so that a script reads every command the same way.
fn tell_events(answers: &Answers, advice: &Advice, console: &Console<'_>) -> io::Result<()> {
    let Value::Object(mut summary) = serde_json::to_value(advice)? else {
        return Err(io::Error::other("advice is an object"));
    };
    summary.insert("answers".to_owned(), json!(answers));
    let listener = JsonListener(console);
    listener.hear(&JobEvent::Started { job: "advise".to_owned() })?;
    listener.hear(&JobEvent::Ended(Outcome::Completed { summary }))
}

fn tell(advice: &Advice, console: &Console<'_>) -> io::Result<()> {
    lines_of(advice).iter().try_for_each(|line| console.print(line))
}

fn lines_of(advice: &Advice) -> Vec<String> {
    let mut lines = vec![String::new()];
    match &advice.do_not_train {
        Some(sentence) => lines.push(sentence.clone()),
        None => lines.push(format!("{} ({}): {}", advice.method.name, advice.method.id, advice.method.says)),
    }
    for reason in &advice.reasons {
        let mark = if reason.for_or_against == Side::For { "+" } else { "-" };
        lines.push(format!("  {mark} {}", reason.sentence));
    }
    if advice.method.trains {
        let estimates = &advice.estimates;
        lines.push(format!("labels: {}", range(estimates.labels, "")));
        lines.push(format!("people's time: {}", range(estimates.people_hours, " hours")));
        if let Some(cost) = estimates.coach_cost {
            lines.push(format!("the coach costs: {}", range(cost, "")));
        }
    }
    if advice.estimates.hours_are_short {
        lines.push("That is more of people's time than you said there is.".to_owned());
    }
    if !advice.risks.is_empty() {
        lines.push("to beware of:".to_owned());
        lines.extend(advice.risks.iter().map(|risk| format!("  {} {}", risk.sentence, risk.cure)));
    }
    if advice.runner_up.id != advice.method.id {
        lines.push(format!("next best: {} ({})", advice.runner_up.name, advice.runner_up.id));
    }
    lines
}

fn range(range: Range, unit: &str) -> String {
    let number = |value: f64| if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") };
    if range.high <= 0.0 {
        return "none".to_owned();
    }
    format!("{} to {}{unit}", number(range.low), number(range.high))
}

#[cfg(test)]
mod tests;
