//! A length of time with its bounds.

use super::{Instant, Span, TimeBounds, duration};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt;

/// A length of time to compute with, and the least and the most that it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanBounds {
    /// The length between nominal times.
    pub nominal: Span,
    /// The least that it can be.
    pub lowest: Span,
    /// The most that it can be.
    pub highest: Span,
}

impl fmt::Display for SpanBounds {
    /// Writes the length for people: `3 h 00 min ± 15 min`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&duration::uncertain(self.nominal, self.lowest, self.highest))
    }
}

impl Serialize for SpanBounds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize_optional(&Some(*self), serializer)
    }
}

impl SpanBounds {
    /// Returns a length that is known to the second.
    pub fn exact(length: Span) -> Self {
        Self { nominal: length, lowest: length, highest: length }
    }

    /// Returns the time from one moment to a later one; never less than none.
    pub fn between(from: TimeBounds, to: TimeBounds) -> Self {
        let length = |from: Instant, to: Instant| to.since(from).max(Span::ZERO);
        Self {
            nominal: length(from.nominal(), to.nominal()),
            lowest: length(from.latest(), to.earliest()),
            highest: length(from.earliest(), to.latest()),
        }
    }

    /// Returns the length alone for people, no more precise than its bounds are: `3 h 00 min`, `about 9 d`.
    pub fn about(self) -> String {
        duration::about(self.nominal, self.lowest, self.highest)
    }

    /// Writes whole seconds under three keys; null behind each of them where there is no length.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize_optional<S: Serializer>(
        bounds: &Option<Self>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("SpanBounds", 3)?;
        fields.serialize_field("seconds", &bounds.map(|b| b.nominal))?;
        fields.serialize_field("min_seconds", &bounds.map(|b| b.lowest))?;
        fields.serialize_field("max_seconds", &bounds.map(|b| b.highest))?;
        fields.end()
    }
}
