//! Which rows of the cache belong to whom.

use std::ops::Range;

/// Lends runs of cache rows and takes them back.
#[derive(Debug, Default)]
pub struct Slots {
    /// Ascending and apart from each other.
    free: Vec<Range<usize>>,
    /// Rows that were ever lent.
    end: usize,
}

impl Slots {
    /// A run of `count` rows: the first free run that is long enough, else new rows.
    pub fn take(&mut self, count: usize) -> Range<usize> {
        if let Some(index) = self.free.iter().position(|run| run.len() >= count) {
            let start = self.free[index].start;
            self.free[index].start += count;
            if self.free[index].is_empty() {
                self.free.remove(index);
            }
            return start..start + count;
        }
        let start = match self.free.last() {
            Some(last) if last.end == self.end => last.start,
            _ => self.end,
        };
        if start < self.end {
            self.free.pop();
        }
        self.end = start + count;
        start..self.end
    }

    /// Takes a run back.
    pub fn give_back(&mut self, run: Range<usize>) {
        let index = self.free.partition_point(|other| other.start < run.start);
        self.free.insert(index, run);
        if index + 1 < self.free.len() && self.free[index].end == self.free[index + 1].start {
            self.free[index].end = self.free.remove(index + 1).end;
        }
        if index > 0 && self.free[index - 1].end == self.free[index].start {
            self.free[index - 1].end = self.free.remove(index).end;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    #[test]
    fn runs_never_overlap_and_space_is_used_again() {
        let mut slots = Slots::default();
        let mut lent: Vec<Range<usize>> = Vec::new();
        let mut random = Random::new(1, &[]);
        for _ in 0..2000 {
            if lent.len() < 20 && (lent.is_empty() || random.uniform() < 0.5) {
                let run = slots.take(1 + random.below(50));
                assert!(lent.iter().all(|other| other.end <= run.start || run.end <= other.start), "{run:?}");
                lent.push(run);
            } else {
                slots.give_back(lent.swap_remove(random.below(lent.len())));
            }
        }
        lent.drain(..).for_each(|run| slots.give_back(run));
        assert!(slots.free.len() == 1 && slots.free[0] == (0..slots.end));
        assert!(slots.end < 20 * 50 * 2, "{} rows for at most 1000 in use", slots.end);
    }
}
