//! An object as a CAR file (version 1): blocks that a client checks one by one as they come.
//!
//! An object of at most 1 MiB is one raw block, whose digest is the BLAKE3 of the object. A larger one is cut into raw blocks of 256 KiB. The root
//! is then a node of DAG-CBOR, `{"size": bytes, "links": [[link, bytes], …]}`: its links are to the blocks, or, where there are more
//! than 2,048 of them, to nodes of the same form, each with 2,048 blocks (the last with the rest). Each node stands before what it
//! links to, the blocks in the order of their bytes. Every digest is BLAKE3 of 32 bytes.
//!
//! The root stands at the beginning, so the object is read once to hash it and once to send it; one with nodes below its root is read
//! thrice, as only the digests of those nodes are kept meanwhile, and not those of each block.

use std::{ops::Range, sync::Arc};

use super::{
    body::{self, Bits, BodyError, Out, Pieces, Source},
    cid::{varint, Cbor, Cid, Codec, CID_BYTES},
};

/// How objects are cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    /// Objects up to this size are one block.
    single: u64,
    /// Bytes of a block of a larger object.
    block: u64,
    /// Blocks that one node links to.
    links: u64,
}

/// How all objects are cut; only tests know another shape, as objects with two levels of nodes are large in this one.
pub(super) const SHAPE: Shape = Shape { single: 1 << 20, block: 256 << 10, links: 2_048 };
/// The largest object: its root still fits into what others take for a block.
pub(super) const MAX_BYTES: u64 = SHAPE.span() * 16_384;

impl Shape {
    /// Bytes of the blocks that one node links to.
    const fn span(self) -> u64 {
        self.block * self.links
    }

    /// Whether an object of this size has nodes below its root.
    const fn is_deep(self, size: u64) -> bool {
        size > self.span()
    }
}

/// What has to be known of an object before its first byte is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Roots {
    pub(super) root: Cid,
    /// What the root links to.
    links: Arc<[Cid]>,
}

/// The pieces of `range` of `step` bytes each, the last with the rest.
fn cut(range: Range<u64>, step: u64) -> impl Iterator<Item = Range<u64>> {
    let end = range.end;
    (0..end.saturating_sub(range.start).div_ceil(step)).map(move |number| {
        let start = range.start + number * step;
        start..end.min(start + step)
    })
}

fn bytes_of(range: &Range<u64>) -> usize {
    usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX)
}

/// A node that links to `links`, which are pieces of `step` bytes of `size` bytes.
fn node(links: &[Cid], size: u64, step: u64) -> Vec<u8> {
    let mut cbor = Cbor::default().map(2).text("size").unsigned(size).text("links").array(links.len());
    for (link, piece) in links.iter().zip(cut(0..size, step)) {
        cbor = cbor.array(2).link(*link).unsigned(piece.end - piece.start);
    }
    cbor.into_bytes()
}

fn header(root: Cid) -> Vec<u8> {
    let header = Cbor::default().map(2).text("roots").array(1).link(root).text("version").unsigned(1).into_bytes();
    let mut bytes = varint(header.len() as u64);
    bytes.extend_from_slice(&header);
    bytes
}

/// What stands before the bytes of a block.
fn section(cid: Cid, length: usize) -> Vec<u8> {
    let mut bytes = varint((CID_BYTES + length) as u64);
    bytes.extend_from_slice(&cid.to_bytes());
    bytes
}

/// Bytes of the CAR file of an object of `size` bytes.
pub(super) fn length(shape: Shape, size: u64) -> u64 {
    let any = Cid { codec: Codec::Raw, digest: [0; 32] };
    let with_head = |length: u64| (section(any, length as usize).len() as u64) + length;
    let node_of = |size: u64, step: u64| {
        let links = vec![any; cut(0..size, step).count()];
        with_head(node(&links, size, step).len() as u64)
    };
    let blocks_of = |size: u64| {
        let (whole, rest) = (size / shape.block, size % shape.block);
        whole * with_head(shape.block) + if rest > 0 { with_head(rest) } else { 0 }
    };
    let header = header(any).len() as u64;
    if size <= shape.single {
        return header + with_head(size);
    }
    if !shape.is_deep(size) {
        return header + node_of(size, shape.block) + blocks_of(size);
    }
    let (whole, rest) = (size / shape.span(), size % shape.span());
    let last = if rest > 0 { node_of(rest, shape.block) } else { 0 };
    header + node_of(size, shape.span()) + whole * node_of(shape.span(), shape.block) + last + blocks_of(size)
}

