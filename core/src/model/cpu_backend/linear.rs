//! Frozen linear modules with LoRA factors.

use half::bf16;

use super::{CpuBackend, CpuMatrix, CpuWeight};
use crate::model::backend::{Dropout, Linear, LoraFactors, LoraGradients, WeightData};
use crate::model::kernels::bf16_product::{self, Direction, RoundedRows};
use crate::model::kernels::matmul::{Threads, View, ViewMut, multiply, multiply_bf16, multiply_bf16_back};
use crate::model::kernels::small_batch::{self, WeightValues};
use crate::model::kernels::vector;

impl CpuBackend {
    /// y (or y +=) x·Wᵀ.
    pub(super) fn multiply_weight(&self, weight: &CpuWeight, x: &CpuMatrix, accumulate: bool, y: &mut CpuMatrix) {
        if x.rows() <= small_batch::MAXIMUM_ROWS {
            let values = match &weight.data {
                WeightData::F32(values) => WeightValues::F32(values),
                WeightData::Bf16(values) => WeightValues::Bf16(values),
                WeightData::Quantized(weight) => return weight.multiply_few(&x.values, accumulate, &mut y.values),
            };
            small_batch::multiply(&x.values, values, weight.inputs, accumulate, &mut y.values);
            return;
        }
        let columns = y.columns;
        match &weight.data {
            WeightData::F32(values) => {
                let weight = View::new(values, weight.inputs).transposed();
                let mut y = ViewMut::new(&mut y.values, columns);
                multiply(1.0, View::new(&x.values, x.columns), weight, accumulate, &mut y, Threads::All);
            }
            WeightData::Bf16(values) if bf16_product::is_available() => {
                self.multiply_rounded(x, values, weight.inputs, Direction::Forward, accumulate, y);
            }
            WeightData::Bf16(values) => {
                let y = ViewMut::new(&mut y.values, columns);
                multiply_bf16(View::new(&x.values, x.columns), values, accumulate, y);
            }
            WeightData::Quantized(weight) => {
                weight.multiply(View::new(&x.values, x.columns), accumulate, ViewMut::new(&mut y.values, columns));
            }
        }
    }

    fn multiply_rounded(
        &self,
        x: &CpuMatrix,
        weight: &[bf16],
        inputs: usize,
        direction: Direction,
        accumulate: bool,
        y: &mut CpuMatrix,
    ) {
        let mut scratch = self.buffers.lend(RoundedRows::scratch_length(x.rows(), x.columns));
        let rounded = RoundedRows::new(&x.values, x.columns, &mut scratch);
        bf16_product::multiply(&rounded, weight, inputs, direction, accumulate, &mut y.values);
    }

    /// dy·W.
    pub(super) fn multiply_weight_back(&self, weight: &CpuWeight, dy: &CpuMatrix) -> CpuMatrix {
        let mut dx = self.lend(dy.rows(), weight.inputs);
        let rows = View::new(&dy.values, dy.columns);
        match &weight.data {
            WeightData::F32(values) => {
                let mut target = ViewMut::new(&mut dx.values, weight.inputs);
                multiply(1.0, rows, View::new(values, weight.inputs), false, &mut target, Threads::All);
            }
            WeightData::Bf16(values) if bf16_product::is_available() => {
                self.multiply_rounded(dy, values, weight.inputs, Direction::Back, false, &mut dx);
            }
            WeightData::Bf16(values) => {
                multiply_bf16_back(rows, values, weight.inputs, ViewMut::new(&mut dx.values, weight.inputs));
            }
            WeightData::Quantized(data) => {
                data.multiply_back(rows, ViewMut::new(&mut dx.values, weight.inputs));
            }
        }
        dx
    }

    pub(super) fn linear_forward(
        &self,
        linear: &Linear<Self>,
        x: &CpuMatrix,
        residual: Option<&CpuMatrix>,
        adapted: bool,
        dropout: Option<Dropout>,
    ) -> (CpuMatrix, Option<CpuMatrix>) {
        let mut y = match residual {
            Some(residual) => self.copy(residual),
            None => self.lend(x.rows(), linear.weight.outputs()),
        };
        self.multiply_weight(&linear.weight, x, residual.is_some(), &mut y);
        if let Some(bias) = &linear.bias {
            self.each_row(&mut y, |_, values| vector::add_scaled(values, 1.0, &bias.values));
        }
        let low_rank = linear.lora.as_ref().filter(|_| adapted).map(|lora| self.add_lora(lora, x, dropout, &mut y));
        (y, low_rank)
    }

    /// y += scale·(x·Aᵀ)·Bᵀ of each part; returns x·Aᵀ of all parts.
    fn add_lora(
        &self,
        lora: &LoraFactors<Self>,
        x: &CpuMatrix,
        dropout: Option<Dropout>,
        y: &mut CpuMatrix,
    ) -> CpuMatrix {
        let ranks = lora.a.rows();
        let mut low_rank = self.lend(x.rows(), ranks);
        if dropout.is_none() && x.rows() <= small_batch::MAXIMUM_ROWS {
            self.add_lora_to_few(lora, x, &mut low_rank, y);
            return low_rank;
        }
        let a = View::new(&lora.a.values, lora.a.columns);
        match dropout {
            None => {
                let mut target = ViewMut::new(&mut low_rank.values, ranks);
                multiply(1.0, View::new(&x.values, x.columns), a.transposed(), false, &mut target, Threads::All);
            }
            Some(dropout) => {
                let widths = lora.parts.iter().map(|part| part.ranks.len());
                let targets = ViewMut::new(&mut low_rank.values, ranks).split_columns(widths);
                for (module, (part, mut target)) in lora.parts.iter().zip(targets).enumerate() {
                    let dropped = self.dropped(x, dropout, module);
                    let x = View::new(&dropped.values, x.columns);
                    multiply(1.0, x, a.rows(part.ranks.clone()).transposed(), false, &mut target, Threads::All);
                }
            }
        }
        let low = View::new(&low_rank.values, ranks);
        let columns = y.columns;
        for part in &lora.parts {
            let mut target = part_columns(&mut y.values, columns, &part.outputs);
            let b = View::new(&part.b.values, part.b.columns).transposed();
            multiply(part.scale, low.columns(part.ranks.clone()), b, true, &mut target, Threads::All);
        }
        low_rank
    }

