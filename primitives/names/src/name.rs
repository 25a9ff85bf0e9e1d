//! What a name and a label may be, and which names look alike.

use alloc::vec::Vec;

/// Least bytes of a name.
pub const MIN_NAME: usize = 3;
/// Most bytes of a name or a label: what a label of a domain name may have.
pub const MAX_LABEL: u32 = 63;
/// Most bytes of a skeleton: a letter becomes two at most.
pub const MAX_SKELETON: u32 = 2 * MAX_LABEL;
/// The first word of paths in the form of LunarX. As a name it would hide objects that begin like such a path, so nobody gets it.
pub const RESERVED: &[u8] = b"idlewild";

/// Whether bytes can be a label, which is what subnames are: 1 to 63 letters a to z, digits and hyphens, with no hyphen at an edge or
/// beside another. Such a label is one of a domain name too, and none that stands for letters of another script.
pub fn is_label(label: &[u8]) -> bool {
    let is_of_label = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-';
    (1..=MAX_LABEL as usize).contains(&label.len())
        && label.iter().all(is_of_label)
        && !label.starts_with(b"-")
        && !label.ends_with(b"-")
        && !label.windows(2).any(|pair| pair == b"--")
}

/// Whether bytes can be a name: a label of 3 bytes or more.
pub fn is_name(name: &[u8]) -> bool {
    name.len() >= MIN_NAME && is_label(name)
}

/// Whether a name looks like the one that nobody gets.
pub fn is_reserved(name: &[u8]) -> bool {
    skeleton(name) == skeleton(RESERVED)
}

/// What names that look alike have in common: 0 is o; 1 and l are i; m is rn; w is vv.
///
/// Letters become pairs and not pairs letters, so that it does not matter where in a row of them a reader begins: `vw` and `wv` are
/// the same three strokes.
pub fn skeleton(name: &[u8]) -> Vec<u8> {
    let mut skeleton = Vec::with_capacity(name.len());
    for byte in name {
        match byte {
            b'0' => skeleton.push(b'o'),
            b'1' | b'l' => skeleton.push(b'i'),
            b'm' => skeleton.extend_from_slice(b"rn"),
            b'w' => skeleton.extend_from_slice(b"vv"),
            other => skeleton.push(*other),
        }
    }
    skeleton
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_a_label_of_a_domain_may_be() {
        for good in ["abc", "a-b", "0ad", "a-b-c", "123", &"x".repeat(63)] {
            assert!(is_name(good.as_bytes()), "{good}");
        }
        let bad = ["", "ab", "-ab", "ab-", "---", "a--b", "xn--ab", "aBc", "a_b", "a.b", "a/b", "a b", "äbc", "ab\0"];
        for bad in bad.into_iter().chain([&*"x".repeat(64)]) {
            assert!(!is_name(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn a_label_may_be_shorter_and_no_longer() {
        for good in ["a", "7", "ab"] {
            assert!(is_label(good.as_bytes()) && !is_name(good.as_bytes()), "{good}");
        }
        for bad in ["", "-", "A", "..", &"x".repeat(64)] {
            assert!(!is_label(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn names_that_look_alike_have_one_skeleton() {
        let pairs = [
            ("google", "g00gle"),
            ("paypal", "paypa1"),
            ("paypal", "paypai"),
            ("modern", "rnodem"),
            ("vvidget", "widget"),
            ("vvv", "vw"),
            ("vw", "wv"),
            ("1l0", "ilo"),
        ];
        for (one, other) in pairs {
            assert_eq!(skeleton(one.as_bytes()), skeleton(other.as_bytes()), "{one} and {other}");
        }
        for (one, other) in [("abc", "abd"), ("a-b", "ab"), ("rm", "mn"), ("vvw", "vvvvv")] {
            assert_ne!(skeleton(one.as_bytes()), skeleton(other.as_bytes()), "{one} and {other}");
        }
    }

    #[test]
    fn the_longest_skeleton_is_known() {
        let longest = skeleton(&[b'w'; MAX_LABEL as usize]);
        assert_eq!(longest.len(), MAX_SKELETON as usize);
    }

    #[test]
    fn the_first_word_of_the_other_form_is_nobodys() {
        assert!(is_reserved(b"idlewild") && is_reserved(b"1d1evvi1d"));
        assert!(!is_reserved(b"idlewilds") && !is_reserved(b"wild"));
    }
}
