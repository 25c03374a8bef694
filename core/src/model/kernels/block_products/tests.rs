use super::*;
use crate::model::kernels::blocks::widen;
use crate::random::Random;

const KINDS: [BlockKind; 8] = [
    BlockKind::Q4_0,
    BlockKind::Q4_1,
    BlockKind::Q5_0,
    BlockKind::Q5_1,
    BlockKind::Q8_0,
    BlockKind::Q4K,
    BlockKind::Q5K,
    BlockKind::Q6K,
];

/// Rows of blocks with any bits, whose scales are small numbers.
fn weight(kind: BlockKind, inputs: usize, outputs: usize) -> Vec<u8> {
    let (numbers, size) = kind.block();
    let mut random = Random::new(5, &[]);
    let mut bytes: Vec<u8> = (0..outputs * inputs / numbers * size).map(|_| (random.uniform() * 256.0) as u8).collect();
    let scales: &[usize] = match kind {
        BlockKind::Q6K => &[208],
        BlockKind::Q8_0 | BlockKind::Q4_0 | BlockKind::Q5_0 => &[0],
        _ => &[0, 2],
    };
    for block in bytes.chunks_mut(size) {
        for &at in scales {
            let scale = half::f16::from_f32(0.001 + 0.01 * random.uniform() as f32);
            block[at..at + 2].copy_from_slice(&scale.to_le_bytes());
        }
    }
    bytes
}

fn portable_products(kind: BlockKind, x: &WholeRows, weight: &[u8], results: &mut [f32]) {
    let row_bytes = kind.row_bytes(x.groups * GROUP).expect("whole blocks");
    match kind {
        BlockKind::Q4_0 => portable_rows::<block_groups::Q4_0>(x, weight, row_bytes, results),
        BlockKind::Q4_1 => portable_rows::<block_groups::Q4_1>(x, weight, row_bytes, results),
        BlockKind::Q5_0 => portable_rows::<block_groups::Q5_0>(x, weight, row_bytes, results),
        BlockKind::Q5_1 => portable_rows::<block_groups::Q5_1>(x, weight, row_bytes, results),
        BlockKind::Q8_0 => portable_rows::<block_groups::Q8_0>(x, weight, row_bytes, results),
        BlockKind::Q4K => portable_rows::<block_groups::Q4K>(x, weight, row_bytes, results),
        BlockKind::Q5K => portable_rows::<block_groups::Q5K>(x, weight, row_bytes, results),
        BlockKind::Q6K => portable_rows::<block_groups::Q6K>(x, weight, row_bytes, results),
        _ => panic!("{kind:?}"),
    }
}

#[test]
fn every_form_gives_the_products_of_its_numbers() {
    for (kind, inputs, outputs) in KINDS.into_iter().flat_map(|kind| {
        // Where a block is 32 numbers, rows need not be multiples of 256.
        let inputs: &[usize] = if kind.block().0 == 32 { &[576, 768, 96] } else { &[768, 256] };
        inputs.iter().flat_map(move |&inputs| [(kind, inputs, 9), (kind, inputs, 4), (kind, inputs, 1)])
    }) {
        assert!(has_products(kind));
        let bytes = weight(kind, inputs, outputs);
        let mut numbers = vec![0.0; outputs * inputs];
        widen(kind, &bytes, &mut numbers);
        for rows in [1, 2, 3, 4, 7] {
            let mut random = Random::new(rows as u64, &[]);
            let mut x: Vec<f32> = (0..rows * inputs).map(|_| random.normal() as f32).collect();
            // A number that dwarfs those that it shares a scale with, and a group of nothing.
            x[3] = 500.0;
            x[64..96].fill(0.0);
            let whole = WholeRows::new(&x, inputs);
            let (mut got, mut portable_got) = (vec![f32::NAN; rows * outputs], vec![f32::NAN; rows * outputs]);
            products(kind, &whole, &bytes, &mut got);
            portable_products(kind, &whole, &bytes, &mut portable_got);
            for (place, got) in got.iter().chain(&portable_got).enumerate() {
                let place = place % (rows * outputs);
                let (x, w) = (&x[place / outputs * inputs..][..inputs], &numbers[place % outputs * inputs..]);
                let (mut want, mut bound) = (0.0, 0.0);
                for (x, w) in x.chunks(GROUP).zip(w.chunks(GROUP)) {
                    // Rounding moves each number of x by half a step of its group's scale at most.
                    let half_step = f64::from(x.iter().fold(0.0f32, |most, x| most.max(x.abs()))) / 65_534.0;
                    for (x, w) in x.iter().zip(w) {
                        let term = f64::from(*x) * f64::from(*w);
                        want += term;
                        bound += 1.01 * half_step * f64::from(w.abs()) + 1e-6 * term.abs();
                    }
                }
                let off = (f64::from(*got) - want).abs();
                assert!(off < bound, "{kind:?}, {rows} rows, place {place}: {got}, not {want}");
            }
        }
    }
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    let (inputs, outputs, rows) = (256, 6, 7);
    for kind in KINDS {
        let bytes = weight(kind, inputs, outputs);
        let mut random = Random::new(8, &[]);
        let x: Vec<f32> = (0..rows * inputs).map(|_| random.normal() as f32).collect();
        let mut together = vec![0.0; rows * outputs];
        products(kind, &WholeRows::new(&x, inputs), &bytes, &mut together);
        for row in 0..rows {
            let mut alone = vec![0.0; outputs];
            products(kind, &WholeRows::new(&x[row * inputs..][..inputs], inputs), &bytes, &mut alone);
            assert_eq!(alone, together[row * outputs..][..outputs]);
        }
    }
}

#[test]
fn rounding_is_the_same_in_every_vector_unit_and_keeps_what_is_no_number() {
    let mut random = Random::new(4, &[]);
    for round_number in 0..200 {
        let mut group = [0.0f32; GROUP];
        for x in &mut group {
            *x = (random.normal() * 10f64.powi(round_number % 20 - 10)) as f32;
        }
        let whole = WholeRows::new(&group, GROUP);
        let mut numbers = [0; GROUP];
        let (scale, sum) = round(&group, &mut numbers);
        assert_eq!((whole.numbers[0].0, whole.scales[0], whole.sums[0]), (numbers, scale, sum));
        group[round_number as usize % GROUP] = f32::NAN;
        assert!(WholeRows::new(&group, GROUP).scales[0].is_nan() && round(&group, &mut numbers).0.is_nan());
    }
}
