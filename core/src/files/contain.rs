//! Panics of libraries, turned into errors.
//!
//! A file that a stranger made (a tokenizer, a Parquet table) can panic inside the library that reads it. The unwinding is caught and the
//! report to standard error kept back, for this thread and this call only: every other panic is reported as before.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static CONTAINED: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic in it becomes `Err` with the panic's message.
///
/// Whatever `work` borrows mutably must be thrown away after an `Err`: it may be half changed.
pub(crate) fn contain_panic<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install_filter();
    let outer = CONTAINED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    CONTAINED.set(outer);
    result.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown reason".to_owned())
    })
}

/// Puts a filter before the panic hook that is installed: it hands on every panic except those being contained.
fn install_filter() {
    static FILTER: Once = Once::new();
    FILTER.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !CONTAINED.try_with(Cell::get).unwrap_or(false) {
                report(info);
            }
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::contain_panic;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(contain_panic(|| 3), Ok(3));
        let index = std::hint::black_box(5);
        let error = contain_panic(|| [1, 2, 3][index]).expect_err("out of bounds");
        assert!(error.contains("out of bounds"), "{error}");
        let nested = contain_panic(|| contain_panic(|| panic!("inner {}", 1)));
        assert_eq!(nested, Ok(Err::<(), _>("inner 1".to_owned())));
    }
}
