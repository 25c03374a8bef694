//! Operations on rows. Each checks the sizes that its operation relies on.

use half::bf16;

use super::{Argument, CudaDevice, CudaMatrix, CudaWeight, HalfMatrix, NONE, THREADS, WeightValues};
use crate::model::backend::{AttentionShape, BackendError, Dropout};
use crate::model::config::Activation;

/// Norms that stand in each row: the first begins at `first`, and each has `width` values.
#[derive(Debug, Clone, Copy)]
pub struct NormPlaces {
    /// Column of the first.
    pub first: usize,
    /// Values of each.
    pub width: usize,
    /// How many.
    pub groups: usize,
}

impl NormPlaces {
    /// One norm of the whole row.
    pub fn whole(columns: usize) -> Self {
        Self { first: 0, width: columns, groups: 1 }
    }

    fn threads(self) -> u32 {
        (self.width.div_ceil(32) as u32 * 32).min(THREADS)
    }

    fn check(self, x: &CudaMatrix, weight: &CudaMatrix) {
        assert!(self.first + self.width * self.groups <= x.columns, "norms inside the row");
        assert_eq!(weight.rows * weight.columns, self.width, "the norm's weight");
    }

    fn arguments(self, columns: usize) -> [Argument; 4] {
        [columns, self.first, self.width, self.groups].map(Argument::count)
    }
}

/// Rows that one block adds up.
const SHARE: usize = 64;

fn same_size(a: &CudaMatrix, b: &CudaMatrix) {
    assert_eq!((a.rows, a.columns), (b.rows, b.columns), "matrices of one size");
}

impl CudaDevice {
    /// Rows of a table times `scale`.
    pub fn embed(&self, table: &CudaWeight, ids: &[u32], scale: f32) -> Result<CudaMatrix, BackendError> {
        assert!(ids.iter().all(|&id| (id as usize) < table.rows), "tokens of the table");
        let (out, ids) = (self.matrix(ids.len(), table.columns)?, self.put(ids)?);
        let arguments = [
            Argument::Wide(self.weight_address(table)),
            Argument::Count(i32::from(table.is_half())),
            self.at_values(&ids),
            Argument::Number(scale),
            self.at(&out),
            Argument::count(table.columns),
        ];
        self.launch("embed", (out.rows, 1), THREADS, 0, &arguments)?;
        Ok(out)
    }

    /// Rounded to bf16.
    pub fn round(&self, x: &CudaMatrix) -> Result<HalfMatrix, BackendError> {
        let count = x.rows * x.columns;
        let half = HalfMatrix { values: self.lend::<bf16>(count)?, rows: x.rows, columns: x.columns };
        let arguments = [self.at(x), self.at_values(&half.values), Argument::Wide(count as u64)];
        self.launch_each("round_values", count, &arguments)?;
        Ok(half)
    }

    /// A weight's values in f32.
    pub fn weight_values(&self, weight: &CudaWeight) -> Result<Vec<f32>, BackendError> {
        let count = weight.rows * weight.columns;
        match &weight.values {
            WeightValues::F32(values) => self.take(values, count),
            WeightValues::Bf16(values) => {
                let wide = self.matrix(weight.rows, weight.columns)?;
                let arguments = [self.at_values(values), self.at(&wide), Argument::Wide(count as u64)];
                self.launch_each("widen_values", count, &arguments)?;
                self.download(&wide)
            }
        }
    }

    /// Adds a bias to each row.
    pub fn add_bias(&self, y: &mut CudaMatrix, bias: &CudaMatrix) -> Result<(), BackendError> {
        assert_eq!(bias.rows * bias.columns, y.columns, "the bias's size");
        let count = y.rows * y.columns;
        let arguments = [self.at(y), self.at(bias), Argument::count(y.columns), Argument::Wide(count as u64)];
        self.launch_each("add_bias", count, &arguments)
    }

    fn dropout_arguments(&self, x: &CudaMatrix, out: &CudaMatrix, dropout: Dropout, module: usize) -> [Argument; 6] {
        same_size(x, out);
        let (key, threshold, kept) = dropout.mask_parts(module);
        let count = (x.rows * x.columns) as u64;
        let [key, threshold, count] = [key, threshold, count].map(Argument::Wide);
        [self.at(x), self.at(out), key, threshold, Argument::Number(kept), count]
    }

    /// A module's inputs with some left out.
    pub fn dropped(&self, x: &CudaMatrix, dropout: Dropout, module: usize) -> Result<CudaMatrix, BackendError> {
        let out = self.matrix(x.rows, x.columns)?;
        self.launch_each("drop", x.rows * x.columns, &self.dropout_arguments(x, &out, dropout, module))?;
        Ok(out)
    }

