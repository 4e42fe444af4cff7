//! What a service was for its customers from a moment on, and how much of it is back.

use super::names::{Name, State, UnknownValue};
use crate::model::diagnostic::Spanned;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A change of one service's state, for all of it or for a scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Impact {
    /// The service that changes.
    #[serde(skip)]
    pub service: Name,
    /// What it is from now on.
    pub state: State,
    /// The part of requests or customers hit.
    pub share: Option<Share>,
    /// The regions that change; empty means all.
    pub regions: Vec<String>,
    /// The resources that change, such as machines; empty means all.
    pub resources: Vec<String>,
    /// The customers for whom it changes; empty means all.
    pub customers: Vec<String>,
}

impl Impact {
    /// Returns a change for all of a service.
    pub fn all(service: Name, state: State) -> Self {
        let (regions, resources, customers) = (vec![], vec![], vec![]);
        Self { service, state, share: None, regions, resources, customers }
    }

    /// Returns whether the change is for a part of the service alone.
    pub fn is_scoped(&self) -> bool {
        !(self.regions.is_empty() && self.resources.is_empty() && self.customers.is_empty())
    }
}

/// The states that one service changes to, in the shape of the file: a word, or a list where they are for parts.
#[derive(Serialize)]
#[serde(untagged)]
enum ServiceImpact<'i> {
    Whole(State),
    Parts(Vec<&'i Impact>),
}

/// Writes changes as a map by service.
pub(super) fn by_service<S: Serializer>(
    changes: &[Spanned<Impact>],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut services: BTreeMap<&Name, Vec<&Impact>> = BTreeMap::new();
    for change in changes.iter().map(|c| &c.value) {
        services.entry(&change.service).or_default().push(change);
    }
    serializer.collect_map(services.into_iter().map(|(service, parts)| match parts.as_slice() {
        [whole] if !whole.is_scoped() && whole.share.is_none() => {
            (service, ServiceImpact::Whole(whole.state))
        }
        _ => (service, ServiceImpact::Parts(parts)),
    }))
}

/// An exact part of a whole, from 0 to 1, with the text that it was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    text: String,
    part: u64,
    whole: u64,
}

impl Share {
    /// Returns the numerator of the exact fraction.
    pub fn part(&self) -> u64 {
        self.part
    }

    /// Returns the denominator of the exact fraction, never zero.
    pub fn whole(&self) -> u64 {
        self.whole
    }

    /// Returns the text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Share {
    type Err = UnknownValue;

    /// Reads a decimal (`0.4`), a fraction (`2/5`) or a percentage (`40%`).
    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let read = || match (text.strip_suffix('%'), text.split_once('/')) {
            (Some(percent), _) => {
                decimal(percent).and_then(|(p, w)| Some((p, w.checked_mul(100)?)))
            }
            (None, Some((part, whole))) => Some((digits(part)?, digits(whole)?)),
            (None, None) => decimal(text),
        };
        match read() {
            Some((part, whole)) if whole > 0 && part <= whole => {
                Ok(Self { text: text.to_owned(), part, whole })
            }
            _ => Err(UnknownValue(format!(
                "`{text}` is not a share: write a part of 1, such as 0.4, 2/5 or 40%"
            ))),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// How much of a service is back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    text: String,
    done: u64,
    total: u64,
}

impl Progress {
    /// Returns how many are back.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Returns out of how many, never zero; 100 or a power of ten above it for a percentage.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Returns the text as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Progress {
    type Err = UnknownValue;

    /// Reads `340/1200` or `28%`.
    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        let read = || match (text.strip_suffix('%'), text.split_once('/')) {
            (Some(percent), _) => {
                decimal(percent).and_then(|(p, w)| Some((p, w.checked_mul(100)?)))
            }
            (None, Some((done, total))) => Some((digits(done.trim())?, digits(total.trim())?)),
            (None, None) => None,
        };
        match read() {
            Some((done, total)) if total > 0 && done <= total => {
                Ok(Self { text: text.to_owned(), done, total })
            }
            _ => Err(UnknownValue(format!(
                "`{text}` is not a progress: write how many of how many, such as 340/1200, or 28%"
            ))),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Progress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Reads digits alone, at most fifteen of them.
fn digits(text: &str) -> Option<u64> {
    let fits = (1..=15).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    fits.then(|| text.parse().ok()).flatten()
}

/// Reads a decimal as an exact fraction over a power of ten.
fn decimal(text: &str) -> Option<(u64, u64)> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let places = u32::try_from(part.len()).ok()?;
    let scale = 10_u64.checked_pow(places).filter(|_| places <= 15)?;
    let whole = if whole.is_empty() && places > 0 { 0 } else { digits(whole)? };
    let part = if places == 0 { 0 } else { digits(part)? };
    Some((whole.checked_mul(scale)?.checked_add(part)?, scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_exactly_from_its_text() {
        let read = |text: &str| text.parse::<Share>().map(|s| (s.part(), s.whole())).ok();
        assert_eq!(read("0.4"), Some((4, 10)));
        assert_eq!(read(".25"), Some((25, 100)));
        assert_eq!(read("1/3"), Some((1, 3)));
        assert_eq!(read("12.5%"), Some((125, 1000)));
        assert_eq!(read("1"), Some((1, 1)));
        for bad in ["", ".", "1.1", "-0.4", "3/2", "1/0", "0.4e1", "120%", "99999999999999999999"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn progress_says_how_many_of_how_many() {
        let read = |text: &str| text.parse::<Progress>().map(|p| (p.done(), p.total())).ok();
        assert_eq!(read("340/1200"), Some((340, 1200)));
        assert_eq!(read("28%"), Some((28, 100)));
        for bad in ["", "28", "5/0", "7/3", "101%", "a/b"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
