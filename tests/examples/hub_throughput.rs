//! How fast a model comes from a Hub on this machine's loopback, its digest taken and its file synced to the disk, against what
//! `curl` gets of the same file in the same run, without a digest.
//!
//!     cargo run --release -p whetstone-tests --example hub_throughput

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use whetstone_core::hub::{HubSettings, Means, download_with};
use whetstone_core::job::{CancelToken, DownloadSpec, HubAccess, JobContext};
use whetstone_core::network::Patience;
use whetstone_core::random::Random;
use whetstone_tests::golden_model;
use whetstone_tests::hub::{Repository, TestHub};

const MODEL: &str = "owner/model";
const BYTES: usize = 512 << 20;
const ROUNDS: usize = 5;

fn main() -> io::Result<()> {
    let mut random = Random::new(7, &[]);
    let weights: Vec<u8> = (0..BYTES / 8).flat_map(|_| random.next_u64().to_le_bytes()).collect();
    let config = fs::read(golden_model("llama_tied").join("config.json"))?;
    let hub = TestHub::start();
    let files = Repository::model(MODEL).file("config.json", config).file("model.safetensors", weights);
    hub.put(files.file("tokenizer.json", b"{}".to_vec()));
    let mut out = io::stdout();
    let (mut curl, mut ours) = (f64::MAX, f64::MAX);
    for round in 1..=ROUNDS {
        let folder = tempfile::tempdir()?;
        let seconds = by_curl(&hub, folder.path())?;
        curl = curl.min(seconds);
        let our_seconds = by_us(&hub, folder.path())?;
        ours = ours.min(our_seconds);
        writeln!(out, "round {round}: curl {:.0} MB/s, whetstone {:.0} MB/s", rate(seconds), rate(our_seconds))?;
    }
    writeln!(out, "best: curl {:.0} MB/s, whetstone {:.0} MB/s: {:.2}", rate(curl), rate(ours), curl / ours)
}

fn rate(seconds: f64) -> f64 {
    BYTES as f64 / 1e6 / seconds
}

fn by_curl(hub: &TestHub, folder: &Path) -> io::Result<f64> {
    let begun = Instant::now();
    let address = format!("{}/{MODEL}/resolve/main/model.safetensors", hub.endpoint());
    let status = Command::new("curl").args(["-sSfL", "-o"]).arg(folder.join("curl")).arg(address).status()?;
    let seconds = begun.elapsed().as_secs_f64();
    let is_whole = status.success() && fs::metadata(folder.join("curl"))?.len() == BYTES as u64;
    fs::remove_file(folder.join("curl"))?;
    if is_whole { Ok(seconds) } else { Err(io::Error::other("curl fetched nothing")) }
}

fn by_us(hub: &TestHub, folder: &Path) -> io::Result<f64> {
    let variable = |name: &str| match name {
        "HF_ENDPOINT" => Some(hub.endpoint().into()),
        "HF_HOME" => Some(folder.join("hf").into()),
        _ => None,
    };
    let settings = HubSettings::of(variable).map_err(io::Error::other)?;
    let means = Means { settings: &settings, token: None, patience: Patience::default() };
    let access = HubAccess::default();
    let spec = DownloadSpec { repository: MODEL.to_owned(), revision: None, file: None, access };
    let begun = Instant::now();
    download_with(&means, &spec, &JobContext::new(&|_| {}, &CancelToken::default())).map_err(io::Error::other)?;
    Ok(begun.elapsed().as_secs_f64())
}
