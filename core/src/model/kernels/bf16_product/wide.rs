//! The product with AVX-512 BF16.

use std::arch::x86_64::{
    __m256bh, __m256i, __m512, __m512bh, __m512i, _MM_HINT_T0, _mm_prefetch, _mm256_mask_storeu_epi16,
    _mm256_maskz_loadu_epi16, _mm512_add_ps, _mm512_cvtepu16_epi32, _mm512_cvtneps_pbh, _mm512_dpbf16_ps,
    _mm512_loadu_si512, _mm512_mask_storeu_ps, _mm512_maskz_loadu_epi16, _mm512_maskz_loadu_ps, _mm512_or_si512,
    _mm512_set1_epi32, _mm512_setzero_ps, _mm512_setzero_si512, _mm512_shuffle_i32x4, _mm512_slli_epi32,
    _mm512_storeu_si512, _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
};
use std::cell::RefCell;
use std::mem::transmute;
use std::ops::Range;

use half::bf16;
use rayon::prelude::*;

use super::{BLOCK_ROWS, Direction, RoundedRows};

/// Values in a vector.
const LANES: usize = 16;
/// Vectors side by side in a panel: with `BLOCK_ROWS` rows they make 24 sums, which leaves registers for factors.
const VECTORS: usize = 3;
/// Columns of a panel.
const PANEL_COLUMNS: usize = LANES * VECTORS;
/// Pairs that are summed before the next part of a panel is brought in: a panel stays in the second-level cache.
const DEEPEST_PAIRS: usize = 1024;
/// Panels that meet a block of rows while it is in the first-level cache.
const MOST_PANELS: usize = 4;
/// Tasks that a product is cut into, a thread, so that a thread that is late does not hold up the others.
const TASKS_A_THREAD: usize = 4;
/// Rows of the weight that are asked for ahead of their use.
const ROWS_AHEAD: usize = 16;
/// In bytes.
const CACHE_LINE: usize = 64;

thread_local! {
    /// A thread's panel: kept, since asking the system for fresh memory costs more than filling it.
    static PANEL: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// See [`RoundedRows::new`].
pub fn round(values: &[f32], columns: usize, pairs: &mut [f32]) {
    let width = columns.div_ceil(2);
    let share = (1 << 15) / columns + 1;
    pairs.par_chunks_mut(width * share).enumerate().for_each(|(chunk, pairs)| {
        for (row, pairs) in pairs.chunks_exact_mut(width).enumerate() {
            let start = (chunk * share + row) * columns;
            // Rows that pad the last block are zeros.
            pairs.fill(0.0);
            if let Some(values) = values.get(start..start + columns) {
                // SAFETY: `RoundedRows::new` has asserted that the instructions are there.
                unsafe { round_row(values, pairs) };
            }
        }
    });
}

/// # Safety
/// AVX-512 F, BW, VL and BF16 must be there.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
unsafe fn round_row(values: &[f32], pairs: &mut [f32]) {
    assert!(pairs.len() * 2 >= values.len(), "room for every value");
    let target = pairs.as_mut_ptr().cast::<i16>();
    for start in (0..values.len()).step_by(LANES) {
        let mask = mask_of(values.len() - start);
        // SAFETY: the mask ends with `values`, and `pairs` has room for as many halves.
        unsafe {
            let rounded = _mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, values.as_ptr().add(start)));
            _mm256_mask_storeu_epi16(target.add(start), mask, transmute::<__m256bh, __m256i>(rounded));
        }
    }
}

/// A bit for each of the lanes that are left, at most all.
fn mask_of(left: usize) -> u16 {
    if left >= LANES { u16::MAX } else { (1 << left) - 1 }
}

/// Where results go: tasks write disjoint columns or rows of it.
#[derive(Clone, Copy)]
struct Target(*mut f32);
// SAFETY: tasks that share the pointer write to disjoint places; see `multiply`.
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

/// A weight as one direction sees it.
#[derive(Clone, Copy)]
struct Side<'a> {
    weight: &'a [bf16],
    inputs: usize,
    direction: Direction,
    /// Pairs in a sum.
    pairs: usize,
    /// Results in a row.
    columns: usize,
}

