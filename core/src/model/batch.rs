//! Tokens packed without padding, and what each may see.

use std::ops::Range;

use super::backend::Segment;

/// Sequences one after another, one token a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// Token of each row.
    pub ids: Vec<u32>,
    /// Place of each row's token in its own sequence.
    pub positions: Vec<u32>,
    /// What each row sees; the rows of the segments ascend and cover the batch.
    pub segments: Vec<Segment>,
}

impl Batch {
    /// Adds a sequence; returns its rows.
    pub fn push(&mut self, ids: &[u32]) -> Range<usize> {
        self.push_branch(&(0..0), ids)
    }

    /// Adds a sequence that goes on from `prefix`, rows of a sequence that was added before and begins at position 0.
    /// Any number of branches share a prefix, which is then computed once.
    pub fn push_branch(&mut self, prefix: &Range<usize>, ids: &[u32]) -> Range<usize> {
        let rows = self.ids.len()..self.ids.len() + ids.len();
        if rows.is_empty() {
            return rows;
        }
        self.ids.extend(ids);
        self.positions.extend((prefix.len()..prefix.len() + ids.len()).map(|position| position as u32));
        let keys = if prefix.is_empty() { vec![rows.clone()] } else { vec![prefix.clone(), rows.clone()] };
        self.segments.push(Segment { rows: rows.clone(), keys });
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_share_their_prefix() {
        let mut batch = Batch::default();
        let prompt = batch.push(&[5, 6, 7]);
        assert_eq!(batch.push_branch(&prompt, &[8]), 3..4);
        assert_eq!(batch.push_branch(&prompt, &[9, 10]), 4..6);
        assert_eq!(batch.positions, [0, 1, 2, 3, 3, 4]);
        assert_eq!(batch.segments[2].keys, [0..3, 4..6]);
    }

    #[test]
    fn an_empty_sequence_adds_nothing() {
        let mut batch = Batch::default();
        let prompt = batch.push(&[]);
        assert_eq!(batch.push_branch(&prompt, &[1]), 0..1);
        assert_eq!(batch.segments.len(), 1);
        assert_eq!(batch.segments[0].rows, 0..1);
    }
}
