//! The forms of numbers that a GGUF file can name, by ggml's numbers for them.

use crate::model::kernels::blocks::BlockKind;

/// A form of numbers: its name, numbers and bytes of a block, and how it is read, where it is.
#[derive(Debug)]
pub struct TensorKind {
    /// ggml's number.
    pub id: u32,
    /// What files and people call it.
    pub name: &'static str,
    /// Numbers and bytes of a block.
    pub block: (usize, usize),
    /// How its numbers are read; `None` for forms that are known and not computed with.
    pub readable: Option<BlockKind>,
}

const fn readable(id: u32, name: &'static str, kind: BlockKind) -> TensorKind {
    TensorKind { id, name, block: kind.block(), readable: Some(kind) }
}

const fn known(id: u32, name: &'static str, block: (usize, usize)) -> TensorKind {
    TensorKind { id, name, block, readable: None }
}

/// Every form.
pub const KINDS: &[TensorKind] = &[
    readable(0, "F32", BlockKind::F32),
    readable(1, "F16", BlockKind::F16),
    readable(2, "Q4_0", BlockKind::Q4_0),
    readable(3, "Q4_1", BlockKind::Q4_1),
    readable(6, "Q5_0", BlockKind::Q5_0),
    readable(7, "Q5_1", BlockKind::Q5_1),
    readable(8, "Q8_0", BlockKind::Q8_0),
    known(9, "Q8_1", (32, 36)),
    known(10, "Q2_K", (256, 84)),
    known(11, "Q3_K", (256, 110)),
    readable(12, "Q4_K", BlockKind::Q4K),
    readable(13, "Q5_K", BlockKind::Q5K),
    readable(14, "Q6_K", BlockKind::Q6K),
    known(15, "Q8_K", (256, 292)),
    known(16, "IQ2_XXS", (256, 66)),
    known(17, "IQ2_XS", (256, 74)),
    known(18, "IQ3_XXS", (256, 98)),
    known(19, "IQ1_S", (256, 50)),
    known(20, "IQ4_NL", (32, 18)),
    known(21, "IQ3_S", (256, 110)),
    known(22, "IQ2_S", (256, 82)),
    known(23, "IQ4_XS", (256, 136)),
    known(24, "I8", (1, 1)),
    known(25, "I16", (1, 2)),
    known(26, "I32", (1, 4)),
    known(27, "I64", (1, 8)),
    known(28, "F64", (1, 8)),
    known(29, "IQ1_M", (256, 56)),
    readable(30, "BF16", BlockKind::Bf16),
    known(34, "TQ1_0", (256, 54)),
    known(35, "TQ2_0", (256, 66)),
    known(39, "MXFP4", (32, 17)),
];

/// The form with this number.
pub fn find(id: u32) -> Option<&'static TensorKind> {
    KINDS.iter().find(|kind| kind.id == id)
}

/// The form that is read in this way.
pub fn of(block: BlockKind) -> &'static TensorKind {
    let row = KINDS.iter().position(|kind| kind.readable == Some(block));
    &KINDS[row.unwrap_or_default()]
}

/// The names of those that are computed with.
pub fn readable_names() -> String {
    let names = KINDS.iter().filter(|kind| kind.readable.is_some()).map(|kind| kind.name);
    names.collect::<Vec<_>>().join(", ")
}