/// What a task makes: results of these panels for these blocks of rows.
#[derive(Clone, Copy)]
struct Task {
    panels: (usize, usize),
    rows: (usize, usize),
}

/// See [`super::multiply`], which has checked the shapes.
pub fn multiply(
    x: &RoundedRows<'_>,
    weight: &[bf16],
    inputs: usize,
    direction: Direction,
    accumulate: bool,
    y: &mut [f32],
) {
    let (summed, columns) = direction.shape(weight.len() / inputs, inputs);
    let side = Side { weight, inputs, direction, pairs: summed.div_ceil(2), columns };
    let target = Target(y.as_mut_ptr());
    // Tasks differ in their panels or in their rows, so no two write to one place.
    tasks(columns.div_ceil(PANEL_COLUMNS), x.rows).into_par_iter().for_each(|task| {
        PANEL.with_borrow_mut(|panel| {
            let most = PANEL_COLUMNS * DEEPEST_PAIRS * MOST_PANELS;
            panel.resize(most.max(panel.len()), 0);
            for first_pair in (0..side.pairs).step_by(DEEPEST_PAIRS) {
                let depth = DEEPEST_PAIRS.min(side.pairs - first_pair);
                // SAFETY: `x` exists, so its maker has asserted the instructions; the shapes were checked.
                unsafe { part(x, side, task, (first_pair, depth), accumulate || first_pair > 0, panel, target) };
            }
        });
    });
}

fn tasks(panels: usize, rows: usize) -> Vec<Task> {
    let wanted = rayon::current_num_threads() * TASKS_A_THREAD;
    let group = panels.div_ceil(wanted).clamp(1, MOST_PANELS);
    let groups = panels.div_ceil(group);
    // Where panels are few, rows are dealt out too, but not so thinly that bringing in the panels counts.
    let share = (rows * groups).div_ceil(wanted).max(128).next_multiple_of(BLOCK_ROWS);
    let cut = |total: usize, step: usize| (0..total).step_by(step).map(move |at| (at, (at + step).min(total)));
    cut(panels, group).flat_map(|panels| cut(rows, share).map(move |rows| Task { panels, rows })).collect()
}

/// # Safety
/// AVX-512 F, BW, VL and BF16 must be there; `x`, `side` and the results behind `target` must fit together, and
/// nobody else may use the results of `task` meanwhile.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
unsafe fn part(
    x: &RoundedRows<'_>,
    side: Side<'_>,
    task: Task,
    (first_pair, depth): (usize, usize),
    accumulate: bool,
    scratch: &mut [u32],
    target: Target,
) {
    let panel_size = depth * PANEL_COLUMNS;
    let panels = task.panels.0..task.panels.1;
    // SAFETY: the instructions are there.
    unsafe {
        match side.direction {
            Direction::Forward => {
                for (panel, scratch) in panels.clone().zip(scratch.chunks_exact_mut(panel_size)) {
                    bring_forward(side, panel, first_pair, scratch);
                }
            }
            Direction::Back => bring_back(side, panels.clone(), (first_pair, depth), scratch),
        }
    }
    let width = x.columns.div_ceil(2);
    for row in (task.rows.0..task.rows.1).step_by(BLOCK_ROWS) {
        let block = &x.pairs[row * width + first_pair..];
        assert!(block.len() >= (BLOCK_ROWS - 1) * width + depth, "rows are padded to whole blocks");
        let rows = BLOCK_ROWS.min(x.rows - row);
        for (panel, scratch) in panels.clone().zip(scratch.chunks_exact(panel_size)) {
            let column = panel * PANEL_COLUMNS;
            let columns = PANEL_COLUMNS.min(side.columns - column);
            // SAFETY: the block's rows reach `depth` pairs each (asserted), the panel has `depth` rows, and the
            // results of these rows and columns lie inside y, which is \[rows, columns\].
            unsafe {
                let sums = sums(block.as_ptr().cast(), width, scratch);
                let y = target.0.add(row * side.columns + column);
                store(&sums, y, side.columns, rows, columns, accumulate);
            }
        }
    }
}

