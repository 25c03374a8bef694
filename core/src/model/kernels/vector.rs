//! Loops over one row: compiled for each vector unit, chosen when the program runs.
//!
//! Sums run over fixed lanes, so that a result does not depend on how rows are dealt out to threads.

use multiversion::multiversion;

/// Independent sums a loop keeps: enough to fill the widest vector unit's pipeline.
const LANES: usize = 32;

/// eˣ with a relative error below 2e-7: 2ⁿ·eʳ with |r| ≤ ln 2 / 2 and the Taylor polynomial of degree 7 for eʳ.
/// Written without calls so that the loops around it become vector instructions.
#[inline(always)]
fn exponential(x: f32) -> f32 {
    // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
    const ROUND: f32 = 12_582_912.0;
    // ln 2 in two parts, the first exact in f32, so that n·ln 2 is subtracted without loss.
    const LN_2_HIGH: f32 = 355.0 / 512.0;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let mut p = 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    p = p * r + 1.0;
    p = p * r + 1.0;
    f32::from_bits(p.to_bits().wrapping_add(shifted.to_bits() << 23))
}

#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn sum_of(length: usize, term: impl Fn(usize) -> f32) -> f32 {
    let mut sums = [0.0f32; LANES];
    let whole = length / LANES * LANES;
    for start in (0..whole).step_by(LANES) {
        for (lane, sum) in sums.iter_mut().enumerate() {
            *sum += term(start + lane);
        }
    }
    let mut width = LANES / 2;
    while width > 0 {
        for lane in 0..width {
            sums[lane] += sums[lane + width];
        }
        width /= 2;
    }
    let mut total = sums[0];
    for index in whole..length {
        total += term(index);
    }
    total
}

/// a·b; `b` may be longer than `a`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let b = &b[..a.len()];
    sum_of(a.len(), |index| a[index] * b[index])
}

/// target += factor · source.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn add_scaled(target: &mut [f32], factor: f32, source: &[f32]) {
    let source = &source[..target.len()];
    for index in 0..target.len() {
        target[index] += factor * source[index];
    }
}

/// target += Σ factor·weight\[i\]·row i, where row i begins at i·`stride`. Sums are made in the rows' order, however many
/// calls they are dealt out to.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn add_weighted_rows(target: &mut [f32], weights: &[f32], factor: f32, rows: &[f32], stride: usize) {
    let (pieces, rest) = target.as_chunks_mut::<LANES>();
    let whole = pieces.len() * LANES;
    for (index, piece) in pieces.iter_mut().enumerate() {
        let mut sums = *piece;
        for (row, weight) in weights.iter().enumerate() {
            let row = &rows[row * stride + index * LANES..][..LANES];
            for lane in 0..LANES {
                sums[lane] += weight * factor * row[lane];
            }
        }
        *piece = sums;
    }
    for (row, weight) in weights.iter().enumerate() {
        for (target, value) in rest.iter_mut().zip(&rows[row * stride + whole..]) {
            *target += weight * factor * value;
        }
    }
}

/// x *= factor.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn scale(x: &mut [f32], factor: f32) {
    for value in x {
        *value *= factor;
    }
}

/// The largest value; `-inf` of nothing. A NaN is passed over.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn maximum(x: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let whole = x.len() / LANES * LANES;
    for start in (0..whole).step_by(LANES) {
        for (lane, best) in lanes.iter_mut().enumerate() {
            let value = x[start + lane];
            *best = if value > *best { value } else { *best };
        }
    }
    lanes.iter().chain(&x[whole..]).fold(f32::NEG_INFINITY, |best, &value| best.max(value))
}

/// x ← e^((x − shift)·factor), and the sum of that.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn exponentials(x: &mut [f32], shift: f32, factor: f32) -> f32 {
    for value in x.iter_mut() {
        *value = exponential((*value - shift) * factor);
    }
    sum_of(x.len(), |index| x[index])
}

/// The sum of e^((x − shift)·factor), which leaves x as it is.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn sum_of_exponentials(x: &[f32], shift: f32, factor: f32) -> f32 {
    sum_of(x.len(), |index| exponential((x[index] - shift) * factor))
}

/// The largest value; `None` of nothing, and where a value is not finite.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn largest_of_finite(x: &[f32]) -> Option<f32> {
    // Zero times a number is zero, and times anything else it is no number.
    let is_finite = sum_of(x.len(), |index| 0.0 * x[index]) == 0.0;
    (is_finite && !x.is_empty()).then(|| maximum(x))
}

/// Root-mean-square norm: y = x / √(mean(x²) + epsilon) · (weight + offset). Zhang and Sennrich 2019.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn rms_norm(x: &[f32], weight: &[f32], offset: f32, epsilon: f32, y: &mut [f32]) {
    let length = x.len();
    let (weight, y) = (&weight[..length], &mut y[..length]);
    let inverse = 1.0 / (sum_of(length, |index| x[index] * x[index]) / length as f32 + epsilon).sqrt();
    for index in 0..length {
        y[index] = x[index] * inverse * (weight[index] + offset);
    }
}