    /// The same for a few rows, without dropout.
    fn add_lora_to_few(&self, lora: &LoraFactors<Self>, x: &CpuMatrix, low_rank: &mut CpuMatrix, y: &mut CpuMatrix) {
        let a = WeightValues::F32(&lora.a.values);
        small_batch::multiply(&x.values, a, lora.a.columns, false, &mut low_rank.values);
        for part in &lora.parts {
            let mut own = self.lend(x.rows(), part.ranks.len());
            self.each_row(&mut own, |row, own| {
                own.copy_from_slice(&low_rank.row(row)[part.ranks.clone()]);
                vector::scale(own, part.scale);
            });
            let mut change = self.lend(x.rows(), part.outputs.len());
            let b = WeightValues::F32(&part.b.values);
            small_batch::multiply(&own.values, b, part.ranks.len(), false, &mut change.values);
            let changed = part.outputs.clone();
            self.each_row(y, |row, y| vector::add_scaled(&mut y[changed.clone()], 1.0, change.row(row)));
        }
    }

    fn dropped(&self, x: &CpuMatrix, dropout: Dropout, module: usize) -> CpuMatrix {
        let mask = dropout.mask(module, x.rows(), x.columns);
        let mut dropped = self.copy(x);
        dropped.values.iter_mut().zip(mask).for_each(|(value, factor)| *value *= factor);
        dropped
    }

    pub(super) fn linear_back(
        &self,
        linear: &Linear<Self>,
        x: &CpuMatrix,
        low_rank: Option<&CpuMatrix>,
        dy: &CpuMatrix,
        dropout: Option<Dropout>,
        gradients: Option<&mut LoraGradients<Self>>,
    ) -> CpuMatrix {
        let mut dx = self.multiply_weight_back(&linear.weight, dy);
        if let (Some(lora), Some(low_rank), Some(gradients)) = (&linear.lora, low_rank, gradients) {
            self.lora_back(lora, x, low_rank, dy, dropout, gradients, &mut dx);
        }
        dx
    }

    /// With z = x·Aᵀ: dB += scale·dyᵀ·z, dz = scale·dy·B, dA += dzᵀ·x, dx += dz·A.
    #[expect(clippy::too_many_arguments, reason = "the chain rule of one operation, not a bundle of options")]
    fn lora_back(
        &self,
        lora: &LoraFactors<Self>,
        x: &CpuMatrix,
        low_rank: &CpuMatrix,
        dy: &CpuMatrix,
        dropout: Option<Dropout>,
        gradients: &mut LoraGradients<Self>,
        dx: &mut CpuMatrix,
    ) {
        let ranks = lora.a.rows();
        let (low, dy) = (View::new(&low_rank.values, ranks), View::new(&dy.values, dy.columns));
        let mut d_low = self.lend(x.rows(), ranks);
        for (part, d_b) in lora.parts.iter().zip(&mut gradients.b) {
            let dy = dy.columns(part.outputs.clone());
            let rank = part.ranks.len();
            let mut d_b = ViewMut::new(&mut d_b.values, rank);
            multiply(part.scale, dy.transposed(), low.columns(part.ranks.clone()), true, &mut d_b, Threads::All);
            let mut target = part_columns(&mut d_low.values, ranks, &part.ranks);
            multiply(part.scale, dy, View::new(&part.b.values, rank), false, &mut target, Threads::All);
        }
        let inputs = x.columns;
        let (d_low, a) = (View::new(&d_low.values, ranks), View::new(&lora.a.values, inputs));
        let Some(dropout) = dropout else {
            let mut d_a = ViewMut::new(&mut gradients.a.values, inputs);
            multiply(1.0, d_low.transposed(), View::new(&x.values, inputs), true, &mut d_a, Threads::All);
            multiply(1.0, d_low, a, true, &mut ViewMut::new(&mut dx.values, inputs), Threads::All);
            return;
        };
        for (module, part) in lora.parts.iter().enumerate() {
            let dropped = self.dropped(x, dropout, module);
            let d_low = d_low.columns(part.ranks.clone());
            let mut d_a = ViewMut::new(&mut gradients.a.values, inputs).split_rows([&part.ranks]).remove(0);
            multiply(1.0, d_low.transposed(), View::new(&dropped.values, inputs), true, &mut d_a, Threads::All);
            let mut through = self.lend(x.rows(), inputs);
            let mut target = ViewMut::new(&mut through.values, inputs);
            multiply(1.0, d_low, a.rows(part.ranks.clone()), false, &mut target, Threads::All);
            let mask = dropout.mask(module, x.rows(), inputs);
            dx.values.iter_mut().zip(through.values.iter()).zip(mask).for_each(|((d, t), m)| *d += t * m);
        }
    }
}

/// Some columns of row-major rows.
fn part_columns<'a>(values: &'a mut [f32], columns: usize, range: &std::ops::Range<usize>) -> ViewMut<'a> {
    ViewMut::new(values, columns).split_columns([range.start, range.len(), columns - range.end]).remove(1)
}
