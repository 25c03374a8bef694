//! What a model is called in what is made of it: by its name on the Hub where it lies in the cache that Hugging Face's tools share,
//! so that the adapter finds its base on another machine too; else by its path.

use std::path::Path;

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
    }
}
