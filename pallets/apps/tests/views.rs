//! What is told of apps.

use pallet_idlewild_apps::NextApp;

use crate::*;

/// All pages of apps.
fn pages(limit: u32) -> Vec<Vec<AppId>> {
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = Apps::apps(after, limit);
        pages.push(page.into_iter().map(|view| view.id).collect());
        match next {
            Some(next) => after = Some(next),
            None => return pages,
        }
    }
}

#[test]
fn apps_come_in_pages_without_those_that_ended() {
    Chain::run(|| {
        assert_eq!(pages(10), vec![Vec::<AppId>::new()]);
        for app in ["app-0", "app-1", "app-2", "app-3", "app-4"] {
            Chain::does(&ALICE, publish(app, module(1)));
        }
        assert_eq!(pages(10), [[0, 1, 2, 3, 4]]);
        assert_eq!(pages(2), vec![vec![0, 1], vec![2, 3], vec![4]]);
        assert_eq!(pages(0), vec![vec![0], vec![1], vec![2], vec![3], vec![4]]);
        Chain::does(&ALICE, retire(1, 1));
        assert_eq!(pages(2), vec![vec![0, 2], vec![3, 4]]);
        // By its number it can still be looked up.
        assert_eq!(Apps::app(1).unwrap().name, b"app-1");
        assert_eq!(Apps::apps(Some(u32::MAX), 10), (Vec::new(), None));
    });
}

#[test]
fn a_page_looks_at_no_more_than_a_thousand() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("first", module(1)));
        NextApp::<Test>::put(1_500);
        Chain::does(&ALICE, publish("last", module(1)));
        assert_eq!(Apps::apps(None, 10).1, Some(999));
        assert_eq!(pages(10), [[0], [1_500]]);
    });
}

#[test]
fn an_app_shows_its_newest_versions() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(0)));
        (1..30).for_each(|digest| Chain::does(&ALICE, release(0, module(digest))));
        let shown = Apps::app(0).unwrap().versions;
        let expected: Vec<u32> = (10..30).rev().collect();
        assert_eq!(shown.iter().map(|version| version.version).collect::<Vec<_>>(), expected);
        assert!(shown.iter().all(|version| u32::from(version.program.digest[0]) == version.version));
    });
}

#[test]
fn what_is_not_there_is_not_told_of() {
    Chain::run(|| {
        assert_eq!((Apps::app(0), Apps::app_named(b"abc".to_vec()), Apps::app_named(vec![b'x'; 64])), (None, None, None));
    });
}
