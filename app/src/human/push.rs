//! What would be sent to the Hub, file by file, and where it lies once it was.

use serde::Deserialize;
use serde_json::{Map, Value};
use whetstone_core::domain::PushPreview;
use whetstone_core::job::PushSpec;

use crate::text::{bytes, plain_line};

/// The preview; after the sending where it lies.
pub(super) fn lines(spec: &PushSpec, summary: &Map<String, Value>) -> Vec<String> {
    if !spec.preview {
        let named = [("sent", "url"), ("commit", "commit")];
        let line = |(name, key): (&str, &str)| Some(format!("{name}: {}", plain_line(summary.get(key)?.as_str()?)));
        return named.into_iter().filter_map(line).collect();
    }
    let preview = summary.get("preview").and_then(|preview| PushPreview::deserialize(preview).ok());
    preview.map(|preview| shown(&preview)).unwrap_or_default()
}

fn shown(preview: &PushPreview) -> Vec<String> {
    let state = if preview.exists { "there already" } else { "new" };
    let seen = if preview.is_private { "seen by nobody else" } else { "seen by everybody" };
    let mut lines = vec![
        format!("to {} on {} ({state}, {seen})", plain_line(&preview.repository), plain_line(&preview.endpoint)),
        format!("as {}", plain_line(&preview.account)),
    ];
    lines.extend(preview.files.iter().map(|file| format!("{:>12}  {}", bytes(file.bytes), plain_line(&file.name))));
    let total = preview.files.iter().map(|file| file.bytes).sum();
    lines.push(format!("{:>12}  in {} files", bytes(total), preview.files.len()));
    if !preview.cautions.is_empty() {
        lines.push("look at this first:".to_owned());
        lines.extend(preview.cautions.iter().map(|caution| format!("  - {}", plain_line(caution))));
    }
    lines
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use serde_json::json;
    use whetstone_core::domain::PushFile;
    use whetstone_core::job::{HubAccess, PushKind};

    use super::*;

    #[test]
    fn a_preview_says_where_to_as_whom_and_what() {
        let preview = PushPreview {
            endpoint: "https://huggingface.co".to_owned(),
            repository: "ada/shop".to_owned(),
            account: "ada".to_owned(),
            exists: false,
            is_private: true,
            files: vec![PushFile { name: "a\u{1b}[2J".to_owned(), bytes: 1536 }],
            cautions: vec!["there is no card".to_owned()],
        };
        let mut spec = PushSpec {
            folder: PathBuf::from("f"),
            repository: "shop".to_owned(),
            kind: PushKind::Model,
            public: false,
            preview: true,
            agreed: None,
            access: HubAccess::default(),
        };
        let summary = json!({ "preview": preview, "url": "https://huggingface.co/ada/shop", "commit": "0123" });
        let summary = summary.as_object().expect("a summary");
        assert_eq!(
            lines(&spec, summary),
            [
                "to ada/shop on https://huggingface.co (new, seen by nobody else)",
                "as ada",
                "     1.5 KiB  a\\u{1b}[2J",
                "     1.5 KiB  in 1 files",
                "look at this first:",
                "  - there is no card",
            ]
        );
        spec.preview = false;
        assert_eq!(lines(&spec, summary), ["sent: https://huggingface.co/ada/shop", "commit: 0123"]);
    }
}
