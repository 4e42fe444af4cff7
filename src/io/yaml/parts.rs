//! How much of a YAML document is read, and its keys told apart.

use crate::model::diagnostic::Location;
use std::borrow::Cow;
use std::collections::HashMap;

/// How many keys and items of lists a document may have: each is a node of some 200 bytes, whatever its text.
pub(super) const MOST_PARTS: usize = 1_000_000;
/// How many keys of a map are compared one by one; of more, an index is made.
const FEW_KEYS: usize = 16;

/// The keys of a map so far, so that one that stands twice is found without a look at each other one.
#[derive(Default)]
pub(super) struct KeyIndex<'t>(HashMap<Cow<'t, str>, Location>);

impl<'t> KeyIndex<'t> {
    /// Returns where a key stands among the entries of the map, which only ever grow; `named` tells one's key and place.
    pub(super) fn find<E>(
        &mut self,
        entries: &[E],
        named: impl Fn(&E) -> (&Cow<'t, str>, Location),
        key: &str,
    ) -> Option<Location> {
        if entries.len() <= FEW_KEYS {
            return entries.iter().map(named).find(|(known, _)| *known == key).map(|(_, at)| at);
        }
        let new = entries.get(self.0.len()..).unwrap_or_default().iter().map(named);
        self.0.extend(new.map(|(key, at)| (key.clone(), at)));
        self.0.get(key).copied()
    }
}

/// Counts the keys and items of lists of a document.
#[derive(Default)]
pub(super) struct PartCount(usize);

impl PartCount {
    /// Counts one more; none where that is too many.
    pub(super) fn add(&mut self) -> Option<()> {
        self.0 += 1;
        (self.0 <= MOST_PARTS).then_some(())
    }
}

/// Returns a count as people write large ones: `50,001`.
pub(super) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::yaml;

    #[test]
    fn a_million_keys_and_items_are_read_and_no_more() {
        let list = |items: usize| format!("a: [{}]\n", vec!["x"; items].join(","));
        assert!(yaml::tree(&list(999_999)).is_ok());
        assert_eq!(yaml::tree(&list(1_000_000)).unwrap_err().code, "too-large");
        let problem = yaml::tree(&"- a\n".repeat(1_000_001)).unwrap_err();
        assert_eq!((problem.code, problem.place.line), ("too-large", 1_000_001));
        assert!(problem.message.contains("1,000,000 keys"), "{problem:?}");
    }

    #[test]
    fn a_key_that_stands_twice_among_many_is_found() {
        let many: String = (0..FEW_KEYS * 3).map(|n| format!("k{n}: x\n")).collect();
        assert!(yaml::tree(&many).is_ok());
        for again in ["k0", "k16", "k17", "k47"] {
            let problem = yaml::tree(&format!("{many}{again}: y\n")).unwrap_err();
            assert_eq!((problem.code, problem.place.line), ("key-twice", 49), "{again}");
        }
    }

    #[test]
    fn keys_are_looked_up_and_not_compared_with_each_other() {
        let entry = |n: u32| (Cow::from(format!("k{n}")), Location { line: n, column: 1 });
        let entries: Vec<_> = (0..100).map(entry).collect();
        let mut known = KeyIndex::default();
        for (n, entry) in entries.iter().enumerate() {
            assert_eq!(known.find(&entries[..n], |e| (&e.0, e.1), &entry.0), None);
        }
        assert_eq!(known.0.len(), 99, "each is taken into the index once");
        assert_eq!(known.find(&entries, |e| (&e.0, e.1), "k7").map(|at| at.line), Some(7));
    }
}
