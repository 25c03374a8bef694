//! What a model is called in what is made of it: by its name on the Hub where it lies in the cache that Hugging Face's tools share,
//! so that the adapter finds its base on another machine too; else by its path.

use std::path::Path;

use crate::starter;

/// The repository (`owner/name`) and the commit of a folder in that cache: `…/models--owner--name/snapshots/COMMIT`.
pub fn of_cache(folder: &Path) -> Option<(String, String)> {
    let name = |folder: &Path| Some(folder.file_name()?.to_str()?.to_owned());
    let commit = name(folder).filter(|name| is_commit(name))?;
    let snapshots = folder.parent().filter(|parent| parent.file_name().is_some_and(|name| name == "snapshots"))?;
    let repository = name(snapshots.parent()?)?.strip_prefix("models--")?.replacen("--", "/", 1);
    Some((repository, commit))
}

/// The name, and the commit where it is known.
pub fn of(folder: &Path) -> (String, Option<String>) {
    match of_cache(folder) {
        Some((repository, commit)) => (repository, Some(commit)),
        None => (folder.to_string_lossy().into_owned(), None),
    }
}

/// The name under which others may know it, and the commit where it is known. Of a folder's path only the last part is told:
/// the rest is this machine's alone, and says who works on it. The starter, whose folder is named by a digest, is `starter`.
pub fn public(folder: &Path) -> (String, Option<String>) {
    if starter::is_starter(folder) {
        return ("starter".to_owned(), None);
    }
    let (name, commit) = of(folder);
    // `.` and the like have no last part of their own.
    let whole = || folder.canonicalize().ok()?.file_name().map(|last| last.to_string_lossy().into_owned());
    let last = || name.rsplit(['/', '\\']).find(|part| !part.is_empty() && !part.starts_with("..") && *part != ".");
    match commit {
        Some(_) => (name, commit),
        None => (last().map(str::to_owned).or_else(whole).unwrap_or_else(|| "model".to_owned()), None),
    }
}

/// Whether a text has the form of a repository's name on the Hub, `owner/name`.
pub fn is_repository(name: &str) -> bool {
    let is_plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with(['.', '-'])
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    name.split_once('/').is_some_and(|(owner, name)| is_plain(owner) && is_plain(name))
}

/// Whether a revision is a whole commit, which never changes.
pub fn is_commit(revision: &str) -> bool {
    revision.len() == 40 && revision.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_of_the_cache_is_called_by_its_name_on_the_hub() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let of_hub = format!("/home/ada/.cache/huggingface/hub/models--owner--name/snapshots/{commit}");
        assert_eq!(of(Path::new(&of_hub)), ("owner/name".to_owned(), Some(commit.to_owned())));
        for other in
            ["/models/mine", "/x/models--a--b/snapshots/main", &format!("/x/models--a--b/blobs/{commit}"), "/", ""]
        {
            assert_eq!(of(Path::new(other)), (other.to_owned(), None));
        }
        assert_eq!(public(Path::new(&of_hub)), of(Path::new(&of_hub)));
    }

    #[test]
    fn others_learn_no_path_of_this_machine() {
        for (folder, name) in [
            ("/home/ada/models/mine", "mine"),
            (r"C:\Users\ada\mine\", "mine"),
            ("models/small.gguf", "small.gguf"),
            ("/", "model"),
        ] {
            assert_eq!(public(Path::new(folder)), (name.to_owned(), None));
        }
        assert_eq!(public(&starter::folder().expect("the starter")), ("starter".to_owned(), None));
        for (name, is_one) in
            [("owner/name-1.5B", true), ("mine", false), ("/models/mine", false), ("../mine", false), ("a/b/c", false)]
        {
            assert_eq!(is_repository(name), is_one, "{name}");
        }
    }
}
