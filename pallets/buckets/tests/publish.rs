//! `publish`: everybody may read a bucket.

use super::*;

#[test]
fn it_cannot_be_undone() {
    Chain::run(|| {
        let (id, [first, _]) = shared();
        Chain::refuses(&BOB, publish(id, [7; 32]), Error::NotOwner);
        Chain::refuses(&first, publish(id, [7; 32]), Error::NotOwner);
        Chain::refuses(&ALICE, publish(9, [7; 32]), Error::NoSuchBucket);
        Chain::does(&ALICE, publish(id, [7; 32]));
        assert!(saw(Event::Published { bucket: id, key: [7; 32] }));
        assert_eq!(record(id).public, Some([7; 32]));
        for key in [[7; 32], [8; 32], [0; 32]] {
            Chain::refuses(&ALICE, publish(id, key), Error::AlreadyPublic);
        }
    });
}