async fn blocks(shape: Shape, pieces: &mut Pieces, range: Range<u64>) -> Result<Vec<Cid>, BodyError> {
    let mut links = Vec::new();
    for block in cut(range, shape.block) {
        links.push(Cid::of(Codec::Raw, &pieces.take(bytes_of(&block)).await?));
    }
    Ok(links)
}

/// Reads an object to know its root.
pub(super) async fn hash(shape: Shape, source: &Source) -> Result<Roots, BodyError> {
    let size = source.size();
    let mut pieces = source.pieces(0..size);
    if size <= shape.single {
        let root = Cid::of(Codec::Raw, &pieces.take(bytes_of(&(0..size))).await?);
        return Ok(Roots { root, links: Arc::from([]) });
    }
    let (links, step) = if shape.is_deep(size) {
        let mut nodes = Vec::new();
        for span in cut(0..size, shape.span()) {
            let links = blocks(shape, &mut pieces, span.clone()).await?;
            nodes.push(Cid::of(Codec::DagCbor, &node(&links, span.end - span.start, shape.block)));
        }
        (nodes, shape.span())
    } else {
        (blocks(shape, &mut pieces, 0..size).await?, shape.block)
    };
    let root = Cid::of(Codec::DagCbor, &node(&links, size, step));
    Ok(Roots { root, links: links.into() })
}

/// The CAR file of an object.
pub(super) fn file(shape: Shape, source: Source, roots: Roots) -> Bits {
    body::produced(|out| write(shape, source, roots, out))
}

async fn write(shape: Shape, source: Source, roots: Roots, mut out: Out) -> Result<(), BodyError> {
    let size = source.size();
    out.send(header(roots.root)).await?;
    if size <= shape.single {
        return write_blocks(&mut source.pieces(0..size), std::iter::once((roots.root, 0..size)), &mut out).await;
    }
    if !shape.is_deep(size) {
        write_node(roots.root, node(&roots.links, size, shape.block), &mut out).await?;
        let blocks = roots.links.iter().copied().zip(cut(0..size, shape.block));
        return write_blocks(&mut source.pieces(0..size), blocks, &mut out).await;
    }
    write_node(roots.root, node(&roots.links, size, shape.span()), &mut out).await?;
    for (cid, span) in roots.links.iter().zip(cut(0..size, shape.span())) {
        let links = blocks(shape, &mut source.pieces(span.clone()), span.clone()).await?;
        write_node(*cid, node(&links, span.end - span.start, shape.block), &mut out).await?;
        write_blocks(&mut source.pieces(span.clone()), links.iter().copied().zip(cut(span, shape.block)), &mut out).await?;
    }
    Ok(())
}

/// A block that is not what its identifier says would spoil the file for everyone who checks it, so ours ends before it.
fn check(cid: Cid, bytes: &[u8]) -> Result<(), BodyError> {
    if Cid::of(cid.codec, bytes) == cid {
        Ok(())
    } else {
        Err(BodyError::Changed)
    }
}

async fn write_node(cid: Cid, bytes: Vec<u8>, out: &mut Out) -> Result<(), BodyError> {
    check(cid, &bytes)?;
    out.send(section(cid, bytes.len())).await?;
    out.send(bytes).await
}

async fn write_blocks(
    pieces: &mut Pieces,
    blocks: impl Iterator<Item = (Cid, Range<u64>)>,
    out: &mut Out,
) -> Result<(), BodyError> {
    for (cid, range) in blocks {
        let bytes = pieces.take(bytes_of(&range)).await?;
        check(cid, &bytes)?;
        out.send(section(cid, bytes.len())).await?;
        if !bytes.is_empty() {
            out.send(bytes).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
