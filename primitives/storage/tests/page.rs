//! Pages of numbered records.

use idlewild_storage_primitives::page::{page, PAGE, SCAN};

fn evens(number: u32, found: &mut Vec<u32>) {
    if number.is_multiple_of(2) {
        found.push(number);
    }
}

#[test]
fn pages_follow_one_another_until_all_is_found() {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let first = next.map_or(0, |after: u32| after + 1);
        let (found, after) = page(first..9, 2, evens);
        assert!(found.len() <= 2);
        all.extend(found);
        next = after;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(all, [0, 2, 4, 6, 8]);
}

#[test]
fn a_page_is_bounded_whatever_is_asked_for() {
    assert_eq!(page(0..10_000, u32::MAX, evens).0.len(), PAGE as usize);
    assert_eq!(page(0..10_000, 0, evens), (vec![0], Some(0)), "one at least, or nobody would get on");
    assert_eq!(page(0u32..10_000, 5, |_, _: &mut Vec<u32>| ()), (vec![], Some(SCAN - 1)), "nothing there, and more to look at");
    assert_eq!(page(9_999u32..10_000, 5, |_, _: &mut Vec<u32>| ()), (vec![], None));
    assert_eq!(page(3u32..3, 5, evens), (vec![], None));
}

#[test]
fn what_one_number_has_is_on_one_page() {
    let three = |number: u64, found: &mut Vec<u64>| found.extend([number; 3]);
    assert_eq!(page(0..9, 2, three), (vec![0; 3], Some(0)));
}
