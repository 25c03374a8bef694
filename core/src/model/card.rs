//! What the `README.md` beside trained numbers says of their training.

/// How something was trained.
#[derive(Debug, Clone, Copy, Default)]
pub struct TrainingCard<'a> {
    /// In a few words, such as `DPO (sigmoid loss)`.
    pub method: &'a str,
    /// Settings of the training: a name and a value each.
    pub settings: &'a [(&'a str, String)],
}

impl TrainingCard<'_> {
    /// A table in Markdown: the method, what the caller adds, the settings.
    pub(super) fn table(&self, more: &[(&str, String)]) -> String {
        let method = [("method", self.method.to_owned())];
        let rows = method.iter().chain(more).chain(self.settings);
        let rows = rows.map(|(name, value)| format!("| {} | {} |\n", cell(name), cell(value)));
        format!("| setting | value |\n| --- | --- |\n{}", rows.collect::<String>())
    }
}

/// A text inside a table: on one line, and no markup.
fn cell(text: &str) -> String {
    let mut cell = String::new();
    for letter in text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }) {
        if r"\`*_{}[]<>|!&".contains(letter) {
            cell.push('\\');
        }
        cell.push(letter);
    }
    cell
}
