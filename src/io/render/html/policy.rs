//! What a page allows itself: nothing but its own style and its own script.

use super::{SCRIPT, STYLE};
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

static HASHES: LazyLock<[String; 2]> =
    LazyLock::new(|| [STYLE, SCRIPT].map(|text| base64(&Sha256::digest(text.as_bytes()))));

/// Returns the content security policy of a page; pictures are allowed where they are in the page itself.
pub(super) fn policy(has_pictures: bool) -> String {
    let [style, script] = &*HASHES;
    let pictures = if has_pictures { "img-src data:; " } else { "" };
    format!(
        "default-src 'none'; {pictures}style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; \
         form-action 'none'"
    )
}

/// Returns bytes in base 64, with padding: RFC 4648 section 4.
pub(super) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |index: usize| three.get(index).copied().map_or(0, u32::from);
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4_usize {
            let index = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap_or(0);
            let letter = LETTERS.get(index).copied().map_or('A', char::from);
            out.push(if place > three.len() { '=' } else { letter });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (bytes, expected) in cases {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }
}
