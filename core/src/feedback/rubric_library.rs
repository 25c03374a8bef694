//! Ready-made rubrics: one file each in `assets/rubrics/ready`, with a title, a sentence, the kind of work and its rules.

use std::sync::LazyLock;

use serde::Deserialize;

use super::rubric_file::rubric_of_text;
use crate::domain::{Rubric, RubricTask};

/// A rubric that comes with the program.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadyRubric {
    /// What files and commands call it.
    pub id: &'static str,
    /// What people call it.
    pub title: String,
    /// What it is for, in a sentence.
    pub meaning: String,
    /// Its rules.
    pub rubric: Rubric,
    /// The file's text, to begin one's own with.
    pub text: &'static str,
}

/// The files, by their names. A new one is a file and a row here.
const FILES: [(&str, &str); 9] = [
    ("support", include_str!("../../../assets/rubrics/ready/support.toml")),
    ("summaries", include_str!("../../../assets/rubrics/ready/summaries.toml")),
    ("facts", include_str!("../../../assets/rubrics/ready/facts.toml")),
    ("tone", include_str!("../../../assets/rubrics/ready/tone.toml")),
    ("safety", include_str!("../../../assets/rubrics/ready/safety.toml")),
    ("brevity", include_str!("../../../assets/rubrics/ready/brevity.toml")),
    ("format", include_str!("../../../assets/rubrics/ready/format.toml")),
    ("classification", include_str!("../../../assets/rubrics/ready/classification.toml")),
    ("extraction", include_str!("../../../assets/rubrics/ready/extraction.toml")),
];

#[derive(Deserialize)]
struct Heading {
    title: String,
    meaning: String,
}

static READY: LazyLock<Vec<ReadyRubric>> = LazyLock::new(|| {
    let read = |&(id, text): &(&'static str, &'static str)| {
        let Heading { title, meaning } = toml::from_str(text).ok()?;
        Some(ReadyRubric { id, title, meaning, rubric: rubric_of_text(text, false).ok()?, text })
    };
    FILES.iter().filter_map(read).collect()
});

/// Every ready-made rubric. A test holds the files to their form.
pub fn ready_rubrics() -> &'static [ReadyRubric] {
    &READY
}

/// The ready-made rubrics for one kind of work.
pub fn ready_for(task: RubricTask) -> impl Iterator<Item = &'static ReadyRubric> {
    ready_rubrics().iter().filter(move |ready| ready.rubric.task == task)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feedback::check_rubric;

    #[test]
    fn every_ready_rubric_is_whole() {
        let ready = ready_rubrics();
        assert_eq!(ready.len(), FILES.len(), "each file is read");
        for one in ready {
            check_rubric(&one.rubric).unwrap_or_else(|problem| panic!("{}: {problem}", one.id));
            assert!(one.title.len() > 3 && one.meaning.ends_with('.'), "{}", one.id);
            assert!((3..=8).contains(&one.rubric.rules.len()), "{}", one.id);
            for rule in &one.rubric.rules {
                assert!(rule.text.ends_with('.') && rule.weight > 0.0, "{}: {}", one.id, rule.name);
            }
        }
        for task in RubricTask::ALL {
            assert!(ready_for(task).next().is_some(), "{task:?} has a rubric");
        }
        assert!(ready.iter().any(|one| one.rubric.rules.iter().any(|rule| !rule.examples.is_empty())));
    }
}