    /// Adds x, with the same ones left out.
    pub fn add_dropped(
        &self,
        x: &CudaMatrix,
        dropout: Dropout,
        module: usize,
        out: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        self.launch_each("add_dropped", x.rows * x.columns, &self.dropout_arguments(x, out, dropout, module))
    }

    /// Writes the norms of x into y, with the residual added where there is one.
    pub fn norm_into(
        &self,
        x: &CudaMatrix,
        places: NormPlaces,
        (weight, offset, epsilon): (&CudaMatrix, f32, f32),
        residual: Option<&CudaMatrix>,
        y: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        places.check(x, weight);
        same_size(x, y);
        if let Some(residual) = residual {
            same_size(x, residual);
        }
        let [columns, first, width, groups] = places.arguments(x.columns);
        let (offset, epsilon) = (Argument::Number(offset), Argument::Number(epsilon));
        let (from, to, weight, residual) = (self.at(x), self.at(y), self.at(weight), self.at_maybe(residual));
        let arguments = [from, to, weight, residual, offset, epsilon, columns, first, width, groups];
        self.launch("rms_norm", (x.rows * places.groups, 1), places.threads(), 0, &arguments)
    }

    /// The norm of each row.
    pub fn norm(
        &self,
        x: &CudaMatrix,
        norm: (&CudaMatrix, f32, f32),
        residual: Option<&CudaMatrix>,
    ) -> Result<CudaMatrix, BackendError> {
        let mut y = self.matrix(x.rows, x.columns)?;
        self.norm_into(x, NormPlaces::whole(x.columns), norm, residual, &mut y)?;
        Ok(y)
    }

    /// Writes the gradient of the norms' inputs into `dx`, with `added` added where it is given.
    pub fn norm_back_into(
        &self,
        (x, dy): (&CudaMatrix, &CudaMatrix),
        places: NormPlaces,
        (weight, offset, epsilon): (&CudaMatrix, f32, f32),
        added: Option<&CudaMatrix>,
        dx: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        places.check(x, weight);
        same_size(x, dy);
        same_size(x, dx);
        if let Some(added) = added {
            same_size(x, added);
        }
        let [columns, first, width, groups] = places.arguments(x.columns);
        let (offset, epsilon) = (Argument::Number(offset), Argument::Number(epsilon));
        let (weight, added, to) = (self.at(weight), self.at_maybe(added), self.at(dx));
        let arguments = [self.at(x), self.at(dy), weight, added, to, offset, epsilon, columns, first, width, groups];
        self.launch("rms_norm_back", (x.rows * places.groups, 1), places.threads(), 0, &arguments)
    }

    /// The gradient of the rows that a norm was given, with `added` added where it is given.
    pub fn norm_back(
        &self,
        x: &CudaMatrix,
        norm: (&CudaMatrix, f32, f32),
        dy: &CudaMatrix,
        added: Option<&CudaMatrix>,
    ) -> Result<CudaMatrix, BackendError> {
        let mut dx = self.matrix(x.rows, x.columns)?;
        self.norm_back_into((x, dy), NormPlaces::whole(x.columns), norm, added, &mut dx)?;
        Ok(dx)
    }

    /// Adds the gradient of the norms' weight.
    pub fn add_norm_weight(
        &self,
        (x, dy): (&CudaMatrix, &CudaMatrix),
        places: NormPlaces,
        epsilon: f32,
        d_weight: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        places.check(x, d_weight);
        same_size(x, dy);
        let norms = x.rows * places.groups;
        let [columns, first, width, groups] = places.arguments(x.columns);
        let (from, dy, to) = (self.at(x), self.at(dy), self.at(d_weight));
        let (count, share) = (Argument::count(norms), Argument::count(SHARE));
        let arguments = [from, dy, to, Argument::Number(epsilon), columns, first, width, groups, count, share];
        self.launch("rms_norm_weight_back", (norms.div_ceil(SHARE), 1), places.threads(), 0, &arguments)
    }

    /// Adds the sum of all rows to `sums`.
    pub fn add_column_sums(&self, rows: &CudaMatrix, sums: &mut CudaMatrix) -> Result<(), BackendError> {
        assert_eq!(sums.rows * sums.columns, rows.columns, "a sum for each column");
        let sizes = [rows.columns, rows.rows, SHARE].map(Argument::count);
        let blocks = (rows.columns.div_ceil(THREADS as usize), rows.rows.div_ceil(SHARE));
        self.launch("add_column_sums", blocks, THREADS, 0, &[&[self.at(rows), self.at(sums)], &sizes[..]].concat())
    }

