//! Measures the codec on one core: each part alone, and the whole way from plaintext to hashed shards.
//!
//! Prints one JSON object a line: `{"name", "value", "cpu", "unit", "runs"}`, where `value` goes by the clock on the wall and `cpu`
//! by the time that cores really worked, in all threads together, which is the better figure on a machine with other things to
//! do. All rates are gigabytes (10^9) of plaintext a second, except those of the hash, which are of the bytes hashed.
//! `codec_bench [MEBIBYTES] [RUNS]`; 1,024 and 5 if not given.

use std::{error::Error, hint::black_box, time::Instant};

use idlewild_storage::{
    decode::{Decoder, VerifiedShard},
    encode::{plain_hash, Encoder},
    keys::{DataKey, StorageSecret},
    layout::Layout,
    seal::Cipher,
};
use idlewild_storage_primitives::geometry::{sealed_len, Geometry, MAX_SEGMENT_BYTES};
use rand::{rngs::StdRng, RngCore, SeedableRng};
use reed_solomon_erasure::galois_8::ReedSolomon;
use rustix::time::{clock_gettime, ClockId};

type Outcome<T> = Result<T, Box<dyn Error>>;

const SALT: [u8; 16] = [7; 16];

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let mebibytes = arguments.next().transpose()?.unwrap_or(1024);
    let runs = arguments.next().transpose()?.unwrap_or(5).max(1);
    let segment_len = MAX_SEGMENT_BYTES as usize;
    let segments = (mebibytes << 20).div_ceil(segment_len).max(1);
    let mut input = vec![0u8; segments * segment_len];
    StdRng::seed_from_u64(1).fill_bytes(&mut input);
    let secret = StorageSecret::new([3; 32]);
    let plain: Vec<&[u8]> = input.chunks(segment_len).collect();

    for (label, geometry) in [("16+8", Geometry::STANDARD), ("4+4", Geometry::HOT), ("20+10", Geometry::ARCHIVE)] {
        let encoder = Encoder::new(geometry)?;
        // What the target speaks of: encrypt, encode, hash the shards.
        report(&format!("codec_encode_{label}"), runs, input.len(), || {
            for segment in &plain {
                let key = secret.data_key(&SALT, 0, &[0; 32]);
                encoder.recycle(black_box(encoder.encode(segment, &key)?));
            }
            Ok(())
        })?;
        // Its peer: the libraries one after the other, as one would put them together without more ado.
        let libraries = Libraries::new(geometry)?;
        let key = secret.data_key(&SALT, 0, &[0; 32]);
        let mut shards = Vec::new();
        report(&format!("codec_libraries_{label}"), runs, input.len(), || {
            plain.iter().try_for_each(|segment| libraries.encode(segment, &key, &mut shards))
        })?;
        // Ours with the hash of the plaintext, from which the key follows, as a put with one copy does it.
        report(&format!("codec_put_{label}"), runs, input.len(), || {
            for segment in &plain {
                let (_, copies) = encoder.copies(segment, &secret, SALT, 1);
                for copy in copies {
                    encoder.recycle(black_box(copy?));
                }
            }
            Ok(())
        })?;
    }
    let geometry = Geometry::STANDARD;
    let encoder = Encoder::new(geometry)?;
    let decoder = Decoder::new(geometry)?;
    let first = plain.first().copied().unwrap_or_default();
    let hash = plain_hash(first);
    let key = secret.data_key(&SALT, 0, &hash);
    let copy = encoder.encode(first, &key)?;
    let bytes = first.len();
    let mut restored = Vec::new();
    for (label, lost) in [("whole", 0u8), ("8_lost", 8)] {
        report(&format!("codec_decode_16+8_{label}"), runs, bytes, || {
            let mut shards = Vec::new();
            for (index, root) in (0u8..).zip(copy.roots()).skip(usize::from(lost)).take(16) {
                let shard = copy.shard(index).ok_or("no such shard")?;
                shards.push(VerifiedShard::check(index, shard, root)?);
            }
            decoder.decode_into(&shards, bytes as u32, &hash, &key, &mut restored)?;
            black_box(&restored);
            Ok(())
        })?;
    }
    let cipher = Cipher::new(&key);
    let mut sealed = vec![0u8; sealed_len(bytes as u32) as usize];
    report("codec_part_seal", runs, bytes, || Ok(cipher.seal(first, black_box(&mut sealed))?))?;
    let shard_len = copy.layout().shard_len() as usize;
    let coder = idlewild_storage::erasure::Coder::new(geometry)?;
    let mut shards = vec![0u8; copy.layout().stored_len()];
    shards[..bytes].copy_from_slice(first);
    report("codec_part_reed_solomon_16+8", runs, bytes, || {
        coder.encode(black_box(&mut shards), shard_len);
        Ok(())
    })?;
    report("codec_part_hash", runs, bytes, || {
        black_box(plain_hash(first));
        Ok(())
    })
}

/// What the codec is made of, without what the codec adds.
struct Libraries {
    geometry: Geometry,
    code: ReedSolomon,
}

impl Libraries {
    fn new(geometry: Geometry) -> Outcome<Self> {
        let code = ReedSolomon::new(usize::from(geometry.data), usize::from(geometry.parity));
        Ok(Self { geometry, code: code.map_err(|error| format!("no such code: {error:?}"))? })
    }

    /// Seals a whole segment, then codes all of it, then hashes every shard.
    fn encode(&self, plain: &[u8], key: &DataKey, shards: &mut Vec<u8>) -> Outcome<()> {
        let layout = Layout::new(self.geometry, plain.len())?;
        let (sealed_len, shard_len) = (layout.sealed_len() as usize, layout.shard_len() as usize);
        shards.resize(layout.stored_len(), 0);
        Cipher::new(key).seal(plain, &mut shards[..sealed_len])?;
        let (data, parity) = shards.split_at_mut(shard_len * usize::from(self.geometry.data));
        data[sealed_len..].fill(0);
        let data: Vec<&[u8]> = data.chunks(shard_len).collect();
        let mut parity: Vec<&mut [u8]> = parity.chunks_mut(shard_len).collect();
        self.code.encode_sep(&data, &mut parity).map_err(|error| format!("nothing coded: {error:?}"))?;
        shards.chunks(shard_len).for_each(|shard| {
            black_box(plain_hash(shard));
        });
        Ok(())
    }
}

/// Runs once for warmth and `runs` times for the clock, and prints the median rates.
fn report(name: &str, runs: usize, bytes: usize, mut run: impl FnMut() -> Outcome<()>) -> Outcome<()> {
    run()?;
    let (mut wall, mut cpu) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    for _ in 0..runs {
        let (start, cpu_start) = (Instant::now(), cpu_seconds());
        run()?;
        wall.push(bytes as f64 / start.elapsed().as_secs_f64() / 1e9);
        cpu.push(bytes as f64 / (cpu_seconds() - cpu_start) / 1e9);
    }
    let (value, cpu) = (median(wall), median(cpu));
    println!("{}", serde_json::json!({ "name": name, "value": value, "cpu": cpu, "unit": "GB/s", "runs": runs }));
    Ok(())
}

fn cpu_seconds() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    let median = rates.get(rates.len() / 2).copied().unwrap_or_default();
    (median * 1000.0).round() / 1000.0
}
