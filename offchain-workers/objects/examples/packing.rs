//! Puts many small objects into a store, and says in JSON how many deals they make and how fast they were durable.
//!
//! `packing FOLDER [OBJECTS] [BYTES]`: 1,000,000 objects of 4096 bytes where nothing is said. The folder must be new.

use std::{
    error::Error,
    path::PathBuf,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
    time::Instant,
};

use bytes::Bytes;
use idlewild_objects::{BucketInit, Line, NewVersion, Options, Store};
use rand::{RngCore, SeedableRng};

const BUCKET: &str = "photos";
const TASKS: usize = 64;
/// Objects between two looks at whether a segment is full: 4 MiB of the smallest that are of interest.
const STEP: usize = 1_024;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("name a folder")?);
    let objects: usize = arguments.next().map_or(Ok(1_000_000), |count| count.parse())?;
    let bytes: usize = arguments.next().map_or(Ok(4_096), |count| count.parse())?;
    std::fs::create_dir(&folder)?;
    let store = Store::open(&folder, Options { origin: [1; 32], reserve_bytes: 0, ..Options::default() }).await?;
    store.create_bucket(BUCKET, BucketInit::default()).await?;
    let begun = Instant::now();
    let mut putting = 0.0;
    for first in (0..objects).step_by(STEP) {
        let batch = Instant::now();
        put_some(&store, first, (first + STEP).min(objects), bytes).await?;
        putting += batch.elapsed().as_secs_f64();
        if store.is_due(BUCKET)? {
            store.seal(BUCKET, Line { epoch: 1 }).await?;
        }
    }
    store.seal(BUCKET, Line { epoch: 1 }).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let sealed = store.outbox(BUCKET);
    let mut stored = 0;
    for segment in &sealed {
        stored += std::fs::metadata(store.sealed_bytes(BUCKET, segment.segment)?.path)?.len();
    }
    println!(
        "{}",
        serde_json::json!({
            "objects": objects,
            "bytes": bytes,
            "deals": sealed.len(),
            "stored": stored,
            "overhead": stored as f64 / (objects * bytes) as f64 - 1.0,
            "seconds": seconds,
            "puts_per_second": objects as f64 / putting,
        })
    );
    store.close().await;
    Ok(())
}

/// Puts objects `from` to `to`, all different, from several tasks.
async fn put_some(store: &Store, from: usize, to: usize, bytes: usize) -> Result<(), Box<dyn Error>> {
    let next = Arc::new(AtomicUsize::new(from));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..TASKS {
        let (store, next) = (store.clone(), next.clone());
        tasks.spawn(async move {
            let mut body = vec![0; bytes];
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= to {
                    return Ok::<_, Box<dyn Error + Send + Sync>>(());
                }
                rand::rngs::StdRng::seed_from_u64(number as u64).fill_bytes(&mut body);
                let mut writer = store.writer(BUCKET, Some(bytes as u64)).await?;
                writer.write(Bytes::copy_from_slice(&body)).await?;
                let key = format!("2026/11/{:03}/{number:08}.jpg", number / 10_000);
                store.put(BUCKET, &key, writer.finish().await?, NewVersion::default()).await?;
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done?.map_err(|error| error.to_string())?;
    }
    Ok(())
}
