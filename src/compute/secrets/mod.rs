//! Text that looks like a credential: found by the formats that its makers publish, and masked.
//!
//! A format has a known beginning, an alphabet and a length, some a checksum. Ids, digests and hashes have none of that,
//! and words have no such length: so that what is found is hardly ever anything else.

mod encoding;
mod formats;
mod phrases;
#[cfg(test)]
mod tests;

use crate::model::digest::short_hex;
use sha2::{Digest, Sha256};
use std::ops::Range;

/// How many characters a credential has at least of which some are shown.
const LONG: usize = 20;
/// How many characters are shown on each side.
const SHOWN: usize = 4;

/// A piece of text that looks like a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundSecret {
    /// What it is, in words.
    pub(crate) kind: &'static str,
    /// The bytes that it stands in.
    pub(crate) place: Range<usize>,
}

/// Returns what looks like a credential in a text, in order and apart from each other.
pub(crate) fn find(text: &str) -> Vec<FoundSecret> {
    let mut found = formats::find(text);
    found.extend(phrases::find(text));
    // Of two that share text, the one that begins first, and of those the longer.
    found.sort_by_key(|it| (it.place.start, usize::MAX - it.place.end));
    let mut apart: Vec<FoundSecret> = vec![];
    for one in found {
        if apart.last().is_none_or(|last| last.place.end <= one.place.start) {
            apart.push(one);
        }
    }
    apart
}

/// Returns a text with what looks like a credential masked; none where nothing does.
pub(crate) fn masked(text: &str) -> Option<String> {
    let found = find(text);
    if found.is_empty() {
        return None;
    }
    Some(replaced(text, &found, mask))
}

/// Returns a text with what looks like a credential masked, in as many lines as before.
pub(crate) fn masked_lines(text: &str) -> String {
    replaced(text, &find(text), |secret| mask(secret) + &"\n".repeat(secret.matches('\n').count()))
}

/// Returns a text in which something else stands for each secret.
fn replaced(text: &str, found: &[FoundSecret], instead: impl Fn(&str) -> String) -> String {
    let (mut out, mut copied) = (String::with_capacity(text.len()), 0);
    for FoundSecret { place, .. } in found {
        out.push_str(text.get(copied..place.start).unwrap_or_default());
        out.push_str(&instead(text.get(place.clone()).unwrap_or_default()));
        copied = place.end;
    }
    out + text.get(copied..).unwrap_or_default()
}

/// Returns what is shown of a credential: `AKIA…4XYZ #1a2b3c4d`, so that people can tell which one it was.
///
/// Of a short one nothing: its ends are half of it, and a hash of few letters tells them.
pub(crate) fn mask(secret: &str) -> String {
    let count = secret.chars().count();
    if count < LONG {
        return "…".to_owned();
    }
    let plain = |c: char| if c.is_control() { '-' } else { c };
    let first: String = secret.chars().take(SHOWN).map(plain).collect();
    let last: String = secret.chars().skip(count - SHOWN).map(plain).collect();
    let hash = short_hex(&Sha256::digest(secret));
    format!("{first}…{last} #{hash}")
}
