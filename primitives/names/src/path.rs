//! How a path is read: a name, its subnames, and an object behind them.
//!
//! `name/sub/sub2/rest/of/path` has the name first. Which of the following words are subnames depends on which are registered: the
//! longest row of them counts, and what follows is an object's path. LunarX wrote `idlewild/content_{name}/…` for the same.

use alloc::vec::Vec;

use crate::name::{is_label, is_name, MAX_LABEL};

/// Most labels of a path, the name among them.
pub const MAX_DEPTH: usize = 8;
/// What a path in the form of LunarX begins with, before the name.
pub const LUNARX: &[u8] = b"idlewild/content_";
/// Most bytes of a path to a name or a subname, in either form.
pub const MAX_NODE_PATH: u32 = MAX_DEPTH as u32 * (MAX_LABEL + 1) - 1 + LUNARX.len() as u32;
/// Most bytes of a path with an object behind it.
pub const MAX_PATH: usize = 2_048;

/// A word of a path that can be a name or a subname, and where the bytes behind it and its slash begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label<'a> {
    /// The word.
    pub label: &'a [u8],
    /// The offset in the whole path of what follows; its length where nothing does.
    pub rest: usize,
}

/// The words of a path that can be a name and its subnames: all up to the first that cannot be one, and none where the first cannot be
/// a name.
#[derive(Clone, Debug)]
pub struct Labels<'a> {
    path: &'a [u8],
    at: usize,
    count: usize,
}

/// Reads a path in either form.
pub fn labels(path: &[u8]) -> Labels<'_> {
    // A name that nobody can have is before the prefix's slash, so that no path means two things.
    let at = if path.starts_with(LUNARX) { LUNARX.len() } else { 0 };
    Labels { path, at, count: 0 }
}

impl<'a> Iterator for Labels<'a> {
    type Item = Label<'a>;

    fn next(&mut self) -> Option<Label<'a>> {
        if self.count >= MAX_DEPTH || self.path.len() > MAX_PATH {
            return None;
        }
        let following = self.path.get(self.at..)?;
        let label = following.split(|byte| *byte == b'/').next()?;
        let fits = if self.count == 0 { is_name(label) } else { is_label(label) };
        if !fits {
            return None;
        }
        let end = self.at.saturating_add(label.len());
        self.at = end.saturating_add(1).min(self.path.len());
        self.count = self.count.saturating_add(1);
        Some(Label { label, rest: self.at })
    }
}

/// The labels of a path that leads to a name or a subname and has nothing behind it.
pub fn exact(path: &[u8]) -> Option<Vec<&[u8]>> {
    let labels: Vec<_> = labels(path).collect();
    let whole = labels.last()?.rest == path.len() && !path.ends_with(b"/");
    whole.then(|| labels.into_iter().map(|label| label.label).collect())
}

/// A name and its subnames as a path: the name first.
pub fn join<'a>(labels: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut path = Vec::new();
    for label in labels {
        if !path.is_empty() {
            path.push(b'/');
        }
        path.extend_from_slice(label);
    }
    path
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use alloc::{
        string::{String, ToString},
        vec,
    };

    use proptest::prelude::*;

    use super::*;

    fn read(path: &str) -> Vec<(String, &str)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_string();
        labels(path.as_bytes()).map(|label| (text(label.label), path.get(label.rest..).unwrap_or("?"))).collect()
    }

    fn told(pairs: &[(&str, &'static str)]) -> Vec<(String, &'static str)> {
        pairs.iter().map(|(label, rest)| (label.to_string(), *rest)).collect()
    }

    #[test]
    fn words_are_labels_until_one_cannot_be() {
        assert_eq!(read("abc"), told(&[("abc", "")]));
        assert_eq!(read("abc/"), told(&[("abc", "")]));
        assert_eq!(read("abc/d/index.html"), told(&[("abc", "d/index.html"), ("d", "index.html")]));
        assert_eq!(read("abc//d"), told(&[("abc", "/d")]));
        assert_eq!(read("abc/D/e"), told(&[("abc", "D/e")]));
        for nothing in ["", "/", "/abc", "ab", "ab/abc", "Abc/d", "a--b/c"] {
            assert!(read(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn the_other_form_means_the_same() {
        assert_eq!(read("idlewild/content_abc/d/e.txt"), told(&[("abc", "d/e.txt"), ("d", "e.txt")]));
        assert_eq!(exact(b"idlewild/content_abc/d"), Some(vec![&b"abc"[..], b"d"]));
        assert!(read("idlewild/content_/abc").is_empty());
        assert!(read("idlewild/content_ab").is_empty());
        assert_eq!(read("idlewild/contents"), told(&[("idlewild", "contents"), ("contents", "")]));
    }

    #[test]
    fn there_are_so_many_labels_and_no_more() {
        let deep = ["abc"; MAX_DEPTH + 1].join("/");
        assert_eq!(read(&deep).len(), MAX_DEPTH);
        assert_eq!(read(&deep).last().unwrap().1, "abc");
        assert_eq!(exact(deep.as_bytes()), None);
        assert_eq!(exact(["abc"; MAX_DEPTH].join("/").as_bytes()).unwrap().len(), MAX_DEPTH);
        assert!(read(&["abc", &"d".repeat(MAX_PATH)].join("/")).is_empty());
    }

    #[test]
    fn the_longest_path_of_a_node_is_known() {
        let label = "x".repeat(MAX_LABEL as usize);
        let longest = alloc::format!("idlewild/content_{}", vec![label; MAX_DEPTH].join("/"));
        assert_eq!(longest.len(), MAX_NODE_PATH as usize);
        assert_eq!(exact(longest.as_bytes()).unwrap().len(), MAX_DEPTH);
    }

    #[test]
    fn a_node_is_named_with_nothing_behind_it() {
        assert_eq!(exact(b"abc/d"), Some(vec![&b"abc"[..], b"d"]));
        for bad in ["", "abc/", "abc/d/", "abc//d", "abc/D", "abc/d.e"] {
            assert_eq!(exact(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(join([&b"abc"[..], b"d", b"e"]), b"abc/d/e");
    }

    proptest! {
        #[test]
        fn any_bytes_can_be_read(path in proptest::collection::vec(any::<u8>(), 0..100)) {
            for label in labels(&path) {
                prop_assert!(label.rest <= path.len() && is_label(label.label));
            }
        }

        #[test]
        fn what_is_joined_is_read_again(name in "[a-z0-9]{3,20}", subs in proptest::collection::vec("[a-z0-9]{1,9}", 0..7)) {
            let all: Vec<&[u8]> = core::iter::once(name.as_bytes()).chain(subs.iter().map(|sub| sub.as_bytes())).collect();
            let path = join(all.iter().copied());
            prop_assert_eq!(exact(&path), Some(all));
        }
    }
}
