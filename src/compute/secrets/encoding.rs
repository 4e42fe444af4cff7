//! What some credentials are checked by: CRC-32 in base 62, and JSON in base64url.

/// The digits of base 62, as GitHub and npm take them.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How many of the last characters are the checksum.
const CHECKSUM: usize = 6;

/// Returns whether the last six characters of a token are the CRC-32 of the others in base 62
/// (<https://github.blog/2021-04-05-behind-githubs-new-authentication-token-formats/>).
pub(super) fn has_checksum(token: &str) -> bool {
    let said = token.len().checked_sub(CHECKSUM).and_then(|at| token.split_at_checked(at));
    said.is_some_and(|(text, sum)| checksum(text) == sum)
}

fn checksum(text: &str) -> String {
    let (mut rest, mut digits) = (crc32(text.as_bytes()), vec![]);
    for _ in 0..CHECKSUM {
        let digit = usize::try_from(rest % 62).ok().and_then(|at| DIGITS.get(at));
        digits.extend(digit.map(|digit| char::from(*digit)));
        rest /= 62;
    }
    digits.into_iter().rev().collect()
}

/// Returns the CRC-32 of bytes, as zlib computes it.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |rest: u32| if rest & 1 == 1 { rest >> 1 ^ 0xEDB8_8320 } else { rest >> 1 };
    let with = |sum: u32, byte: &u8| (0..8).fold(sum ^ u32::from(*byte), |rest, _| step(rest));
    !bytes.iter().fold(u32::MAX, with)
}

/// Returns whether a text is the base64url of a JSON object that names an algorithm, as the head of a JSON Web Token is
/// (RFC 7515).
pub(super) fn is_token_head(text: &str) -> bool {
    let (mut bytes, mut held, mut bits) = (vec![], 0_u32, 0);
    for c in text.bytes() {
        let value = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return false,
        };
        held = held << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.extend(u8::try_from(held >> bits & 0xFF));
        }
    }
    let head: Option<serde_json::Value> = serde_json::from_slice(&bytes).ok();
    head.is_some_and(|head| head.get("alg").is_some_and(serde_json::Value::is_string))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_is_the_one_that_zlib_and_github_compute() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        // An example of GitHub's format that was published with it.
        assert!(has_checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"));
        assert!(!has_checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"));
        assert!(!has_checksum("abc"));
    }

    #[test]
    fn the_head_of_a_token_names_its_algorithm() {
        assert!(is_token_head("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"));
        assert!(!is_token_head("eyJhIjoxfQ"), "no algorithm");
        assert!(!is_token_head("eyJhbGciOi!"));
    }
}
