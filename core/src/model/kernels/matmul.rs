//! Matrix products over strided views: the safe face of the `gemm` crate, and products with bf16 weights.

use std::marker::PhantomData;
use std::ops::Range;

use gemm::Parallelism;
use rayon::prelude::*;

use super::vector;

/// Looks at a matrix inside a slice; element (r, c) stands at r·`row_stride` + c·`column_stride`.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    data: &'a [f32],
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
}

impl<'a> View<'a> {
    /// All rows of a row-major matrix.
    pub fn new(data: &'a [f32], columns: usize) -> Self {
        Self { data, rows: data.len() / columns, columns, row_stride: columns, column_stride: 1 }
    }

    /// Some of the rows.
    pub fn rows(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.rows, "rows {range:?} of {}", self.rows);
        Self { data: &self.data[(range.start * self.row_stride).min(self.data.len())..], rows: range.len(), ..self }
    }

    /// Some of the columns.
    pub fn columns(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.columns, "columns {range:?} of {}", self.columns);
        let start = (range.start * self.column_stride).min(self.data.len());
        Self { data: &self.data[start..], columns: range.len(), ..self }
    }

    /// Rows and columns change places.
    pub fn transposed(self) -> Self {
        Self {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            ..self
        }
    }

    fn assert_inside(&self) {
        if self.rows > 0 && self.columns > 0 {
            let last = (self.rows - 1) * self.row_stride + (self.columns - 1) * self.column_stride;
            assert!(last < self.data.len(), "a view reaches {last} in {} values", self.data.len());
        }
    }
}

/// A matrix inside a mutable slice whose columns stand side by side. Views that are split from one never overlap.
#[derive(Debug)]
pub struct ViewMut<'a> {
    pointer: *mut f32,
    rows: usize,
    columns: usize,
    row_stride: usize,
    lifetime: PhantomData<&'a mut [f32]>,
}

// SAFETY: a `ViewMut` has its elements to itself, as a `&mut [f32]` has; see the constructors.
unsafe impl Send for ViewMut<'_> {}

impl<'a> ViewMut<'a> {
    /// All rows of a row-major matrix.
    pub fn new(data: &'a mut [f32], columns: usize) -> Self {
        Self {
            pointer: data.as_mut_ptr(),
            rows: data.len() / columns,
            columns,
            row_stride: columns,
            lifetime: PhantomData,
        }
    }

    /// The view cut into pieces of the given widths, from the left; the widths must sum to the columns.
    pub fn split_columns(self, widths: impl IntoIterator<Item = usize>) -> Vec<Self> {
        let mut start = 0;
        let pieces = widths.into_iter().map(|width| {
            assert!(start + width <= self.columns, "pieces are wider than the view");
            // SAFETY: inside the view, by the assertion above; pieces are disjoint because `start` only grows.
            let pointer = unsafe { self.pointer.add(start) };
            start += width;
            Self { pointer, columns: width, ..self }
        });
        pieces.collect()
    }

    /// The view cut into runs of rows; the ranges must ascend.
    pub fn split_rows<'r>(self, ranges: impl IntoIterator<Item = &'r Range<usize>>) -> Vec<Self> {
        let mut next = 0;
        let pieces = ranges.into_iter().map(|range| {
            assert!(next <= range.start && range.start <= range.end && range.end <= self.rows, "rows must ascend");
            next = range.end;
            // SAFETY: inside the view, and disjoint, by the assertion above.
            let pointer = unsafe { self.pointer.add(range.start * self.row_stride) };
            Self { pointer, rows: range.len(), ..self }
        });
        pieces.collect()
    }

    /// Some of the rows, borrowed.
    pub fn rows_mut(&mut self, range: Range<usize>) -> ViewMut<'_> {
        assert!(range.start <= range.end && range.end <= self.rows, "rows {range:?} of {}", self.rows);
        // SAFETY: inside the view; the borrow of `self` keeps it the only one.
        let pointer = unsafe { self.pointer.add(range.start * self.row_stride) };
        ViewMut { pointer, rows: range.len(), lifetime: PhantomData, ..*self }
    }

    /// One row.
    pub fn row_mut(&mut self, row: usize) -> &mut [f32] {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        // SAFETY: the row's columns stand side by side inside the view, and the borrow of `self` keeps it alone.
        unsafe { std::slice::from_raw_parts_mut(self.pointer.add(row * self.row_stride), self.columns) }
    }
}

