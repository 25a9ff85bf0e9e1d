//! `set_endpoint`: a provider listens elsewhere.

use frame_support::BoundedVec;
use idlewild_compute_primitives::ProviderId;
use pallet_idlewild_offers::{Call, Endpoint, Endpoints};
use pallet_idlewild_test_runtime::{account, compute::offers::any_provider, Chain, RuntimeCall, Test, BOB};

use crate::{exit, saw, Error, Event};

fn at(endpoint: &[u8]) -> Endpoint {
    BoundedVec::truncate_from(endpoint.to_vec())
}

fn set_endpoint(provider: ProviderId, endpoint: &[u8]) -> RuntimeCall {
    Call::set_endpoint { provider, endpoint: at(endpoint) }.into()
}

#[test]
fn it_moves_even_while_it_leaves() {
    Chain::run(|| {
        any_provider(0);
        Chain::does(&account(0), set_endpoint(0, b"/dns/a.example/tcp/1"));
        assert!(saw(Event::EndpointChanged { provider: 0, endpoint: at(b"/dns/a.example/tcp/1") }));
        Chain::does(&account(0), exit(0));
        Chain::does(&account(0), set_endpoint(0, b"/dns/b.example/tcp/1"));
        assert_eq!(Endpoints::<Test>::get(0), Some(at(b"/dns/b.example/tcp/1")));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        any_provider(0);
        Chain::refuses(&account(0), set_endpoint(1, b"/"), Error::NoSuchProvider);
        Chain::refuses(&BOB, set_endpoint(0, b"/"), Error::NotOperator);
        for bad in [&b""[..], b"1.2.3.4:5", b"/\xff"] {
            Chain::refuses(&account(0), set_endpoint(0, bad), Error::BadEndpoint);
        }
    });
}
