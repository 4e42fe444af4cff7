//! Hashes of bytes, as they are written.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Returns bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Returns the SHA-256 of some bytes, in hexadecimal.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns the first eight hexadecimal digits of a hash, by which people tell one from another.
pub fn short_hex(hash: &[u8]) -> String {
    hex(hash.get(..4).unwrap_or(hash))
}
