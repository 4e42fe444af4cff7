//! When the fields of an event, an action or an incident were last changed.

use crate::model::time::{Instant, Span};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// When each field was last changed; what is not among them is as it was first written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edits {
    /// When something was changed, as the first format tells it without the field's name.
    whole: Option<Instant>,
    fields: BTreeMap<String, Instant>,
}

impl Edits {
    /// Returns the edits of a file of the first format, which has one time for all fields.
    pub fn of_all(at: Instant) -> Self {
        Self { whole: Some(at), fields: BTreeMap::new() }
    }

    /// Notes when a field was changed, as a file tells it.
    pub fn insert(&mut self, field: &str, at: Instant) {
        self.fields.insert(field.to_owned(), at);
    }

    /// Notes that a field changes now: a second after its last change where this machine's clock is behind that, so that
    /// the later change is the later one for every machine.
    pub fn record(&mut self, field: &str, now: Instant) {
        let after_last = self.of(field).map(|last| last.plus(Span::seconds(1)));
        let at = after_last.map_or(now, |after| after.max(now));
        self.insert(field, at);
    }

    /// Returns when a field was last changed.
    pub fn of(&self, field: &str) -> Option<Instant> {
        self.fields.get(field).copied().or(self.whole)
    }

    /// Returns when the last change was.
    pub fn last(&self) -> Option<Instant> {
        self.fields.values().copied().chain(self.whole).max()
    }

    /// Returns whether nothing was ever changed.
    pub fn is_empty(&self) -> bool {
        self.last().is_none()
    }

    /// Returns the time that a file of the first format has for all fields.
    pub fn whole(&self) -> Option<Instant> {
        self.whole
    }

    /// Returns the fields that were changed, by name, and when.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Instant)> {
        self.fields.iter().map(|(field, at)| (field.as_str(), *at))
    }
}

impl Serialize for Edits {
    /// Writes a map of fields to times; `*` is the time that a file of the first format has for all.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let whole = self.whole.map(|at| ("*", at));
        serializer.collect_map(whole.into_iter().chain(self.fields()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_later_than_the_one_before_it_whatever_the_clock_says() {
        let mut edits = Edits::of_all(Instant::saturating(100));
        edits.record("text", Instant::saturating(40));
        assert_eq!(edits.of("text"), Some(Instant::saturating(101)));
        edits.record("text", Instant::saturating(500));
        assert_eq!(edits.of("text"), Some(Instant::saturating(500)));
        assert_eq!(edits.of("at"), Some(Instant::saturating(100)));
        assert_eq!(edits.last(), Some(Instant::saturating(500)));
    }
}
