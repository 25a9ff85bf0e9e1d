//! Wildcards of policies: `*` for any characters, `?` for one.

/// Whether `text` is as `pattern` says. Takes at most the product of both lengths, whatever the pattern.
pub(super) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on from if what follows the last star does not fit: after that star, one byte further in the text.
    let mut retry = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                retry = Some((p + 1, t));
                p += 1;
            },
            // Keys are UTF-8 and `?` is one character, not one byte of it.
            Some(b'?') => {
                p += 1;
                t += 1;
                while text.get(t).is_some_and(|byte| byte & 0xC0 == 0x80) {
                    t += 1;
                }
            },
            Some(byte) if *byte == text[t] => {
                p += 1;
                t += 1;
            },
            _ => match retry {
                Some((after, from)) => {
                    retry = Some((after, from + 1));
                    p = after;
                    t = from + 1;
                },
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;
    use proptest::prelude::*;

    fn is(pattern: &str, text: &str) -> bool {
        matches(pattern.as_bytes(), text.as_bytes())
    }

    #[test]
    fn stars_and_question_marks() {
        assert!(is("", ""));
        assert!(is("*", ""));
        assert!(is("a*c", "abbbc"));
        assert!(is("a*c", "ac"));
        assert!(is("*.jpg", "a.jpg.jpg"));
        assert!(is("a?c", "abc"));
        assert!(is("a?c", "aéc"));
        assert!(is("**a**", "xxaxx"));
        assert!(!is("a?c", "ac"));
        assert!(!is("a*c", "acd"));
        assert!(!is("", "a"));
        assert!(!is("abc", "ab"));
    }

    proptest! {
        #[test]
        fn as_the_plain_recursion(pattern in "[ab*?]{0,8}", text in "[ab]{0,8}") {
            fn plain(p: &[u8], t: &[u8]) -> bool {
                match (p.first(), t.first()) {
                    (None, None) => true,
                    (Some(b'*'), _) => plain(&p[1..], t) || (!t.is_empty() && plain(p, &t[1..])),
                    (Some(b'?'), Some(_)) => plain(&p[1..], &t[1..]),
                    (Some(a), Some(b)) if a == b => plain(&p[1..], &t[1..]),
                    _ => false,
                }
            }
            prop_assert_eq!(is(&pattern, &text), plain(pattern.as_bytes(), text.as_bytes()));
        }
    }
}
