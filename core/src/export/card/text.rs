//! A card's text, section by section.

use super::super::Proof;
use std::path::Path;

use super::base::Base;
use super::origin::{OfProject, Origin, Texts, people};
use crate::domain::{AnnotatorKind, Permission, RubricVersion, Task};
use crate::evaluate::report::Report;
use crate::hub::licence_of;
use crate::project::store::{AnnotatorShare, RunKind};
use crate::train::RunRecord;
use crate::train::online::find_method;

/// A text from outside, on one line and without markup.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for letter in text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }) {
        if r"\`*_{}[]<>|!&#~".contains(letter) {
            plain.push('\\');
        }
        plain.push(letter);
    }
    plain
}

pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn share(part: usize, whole: usize) -> String {
    format!("{:.0}%", 100.0 * part as f64 / whole.max(1) as f64)
}

pub(super) fn list(items: &[String]) -> String {
    items.iter().map(|item| format!("- {item}\n")).collect::<Vec<_>>().concat()
}

/// What whoever asks has to send. It stands as code does, so that nothing in it is read as markup.
pub(super) fn told(system_prompt: Option<&str>) -> String {
    let Some(text) = system_prompt else { return String::new() };
    let lines: Vec<String> = text.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "## What it is told first\n\nNothing here adds a system prompt by itself: send this one before every conversation.\n\n{}",
        lines.concat()
    )
}

/// Where it comes from.
pub(super) fn origin(origin: &Origin) -> String {
    let mut lines = Vec::new();
    if let Some(project) = &origin.project {
        lines.extend(who(project));
        lines.extend(texts(project.texts, "that it learned from"));
    } else {
        lines.push("Who labelled what it learned from is not known here: it is no project's.".to_owned());
    }
    format!("## Where it comes from\n\n{}", list(&lines))
}

fn who(project: &OfProject) -> Vec<String> {
    let lineage = &project.lineage;
    let mut lines = Vec::new();
    if project.is_imported {
        lines.push(
            "It was trained elsewhere and brought into the project; what it learned from is known there.".to_owned(),
        );
    }
    if project.kind == RunKind::Sft && !project.is_imported {
        lines.push("Learned to write like answers that people wrote or corrected.".to_owned());
    }
    if lineage.pairs > 0 {
        lines.push(format!(
            "Learned from {}, decided by {}; people decided {}.",
            count(lineage.pairs, "preference pair", "preference pairs"),
            count(lineage.verdicts, "verdict", "verdicts"),
            count(lineage.pairs_by_people, "pair", "pairs"),
        ));
    }
    lines.extend(labelled(&Labelled {
        people: lineage.people.iter().collect(),
        coaches: lineage.coaches.iter().collect(),
        others: lineage.others.iter().collect(),
        judges: &lineage.judges,
        rubrics: &lineage.rubrics,
    }));
    if !lineage.chain.is_empty() {
        let alike = if project.before.is_alike { ", which learned in the same way" } else { "" };
        let before = count(lineage.chain.len(), "training", "trainings");
        lines.push(format!("It goes on from {before} before it{alike}."));
    }
    if project.is_example {
        lines.push("The project is the example that comes with Whetstone: its requests are made up.".to_owned());
    }
    lines
}

/// Who decided pairs, and by which rules.
pub(super) struct Labelled<'a> {
    pub(super) people: Vec<&'a AnnotatorShare>,
    pub(super) coaches: Vec<&'a AnnotatorShare>,
    pub(super) others: Vec<&'a AnnotatorShare>,
    pub(super) judges: &'a [String],
    pub(super) rubrics: &'a [RubricVersion],
}

/// Sentences on who labelled: people as a number, machines by their names.
pub(super) fn labelled(labelled: &Labelled<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let (real, simulated) = people(&labelled.people);
    if real + simulated > 0 {
        let mut said = Vec::new();
        said.extend((real > 0).then(|| count(real, "person", "people")));
        said.extend((simulated > 0).then(|| {
            let those = count(simulated, "simulated person", "simulated people");
            format!("{those} (a program that stands in for a person)")
        }));
        let verdicts = labelled.people.iter().map(|share| share.verdicts).sum();
        lines.push(format!("People: {}, with {}.", said.join(" and "), count(verdicts, "verdict", "verdicts")));
    }
    let machine = |kind: &str, share: &AnnotatorShare| {
        let verdicts = count(share.verdicts, "verdict", "verdicts");
        format!("{kind}: {}, with {verdicts}.", plain(&machine_name(&share.annotator.name)))
    };
    lines.extend(labelled.coaches.iter().map(|share| machine("Coach, a machine", share)));
    for share in &labelled.others {
        let is_rules = share.annotator.kind == AnnotatorKind::Rules;
        lines.push(machine(if is_rules { "Rules" } else { "Preference model, a machine" }, share));
    }
    if !labelled.judges.is_empty() {
        let names: Vec<String> = labelled.judges.iter().map(|name| plain(&machine_name(name))).collect();
        lines.push(format!("Models that judged: {}.", names.join(", ")));
    }
    for version in labelled.rubrics {
        let rules: Vec<String> = version.rubric.rules.iter().map(|rule| plain(&rule.text)).collect();
        lines.push(format!("Rubric version {} ({}): {}", version.version, plain(&version.origin), rules.join(" ")));
    }
    lines
}

