//! The order of what two sides have, where each may have added, removed and moved something.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// Three orders of the same kind of thing, by name.
#[derive(Clone, Copy)]
pub(super) struct Orders<'a> {
    pub(super) base: &'a [String],
    pub(super) ours: &'a [String],
    pub(super) theirs: &'a [String],
}

impl Orders<'_> {
    /// Returns the names that stay in one order.
    ///
    /// What one side alone did stands as it is; where both added something at one place, or both moved what there
    /// was, `by` orders it, so that neither the order of the merges nor their direction shows. What goes is no place
    /// to stand behind, for another merge may not know it.
    pub(super) fn woven(
        self,
        stays: impl Fn(&str) -> bool,
        by: impl Fn(&str, &str) -> Ordering,
    ) -> Vec<String> {
        let kept = |side: &[String]| -> Vec<String> {
            side.iter().filter(|name| stays(name)).cloned().collect()
        };
        let (ours, theirs) = (kept(self.ours), kept(self.theirs));
        let skeleton = Orders { base: self.base, ours: &ours, theirs: &theirs }.skeleton(&by);
        let place: HashMap<&str, usize> =
            skeleton.iter().enumerate().map(|(at, name)| (name.as_str(), at + 1)).collect();
        let (ours, theirs) = (added(&ours, &place), added(&theirs, &place));
        let mut places: HashMap<&str, usize> = ours.iter().copied().collect();
        for (name, at) in &theirs {
            let known = places.entry(name).or_insert(*at);
            *known = (*known).max(*at);
        }
        let group = |side: &[(&str, usize)]| {
            let mut groups: HashMap<usize, Vec<String>> = HashMap::new();
            for (name, _) in side {
                let at = places.get(name).copied().unwrap_or_default();
                groups.entry(at).or_default().push((*name).to_owned());
            }
            groups
        };
        let (mut ours, mut theirs) = (group(&ours), group(&theirs));
        let mut woven = vec![];
        for at in 0..=skeleton.len() {
            if at > 0 {
                woven.extend(skeleton.get(at - 1).cloned());
            }
            let at_place = |side: &mut HashMap<_, _>| side.remove(&at).unwrap_or_default();
            let (ours, theirs) = (at_place(&mut ours), at_place(&mut theirs));
            woven.extend(joined(ours, theirs, &by));
        }
        woven
    }

    /// Returns the order of what all three have.
    fn skeleton(self, by: &impl Fn(&str, &str) -> Ordering) -> Vec<String> {
        let has = |side: &[String]| side.iter().cloned().collect::<HashSet<_>>();
        let (base, ours, theirs) = (has(self.base), has(self.ours), has(self.theirs));
        let in_all =
            |name: &&String| base.contains(*name) && ours.contains(*name) && theirs.contains(*name);
        let common = |side: &[String]| side.iter().filter(in_all).cloned().collect::<Vec<_>>();
        let (base, ours, theirs) = (common(self.base), common(self.ours), common(self.theirs));
        if ours == theirs || ours == base {
            return theirs;
        }
        if theirs == base {
            return ours;
        }
        let mut sorted = base;
        sorted.sort_by(|a, b| by(a, b));
        sorted
    }
}

/// Returns what a side added, each with the place of what it stands behind.
fn added<'s>(side: &'s [String], place: &HashMap<&str, usize>) -> Vec<(&'s str, usize)> {
    let (mut last, mut added) = (0, vec![]);
    for name in side {
        match place.get(name.as_str()) {
            Some(at) => last = *at,
            None => added.push((name.as_str(), last)),
        }
    }
    added
}

/// Joins what two sides have at one place.
fn joined(
    ours: Vec<String>,
    theirs: Vec<String>,
    by: &impl Fn(&str, &str) -> Ordering,
) -> Vec<String> {
    if theirs.is_empty() || ours == theirs {
        return ours;
    }
    if ours.is_empty() {
        return theirs;
    }
    let known: HashSet<String> = ours.iter().cloned().collect();
    let mut all = ours;
    all.extend(theirs.into_iter().filter(|name| !known.contains(name)));
    all.sort_by(|a, b| by(a, b));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn woven(base: &str, ours: &str, theirs: &str) -> String {
        let names = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let (base, ours, theirs) = (names(base), names(ours), names(theirs));
        let orders = |ours, theirs| Orders { base: &base, ours, theirs };
        let there = orders(&ours, &theirs).woven(|_| true, |a, b| a.cmp(b));
        let back = orders(&theirs, &ours).woven(|_| true, |a, b| a.cmp(b));
        assert_eq!(there, back, "either direction gives the same");
        there.join(" ")
    }

    #[test]
    fn what_both_added_at_one_place_is_ordered_and_the_rest_stays() {
        assert_eq!(woven("a m z", "a c m z", "a b m z"), "a b c m z");
        assert_eq!(woven("a m z", "a z2 b m z", "a m y z"), "a z2 b m y z");
        assert_eq!(woven("z a", "z a q", "z p a"), "z p a q");
        assert_eq!(woven("", "q p", "q p"), "q p");
        assert_eq!(woven("", "q p", "r"), "p q r");
    }

    #[test]
    fn what_one_side_moved_is_where_it_moved_it() {
        assert_eq!(woven("a b c", "c a b", "a b c"), "c a b");
        assert_eq!(woven("a b c", "c a b", "b a c"), "a b c");
        assert_eq!(woven("a b c", "c b", "a b c"), "a c b");
    }
}