type Sums = [[__m512; VECTORS]; BLOCK_ROWS];

/// A block of rows times a panel.
///
/// # Safety
/// AVX-512 F and BF16 must be there; `x` must have `BLOCK_ROWS` rows, `stride` pairs apart, of as many pairs as the
/// panel has rows.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
unsafe fn sums(x: *const i32, stride: usize, panel: &[u32]) -> Sums {
    let mut sums = [[_mm512_setzero_ps(); VECTORS]; BLOCK_ROWS];
    for (pair, columns) in panel.chunks_exact(PANEL_COLUMNS).enumerate() {
        let columns = columns.as_ptr();
        // SAFETY: `columns` has `PANEL_COLUMNS` values; rows of x by the caller's promise.
        unsafe {
            let right: [__m512bh; VECTORS] =
                std::array::from_fn(|vector| transmute(_mm512_loadu_si512(columns.add(vector * LANES).cast())));
            for (row, sums) in sums.iter_mut().enumerate() {
                let left: __m512bh = transmute(_mm512_set1_epi32(*x.add(row * stride + pair)));
                for (sum, right) in sums.iter_mut().zip(right) {
                    *sum = _mm512_dpbf16_ps(*sum, left, right);
                }
            }
        }
    }
    sums
}

/// # Safety
/// AVX-512 F must be there; `y` must have `rows` rows, `stride` values apart, of `columns` values.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
unsafe fn store(sums: &Sums, y: *mut f32, stride: usize, rows: usize, columns: usize, accumulate: bool) {
    for (row, sums) in sums[..rows].iter().enumerate() {
        for (vector, &sum) in sums.iter().enumerate() {
            let mask = mask_of(columns.saturating_sub(vector * LANES));
            // SAFETY: inside the row, by the mask; an address beyond it is made but not used.
            unsafe {
                let place = y.wrapping_add(row * stride + vector * LANES);
                let value = if accumulate { _mm512_add_ps(sum, _mm512_maskz_loadu_ps(mask, place)) } else { sum };
                _mm512_mask_storeu_ps(place, mask, value);
            }
        }
    }
}

/// Columns are outputs, pairs are neighbouring inputs: blocks of 16 x 16 pairs are transposed.
///
/// # Safety
/// AVX-512 F, BW and VL must be there.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
unsafe fn bring_forward(side: Side<'_>, panel: usize, first_pair: usize, scratch: &mut [u32]) {
    let depth = scratch.len() / PANEL_COLUMNS;
    for vector in 0..VECTORS {
        let first = panel * PANEL_COLUMNS + vector * LANES;
        for pair in (0..depth).step_by(LANES) {
            let start = 2 * (first_pair + pair);
            let mut tile = [_mm512_setzero_si512(); LANES];
            for (lane, values) in tile.iter_mut().enumerate() {
                let output = first + lane;
                if output >= side.columns {
                    continue;
                }
                let row = &side.weight[output * side.inputs..(output + 1) * side.inputs];
                let left = side.inputs - start;
                let mask = if left >= 32 { u32::MAX } else { (1 << left) - 1 };
                // SAFETY: the mask ends with the row.
                *values = unsafe { _mm512_maskz_loadu_epi16(mask, row.as_ptr().add(start).cast()) };
            }
            // SAFETY: the instructions are there.
            let tile = unsafe { transpose(&tile) };
            for (index, values) in tile.into_iter().enumerate().take(depth - pair) {
                let place = &mut scratch[(pair + index) * PANEL_COLUMNS + vector * LANES..][..LANES];
                // SAFETY: `place` has 16 values.
                unsafe { _mm512_storeu_si512(place.as_mut_ptr().cast(), values) };
            }
        }
    }
}

