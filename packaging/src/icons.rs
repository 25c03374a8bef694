//! The program's icon, drawn once as SVG, in every form that a system asks for.
//!
//! `icons` writes them into `assets/icon/`, where they are kept; a test draws them again and compares.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::{Args, FromArgMatches};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use crate::command::{CommandRow, command_of};
use crate::source;

/// `icons` on the command line.
pub const ROW: CommandRow = CommandRow {
    command: || command_of::<IconOptions>("icons", "Draw the icons anew from their SVG files"),
    run: |matches| run(&IconOptions::from_arg_matches(matches)?),
};

/// Options of `icons`.
#[derive(Debug, Args)]
pub struct IconOptions {
    /// Where they are written
    #[arg(long, value_name = "DIR", default_value_os_t = folder())]
    out: PathBuf,
}

/// A drawing, and the sizes that it is kept in.
#[derive(Debug, Clone, Copy)]
pub struct Drawing {
    /// The name of its SVG file, and the beginning of its pictures' names.
    pub name: &'static str,
    /// Widths in pixels; a picture is as high as wide.
    pub sizes: &'static [u32],
}

/// The program's own icon.
pub const PROGRAM: Drawing = Drawing { name: source::NAME, sizes: &[16, 24, 32, 48, 64, 128, 256, 512] };
/// The icon of project files.
pub const PROJECT: Drawing = Drawing { name: "project", sizes: &[16, 24, 32, 48, 64, 128, 256] };

/// The pictures that Windows' icon file has.
const ICO_SIZES: [u32; 6] = [16, 24, 32, 48, 64, 256];
/// The pictures that a Mac's icon file has, with the four letters by which it knows each.
const ICNS_PICTURES: [(&[u8; 4], u32); 10] = [
    (b"icp4", 16),
    (b"icp5", 32),
    (b"icp6", 64),
    (b"ic07", 128),
    (b"ic08", 256),
    (b"ic09", 512),
    (b"ic11", 32),
    (b"ic12", 64),
    (b"ic13", 256),
    (b"ic14", 512),
];

/// Where the icons are kept.
pub fn folder() -> PathBuf {
    source::root().join("assets/icon")
}

/// The name of a drawing's picture.
pub fn picture_name(drawing: &Drawing, size: u32) -> String {
    format!("{}-{size}.png", drawing.name)
}

/// Every file that is made of the drawings, by its name.
pub fn all() -> anyhow::Result<Vec<(String, Vec<u8>)>> {
    let mut files = Vec::new();
    for drawing in [&PROGRAM, &PROJECT] {
        let tree = read(drawing)?;
        for &size in drawing.sizes {
            files.push((picture_name(drawing, size), png(&draw(&tree, size)?)?));
        }
        files.push((format!("{}.ico", drawing.name), ico(&tree)?));
        files.push((format!("{}.icns", drawing.name), icns(&tree)?));
    }
    Ok(files)
}

fn run(options: &IconOptions) -> anyhow::Result<()> {
    fs::create_dir_all(&options.out).with_context(|| format!("cannot make the folder {}", options.out.display()))?;
    for (name, bytes) in all()? {
        let path = options.out.join(name);
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        crate::say(&path.display().to_string());
    }
    Ok(())
}

fn read(drawing: &Drawing) -> anyhow::Result<Tree> {
    let path = folder().join(format!("{}.svg", drawing.name));
    let svg = fs::read(&path).with_context(|| format!("cannot read the drawing {}", path.display()))?;
    Tree::from_data(&svg, &Options::default()).with_context(|| format!("{} is no drawing in SVG", path.display()))
}

fn draw(tree: &Tree, size: u32) -> anyhow::Result<Pixmap> {
    let mut picture = Pixmap::new(size, size).ok_or_else(|| anyhow!("a picture cannot be {size} pixels wide"))?;
    let scale = size as f32 / tree.size().width();
    resvg::render(tree, Transform::from_scale(scale, scale), &mut picture.as_mut());
    Ok(picture)
}

fn png(picture: &Pixmap) -> anyhow::Result<Vec<u8>> {
    picture.encode_png().context("a picture cannot be written as PNG")
}

