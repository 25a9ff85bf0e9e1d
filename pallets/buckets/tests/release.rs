//! `release`: nobody has to wait.

use super::*;

#[test]
fn another_can_write_at_once() {
    Chain::run(|| {
        let (id, [first, second]) = shared();
        Chain::does(&first, acquire(id, MAX_LEASE));
        Chain::refuses(&second, release(id), Error::NotHolder);
        Chain::refuses(&ALICE, release(id), Error::NotHolder);
        Chain::does(&first, release(id));
        assert!(saw(Event::Released { bucket: id, gateway: first.clone() }));
        assert_eq!(holder(id), None);
        Chain::does(&second, acquire(id, MIN_LEASE));
        assert_eq!(holder(id), Some((second, 2)));
        Chain::refuses(&first, release(id), Error::NotHolder);
        Chain::refuses(&first, release(9), Error::NoSuchBucket);
    });
}
