//! `feed`: the signed list that the program looks at for newer versions.
//!
//! What a file is follows from its name, or is said before it: `PLATFORM/KIND/VARIANT=FILE`. Everything that is believed of
//! a file stands inside what is signed. The list is read again by the program's own reader before it is said to be there.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail, ensure};
use clap::{ArgMatches, Args, FromArgMatches as _};
use minisign::{PublicKey, SecretKey, SecretKeyBox};
use semver::Version;
use whetstone_core::files;
use whetstone_core::update::{Artefact, Feed, Kind, Variant, comment};

use crate::command::{CommandRow, command_of};

/// The variable that the key's password may stand in; where it does not, it is asked for.
const PASSWORD: &str = "WHETSTONE_UPDATE_PASSWORD";
/// The key that released programs are built with: where it is known here, the list is held to it.
const PROGRAMS_KEY: &str = "WHETSTONE_UPDATE_KEY";
/// The list's name.
const LIST: &str = "feed.json";
/// Its signature's.
const SIGNATURE: &str = "feed.json.minisig";

/// The command's row.
pub const ROW: CommandRow = CommandRow {
    command: || command_of::<FeedOptions>("feed", "Writes and signs the list that programs look at for newer versions"),
    run,
};

/// Options of `feed`.
#[derive(Debug, Args)]
#[command(
    after_help = "Makes feed.json and feed.json.minisig, which are put beside the files on the server. The password of the key is \
                  asked for, or stands in WHETSTONE_UPDATE_PASSWORD. A pair of keys is made by `minisign -G`, or by \
                  `rsign generate`.\n\n\
                  What a file is follows from its name; where it does not: x86_64-unknown-linux-gnu/portable/cuda=FILE"
)]
pub struct FeedOptions {
    /// The secret key, as minisign keeps it
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// The version that the files are of
    #[arg(long, value_name = "VERSION")]
    version: Version,

    /// What changed, as plain text
    #[arg(long, value_name = "FILE")]
    notes: PathBuf,

    /// Folder to write into
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// The files of the version
    #[arg(required = true, value_name = "FILES")]
    files: Vec<String>,
}

/// Does what the command line says.
pub fn run(matches: &ArgMatches) -> anyhow::Result<()> {
    let options = FeedOptions::from_arg_matches(matches)?;
    let key = secret_key(&options.key, std::env::var(PASSWORD).ok())?;
    if let Ok(known) = std::env::var(PROGRAMS_KEY)
        && !known.trim().is_empty()
    {
        let own = PublicKey::from_secret_key(&key)?.to_base64();
        ensure!(known.trim() == own, "{} is not the key that {PROGRAMS_KEY} belongs to", options.key.display());
    }
    let notes = files::read_text(&options.notes)?;
    let artefacts: Vec<Artefact> = options.files.iter().map(|file| artefact(file)).collect::<Result<_, _>>()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    write(&Feed::new(&options.version, now, notes.trim(), artefacts), &key, &options.out)
}

/// Writes a list and its signature, and reads both again as the program does.
pub fn write(feed: &Feed, key: &SecretKey, out: &Path) -> anyhow::Result<()> {
    feed.check().map_err(|fault| anyhow::anyhow!("the list is not one that the program would take: {fault}"))?;
    let mut bytes = serde_json::to_vec_pretty(feed)?;
    bytes.push(b'\n');
    let public = PublicKey::from_secret_key(key)?;
    let comment = comment(&feed.version, feed.sequence);
    let signed = minisign::sign(Some(&public), key, Cursor::new(&bytes), Some(&comment), Some("whetstone"))?;
    let signature = signed.into_string();
    Feed::verified(&bytes, &signature, &public.to_base64()).context("the program would not take this list")?;
    files::create_folder(out)?;
    files::write_atomically(&out.join(LIST), |file| file.write_all(&bytes))?;
    files::write_atomically(&out.join(SIGNATURE), |file| file.write_all(signature.as_bytes()))?;
    Ok(())
}

/// The secret key of a file. One without a password needs none.
pub fn secret_key(path: &Path, password: Option<String>) -> anyhow::Result<SecretKey> {
    let text = files::read_text(path)?;
    let boxed = || SecretKeyBox::from_string(&text);
    if let Ok(key) = boxed()?.into_unencrypted_secret_key() {
        return Ok(key);
    }
    boxed()?.into_secret_key(password).with_context(|| format!("{} cannot be used", path.display()))
}

