//! A length of time with its bounds.

use super::{Span, TimeBounds, duration};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt;

/// A length of time with the least and the most that it can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanBounds {
    /// The length between nominal times; none where the bounds of its ends overlap, so that their order alone keeps
    /// the least from lying below zero.
    pub nominal: Option<Span>,
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
        Self { nominal: Some(length), lowest: length, highest: length }
    }

    /// Returns the time from one moment to a later one; never less than none.
    pub fn between(from: TimeBounds, to: TimeBounds) -> Self {
        let least = to.earliest().since(from.latest());
        let most = to.latest().since(from.earliest());
        let nominal = to.nominal().since(from.nominal());
        Self::ordered(nominal, least, (least.max(Span::ZERO), most.max(Span::ZERO)))
    }

    /// Returns a length of which the order of its ends alone says that it isn't below zero: it has a nominal value
    /// unless `unordered`, the least that it could be without that order, lies below zero, and it may be more than none.
    pub fn ordered(nominal: Span, unordered: Span, (lowest, highest): (Span, Span)) -> Self {
        let known = unordered >= Span::ZERO || highest == Span::ZERO;
        Self { nominal: known.then(|| nominal.clamp(lowest, highest)), lowest, highest }
    }

    /// Returns the nominal length, or else the most that it can be: what orders lengths for the eye.
    pub fn nominal_or_most(self) -> Span {
        self.nominal.unwrap_or(self.highest)
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
        fields.serialize_field("seconds", &bounds.and_then(|b| b.nominal))?;
        fields.serialize_field("min_seconds", &bounds.map(|b| b.lowest))?;
        fields.serialize_field("max_seconds", &bounds.map(|b| b.highest))?;
        fields.end()
    }
}