/// The way back of [`rms_norm`]: with w = weight + offset and i = 1 / √(mean(x²) + epsilon),
/// dx += w·dy·i − x·i³·mean(x·w·dy).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn rms_norm_backward(x: &[f32], weight: &[f32], offset: f32, epsilon: f32, dy: &[f32], dx: &mut [f32]) {
    let length = x.len();
    let (weight, dy, dx) = (&weight[..length], &dy[..length], &mut dx[..length]);
    let inverse = 1.0 / (sum_of(length, |index| x[index] * x[index]) / length as f32 + epsilon).sqrt();
    let along = sum_of(length, |index| x[index] * (weight[index] + offset) * dy[index]);
    let pull = along * inverse * inverse * inverse / length as f32;
    for index in 0..length {
        dx[index] += dy[index] * (weight[index] + offset) * inverse - x[index] * pull;
    }
}

/// The way back of [`rms_norm`] to its weight: dw += dy·x / √(mean(x²) + epsilon).
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn rms_norm_weight_backward(x: &[f32], epsilon: f32, dy: &[f32], d_weight: &mut [f32]) {
    let length = x.len();
    let (dy, d_weight) = (&dy[..length], &mut d_weight[..length]);
    let inverse = 1.0 / (sum_of(length, |index| x[index] * x[index]) / length as f32 + epsilon).sqrt();
    for index in 0..length {
        d_weight[index] += dy[index] * x[index] * inverse;
    }
}

/// Rotates each pair (x[i], x[i + half]) of every head in `heads` by the angle whose cosine and sine are given;
/// `direction` is 1, or −1 for the way back. Su et al. 2021, in the half-split order of Hugging Face's checkpoints.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn rotate(heads: &mut [f32], cosines: &[f32], sines: &[f32], direction: f32) {
    let half = cosines.len();
    let sines = &sines[..half];
    for head in heads.chunks_exact_mut(2 * half) {
        let (first, second) = head.split_at_mut(half);
        for index in 0..half {
            let (a, b) = (first[index], second[index]);
            let sine = sines[index] * direction;
            first[index] = a * cosines[index] - b * sine;
            second[index] = b * cosines[index] + a * sine;
        }
    }
}

/// out = gate·sigmoid(inner(gate))·up, where `gate_up` holds the gates, then the ups.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn gated(gate_up: &[f32], out: &mut [f32], inner: impl Fn(f32) -> f32) {
    let length = out.len();
    let (gate, up) = gate_up.split_at(length);
    let up = &up[..length];
    for index in 0..length {
        out[index] = gate[index] / (1.0 + exponential(-inner(gate[index]))) * up[index];
    }
}

/// The way back of [`gated`]: with s = sigmoid(inner(gate)), d(up) = d·gate·s and
/// d(gate) = d·up·s·(1 + gate·(1 − s)·d(inner)/d(gate)). `inner` also gives its slope.
#[expect(clippy::inline_always, reason = "it takes on the vector unit of the loop that it is part of")]
#[inline(always)]
fn gated_backward(gate_up: &[f32], d_out: &[f32], d_gate_up: &mut [f32], inner: impl Fn(f32) -> (f32, f32)) {
    let length = d_out.len();
    let (gate, up) = gate_up.split_at(length);
    let up = &up[..length];
    let (d_gate, d_up) = d_gate_up.split_at_mut(length);
    let d_up = &mut d_up[..length];
    for index in 0..length {
        let x = gate[index];
        let (inner, slope) = inner(x);
        let sigmoid = 1.0 / (1.0 + exponential(-inner));
        d_up[index] = d_out[index] * x * sigmoid;
        d_gate[index] = d_out[index] * up[index] * sigmoid * (1.0 + x * (1.0 - sigmoid) * slope);
    }
}

/// out = silu(gate)·up, where `gate_up` holds the gates, then the ups. Shazeer 2020.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn gated_silu(gate_up: &[f32], out: &mut [f32]) {
    gated(gate_up, out, |x| x);
}

/// The way back of [`gated_silu`].
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn gated_silu_backward(gate_up: &[f32], d_out: &[f32], d_gate_up: &mut [f32]) {
    gated_backward(gate_up, d_out, d_gate_up, |x| (x, 1.0));
}

/// tanh(u) = 2·sigmoid(2u) − 1 makes gelu's approximation x·sigmoid(2u), with u = √(2/π)·(x + 0.044715·x³).
const GELU_CUBIC: f32 = 0.044_715;
/// 2·√(2/π).
const GELU_SLOPE: f32 = 1.595_769_2;

/// out = gelu(gate)·up in the tanh approximation, where `gate_up` holds the gates, then the ups.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn gated_gelu(gate_up: &[f32], out: &mut [f32]) {
    gated(gate_up, out, |x| GELU_SLOPE * x * (1.0 + GELU_CUBIC * x * x));
}

