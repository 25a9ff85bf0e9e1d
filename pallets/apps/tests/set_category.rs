//! `set_category`: an app is for something else.

use crate::*;

#[test]
fn it_counts_at_once() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        assert_eq!((Apps::category_of(0), Apps::category_of(1)), (Some(Category::Rendering), None));
        Chain::does(&ALICE, set_category(0, Category::Mining));
        assert!(saw(Event::CategorySet { app: 0, category: Category::Mining }));
        assert_eq!((Apps::category_of(0), Apps::app(0).unwrap().category), (Some(Category::Mining), Category::Mining));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, set_category(0, Category::Mining), Error::NoSuchApp);
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::refuses(&BOB, set_category(0, Category::Mining), Error::NotPublisher);
        Chain::refuses(&ALICE, set_category(0, Category::Rendering), Error::SameCategory);
    });
}
