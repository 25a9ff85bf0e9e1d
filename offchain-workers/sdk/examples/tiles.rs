//! A picture in tiles: the arguments of each for `idlewild run --tasks`, and the tiles that came back made into one PNG.
//!
//! ```text
//! tiles tasks SIDE ACROSS MOST                 SIDE pixels square, ACROSS tiles a side, MOST steps a point: a line for each tile
//! tiles assemble SIDE ACROSS FOLDER PICTURE    FOLDER/0, FOLDER/1, ... are the tiles' raw RGB, row by row
//! ```

use std::{error::Error, fs, io::Write, path::Path};

use flate2::{write::ZlibEncoder, Compression, Crc};

/// Where a tile begins, and how many pixels it has to a side.
fn place(side: usize, across: usize, tile: usize) -> (usize, usize, usize) {
    let size = side / across;
    (tile % across * size, tile / across * size, size)
}

fn tasks(side: usize, across: usize, most: usize) {
    for tile in 0..across * across {
        let (x, y, size) = place(side, across, tile);
        println!("{side} {side} {x} {y} {size} {size} {most}");
    }
}

fn assemble(side: usize, across: usize, folder: &Path, picture: &Path) -> Result<(), Box<dyn Error>> {
    const RGB: usize = 3;
    let mut pixels = vec![0; side * side * RGB];
    for tile in 0..across * across {
        let (x, y, size) = place(side, across, tile);
        let path = folder.join(tile.to_string());
        let rows = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        if rows.len() != size * size * RGB {
            return Err(format!(
                "{} has {} bytes, and a tile of {size} pixels a side {}",
                path.display(),
                rows.len(),
                size * size * RGB
            )
            .into());
        }
        for (number, row) in rows.chunks_exact(size * RGB).enumerate() {
            let begin = ((y + number) * side + x) * RGB;
            pixels[begin..begin + row.len()].copy_from_slice(row);
        }
    }
    Ok(fs::write(picture, png(u32::try_from(side)?, pixels.chunks_exact(side * RGB))?)?)
}

/// A square picture of 8 bits a colour, as https://www.w3.org/TR/png-3/ has it. (The library for these builds every test's
/// dependencies anew with features of its own.)
fn png<'a>(side: u32, rows: impl Iterator<Item = &'a [u8]>) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    for row in rows {
        // The row is not filtered.
        packed.write_all(&[0])?;
        packed.write_all(row)?;
    }
    let side = side.to_be_bytes();
    let header = [&side[..], &side, &[8, 2, 0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(b"IHDR", header), (b"IDAT", packed.finish()?), (b"IEND", Vec::new())] {
        let mut sum = Crc::new();
        sum.update(kind);
        sum.update(&body);
        file.extend_from_slice(&u32::try_from(body.len())?.to_be_bytes());
        file.extend_from_slice(kind);
        file.extend_from_slice(&body);
        file.extend_from_slice(&sum.sum().to_be_bytes());
    }
    Ok(file)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let sizes = |side: &str, across: &str| -> Result<(usize, usize), Box<dyn Error>> {
        let (side, across): (usize, usize) = (side.parse()?, across.parse()?);
        if across == 0 || side == 0 || side % across != 0 {
            return Err(format!("{across} tiles do not fill {side} pixels").into());
        }
        Ok((side, across))
    };
    match arguments[..] {
        ["tasks", side, across, most] => {
            let (side, across) = sizes(side, across)?;
            tasks(side, across, most.parse()?);
            Ok(())
        },
        ["assemble", side, across, folder, picture] => {
            let (side, across) = sizes(side, across)?;
            assemble(side, across, Path::new(folder), Path::new(picture))
        },
        _ => Err("usage: tiles tasks SIDE ACROSS MOST | tiles assemble SIDE ACROSS FOLDER PICTURE".into()),
    }
}
