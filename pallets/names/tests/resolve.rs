//! What paths lead to.

use crate::*;

fn told(path: &str) -> Option<(String, String)> {
    let resolved = resolve(path)?;
    let rest = path[resolved.rest as usize..].to_string();
    Some((String::from_utf8(resolved.path).unwrap(), rest))
}

fn some(path: &str, rest: &str) -> Option<(String, String)> {
    Some((path.to_string(), rest.to_string()))
}

#[test]
fn the_longest_row_of_subnames_counts() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "docs", &ALICE));
        Chain::does(&ALICE, create_sub("abcdef/docs", "v1", &ALICE));
        assert_eq!(told("abcdef"), some("abcdef", ""));
        assert_eq!(told("abcdef/"), some("abcdef", ""));
        assert_eq!(told("abcdef/index.html"), some("abcdef", "index.html"));
        assert_eq!(told("abcdef/v1"), some("abcdef", "v1"));
        assert_eq!(told("abcdef/docs/v1/docs"), some("abcdef/docs/v1", "docs"));
        assert_eq!(told("abcdef/docs/v2/v1"), some("abcdef/docs", "v2/v1"));
        assert_eq!(told("abcdef//docs"), some("abcdef", "/docs"));
        assert_eq!(told("idlewild/content_abcdef/docs/a%20b.txt"), some("abcdef/docs", "a%20b.txt"));
        for nothing in ["", "/abcdef", "abcdeg", "docs", "ABCDEF", "idlewild/abcdef", "idlewild/content_docs"] {
            assert_eq!(told(nothing), None, "{nothing}");
        }
        assert!(Names::resolve([&b"abcdef/"[..], &[b'x'; 2_041]].concat()).is_some());
        assert!(Names::resolve([&b"abcdef/"[..], &[b'x'; 2_042]].concat()).is_none(), "a path has an end");
    });
}

#[test]
fn it_holds_until_the_term_ends() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        let until = resolve("abcdef/sub/x").unwrap().until;
        assert_eq!(until, resolve("abcdef").unwrap().until);
        Chain::pass_to(until - 1);
        assert!(resolve("abcdef/sub").is_some());
        Chain::next_block();
        assert!(resolve("abcdef/sub").is_none() && resolve("abcdef").is_none());
    });
}