/// The way back of [`gated_gelu`].
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn gated_gelu_backward(gate_up: &[f32], d_out: &[f32], d_gate_up: &mut [f32]) {
    gated_backward(gate_up, d_out, d_gate_up, |x| {
        (GELU_SLOPE * x * (1.0 + GELU_CUBIC * x * x), GELU_SLOPE * (1.0 + 3.0 * GELU_CUBIC * x * x))
    });
}

/// The way back of a softmax row: d ← p·(d − along)·factor, where `along` is Σ p·d.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn softmax_backward(probabilities: &[f32], d: &mut [f32], along: f32, factor: f32) {
    let probabilities = &probabilities[..d.len()];
    for index in 0..d.len() {
        d[index] = probabilities[index] * (d[index] - along) * factor;
    }
}

/// Widens bf16 (its 16 bits) to f32.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl+avx2+fma", "x86_64+avx2+fma"))]
pub fn widen(source: &[half::bf16], target: &mut [f32]) {
    let source = &source[..target.len()];
    for index in 0..target.len() {
        target[index] = f32::from_bits(u32::from(source[index].to_bits()) << 16);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn normals(count: usize, seed: u64) -> Vec<f32> {
        let mut random = Random::new(seed, &[]);
        (0..count).map(|_| random.normal() as f32).collect()
    }

    #[test]
    fn exponential_is_right_over_its_range() {
        for step in 0..10_000 {
            let x = -87.0 + step as f32 * 0.0175;
            let want = f64::from(x).exp();
            let got = f64::from(exponential(x));
            assert!(((got - want) / want).abs() < 2e-7, "e^{x}: {got} instead of {want}");
        }
        assert_eq!(exponential(0.0).to_bits(), 1.0f32.to_bits());
    }

    #[test]
    fn sums_are_right_at_every_length() {
        for length in 0..100 {
            let (a, b) = (normals(length, 1), normals(length, 2));
            let want: f64 = a.iter().zip(&b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum();
            assert!((f64::from(dot(&a, &b)) - want).abs() < 1e-4, "length {length}");
            let want = a.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            assert_eq!(maximum(&a).to_bits(), want.to_bits());
        }
    }

    #[test]
    fn weighted_rows_are_added_in_their_order() {
        for width in [1, 31, 32, 64, 80] {
            let (weights, rows) = (normals(9, 1), normals(9 * 90, 2));
            let mut together = normals(width, 3);
            let mut want: Vec<f64> = together.iter().map(|&value| f64::from(value)).collect();
            let mut apart = together.clone();
            add_weighted_rows(&mut together, &weights, 0.5, &rows, 90);
            add_weighted_rows(&mut apart, &weights[..4], 0.5, &rows, 90);
            add_weighted_rows(&mut apart, &weights[4..], 0.5, &rows[4 * 90..], 90);
            assert_eq!(together, apart);
            for (place, want) in want.iter_mut().enumerate() {
                *want +=
                    (0..9).map(|row| 0.5 * f64::from(weights[row]) * f64::from(rows[90 * row + place])).sum::<f64>();
                assert!((f64::from(together[place]) - *want).abs() < 1e-5, "width {width}, place {place}");
            }
        }
    }

    #[test]
    fn exponentials_are_summed_at_every_length() {
        for length in 0..100 {
            let x = normals(length, 1);
            let want: f64 = x.iter().map(|&x| ((f64::from(x) - 0.5) * 1.5).exp()).sum();
            let got = f64::from(sum_of_exponentials(&x, 0.5, 1.5));
            assert!((got - want).abs() < 1e-5 * (1.0 + want), "length {length}: {got}, not {want}");
        }
    }

    #[test]
    fn the_largest_is_known_only_where_all_are_finite() {
        assert_eq!(largest_of_finite(&[]), None);
        for length in 1..100 {
            let mut x = normals(length, 7);
            let want = x.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            assert_eq!(largest_of_finite(&x), Some(want));
            for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                x[length / 2] = bad;
                assert_eq!(largest_of_finite(&x), None, "{bad} among {length}");
            }
        }
        assert_eq!(largest_of_finite(&[-f32::MAX, f32::MAX]), Some(f32::MAX));
    }

    #[test]
    fn rotating_back_restores() {
        let start = normals(64, 3);
        let angles = normals(16, 4);
        let (cosines, sines): (Vec<f32>, Vec<f32>) = angles.iter().map(|angle| (angle.cos(), angle.sin())).unzip();
        let mut heads = start.clone();
        rotate(&mut heads, &cosines, &sines, 1.0);
        assert!(heads.iter().zip(&start).any(|(a, b)| (a - b).abs() > 0.1));
        rotate(&mut heads, &cosines, &sines, -1.0);
        assert!(heads.iter().zip(&start).all(|(a, b)| (a - b).abs() < 1e-5));
    }

    #[test]
    fn widening_keeps_bf16() {
        let source: Vec<half::bf16> = normals(70, 5).iter().map(|&x| half::bf16::from_f32(x)).collect();
        let mut target = vec![0.0; 70];
        widen(&source, &mut target);
        assert!(source.iter().zip(&target).all(|(a, b)| a.to_f32().to_bits() == b.to_bits()));
    }
}