/// What a machine is called elsewhere. A folder's path is this machine's alone, and says who works on it.
fn machine_name(name: &str) -> String {
    if let Some(run) = name.strip_prefix("run:") {
        return format!("the preference model of run {run}");
    }
    let is_path = Path::new(name).is_absolute() || name.contains('\\');
    let last = name.rsplit(['/', '\\']).find(|part| !part.is_empty());
    if is_path { last.unwrap_or(name).to_owned() } else { name.to_owned() }
}

/// Sentences on which share of the texts machines wrote. `where_found` says in what the answers stand.
pub(super) fn texts(texts: Texts, where_found: &str) -> Vec<String> {
    let mut lines = Vec::new();
    if texts.answers > 0 {
        let mut line = format!(
            "Of {} {where_found}, {} are AI-made ({})",
            count(texts.answers, "answer", "answers"),
            texts.answers_by_machines,
            share(texts.answers_by_machines, texts.answers),
        );
        if texts.answers_corrected > 0 {
            line = format!("{line}, {} are a machine's, corrected by a person", texts.answers_corrected);
        }
        if texts.answers_imported > 0 {
            line = format!("{line}, and of {} that came in a file it is not known", texts.answers_imported);
        }
        lines.push(line + ".");
    }
    if texts.prompts > 0 {
        lines.push(format!(
            "Of {}, {} are AI-made ({}).",
            count(texts.prompts, "prompt", "prompts"),
            texts.prompts_by_machines,
            share(texts.prompts_by_machines, texts.prompts),
        ));
    }
    lines
}

/// How it was trained.
pub(super) fn training(record: &RunRecord) -> String {
    let settings = &record.settings;
    let rounds = record.online.as_ref().and_then(|online| find_method(&online.settings.method));
    let method = match settings.task {
        _ if rounds.is_some() => "its own answers, judged in rounds",
        Task::Dpo => "preference pairs",
        Task::Kto => "answers found good or bad",
        Task::Sft => "demonstrations",
        Task::PreferenceModel => "preference pairs, to score answers",
    };
    let mut rows = vec![
        ("learned from", method.to_owned()),
        ("loss", settings.loss.clone()),
        ("learning rate", settings.learning_rate.to_string()),
        ("schedule", format!("{:?}", settings.schedule).to_lowercase()),
        ("warm-up steps", settings.warmup_steps.to_string()),
        ("batch", (settings.batch_size * settings.accumulate).to_string()),
        ("longest text in tokens", settings.max_length.to_string()),
        ("seed", settings.seed.to_string()),
    ];
    if matches!(settings.task, Task::Dpo | Task::Kto) {
        rows.insert(2, ("beta", settings.beta.to_string()));
    }
    rows.extend(rounds.map(|method| ("method", method.name.to_owned())));
    rows.extend(settings.loss_parameters.iter().map(|(name, value)| (name.as_str(), value.to_string())));
    if settings.full {
        rows.push(("what was trained", "every weight".to_owned()));
    } else {
        rows.push(("LoRA rank", settings.lora.rank.to_string()));
        rows.push(("LoRA alpha", settings.lora.alpha.to_string()));
        rows.push(("LoRA modules", settings.lora.target_modules.join(", ")));
    }
    let rows: Vec<String> =
        rows.iter().map(|(name, value)| format!("| {} | {} |\n", plain(name), plain(value))).collect();
    format!("## How it was trained\n\n| setting | value |\n| --- | --- |\n{}", rows.concat())
}

