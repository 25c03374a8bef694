//! The reference's log-probabilities: computed once for a dataset, with the policy's numerics, and kept beside the
//! checkpoints, so that a run that is gone on with does not compute them again.

use std::path::Path;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::loss::RowValues;
use super::policy::{self, Pack, Reading};
use super::{TokenizedRow, TrainError};
use crate::files;
use crate::files::hexadecimal;
use crate::job::JobContext;
use crate::model::backend::Backend;
use crate::model::decoder::{Decoder, Pass};

const FILE_NAME: &str = "reference.json";

/// How often what is computed so far is written.
const SAVE_EVERY: Duration = Duration::from_secs(20);

/// Sums of the answers' log-probabilities. Bits of f64, since decimal digits would have to be read back exactly.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Kept {
    /// Of everything that the sums depend on.
    digest: String,
    bits: Vec<[u64; 2]>,
    /// SHA-256 of the two above: damage would be trained on without a sign.
    sha256: String,
}

impl Kept {
    fn checksum(&self) -> String {
        hexadecimal(Sha256::digest(format!("{} {:?}", self.digest, self.bits)))
    }
}

/// Log-probabilities of each row's completions under the base model, or with `adapted` under the adapter as it is
/// on the decoder now. `digest` names everything that they depend on.
pub fn log_probabilities<B: Backend>(
    decoder: &Decoder<B>,
    (rows, reading): (&[TokenizedRow], Reading<'_>),
    pack_tokens: usize,
    adapted: bool,
    folder: &Path,
    digest: &str,
    context: &JobContext<'_>,
) -> Result<Vec<RowValues>, TrainError> {
    files::create_folder(folder)?;
    files::remove_leftovers(folder)?;
    let path = folder.join(FILE_NAME);
    let mut kept = read(&path, digest, rows.len());
    let missing: Vec<&TokenizedRow> = rows.iter().skip(kept.bits.len()).collect();
    let mut saved = Instant::now();
    // What is kept ends where a pack ended, so the packs that follow are the same as without a stop.
    for members in policy::packs(&missing, usize::MAX, pack_tokens) {
        if let Err(cancelled) = context.check() {
            write(&path, &mut kept)?;
            return Err(cancelled.into());
        }
        context.progress("reference", kept.bits.len() as u64, Some(rows.len() as u64), "rows");
        let pack = Pack::new(members, usize::MAX, reading);
        let (values, _) = policy::forward(decoder, &pack, Pass::inference(adapted))?;
        super::score::check_finite(&values, kept.bits.len())?;
        kept.bits.extend(values.iter().map(|values| values.completions.map(f64::to_bits)));
        if saved.elapsed() > SAVE_EVERY {
            write(&path, &mut kept)?;
            saved = Instant::now();
        }
    }
    if !missing.is_empty() {
        write(&path, &mut kept)?;
    }
    let values = |bits: &[u64; 2]| RowValues { completions: bits.map(f64::from_bits), ..RowValues::default() };
    Ok(kept.bits.iter().map(values).collect())
}

/// What is kept for this digest; nothing where the file is missing, damaged or of something else: it can be made again.
fn read(path: &Path, digest: &str, rows: usize) -> Kept {
    let kept = files::read_text(path).ok().and_then(|text| serde_json::from_str::<Kept>(&text).ok());
    let usable = kept.filter(|kept| kept.digest == digest && kept.bits.len() <= rows && kept.sha256 == kept.checksum());
    usable.unwrap_or_else(|| Kept { digest: digest.to_owned(), ..Kept::default() })
}

fn write(path: &Path, kept: &mut Kept) -> Result<(), TrainError> {
    kept.sha256 = kept.checksum();
    Ok(files::write_atomically(path, |file| Ok(serde_json::to_writer(file, kept)?))?)
}
