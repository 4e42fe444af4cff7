//! A choice of times for events that are not known to the second.

use crate::compute::timeline::TimedEvent;
use crate::model::incident::Event;
use crate::model::time::Instant;

/// The times that some events are taken to have had; all others are at their nominal times.
#[derive(Clone, Debug, Default)]
pub(super) struct TimeAssignment<'a>(Vec<(&'a Event, Instant)>);

impl<'a> TimeAssignment<'a> {
    /// Returns the choice that gives each of some events its time.
    pub(super) fn of(events: &[TimedEvent<'a>], times: &[Instant]) -> Self {
        Self(events.iter().map(|t| t.event).zip(times.iter().copied()).collect())
    }

    /// Returns the time of an event.
    pub(super) fn time_of(&self, told: &TimedEvent<'_>) -> Instant {
        let chosen = self.0.iter().find(|(event, _)| std::ptr::eq(*event, told.event));
        chosen.map_or(told.moment.nominal(), |(_, at)| *at)
    }
}
