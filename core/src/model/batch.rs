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
        let before = if prefix.is_empty() { &[][..] } else { std::slice::from_ref(prefix) };
        self.push_after(before, ids)
    }

    /// Adds sequences, computing once what several of them begin with. Returns the row of each one's last token; an
    /// empty sequence has none.
    pub fn push_shared(&mut self, sequences: &[&[u32]]) -> Vec<Option<usize>> {
        let mut last_rows = vec![None; sequences.len()];
        let mut order: Vec<usize> = (0..sequences.len()).collect();
        order.sort_by_key(|&index| sequences[index]);
        let mut branches = vec![Branch { members: order, ..Branch::default() }];
        while let Some(branch) = branches.pop() {
            let (Some(&first), Some(&last)) = (branch.members.first(), branch.members.last()) else { continue };
            let (first, last) = (sequences[first], sequences[last]);
            // The members are sorted: what the first and the last share, all share.
            let shared = first.iter().zip(last).take_while(|(a, b)| a == b).count();
            let (mut computed, mut keys) = (branch.computed, branch.keys);
            if shared >= computed + WORTH_SHARING || first.len() == last.len() && shared == first.len() {
                let rows = self.push_after(&keys, &first[computed..shared]);
                if !rows.is_empty() {
                    keys.push(rows);
                }
                computed = shared;
            }
            for members in branch.members.chunk_by(|&a, &b| sequences[a].get(shared) == sequences[b].get(shared)) {
                if members.first().is_some_and(|&member| sequences[member].len() > computed) {
                    branches.push(Branch { members: members.to_vec(), computed, keys: keys.clone() });
                    continue;
                }
                for &member in members {
                    last_rows[member] = keys.last().map(|rows| rows.end - 1);
                }
            }
        }
        last_rows
    }

    /// Adds tokens that see the rows of `before`, which follow each other from position 0 on.
    fn push_after(&mut self, before: &[Range<usize>], ids: &[u32]) -> Range<usize> {
        let rows = self.ids.len()..self.ids.len() + ids.len();
        if rows.is_empty() {
            return rows;
        }
        let start: usize = before.iter().map(Range::len).sum();
        self.ids.extend(ids);
        self.positions.extend((start..start + ids.len()).map(|position| position as u32));
        let keys = before.iter().cloned().chain([rows.clone()]).collect();
        self.segments.push(Segment { rows: rows.clone(), keys });
        rows
    }
}

/// Shorter runs of tokens are computed again: each piece that a sequence is cut into costs attention some speed.
const WORTH_SHARING: usize = 8;

/// Sequences that begin alike.
#[derive(Debug, Default)]
struct Branch {
    /// In the order of their tokens.
    members: Vec<usize>,
    /// Tokens of their common beginning that are in the batch.
    computed: usize,
    /// The rows of those.
    keys: Vec<Range<usize>>,
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
    fn what_sequences_begin_with_is_computed_once() {
        let long: Vec<u32> = (0..10).collect();
        let with = |more: &[u32]| [&long, more].concat();
        let sequences = [with(&[20, 21]), vec![7], with(&[]), vec![], with(&[20, 22]), with(&[20, 21])];
        let mut batch = Batch::default();
        batch.push(&[99]);
        let rows = batch.push_shared(&sequences.iter().map(Vec::as_slice).collect::<Vec<_>>());
        // One run of ten for four sequences; the short run `20` is not worth a piece of its own.
        assert_eq!(batch.ids.len(), 1 + 10 + 2 + 2 + 1);
        for (sequence, row) in sequences.iter().zip(&rows) {
            let Some(row) = *row else {
                assert!(sequence.is_empty());
                continue;
            };
            let segment = batch.segments.iter().find(|segment| segment.rows.contains(&row)).expect("its segment");
            let seen: Vec<usize> = segment.keys.iter().cloned().flatten().filter(|&key| key <= row).collect();
            assert_eq!(&seen.iter().map(|&key| batch.ids[key]).collect::<Vec<_>>(), sequence);
            let positions: Vec<u32> = seen.iter().map(|&key| batch.positions[key]).collect();
            assert_eq!(positions, (0..sequence.len() as u32).collect::<Vec<_>>());
        }
        assert_eq!(rows[0], rows[5]);
        assert_eq!(batch.segments.iter().map(|segment| segment.rows.len()).sum::<usize>(), batch.ids.len());
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