/// Whether a product is dealt out to the threads of the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threads {
    /// This thread alone: inside work that is dealt out already.
    One,
    /// All of the pool.
    All,
}

/// `target` = `factor`·a·b, or `target` += `factor`·a·b where `accumulate`. Each element is summed in the same order
/// whatever the number of threads.
pub fn multiply(factor: f32, a: View<'_>, b: View<'_>, accumulate: bool, target: &mut ViewMut<'_>, threads: Threads) {
    assert!(
        a.columns == b.rows && a.rows == target.rows && b.columns == target.columns,
        "shapes do not fit: {}x{} times {}x{} into {}x{}",
        a.rows,
        a.columns,
        b.rows,
        b.columns,
        target.rows,
        target.columns
    );
    a.assert_inside();
    b.assert_inside();
    if target.rows == 0 || target.columns == 0 {
        return;
    }
    // SAFETY: both sources reach no further than their slices (asserted), the target owns its elements, and the three
    // shapes fit together.
    unsafe {
        gemm::gemm(
            target.rows,
            target.columns,
            a.columns,
            target.pointer,
            1,
            target.row_stride as isize,
            accumulate,
            a.data.as_ptr(),
            a.column_stride as isize,
            a.row_stride as isize,
            b.data.as_ptr(),
            b.column_stride as isize,
            b.row_stride as isize,
            if accumulate { 1.0 } else { 0.0 },
            factor,
            false,
            false,
            false,
            if threads == Threads::All { Parallelism::Rayon(0) } else { Parallelism::None },
        );
    }
}

/// Values of a widened panel: small enough to stay in a core's second-level cache.
const PANEL_VALUES: usize = 192 * 1024;

/// y (or y +=) x·Wᵀ for a bf16 weight W \[outputs, inputs\]: panels of its rows are widened to f32, one a thread.
pub fn multiply_bf16(x: View<'_>, weight: &[half::bf16], accumulate: bool, y: ViewMut<'_>) {
    let inputs = x.columns;
    let outputs = y.columns;
    assert_eq!(weight.len(), outputs * inputs, "the weight's size");
    let panel = (PANEL_VALUES / inputs).clamp(16, 1024).min(outputs.div_ceil(rayon::current_num_threads()).max(16));
    let widths = (0..outputs).step_by(panel).map(|start| panel.min(outputs - start));
    let panels: Vec<_> = y.split_columns(widths).into_iter().zip(weight.chunks(panel * inputs)).collect();
    panels.into_par_iter().for_each_init(Vec::new, |scratch, (mut target, rows)| {
        scratch.resize(rows.len(), 0.0);
        vector::widen(rows, scratch);
        multiply(1.0, x, View::new(scratch, inputs).transposed(), accumulate, &mut target, Threads::One);
    });
}

