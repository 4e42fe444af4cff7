//! Short names for incidents, for where their ids have no room.

use super::IncidentId;
use std::collections::BTreeMap;

/// The letters of a date, with which ids begin.
const DATE: usize = 10;

/// For every incident of a record a name that is short and that no other answers to.
#[derive(Clone, Debug, Default)]
pub struct Handles(BTreeMap<String, String>);

impl Handles {
    /// Returns the shortest beginnings of ids, in whole words from the date on, that stand in no other id.
    pub fn of(ids: &[IncidentId]) -> Self {
        let mut ids: Vec<&str> = ids.iter().map(IncidentId::as_str).collect();
        ids.sort_unstable_by_key(|id| id.to_ascii_lowercase());
        // A beginning can stand within another id only where a date does.
        let dated: Vec<&str> = ids.iter().copied().filter(|id| has_date_within(id)).collect();
        let before = std::iter::once("").chain(ids.iter().copied());
        let after = ids.iter().copied().skip(1).chain(std::iter::once(""));
        let handles = ids.iter().zip(before.zip(after)).map(|(id, (before, after))| {
            let shared = shared(id, before).max(shared(id, after));
            let stands_in_no_other =
                |name: &&str| !dated.iter().any(|other| other != id && other.contains(name));
            let handle = beginnings(id).find(|name| name.len() > shared);
            let handle = handle.filter(stands_in_no_other).unwrap_or(id);
            ((*id).to_owned(), handle.to_owned())
        });
        Self(handles.collect())
    }

    /// Returns the short name of an incident; its id where it is not known.
    pub fn name<'h>(&'h self, id: &'h str) -> &'h str {
        self.0.get(id).map_or(id, String::as_str)
    }
}

/// Returns an id's beginnings in whole words, the date alone first.
fn beginnings(id: &str) -> impl Iterator<Item = &str> {
    let ends = id.match_indices('-').map(|(at, _)| at).filter(|at| *at >= DATE);
    ends.chain(std::iter::once(id.len())).filter_map(|end| id.get(..end))
}

/// Returns how many bytes two ids have in common from the beginning on.
fn shared(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

/// Returns whether a date stands behind an id's beginning.
fn has_date_within(id: &str) -> bool {
    let bytes: Vec<u8> = id.bytes().skip(1).collect();
    bytes.windows(DATE).any(|w| {
        w.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn handles(ids: &[&str]) -> Vec<String> {
        let ids: Vec<IncidentId> = ids.iter().map(|id| id.parse().unwrap()).collect();
        let handles = Handles::of(&ids);
        ids.iter().map(|id| handles.name(id.as_str()).to_owned()).collect()
    }

    #[test]
    fn a_handle_is_as_short_as_tells_it_apart() {
        assert_eq!(
            handles(&["2019-01-24-power-loss", "2019-01-25-power-loss"]),
            ["2019-01-24", "2019-01-25"]
        );
        assert_eq!(
            handles(&["2019-01-24-power-loss", "2019-01-24-power-back", "2019-01-24-dns"]),
            ["2019-01-24-power-loss", "2019-01-24-power-back", "2019-01-24-dns"]
        );
        assert_eq!(
            handles(&["2019-01-24-dns", "2019-01-24-dns-2"]),
            ["2019-01-24-dns", "2019-01-24-dns-2"]
        );
        assert_eq!(
            handles(&["2019-01-24-dns", "2019-02-01-again-2019-01-24"]),
            ["2019-01-24-dns", "2019-02-01"]
        );
        assert_eq!(handles(&["by-hand"]), ["by-hand"]);
        assert_eq!(Handles::default().name("2019-01-24-dns"), "2019-01-24-dns");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_handle_stands_in_its_own_id_alone_or_is_it(
            ids in proptest::collection::btree_set("2019-0[12]-0[12](-[ab]{1,2}){0,3}(-2019-01-01)?", 1..12)
        ) {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            for (id, handle) in ids.iter().zip(handles(&ids)) {
                prop_assert!(id.starts_with(&handle));
                let holders = ids.iter().filter(|other| other.contains(&handle)).count();
                prop_assert!(holders == 1 || handle == *id, "{handle} of {ids:?}");
            }
        }
    }
}