/// Columns are inputs, pairs are neighbouring outputs: two rows of the weight are woven together, in all panels of a
/// task at a time, since rows are read from one end to the other faster than in pieces.
///
/// # Safety
/// AVX-512 F, BW and VL must be there.
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
unsafe fn bring_back(side: Side<'_>, panels: Range<usize>, (first_pair, depth): (usize, usize), scratch: &mut [u32]) {
    let inputs = side.inputs;
    let (first, last) = (panels.start * PANEL_COLUMNS, (panels.end * PANEL_COLUMNS).min(inputs));
    for pair in 0..depth {
        let output = 2 * (first_pair + pair);
        // Rows are too far apart for the processor to see where they lead. Asking for an address that is not there
        // does no harm.
        for ahead in [output + ROWS_AHEAD, output + 1 + ROWS_AHEAD] {
            for column in (first..last).step_by(CACHE_LINE / size_of::<bf16>()) {
                let address = side.weight.as_ptr().wrapping_add(ahead * inputs + column);
                _mm_prefetch::<_MM_HINT_T0>(address.cast());
            }
        }
        for (index, panel) in panels.clone().enumerate() {
            let place = &mut scratch[(index * depth + pair) * PANEL_COLUMNS..][..PANEL_COLUMNS];
            for (vector, place) in place.chunks_exact_mut(LANES).enumerate() {
                let column = panel * PANEL_COLUMNS + vector * LANES;
                let half = |output: usize| {
                    let row = side.weight.get(output * inputs..(output + 1) * inputs).unwrap_or_default();
                    let row = row.get(column..).unwrap_or_default();
                    // SAFETY: the mask ends with the row.
                    unsafe { _mm256_maskz_loadu_epi16(mask_of(row.len()), row.as_ptr().cast()) }
                };
                let low = _mm512_cvtepu16_epi32(half(output));
                let high = _mm512_slli_epi32::<16>(_mm512_cvtepu16_epi32(half(output + 1)));
                // SAFETY: `place` has 16 values.
                unsafe { _mm512_storeu_si512(place.as_mut_ptr().cast(), _mm512_or_si512(low, high)) };
            }
        }
    }
}

/// Rows and columns of a 16 x 16 tile of 32-bit values change places: first inside blocks of 4 x 4, then the blocks.
///
/// # Safety
/// AVX-512 F must be there.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx512bf16")]
unsafe fn transpose(rows: &[__m512i; LANES]) -> [__m512i; LANES] {
    let mut quads = [_mm512_setzero_si512(); LANES];
    for block in (0..LANES).step_by(4) {
        let [a, b, c, d] = [rows[block], rows[block + 1], rows[block + 2], rows[block + 3]];
        let (ab_low, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
        let (cd_low, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
        quads[block] = _mm512_unpacklo_epi64(ab_low, cd_low);
        quads[block + 1] = _mm512_unpackhi_epi64(ab_low, cd_low);
        quads[block + 2] = _mm512_unpacklo_epi64(ab_high, cd_high);
        quads[block + 3] = _mm512_unpackhi_epi64(ab_high, cd_high);
    }
    // `quads[4·b + i]` holds, in its quarter q, column 4·q + i of rows 4·b to 4·b + 3.
    let mut columns = [_mm512_setzero_si512(); LANES];
    for index in 0..4 {
        let [a, b, c, d] = [quads[index], quads[4 + index], quads[8 + index], quads[12 + index]];
        let (ab_low, ab_high) = (_mm512_shuffle_i32x4::<0x44>(a, b), _mm512_shuffle_i32x4::<0xEE>(a, b));
        let (cd_low, cd_high) = (_mm512_shuffle_i32x4::<0x44>(c, d), _mm512_shuffle_i32x4::<0xEE>(c, d));
        columns[index] = _mm512_shuffle_i32x4::<0x88>(ab_low, cd_low);
        columns[4 + index] = _mm512_shuffle_i32x4::<0xDD>(ab_low, cd_low);
        columns[8 + index] = _mm512_shuffle_i32x4::<0x88>(ab_high, cd_high);
        columns[12 + index] = _mm512_shuffle_i32x4::<0xDD>(ab_high, cd_high);
    }
    columns
}