/// A file with what it is, its length and its digest.
fn artefact(named: &str) -> anyhow::Result<Artefact> {
    let (said, path) = match named.split_once('=') {
        Some((said, path)) if said.split('/').count() == 3 => (Some(said), Path::new(path)),
        _ => (None, Path::new(named)),
    };
    let name = path.file_name().and_then(|name| name.to_str()).with_context(|| format!("{named} names no file"))?;
    let (platform, kind, variant) = match said {
        Some(said) => what_is_said(said)?,
        None => what_it_is(name).with_context(|| {
            format!("{name} does not say what it is: write PLATFORM/KIND/VARIANT={}", path.display())
        })?,
    };
    let read = |path: &Path| {
        let mut file = fs::File::open(path)?;
        Ok::<_, std::io::Error>((file.metadata()?.len(), files::sha256_of(&mut file)?))
    };
    let (bytes, sha256) = read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(Artefact { platform, kind, variant, name: name.to_owned(), bytes, sha256 })
}

/// What stands before a file: system and processor, kind, variant.
fn what_is_said(said: &str) -> anyhow::Result<(String, Kind, Variant)> {
    let parts: Vec<&str> = said.split('/').collect();
    let [platform, kind, variant] = parts.as_slice() else { bail!("{said} is not PLATFORM/KIND/VARIANT") };
    let (kind, variant) = (Kind::of_id(kind), Variant::of_id(variant));
    let platform = (platform.split('-').count() >= 3).then(|| (*platform).to_owned());
    match (platform, kind, variant) {
        (Some(platform), Some(kind), Some(variant)) => Ok((platform, kind, variant)),
        _ => bail!("{said} is not PLATFORM/KIND/VARIANT, such as x86_64-unknown-linux-gnu/deb/cpu"),
    }
}

/// What a file is by its name, where that says it.
fn what_it_is(name: &str) -> Option<(String, Kind, Variant)> {
    let lower = name.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| lower.contains(part));
    // A disk image is both kinds' update; the program's own kind looks for it.
    let kinds = Kind::ALL.into_iter().filter(|kind| *kind != Kind::App);
    let kind =
        kinds.into_iter().find(|kind| kind.endings().iter().any(|ending| lower.ends_with(&ending.to_lowercase())))?;
    let architecture = if has(&["x86_64", "amd64", "x64"]) {
        "x86_64"
    } else if has(&["aarch64", "arm64"]) {
        "aarch64"
    } else {
        return None;
    };
    let system = match kind {
        Kind::Deb | Kind::Rpm | Kind::AppImage => "unknown-linux-gnu",
        Kind::Nsis | Kind::Msi => "pc-windows-msvc",
        Kind::Dmg | Kind::App => "apple-darwin",
        Kind::Portable if has(&["linux"]) => "unknown-linux-gnu",
        Kind::Portable if has(&["darwin", "macos"]) => "apple-darwin",
        Kind::Portable if has(&["windows", ".zip"]) => "pc-windows-msvc",
        Kind::Portable => return None,
    };
    // Programs for macOS are handed out with Metal; elsewhere a name without a variant is the processor's.
    let usual = if system == "apple-darwin" { Variant::Metal } else { Variant::Cpu };
    let named = |variant: &Variant| lower.split(['-', '_', '.']).any(|part| part == variant.id());
    let variant = Variant::ALL.into_iter().find(named).unwrap_or(usual);
    Some((format!("{architecture}-{system}"), kind, variant))
}

#[cfg(test)]
mod tests {
    use clap::Command;
    use minisign::KeyPair;

    use super::*;

    #[test]
    fn names_say_what_a_file_is() {
        let linux = "x86_64-unknown-linux-gnu";
        for (name, what) in [
            ("whetstone_0.2.0_amd64.deb", Some((linux, Kind::Deb, Variant::Cpu))),
            ("whetstone-cuda_0.2.0_amd64.deb", Some((linux, Kind::Deb, Variant::Cuda))),
            ("whetstone-0.2.0-1.x86_64.rpm", Some((linux, Kind::Rpm, Variant::Cpu))),
            ("whetstone_0.2.0_amd64.AppImage", Some((linux, Kind::AppImage, Variant::Cpu))),
            ("whetstone-0.2.0-x86_64-linux-cuda.tar.gz", Some((linux, Kind::Portable, Variant::Cuda))),
            (
                "whetstone-0.2.0-aarch64-macos-metal.tar.gz",
                Some(("aarch64-apple-darwin", Kind::Portable, Variant::Metal)),
            ),
            ("whetstone_0.2.0_aarch64.dmg", Some(("aarch64-apple-darwin", Kind::Dmg, Variant::Metal))),
            ("Whetstone_0.2.0_x64-setup.exe", Some(("x86_64-pc-windows-msvc", Kind::Nsis, Variant::Cpu))),
            ("Whetstone_0.2.0_x64_en-US.msi", Some(("x86_64-pc-windows-msvc", Kind::Msi, Variant::Cpu))),
            (
                "whetstone-0.2.0-x86_64-windows-cuda.zip",
                Some(("x86_64-pc-windows-msvc", Kind::Portable, Variant::Cuda)),
            ),
            ("whetstone-0.2.0.tar.gz", None),
            ("whetstone-0.2.0-x86_64.tar.gz", None),
            ("whetstone-0.2.0-x86_64-unknown-linux-gnu.tar.gz", Some((linux, Kind::Portable, Variant::Cpu))),
            ("whetstone-cuda-0.2.0-x86_64-unknown-linux-gnu.tar.gz", Some((linux, Kind::Portable, Variant::Cuda))),
            (
                "whetstone-0.2.0-aarch64-apple-darwin.tar.gz",
                Some(("aarch64-apple-darwin", Kind::Portable, Variant::Metal)),
            ),
            ("SHA256SUMS", None),
            ("whetstone.cdx.json", None),
        ] {
            let what = what.map(|(platform, kind, variant)| (platform.to_owned(), kind, variant));
            assert_eq!(what_it_is(name), what, "{name}");
        }
    }