/// dx = dy·W for a bf16 weight W \[outputs, inputs\]: panels of its columns are widened to f32, one a thread.
pub fn multiply_bf16_back(dy: View<'_>, weight: &[half::bf16], inputs: usize, dx: ViewMut<'_>) {
    let outputs = dy.columns;
    assert_eq!(weight.len(), outputs * inputs, "the weight's size");
    let panel = (PANEL_VALUES / outputs).clamp(16, 1024).min(inputs.div_ceil(rayon::current_num_threads()).max(16));
    let starts: Vec<usize> = (0..inputs).step_by(panel).collect();
    let targets = dx.split_columns(starts.iter().map(|&start| panel.min(inputs - start)));
    let panels: Vec<_> = targets.into_iter().zip(starts).collect();
    panels.into_par_iter().for_each_init(Vec::new, |scratch, (mut target, start)| {
        let width = target.columns;
        scratch.resize(outputs * width, 0.0);
        for (row, wide) in weight.chunks(inputs).zip(scratch.chunks_mut(width)) {
            vector::widen(&row[start..start + width], wide);
        }
        multiply(1.0, dy, View::new(scratch, width), false, &mut target, Threads::One);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn normals(count: usize, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed, &[]);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    fn plain(
        m: usize,
        n: usize,
        k: usize,
        a: impl Fn(usize, usize) -> f32,
        b: impl Fn(usize, usize) -> f32,
    ) -> Vec<f32> {
        let mut c = Vec::new();
        for row in 0..m {
            for column in 0..n {
                c.push((0..k).map(|i| f64::from(a(row, i)) * f64::from(b(i, column))).sum::<f64>() as f32);
            }
        }
        c
    }

    fn assert_near(got: &[f32], want: &[f32]) {
        assert_eq!(got.len(), want.len());
        for (index, (got, want)) in got.iter().zip(want).enumerate() {
            assert!((got - want).abs() < 1e-3, "element {index}: {got} instead of {want}");
        }
    }

    #[test]
    fn products_of_views_are_right() {
        let (m, n, k) = (9, 21, 17);
        let (a, b) = (normals(m * k, 1), normals(n * k, 2));
        let want = plain(m, n, k, |r, c| a[r * k + c], |r, c| b[c * k + r]);
        let mut c = vec![1.0; m * n];
        let (a_view, b_view) = (View::new(&a, k), View::new(&b, k).transposed());
        multiply(1.0, a_view, b_view, false, &mut ViewMut::new(&mut c, n), Threads::All);
        assert_near(&c, &want);
        multiply(-1.0, a_view, b_view, true, &mut ViewMut::new(&mut c, n), Threads::One);
        assert_near(&c, &vec![0.0; m * n]);
        let part = ViewMut::new(&mut c, n).split_columns([5, 4, 12]).remove(1);
        let mut part = part.split_rows([&(2..6)]).remove(0);
        multiply(1.0, a_view.rows(2..6), b_view.columns(5..9), false, &mut part, Threads::One);
        assert!((c[2 * n + 5] - want[2 * n + 5]).abs() < 1e-3 && (c[5 * n + 8] - want[5 * n + 8]).abs() < 1e-3);
        let beside = [c[2 * n + 4], c[2 * n + 9], c[n + 5], c[6 * n + 5]];
        assert!(beside.iter().all(|value| value.abs() < 1e-3), "written beside the view: {beside:?}");
    }

    #[test]
    #[should_panic(expected = "shapes do not fit")]
    fn misshapen_products_are_refused() {
        let (a, mut c) = (vec![0.0; 6], vec![0.0; 6]);
        multiply(1.0, View::new(&a, 3), View::new(&a, 3), false, &mut ViewMut::new(&mut c, 3), Threads::One);
    }

    #[test]
    fn bf16_products_equal_f32_products_of_the_same_values() {
        let (rows, outputs, inputs) = (12, 150, 70);
        let weight: Vec<half::bf16> = normals(outputs * inputs, 3).iter().map(|&w| half::bf16::from_f32(w)).collect();
        let (x, dy) = (normals(rows * inputs, 4), normals(rows * outputs, 5));
        let mut y = vec![0.0; rows * outputs];
        multiply_bf16(View::new(&x, inputs), &weight, false, ViewMut::new(&mut y, outputs));
        let w = |output: usize, input: usize| weight[output * inputs + input].to_f32();
        assert_near(&y, &plain(rows, outputs, inputs, |r, i| x[r * inputs + i], |i, o| w(o, i)));
        let mut dx = vec![0.0; rows * inputs];
        multiply_bf16_back(View::new(&dy, outputs), &weight, inputs, ViewMut::new(&mut dx, inputs));
        assert_near(&dx, &plain(rows, inputs, outputs, |r, o| dy[r * outputs + o], w));
    }
}