    /// Turns queries and keys in place.
    pub fn rotate(
        &self,
        qkv: &mut CudaMatrix,
        (cosines, sines): (&CudaMatrix, &CudaMatrix),
        shape: &AttentionShape,
        direction: f32,
    ) -> Result<(), BackendError> {
        let (heads, half) = (shape.heads + shape.key_value_heads, shape.head_dim / 2);
        assert_eq!(qkv.columns, shape.columns(), "rows of queries, keys and values");
        assert!(cosines.rows == qkv.rows && cosines.columns == half, "an angle for each value");
        same_size(cosines, sines);
        let count = qkv.rows * heads * half;
        let arguments = [
            self.at(qkv),
            self.at(cosines),
            self.at(sines),
            Argument::count(qkv.columns),
            Argument::count(heads),
            Argument::count(half),
            Argument::Number(direction),
            Argument::Wide(count as u64),
        ];
        self.launch_each("rotate", count, &arguments)
    }

    /// activation(gate)·up.
    pub fn gate(&self, gate_up: &CudaMatrix, activation: Activation) -> Result<CudaMatrix, BackendError> {
        let (width, gelu) = (gate_up.columns / 2, Argument::Count(i32::from(activation == Activation::GeluTanh)));
        let out = self.matrix(gate_up.rows, width)?;
        let count = out.rows * width;
        let sizes = [Argument::count(width), gelu, Argument::Wide(count as u64)];
        self.launch_each("gate", count, &[&[self.at(gate_up), self.at(&out)], &sizes[..]].concat())?;
        Ok(out)
    }

    /// Its gradient.
    pub fn gate_back(
        &self,
        gate_up: &CudaMatrix,
        activation: Activation,
        d_out: &CudaMatrix,
    ) -> Result<CudaMatrix, BackendError> {
        let (width, gelu) = (gate_up.columns / 2, Argument::Count(i32::from(activation == Activation::GeluTanh)));
        assert!(d_out.rows == gate_up.rows && d_out.columns == width, "a gradient of the activations");
        let (d, count) = (self.matrix(gate_up.rows, gate_up.columns)?, d_out.rows * width);
        let sizes = [Argument::count(width), gelu, Argument::Wide(count as u64)];
        let arguments = [&[self.at(gate_up), self.at(d_out), self.at(&d)], &sizes[..]].concat();
        self.launch_each("gate_back", count, &arguments)?;
        Ok(d)
    }

    /// Chosen rows.
    pub fn gather(&self, x: &CudaMatrix, rows: &[usize]) -> Result<CudaMatrix, BackendError> {
        let (out, rows) = (self.matrix(rows.len(), x.columns)?, self.put(&indices(rows, x.rows))?);
        let arguments = [self.at(x), self.at_values(&rows), self.at(&out), Argument::count(x.columns)];
        self.launch("gather_rows", (out.rows, 1), THREADS, 0, &arguments)?;
        Ok(out)
    }

    /// Adds each row of x, times its factor where there are factors, to the row of `out` that is named.
    pub fn scatter(
        &self,
        x: &CudaMatrix,
        rows: &[usize],
        factors: Option<&[f32]>,
        out: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        assert!(x.rows == rows.len() && x.columns == out.columns, "a place for each row");
        let rows = self.put(&indices(rows, out.rows))?;
        let factors = factors.map(|factors| self.upload(factors, 1)).transpose()?;
        assert!(factors.as_ref().is_none_or(|factors| factors.rows == x.rows), "a factor for each row");
        let (at_factors, columns) = (self.at_maybe(factors.as_ref()), Argument::count(x.columns));
        let arguments = [self.at(x), self.at_values(&rows), at_factors, self.at(out), columns];
        self.launch("scatter_rows", (x.rows, 1), THREADS, 0, &arguments)
    }

    /// Each row times its factor, in place.
    pub fn scale_rows(&self, x: &mut CudaMatrix, factors: &[f32]) -> Result<(), BackendError> {
        assert_eq!(factors.len(), x.rows, "a factor for each row");
        let (factors, count) = (self.put(factors)?, x.rows * x.columns);
        let sizes = [Argument::count(x.columns), Argument::Wide(count as u64)];
        self.launch_each("scale_rows", count, &[&[self.at(x), self.at_values(&factors)], &sizes[..]].concat())
    }

