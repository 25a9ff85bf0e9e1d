use std::time::{Duration, Instant};

use codec::Encode;
use futures::{AsyncWriteExt, FutureExt};
use idlewild_network::{
    transfer::{
        message::{Request, Response},
        sign_receipt,
        slice::{widened, Outboard},
        wire::{self, WireError},
        ExchangeError, FetchError, Progress, Reason, ReceiptError, StoreError, PROTOCOL,
    },
    Identity,
};
use idlewild_storage_primitives::receipt::SlotReceipt;
use libp2p::Stream;

use crate::support::{client, hasty, reference, scripted, shard, user, Miner, Owner, BLOCK, GENESIS};

const PATIENCE: Duration = Duration::from_secs(5);

async fn send(stream: &mut Stream, response: Response, body: &[u8]) {
    wire::write_frame(stream, &response, PATIENCE).await.unwrap();
    // A client that has seen enough hangs up.
    let _ = wire::write_body(stream, body, PATIENCE, |_| ()).await;
    let _ = wire::close(stream, PATIENCE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_of_a_whole_shard_is_seen() {
    let (_network, address) = scripted(|_, _, mut stream| {
        async move {
            let mut bytes = shard(1, 600_000).to_vec();
            bytes[599_999] ^= 1;
            send(&mut stream, Response::Content { length: 600_000, body: 600_000 }, &bytes).await;
        }
        .boxed()
    })
    .await;
    let wanted = reference(&shard(1, 600_000));
    let error = client().fetch_shard(&address, &wanted, &Progress::none()).await.unwrap_err();
    assert!(matches!(error, FetchError::Corrupt { root, .. } if root == wanted.root), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_of_a_range_is_seen() {
    let (_network, address) = scripted(|_, request, mut stream| {
        async move {
            let Request::Fetch { range: Some((start, end)), .. } = request else { panic!("a range was asked for") };
            let bytes = shard(1, 600_000);
            let wide = widened(&(start..end), 600_000);
            let outboard = Outboard::new(&bytes);
            let mut slice = outboard.slice(&(start..end), &bytes[wide.start as usize..wide.end as usize]).unwrap();
            *slice.last_mut().unwrap() ^= 1;
            send(&mut stream, Response::Content { length: 600_000, body: slice.len() as u64 }, &slice).await;
        }
        .boxed()
    })
    .await;
    let wanted = reference(&shard(1, 600_000));
    let error = client().fetch_range(&address, &wanted, 1000..2000, &Progress::none()).await.unwrap_err();
    assert!(matches!(error, FetchError::Corrupt { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_ends_early_is_named() {
    let (_network, address) = scripted(|_, _, mut stream| {
        async move { send(&mut stream, Response::Content { length: 9000, body: 9000 }, &[0; 4000]).await }.boxed()
    })
    .await;
    let error = client().fetch_shard(&address, &reference(&shard(1, 9000)), &Progress::none()).await.unwrap_err();
    let FetchError::Exchange(ExchangeError::Wire { source, .. }) = error else { panic!("{error}") };
    assert!(matches!(source, WireError::Truncated { got: 4000, expected: 9000 }), "{source}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_longer_than_asked_for_is_not_read() {
    let (_network, address) = scripted(|_, _, mut stream| {
        async move { send(&mut stream, Response::Content { length: 9000, body: u64::MAX }, &[]).await }.boxed()
    })
    .await;
    let wanted = reference(&shard(1, 9000));
    for error in [
        client().fetch_shard(&address, &wanted, &Progress::none()).await.unwrap_err(),
        client().fetch_range(&address, &wanted, 0..10, &Progress::none()).await.unwrap_err(),
    ] {
        assert!(matches!(error, FetchError::Exchange(ExchangeError::Unexpected { .. })), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_receipt_is_refused() {
    for forgery in 0..4 {
        let (_network, address) = scripted(move |identity, request, mut stream| {
            async move {
                let Request::Store { mut request, .. } = request else { panic!("a store was asked for") };
                wire::write_frame(&mut stream, &Response::Proceed, PATIENCE).await.unwrap();
                wire::read_body(&mut stream, u64::from(request.length), PATIENCE, |_| ()).await.unwrap();
                let (mut signer, mut genesis) = (identity, GENESIS);
                match forgery {
                    0 => signer = Identity::random(),
                    1 => genesis = [0; 32],
                    2 => request.term -= 1,
                    _ => {},
                }
                let mut receipt = sign_receipt(&signer, &genesis, &request, 1, BLOCK + 600);
                if forgery == 3 {
                    receipt.signature[0] ^= 1;
                }
                let response = Response::Stored {
                    least_price: receipt.least_price,
                    valid_until: receipt.valid_until,
                    signature: receipt.signature,
                };
                send(&mut stream, response, &[]).await;
            }
            .boxed()
        })
        .await;
        let bytes = shard(1, 4000);
        let order = Owner::new().order(&bytes);
        let error = client().store_shard(&address, &order, bytes, &Progress::none()).await.unwrap_err();
        let named = matches!(error, StoreError::Receipt { source: ReceiptError::Signature { miner: 9 }, .. });
        assert!(named, "forgery {forgery}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receipt_cut_short_is_refused() {
    // One that ends too soon, and one that says that it is as short as it is.
    for honest in [false, true] {
        let (_network, address) = scripted(move |identity, request, mut stream| {
            async move {
                let Request::Store { request, .. } = request else { panic!("a store was asked for") };
                wire::write_frame(&mut stream, &Response::Proceed, PATIENCE).await.unwrap();
                wire::read_body(&mut stream, u64::from(request.length), PATIENCE, |_| ()).await.unwrap();
                let SlotReceipt { least_price, valid_until, signature, .. } =
                    sign_receipt(&identity, &GENESIS, &request, 1, BLOCK + 600);
                let whole = Response::Stored { least_price, valid_until, signature }.encode();
                let cut = &whole[..whole.len() - 1];
                let said = if honest { cut.len() } else { whole.len() };
                stream.write_all(&(said as u32).to_le_bytes()).await.unwrap();
                stream.write_all(cut).await.unwrap();
                stream.close().await.unwrap();
            }
            .boxed()
        })
        .await;
        let bytes = shard(1, 4000);
        let order = Owner::new().order(&bytes);
        let error = client().store_shard(&address, &order, bytes, &Progress::none()).await.unwrap_err();
        let StoreError::Exchange(ExchangeError::Wire { source, .. }) = error else { panic!("{error}") };
        match source {
            WireError::Truncated { got, expected } => assert!(!honest && got + 1 == expected, "{got} of {expected}"),
            WireError::Malformed(_) => assert!(honest),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_not_asked_for_is_named() {
    let (_network, address) =
        scripted(|_, _, mut stream| async move { send(&mut stream, Response::Proceed, &[]).await }.boxed()).await;
    let client = client();
    let error = client.fetch_shard(&address, &reference(b"x"), &Progress::none()).await.unwrap_err();
    assert!(matches!(error, FetchError::Exchange(ExchangeError::Unexpected { .. })), "{error}");
    assert!(client.quote(&address).await.unwrap_err().to_string().contains("broken or hostile"));
    assert!(client.have(&address, &[[0; 32]]).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn oversize_and_garbled_answers_are_refused() {
    for garbled in [false, true] {
        let (_network, address) = scripted(move |_, _, mut stream| {
            async move {
                let length = if garbled { 3u32 } else { 1 << 30 };
                stream.write_all(&length.to_le_bytes()).await.unwrap();
                stream.write_all(&[0xff; 3]).await.unwrap();
                stream.close().await.unwrap();
            }
            .boxed()
        })
        .await;
        let error = client().fetch_shard(&address, &reference(b"x"), &Progress::none()).await.unwrap_err();
        let FetchError::Exchange(ExchangeError::Wire { source, .. }) = error else { panic!("{error}") };
        match source {
            WireError::TooLong(length) => assert!(!garbled && length == 1 << 30),
            WireError::Malformed(_) => assert!(garbled),
            other => panic!("{other}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oversize_and_garbled_requests_are_refused() {
    let (miner, user) = (Miner::plain().await, user());
    user.dial(&miner.address).await.unwrap();
    for frame in [&[0, 0, 0, 0x40][..], &[2, 0, 0, 0, 0xff, 0xff][..]] {
        let mut stream = user.open_stream(miner.network.peer_id(), PROTOCOL).await.unwrap();
        stream.write_all(frame).await.unwrap();
        stream.flush().await.unwrap();
        let Response::Refused(refusal) = wire::read_frame(&mut stream, PATIENCE).await.unwrap() else { panic!("it was taken") };
        assert_eq!(refusal.reason, Reason::Malformed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_that_stops_talking_is_given_up() {
    let (_network, address) = scripted(|_, request, mut stream| {
        async move {
            if let Request::Fetch { .. } = request {
                wire::write_frame(&mut stream, &Response::Content { length: 9000, body: 9000 }, PATIENCE).await.unwrap();
                wire::write_body(&mut stream, &[0; 100], PATIENCE, |_| ()).await.unwrap();
                wire::flush(&mut stream, PATIENCE).await.unwrap();
            }
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
        .boxed()
    })
    .await;
    let client = hasty();
    let begun = Instant::now();
    let error = client.fetch_shard(&address, &reference(&shard(1, 9000)), &Progress::none()).await.unwrap_err();
    assert!(error.to_string().contains("silent"), "{error}");
    let error = client.quote(&address).await.unwrap_err();
    assert!(error.to_string().contains("silent"), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
}
