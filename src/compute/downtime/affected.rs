//! An interval in which a service was not `up`.

use super::Boundary;
use crate::model::incident::{Name, Share, State};
use crate::model::time::{Instant, Span, SpanBounds, TimeBounds};
use serde::{Serialize, Serializer};

/// An interval in which a service was not `up`.
///
/// Its ends are what its reader needs of them: a computation holds the events that they come from, a report their
/// times and ids.
#[derive(Clone, Debug, Serialize)]
pub struct AffectedInterval<End = IntervalEnd> {
    /// Where it begins.
    pub start: End,
    /// Where it ends; null where the record has no end for it.
    pub end: Option<End>,
    /// The state; never `up`.
    pub state: State,
    /// The part of requests or customers hit, as it was written.
    pub share: Option<Share>,
}

/// One of the two ends of an interval.
#[derive(Clone, Debug)]
pub struct IntervalEnd {
    /// The nominal instant, moved where nominal times contradict the order of the events.
    pub at: Instant,
    /// The bounds of the end.
    pub moment: TimeBounds,
    /// The id of the event that it comes from.
    pub event: Option<Name>,
}

impl Serialize for IntervalEnd {
    /// Writes the instant alone.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.at.serialize(serializer)
    }
}

impl From<Boundary<'_>> for IntervalEnd {
    fn from(boundary: Boundary<'_>) -> Self {
        let event = boundary.told.event.id.clone();
        Self { at: boundary.at, moment: boundary.moment(), event }
    }
}

impl AffectedInterval<Boundary<'_>> {
    /// Returns what was computed, without the facts that it was computed from.
    pub fn detached(&self) -> AffectedInterval {
        AffectedInterval {
            start: self.start.into(),
            end: self.end.map(IntervalEnd::from),
            state: self.state,
            share: self.share.clone(),
        }
    }
}

impl AffectedInterval {
    /// Returns how long it lasted, at nominal times; none where it has no end.
    pub fn length(&self) -> Option<Span> {
        self.end.as_ref().map(|end| end.at.since(self.start.at))
    }

    /// Returns how long it lasted for people, no more precise than its ends are known.
    pub fn words(&self) -> Option<String> {
        self.bounds().map(SpanBounds::about)
    }

    /// Returns how long it lasted, with its bounds; none where it has no end.
    pub fn bounds(&self) -> Option<SpanBounds> {
        let end = self.end.as_ref()?;
        let nominal = end.at.since(self.start.at);
        // What ends so long after the same event is as long as that, whenever it was.
        if end.event.is_some() && end.event == self.start.event {
            return Some(SpanBounds::exact(nominal));
        }
        let bounds = SpanBounds::between(self.start.moment, end.moment);
        Some(SpanBounds { nominal: bounds.nominal.map(|_| nominal), ..bounds })
    }

    /// Returns whether it holds an instant.
    pub fn holds(&self, at: Instant) -> bool {
        self.start.at <= at && self.end.as_ref().is_none_or(|end| at < end.at)
    }
}
