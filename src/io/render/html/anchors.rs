//! The anchors of headings.

use std::collections::BTreeMap;

/// The anchors that are taken, each with how many headings asked for it.
#[derive(Default)]
pub(super) struct Anchors(BTreeMap<String, usize>);

impl Anchors {
    /// Returns an anchor as GitHub makes it, which no other heading has: letters, digits, `-` and `_`.
    ///
    /// It never begins with `_`, as those of the page's own parts do.
    pub(super) fn of(&mut self, heading: &str) -> String {
        let kept = |c: char| match c {
            ' ' | '-' => Some('-'),
            '_' => Some('_'),
            c if c.is_alphanumeric() => c.to_lowercase().next(),
            _ => None,
        };
        let slug: String = heading.trim().chars().filter_map(kept).collect();
        let slug = slug.trim_start_matches('_');
        let first = if slug.is_empty() { "section" } else { slug }.to_owned();
        let mut anchor = first.clone();
        while self.0.contains_key(&anchor) {
            let asked = self.0.entry(first.clone()).or_insert(0);
            *asked += 1;
            anchor = format!("{first}-{asked}");
        }
        self.0.insert(anchor.clone(), 0);
        anchor
    }
}
