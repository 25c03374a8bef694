//! How fast a model is merged with its adapter and written, beside a plain writing of as many bytes to the same disk.
//!
//!     cargo run --release --package whetstone-core --example merge_speed -- FOLDER
//!
//! The folder takes three times a gigabyte, and what is written there goes again. The model has the shape of Qwen2.5-0.5B in
//! bfloat16 and made-up weights, the adapter a rank of 16 on every linear module.

use std::error::Error;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use whetstone_core::files;
use whetstone_core::model::shapes::SHAPES;
use whetstone_core::model::{MergedWeights, WeightFiles, random_adapter};

const RANK: usize = 16;
const ROUNDS: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder on the disk that is measured")?;
    let folder = tempfile::tempdir_in(folder)?;
    let config = (SHAPES.last().ok_or("there is no shape")?.config)();
    let base = folder.path().join("base.safetensors");
    write_model(&base, &config.tensors())?;
    let weights = WeightFiles::open_file(&base)?.ok_or("the model was not written")?;
    let adapter = random_adapter(&config, RANK)?;
    let merged = MergedWeights::new(&weights, Some(&adapter.tensors));
    let shards = merged.shards(u64::MAX);
    let mut out = io::stdout();
    writeln!(
        out,
        "{} MB in bfloat16, rank {RANK}, {} threads",
        weights.bytes() / 1_000_000,
        rayon::current_num_threads()
    )?;
    let (plain, written) = (folder.path().join("plain"), folder.path().join("merged.safetensors"));
    for _ in 0..ROUNDS {
        let speed = |start: Instant| weights.bytes() as f64 / start.elapsed().as_secs_f64() / 1e6;
        let start = Instant::now();
        files::write_atomically(&plain, |out| copy(&base, out))?;
        let alone = speed(start);
        let start = Instant::now();
        files::write_atomically(&written, |out| {
            merged.write(&shards[0], out, &mut |_| Ok(())).map_err(|error| io::Error::other(error.to_string()))
        })?;
        let both = speed(start);
        writeln!(out, "plain {alone:.0} MB/s, merged {both:.0} MB/s: {:.0}%", 100.0 * both / alone)?;
    }
    Ok(())
}

/// A file's bytes from memory, a megabyte at a time.
fn copy(from: &Path, out: &mut dyn Write) -> io::Result<()> {
    io::copy(&mut io::BufReader::with_capacity(1 << 20, File::open(from)?), out).map(drop)
}

/// Made-up bfloat16 weights of these shapes.
fn write_model(path: &Path, tensors: &[(String, Vec<usize>)]) -> Result<(), Box<dyn Error>> {
    let mut header = serde_json::Map::new();
    let mut begin = 0;
    for (name, shape) in tensors {
        let end = begin + 2 * shape.iter().product::<usize>();
        header.insert(name.clone(), serde_json::json!({"dtype": "BF16", "shape": shape, "data_offsets": [begin, end]}));
        begin = end;
    }
    let mut header = serde_json::Value::Object(header).to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    // Numbers around 0.02 of both signs.
    let piece: Vec<u8> =
        (0..1u32 << 19).flat_map(|at| (0x3c80u16 | (at % 97) as u16 | ((at % 2) as u16) << 15).to_le_bytes()).collect();
    files::write_atomically(path, |out| {
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(&header)?;
        let mut left = begin;
        while left > 0 {
            let now = left.min(piece.len());
            out.write_all(&piece[..now])?;
            left -= now;
        }
        Ok(())
    })?;
    Ok(())
}