/// Whether it got better.
pub(super) fn evaluation(report: Option<&Report>) -> String {
    let Some(report) = report else {
        return "## Whether it got better\n\nThat was not measured.\n".to_owned();
    };
    let report = without_names(report);
    let conclusion = report.conclusion();
    let risks: Vec<String> =
        report.risks().into_iter().map(|risk| format!("{} {}", plain(&risk.seen), plain(&risk.cure))).collect();
    let grader = report.grader.as_ref().map_or(String::new(), |grader| {
        let who = match grader.kind {
            AnnotatorKind::Person if grader.is_simulated => "simulated people".to_owned(),
            AnnotatorKind::Person => "people".to_owned(),
            _ => plain(&grader.name),
        };
        format!(" Old and new were compared by {who}.")
    });
    let mut text =
        format!("## Whether it got better\n\n{}{grader} {}\n", plain(&conclusion.sentence), plain(&conclusion.advice));
    if !risks.is_empty() {
        text = format!("{text}\nBeware:\n\n{}", list(&risks));
    }
    text
}

/// The report as it may be read elsewhere: people have no names in it, and machines no places.
fn without_names(report: &Report) -> Report {
    let mut report = report.clone();
    let name = |kind: AnnotatorKind, name: &mut String| {
        *name = if kind == AnnotatorKind::Person { "one person".to_owned() } else { machine_name(name) };
    };
    for labeller in &mut report.labellers {
        name(labeller.kind, &mut labeller.name);
    }
    if let Some(grader) = &mut report.grader {
        name(grader.kind, &mut grader.name);
    }
    report
}

/// What it is not good for.
pub(super) fn limits(origin: &Origin) -> String {
    let mut lines =
        vec!["It has the faults of its base model, and what it was not trained on may have become worse.".to_owned()];
    let was_compared = origin.project.as_ref().is_some_and(|project| project.report.is_some());
    lines.push(if was_compared {
        "It was tried on prompts like those that it learned from; try it on your own before you rely on it.".to_owned()
    } else {
        "Try it on your own prompts before you rely on it.".to_owned()
    });
    if let Some(project) = &origin.project {
        let lineage = &project.lineage;
        let has_people = people(&lineage.people.iter().collect::<Vec<_>>()).0 > 0 || project.before.has_people;
        if lineage.pairs > 0 && !project.is_imported && !has_people {
            lines.push("No person decided what it learned from: it has learned what machines prefer.".to_owned());
        }
        if project.system_prompt.is_some() && !project.is_imported {
            lines.push("It was trained with a system prompt, and is best asked with the same one.".to_owned());
        }
    }
    format!("## Limits\n\n{}", list(&lines))
}

/// What may be done with it.
pub(super) fn licence(base: &Base, files: &[String]) -> String {
    let licence = licence_of(&base.licences.join(","));
    let sell = match licence.may_sell {
        Permission::Yes => "What is made with it may be sold.",
        Permission::WithConditions => "What is made with it may be sold under conditions.",
        Permission::No => "What is made with it may not be sold.",
        Permission::Unknown => "Whether what is made with it may be sold is not known here.",
    };
    let mut text = format!(
        "## Licence\n\nWhat was learned is bound to the base model, whose licence goes on with it: **{}**. {sell} {}\n",
        plain(&licence.title),
        plain(&licence.said)
    );
    if !files.is_empty() {
        let names: Vec<String> = files.iter().map(|name| format!("`{}`", name.replace('`', ""))).collect();
        text = format!("{text}\nIts text lies here: {}.\n", names.join(", "));
    }
    text
}

/// How what was written was proved.
pub(super) fn proofs(proofs: &[Proof]) -> String {
    if proofs.is_empty() {
        return String::new();
    }
    let line = |proof: &Proof| {
        let mut line = plain(&proof.how);
        let mut say = |text: String| line.push_str(&text);
        if proof.prompts > 0 {
            say(format!(" {} prompts.", proof.prompts));
        }
        if let Some(difference) = proof.logit_difference {
            let explained = |most: &f64| format!(" (up to {most:.0e} is explained by its form)");
            let most = proof.most_difference.filter(|most| *most > 0.0).as_ref().map_or(String::new(), explained);
            say(if difference > 0.0 {
                format!(" Logits differ by {difference:.1e} of their spread{most}.")
            } else {
                " Logits are the same.".to_owned()
            });
        }
        if let Some(same) = proof.same_top_token {
            say(format!(" The likeliest token is the same at {:.1}% of the places.", 100.0 * same));
        }
        if let Some(same) = proof.same_answers {
            say(format!(" Of the likeliest answers, {:.1}% begin with the same sixteen tokens.", 100.0 * same));
        }
        if proof.same_template == Some(true) {
            say(" Conversations come out the same.".to_owned());
        }
        line
    };
    let lines: Vec<String> = proofs.iter().map(line).collect();
    format!(
        "## How it was checked\n\nAfter it was written it was read back and compared with the model that it was made of:\n\n{}",
        list(&lines)
    )
}
