//! A file's bytes where the system has them, without a copy of them.

use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::{Mmap, MmapOptions};

/// Some bytes of a file, mapped into memory until this is dropped.
#[derive(Debug)]
pub struct FileView(Mmap);

impl FileView {
    /// `length` bytes from `offset` on; an error where the file does not reach so far. `length` is at least 1.
    pub fn new(file: &File, offset: u64, length: usize) -> io::Result<Self> {
        let end = offset.checked_add(length as u64).ok_or(io::ErrorKind::InvalidInput)?;
        if file.metadata()?.len() < end {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut options = MmapOptions::new();
        // The bytes are all read at once: one request for them instead of a fault a page.
        options.offset(offset).len(length).populate();
        // SAFETY: a mapped file must not change while it is looked at. Weights are files that nobody writes to; the
        // program itself replaces files whole, which leaves a mapped one as it was. Where another program writes into
        // one meanwhile, wrong numbers are read, as they would be by reading; every bit pattern is a number. Where one
        // cuts it short in the moment between the look at its length and the last byte read, the system ends this
        // process (a bus error): that can be the engine's process, and is never that of a window.
        let map = unsafe { options.map(file) }?;
        Ok(Self(map))
    }
}

impl Deref for FileView {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn any_stretch_of_a_file_is_seen() {
        let mut file = tempfile::tempfile().expect("a file");
        let bytes: Vec<u8> = (0..20_000u32).map(|index| (index % 251) as u8).collect();
        file.write_all(&bytes).expect("written");
        for (offset, length) in [(0, 1), (0, 20_000), (4095, 2), (8192, 4096), (7777, 12_223), (19_999, 1)] {
            let view = FileView::new(&file, offset, length).expect("inside");
            assert_eq!(*view, bytes[offset as usize..offset as usize + length], "{length} bytes from {offset}");
        }
        for (offset, length) in [(0, 20_001), (20_000, 1), (u64::MAX, 2), (u64::MAX - 5, 3)] {
            let error = FileView::new(&file, offset, length).expect_err("outside");
            assert!(matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput), "{error}");
        }
        file.set_len(10).expect("cut");
        assert!(FileView::new(&file, 5, 6).is_err(), "a file that was cut short is noticed");
    }
}