/// Windows' form: a directory, then the pictures. Programs that make installers read small ones only as bitmaps.
fn ico(tree: &Tree) -> anyhow::Result<Vec<u8>> {
    let mut directory = Vec::from([0, 0, 1, 0]);
    directory.extend((ICO_SIZES.len() as u16).to_le_bytes());
    let mut pictures = Vec::new();
    let begin = 6 + 16 * ICO_SIZES.len();
    for size in ICO_SIZES {
        let picture = draw(tree, size)?;
        let bytes = if size < 256 { bitmap(&picture) } else { png(&picture)? };
        // 256 is written as 0.
        directory.extend([size as u8, size as u8, 0, 0, 1, 0, 32, 0]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(((begin + pictures.len()) as u32).to_le_bytes());
        pictures.extend(bytes);
    }
    directory.extend(pictures);
    Ok(directory)
}

/// A bitmap as it stands in an icon file: rows from below, blue first, and an empty mask after it.
fn bitmap(picture: &Pixmap) -> Vec<u8> {
    let (width, height) = (picture.width(), picture.height());
    let mut bytes = Vec::new();
    bytes.extend(40_u32.to_le_bytes());
    bytes.extend(width.to_le_bytes());
    // The mask counts too.
    bytes.extend((2 * height).to_le_bytes());
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend(32_u16.to_le_bytes());
    bytes.resize(40, 0);
    for row in picture.pixels().chunks(width as usize).rev() {
        for pixel in row {
            let colour = pixel.demultiply();
            bytes.extend([colour.blue(), colour.green(), colour.red(), colour.alpha()]);
        }
    }
    // A row of the mask is a bit a pixel, in whole groups of 32.
    let row = width.div_ceil(32) * 4;
    bytes.resize(bytes.len() + (row * height) as usize, 0);
    bytes
}

/// A Mac's form: pictures one after the other, each with its kind and length.
fn icns(tree: &Tree) -> anyhow::Result<Vec<u8>> {
    let mut pictures = Vec::new();
    for (kind, size) in ICNS_PICTURES {
        let bytes = png(&draw(tree, size)?)?;
        pictures.extend(kind);
        pictures.extend((bytes.len() as u32 + 8).to_be_bytes());
        pictures.extend(bytes);
    }
    let mut file = Vec::from(*b"icns");
    file.extend((pictures.len() as u32 + 8).to_be_bytes());
    file.extend(pictures);
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How far a colour may be off: processors round the edges of shapes differently.
    const MAY_DIFFER: i32 = 3;

    fn is_nearly(kept: &Pixmap, drawn: &Pixmap) -> bool {
        let near = |(&one, &other): (&u8, &u8)| (i32::from(one) - i32::from(other)).abs() <= MAY_DIFFER;
        kept.data().len() == drawn.data().len() && kept.data().iter().zip(drawn.data()).all(near)
    }

    #[test]
    fn the_kept_icons_are_those_of_the_drawings() {
        for (name, bytes) in all().expect("the drawings are whole") {
            let cure = "cargo run -p whetstone-packaging -- icons";
            let kept = fs::read(folder().join(&name)).unwrap_or_else(|error| panic!("{name}: {error}; {cure}"));
            if bytes.starts_with(b"\x89PNG") {
                let kept = Pixmap::decode_png(&kept).expect("a picture");
                let drawn = Pixmap::decode_png(&bytes).expect("a picture");
                assert!(is_nearly(&kept, &drawn), "{name} is of another drawing: {cure}");
            } else {
                // What is in these is in the pictures too.
                assert_eq!(kept.len() / 1000, bytes.len() / 1000, "{name} is of another drawing: {cure}");
            }
        }
    }

    #[test]
    fn an_icon_file_of_windows_says_where_each_picture_is() {
        let file = ico(&read(&PROGRAM).expect("a drawing")).expect("an icon");
        assert_eq!(&file[..6], [0, 0, 1, 0, 6, 0]);
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
        let mut end = 6 + 16 * ICO_SIZES.len();
        for (place, size) in ICO_SIZES.iter().enumerate() {
            let entry = 6 + 16 * place;
            assert_eq!(u32::from(file[entry]), size % 256);
            assert_eq!(number(entry + 12), end, "no gap, nothing twice");
            let begin = end;
            end += number(entry + 8);
            if *size == 256 {
                assert!(file[begin..].starts_with(b"\x89PNG"));
            } else {
                assert_eq!(
                    (number(begin), number(begin + 4), number(begin + 8)),
                    (40, *size as usize, 2 * *size as usize)
                );
            }
        }
        assert_eq!(end, file.len());
    }

    #[test]
    fn an_icon_file_of_a_mac_is_pictures_of_the_sizes_that_it_says() {
        let file = icns(&read(&PROGRAM).expect("a drawing")).expect("an icon");
        let length = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().expect("four bytes")) as usize;
        assert_eq!((&file[..4], length(4)), (&b"icns"[..], file.len()));
        let mut at = 8;
        for (kind, size) in ICNS_PICTURES {
            assert_eq!(&file[at..at + 4], kind);
            let picture = Pixmap::decode_png(&file[at + 8..at + length(at + 4)]).expect("a picture");
            assert_eq!((picture.width(), picture.height()), (size, size));
            at += length(at + 4);
        }
        assert_eq!(at, file.len());
    }

    #[test]
    fn the_icon_has_ground_blade_and_stone_at_its_smallest_too() {
        let tree = read(&PROGRAM).expect("a drawing");
        let picture = draw(&tree, 16).expect("a picture");
        let colour = |x: u32, y: u32| picture.pixel(x, y).expect("inside").demultiply();
        let is = |x: u32, y: u32, red: u8, green: u8, blue: u8| {
            let colour = colour(x, y);
            [(colour.red(), red), (colour.green(), green), (colour.blue(), blue)]
                .iter()
                .all(|&(one, other)| one.abs_diff(other) < 12)
        };
        assert_eq!(colour(0, 0).alpha(), 0, "the corner is round");
        assert!(is(3, 2, 0x0b, 0x6e, 0x69), "the ground: {:?}", colour(3, 2));
        assert!(is(6, 6, 0xf4, 0xf8, 0xfa), "the blade: {:?}", colour(6, 6));
        assert!(is(8, 10, 0xf7, 0xdf, 0xa8), "the fine grain: {:?}", colour(8, 10));
        assert!(is(8, 12, 0xd9, 0x92, 0x4a), "the coarse grain: {:?}", colour(8, 12));
    }
}
