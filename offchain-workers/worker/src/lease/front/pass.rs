//! Bytes from one side to the other, and back.

use std::{
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, Instant},
};

/// Bytes that are on their way in one direction.
const BUFFER: usize = 16 << 10;

/// When something was last said.
struct Last {
    begun: Instant,
    millis: AtomicU64,
}

impl Last {
    fn touch(&self) {
        let millis = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.millis.store(millis, Ordering::Relaxed);
    }

    /// Returns once nothing was said for so long.
    async fn idle(&self, limit: Duration) {
        loop {
            let last = Duration::from_millis(self.millis.load(Ordering::Relaxed));
            match limit.checked_sub(self.begun.elapsed().saturating_sub(last)) {
                Some(left) if !left.is_zero() => sleep(left).await,
                _ => return,
            }
        }
    }
}

/// Passes bytes both ways until both sides have said all, one of them is gone, or nothing was said for `idle`.
pub(super) async fn both_ways(client: TcpStream, service: TcpStream, first: &[u8], idle: Duration) -> io::Result<()> {
    // What a protocol says in small pieces must not wait for more.
    client.set_nodelay(true)?;
    service.set_nodelay(true)?;
    let last = Last { begun: Instant::now(), millis: AtomicU64::new(0) };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_service, mut to_service) = service.into_split();
    let ended = async {
        to_service.write_all(first).await?;
        let there = one_way(&mut from_client, &mut to_service, &last);
        let back = one_way(&mut from_service, &mut to_client, &last);
        tokio::try_join!(there, back).map(drop)
    };
    tokio::select! {
        ended = ended => ended,
        () = last.idle(idle) => Err(io::ErrorKind::TimedOut.into()),
    }
}

async fn one_way(from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin), last: &Last) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            // The other direction may still have something to say.
            return to.shutdown().await;
        }
        last.touch();
        to.write_all(buffer.get(..read).unwrap_or_default()).await?;
        last.touch();
    }
}
