//! A program that came out of a portable archive, a server, and a pair of keys.

use std::fs::{self, File};
use std::io::Cursor;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use minisign::KeyPair;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use whetstone_core::files::hexadecimal;
use whetstone_core::update::{Artefact, Feed, Kind, Variant, comment, platform};

use super::server::{Answer, FileServer};

/// The version that runs.
pub const OLD: &str = env!("CARGO_PKG_VERSION");
/// The version that is offered.
pub const NEW: &str = "9.2.0";
/// The list.
pub const LIST: &str = "feed.json";
/// Its signature.
pub const SIGNATURE: &str = "feed.json.minisig";

/// A stand-in for the program of a version: it says its version, and otherwise its arguments.
pub fn stand_in(version: &str) -> String {
    format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo 'whetstone {version}'; exit 0; fi\necho new \"$@\"\nexit 0\n"
    )
}

/// An archive as packages have it.
pub fn archive(program: &str) -> Vec<u8> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    let installed = format!(r#"{{"kind":"portable","variant":"cpu","version":"{NEW}"}}"#);
    let files =
        [("installed.json", &*installed), ("licences.txt", "New."), ("share/page", "New."), ("whetstone", program)];
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o755);
        header.set_cksum();
        tar.append_data(&mut header, format!("whetstone-{NEW}/{name}"), text.as_bytes()).expect("added");
    }
    tar.into_inner().and_then(GzEncoder::finish).expect("whole")
}

/// A file of a version for this machine.
pub fn artefact(version: &str, bytes: &[u8]) -> Artefact {
    Artefact {
        platform: platform(),
        kind: Kind::Portable,
        variant: Variant::Cpu,
        name: format!("whetstone-{version}-linux.tar.gz"),
        bytes: bytes.len() as u64,
        sha256: hexadecimal(Sha256::digest(bytes)),
    }
}

pub struct Bench {
    folder: tempfile::TempDir,
    pub server: FileServer,
    pub keys: KeyPair,
    /// The file that runs, before anything happens to it.
    pub inode: u64,
}

impl Bench {
    pub fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let home = folder.path().join("program");
        fs::create_dir(&home).expect("a folder");
        // A second name instead of a copy: the program is large while it is being developed.
        fs::hard_link(env!("CARGO_BIN_EXE_program"), home.join("whetstone")).expect("the same disk");
        let installed = format!(r#"{{"kind":"portable","variant":"cpu","version":"{OLD}"}}"#);
        fs::write(home.join("installed.json"), installed).expect("written");
        let inode = fs::metadata(home.join("whetstone")).expect("it is there").ino();
        let keys = KeyPair::generate_unencrypted_keypair().expect("keys");
        Self { folder, server: FileServer::start(), keys, inode }
    }

    pub fn executable(&self) -> PathBuf {
        self.folder.path().join("program").join("whetstone")
    }

    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join("program").join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data").join("update")
    }

    pub fn settings(&self) -> PathBuf {
        self.folder.path().join("config").join("updates.toml")
    }

    /// A file of this bench's program, with this bench's folders and server.
    pub fn run(&self, executable: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(executable);
        command
            .args(arguments)
            .env("WHETSTONE_DATA_HOME", self.folder.path().join("data"))
            .env("WHETSTONE_CONFIG", self.folder.path().join("config"))
            .env("WHETSTONE_KEYRING", "off")
            .env("WHETSTONE_UPDATE_KEY", self.keys.pk.to_base64())
            .env("WHETSTONE_UPDATE_FEED", self.server.address_of(LIST))
            .env_remove("APPIMAGE")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for proxy in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(proxy);
        }
        command
    }

    /// The program, as it is now.
    pub fn program(&self, arguments: &[&str]) -> Command {
        self.run(&self.executable(), arguments)
    }

    /// What the program says to a command, and its exit status.
    pub fn told(&self, arguments: &[&str]) -> (String, Option<i32>) {
        told(&self.program(arguments).output().expect("it runs"))
    }

    /// Puts a signed list of these files on the server.
    pub fn offer_list(&self, version: &str, sequence: u64, files: Vec<Artefact>) {
        let version = version.parse().expect("a version");
        self.offer_raw(&serde_json::to_value(Feed::new(&version, sequence, "It is faster.", files)).expect("JSON"));
    }

    /// Puts any list on the server, signed as ours are.
    pub fn offer_raw(&self, list: &Value) {
        let bytes = serde_json::to_vec(list).expect("JSON");
        let said = comment(list["version"].as_str().expect("a version"), list["sequence"].as_u64().expect("a number"));
        let signature = sign(&self.keys, &bytes, &said);
        self.server.put(LIST, Answer::Bytes(bytes));
        self.server.put(SIGNATURE, Answer::Bytes(signature));
    }

    /// Puts a version with its file on the server.
    pub fn offer(&self, version: &str, sequence: u64, program: &str) -> Artefact {
        let bytes = archive(program);
        let artefact = artefact(version, &bytes);
        self.offer_list(version, sequence, vec![artefact.clone()]);
        self.server.put(&artefact.name, Answer::Bytes(bytes));
        artefact
    }

    /// The program is the one that it was, runs, and nothing lies beside it.
    pub fn assert_untouched(&self, why: &str) {
        assert_eq!(fs::metadata(self.executable()).expect("it is there").ino(), self.inode, "{why}");
        assert_eq!(self.told(&["--version"]), (format!("whetstone {OLD}\n"), Some(0)), "{why}");
        for name in ["whetstone.new", "whetstone.previous"] {
            assert!(!self.beside(name).exists(), "{why}: {name}");
        }
        assert!(!self.beside("whetstone.placed").exists(), "{why}");
    }

    /// The program that runs is the new one, and the old one lies beside it.
    pub fn assert_in_place(&self, why: &str) {
        assert_eq!(self.told(&["--version"]), (format!("whetstone {NEW}\n"), Some(0)), "{why}");
        let previous = fs::metadata(self.beside("whetstone.previous")).expect("it is kept");
        assert_eq!((previous.ino(), previous.permissions().mode() & 0o111), (self.inode, 0o111), "{why}");
        assert!(!self.beside("whetstone.new").exists(), "{why}");
    }
}

/// A signature, as minisign writes it.
pub fn sign(keys: &KeyPair, bytes: &[u8], said: &str) -> Vec<u8> {
    let signed = minisign::sign(Some(&keys.pk), &keys.sk, Cursor::new(bytes), Some(said), None);
    signed.expect("signed").into_string().into_bytes()
}

/// Lines that a shell passes over and that do not become much smaller in an archive.
pub fn padding(lines: u32) -> String {
    (0..lines).fold(String::new(), |text, line| text + &format!("# {:x}\n", line.wrapping_mul(2_654_435_761)))
}

/// Standard output and error of a command, and its exit status.
pub fn told(output: &Output) -> (String, Option<i32>) {
    let both = [&output.stdout[..], &output.stderr[..]].concat();
    (String::from_utf8_lossy(&both).into_owned(), output.status.code())
}

/// Makes a file that can be run.
pub fn write_program(path: &Path, text: &str) {
    fs::write(path, text).expect("written");
    File::open(path).and_then(|file| file.set_permissions(fs::Permissions::from_mode(0o755))).expect("it can be run");
}
