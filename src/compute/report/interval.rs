//! An interval in which a service was not `up`, as reports hold it.

use crate::compute::downtime::{Boundary, ImpactInterval};
use crate::model::incident::{Name, Share, State};
use crate::model::time::{Instant, Span, TimeBounds};
use serde::{Serialize, Serializer};

/// An interval in which a service was not `up`, united over regions and customers.
#[derive(Clone, Debug, Serialize)]
pub struct AffectedInterval {
    /// Where it begins.
    pub start: IntervalEnd,
    /// Where it ends; null where the record has no end for it.
    pub end: Option<IntervalEnd>,
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

impl AffectedInterval {
    /// Returns what was computed, without the facts that it was computed from.
    pub fn of(found: &ImpactInterval<'_>) -> Self {
        let end = |boundary: Boundary<'_>| IntervalEnd {
            at: boundary.at,
            moment: boundary.moment(),
            event: boundary.told.event.id.clone(),
        };
        let share = found.share.cloned();
        Self { start: end(found.start), end: found.end.map(end), state: found.state, share }
    }

    /// Returns how long it lasted, at nominal times; none where it has no end.
    pub fn length(&self) -> Option<Span> {
        self.end.as_ref().map(|end| end.at.since(self.start.at))
    }

    /// Returns whether it holds an instant.
    pub fn holds(&self, at: Instant) -> bool {
        self.start.at <= at && self.end.as_ref().is_none_or(|end| at < end.at)
    }
}