    #[test]
    fn what_is_said_before_a_file_counts() {
        let said = what_is_said("aarch64-unknown-linux-gnu/portable/cpu").expect("it is said");
        assert_eq!(said, ("aarch64-unknown-linux-gnu".to_owned(), Kind::Portable, Variant::Cpu));
        for wrong in ["linux/deb/cpu", "x86_64-unknown-linux-gnu/floppy/cpu", "x86_64-unknown-linux-gnu/deb/tpu", "a/b"]
        {
            assert!(what_is_said(wrong).is_err(), "{wrong}");
        }
    }

    /// Runs the command as its command line would.
    fn run_with(arguments: &[&str]) -> anyhow::Result<()> {
        let matches = (ROW.command)().try_get_matches_from(arguments)?;
        (ROW.run)(&matches)
    }

    #[test]
    fn a_list_is_signed_and_read_again_by_the_program() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let KeyPair { pk, sk } = KeyPair::generate_encrypted_keypair(Some("secret".to_owned())).expect("keys");
        fs::write(at("key"), sk.to_box(None).expect("a box").to_string()).expect("written");
        fs::write(at("notes.txt"), "It is faster.\n").expect("written");
        fs::write(at("whetstone_0.2.0_amd64.deb"), "a package").expect("written");
        assert!(secret_key(&at("key"), Some("wrong".to_owned())).is_err());
        let key = secret_key(&at("key"), Some("secret".to_owned())).expect("a key");
        let file = artefact(&at("whetstone_0.2.0_amd64.deb").display().to_string()).expect("a file");
        // sha256sum gives the same.
        assert_eq!((file.bytes, file.sha256.len()), (9, 64));
        let feed = Feed::new(&Version::new(0, 2, 0), 1_795_000_000, "It is faster.", vec![file]);
        write(&feed, &key, &at("out")).expect("written");
        let bytes = fs::read(at("out").join(LIST)).expect("a list");
        let signature = fs::read_to_string(at("out").join(SIGNATURE)).expect("a signature");
        assert_eq!(Feed::verified(&bytes, &signature, &pk.to_base64()).expect("it holds"), feed);
        // One changed byte, and it does not hold any more.
        let mut changed = bytes.clone();
        let place = changed.windows(5).position(|part| part == b"0.2.0").expect("a version");
        changed[place] = b'9';
        assert!(Feed::verified(&changed, &signature, &pk.to_base64()).is_err());
        // A list that the program would refuse is not made.
        let twice = Feed { files: [&feed.files[..], &feed.files[..]].concat(), ..feed };
        assert!(write(&twice, &key, &at("other")).is_err() && !at("other").exists());
    }

    #[test]
    fn a_key_without_a_password_needs_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let keys = KeyPair::generate_unencrypted_keypair().expect("keys");
        fs::write(at("key"), keys.sk.to_box(None).expect("a box").to_string()).expect("written");
        fs::write(at("notes.txt"), "New.").expect("written");
        fs::write(at("whetstone_0.2.0_amd64.deb"), "a package").expect("written");
        let (key, notes, out) = (at("key"), at("notes.txt"), at("out"));
        let line = |file: &str, version: &str| {
            run_with(&["feed", "--key", &key, "--version", version, "--notes", &notes, "--out", &out, file])
        };
        line(&at("whetstone_0.2.0_amd64.deb"), "0.2.0").expect("written");
        let bytes = fs::read(Path::new(&out).join(LIST)).expect("a list");
        let feed: Feed = serde_json::from_slice(&bytes).expect("a list");
        assert_eq!((feed.version.as_str(), feed.notes.as_str(), feed.files.len()), ("0.2.0", "New.", 1));
        // A file of another version, none at all, one that says nothing.
        assert!(line(&at("whetstone_0.2.0_amd64.deb"), "0.3.0").is_err());
        assert!(line(&at("whetstone_0.2.0_arm64.deb"), "0.2.0").is_err());
        assert!(line(&at("notes.txt"), "0.2.0").is_err());
    }

    #[test]
    fn the_form_is_sound() {
        Command::new("packaging").subcommand((ROW.command)()).debug_assert();
    }
}