    /// Writes the columns from `first` on of each row into the row of `cache` that is its slot.
    pub fn write_slots(
        &self,
        qkv: &CudaMatrix,
        first: usize,
        slots: &[usize],
        cache: &mut CudaMatrix,
    ) -> Result<(), BackendError> {
        assert!(slots.len() == qkv.rows && cache.columns + first == qkv.columns, "a slot for each row");
        let slots = self.put(&indices(slots, cache.rows))?;
        let sizes = [Argument::count(qkv.columns), Argument::count(first)];
        let arguments = [&[self.at(qkv), self.at_values(&slots), self.at(cache)], &sizes[..]].concat();
        self.launch("write_slots", (qkv.rows, 1), THREADS, 0, &arguments)
    }

    /// The first rows of `cache` in a larger one; the others are zeros.
    pub fn grown(&self, cache: &CudaMatrix, rows: usize) -> Result<CudaMatrix, BackendError> {
        let larger = self.zeros(rows, cache.columns)?;
        self.copy_bytes(&cache.values, &larger.values, 4 * cache.rows * cache.columns)?;
        Ok(larger)
    }

    /// log softmax of each row at its target, into the rows of `values` from `first` on.
    pub fn log_softmax(
        &self,
        logits: &mut CudaMatrix,
        targets: &[u32],
        values: &mut CudaMatrix,
        first: usize,
    ) -> Result<(), BackendError> {
        assert!(first + logits.rows <= values.rows && values.columns == 1, "a value for each row");
        let place = Argument::Wide(values.values.address() + 4 * first as u64);
        self.softmax(logits, targets, None, place, NONE, false)
    }

    /// The same, and the logits become onehot(target) − softmax.
    pub fn log_softmax_with_slopes(
        &self,
        logits: &mut CudaMatrix,
        targets: &[u32],
        values: &mut CudaMatrix,
        first: usize,
    ) -> Result<(), BackendError> {
        assert!(first + logits.rows <= values.rows && values.columns == 1, "a value for each row");
        let place = Argument::Wide(values.values.address() + 4 * first as u64);
        self.softmax(logits, targets, None, place, NONE, true)
    }

    /// The same, with onehot(target) − softmax in bf16.
    pub fn log_softmax_with_half_slopes(
        &self,
        mut logits: CudaMatrix,
        targets: &[u32],
        values: &mut CudaMatrix,
        first: usize,
    ) -> Result<HalfMatrix, BackendError> {
        assert!(first + logits.rows <= values.rows && values.columns == 1, "a value for each row");
        let (rows, columns) = (logits.rows, logits.columns);
        let half = HalfMatrix { values: self.lend::<bf16>(rows * columns)?, rows, columns };
        let place = Argument::Wide(values.values.address() + 4 * first as u64);
        self.softmax(&mut logits, targets, None, place, self.at_values(&half.values), true)?;
        Ok(half)
    }

    /// Logits become (onehot(target) − softmax) times the row's factor.
    pub fn softmax_slopes(
        &self,
        logits: &mut CudaMatrix,
        targets: &[u32],
        factors: &[f32],
    ) -> Result<(), BackendError> {
        self.softmax(logits, targets, Some(factors), NONE, NONE, true)
    }

    fn softmax(
        &self,
        logits: &mut CudaMatrix,
        targets: &[u32],
        factors: Option<&[f32]>,
        values: Argument,
        halves: Argument,
        slopes: bool,
    ) -> Result<(), BackendError> {
        assert_eq!(targets.len(), logits.rows, "a target for each row");
        assert!(targets.iter().all(|&target| (target as usize) < logits.columns), "targets of the vocabulary");
        let targets = self.put(targets)?;
        let factors = factors.map(|factors| self.upload(factors, 1)).transpose()?;
        assert!(factors.as_ref().is_none_or(|factors| factors.rows == logits.rows), "a factor for each row");
        let (at_factors, slopes) = (self.at_maybe(factors.as_ref()), Argument::Count(i32::from(slopes)));
        let (at_logits, at_targets) = (self.at(logits), self.at_values(&targets));
        let arguments = [at_logits, at_targets, at_factors, values, halves, slopes, Argument::count(logits.columns)];
        self.launch("log_softmax", (logits.rows, 1), 1024, 0, &arguments)
    }
}

fn indices(rows: &[usize], bound: usize) -> Vec<u32> {
    assert!(rows.iter().all(|&row| row < bound), "rows that are there");
    rows.iter().map(|&row| row as u32).collect()
}
