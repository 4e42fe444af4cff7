//! A choice of times for events that are not known to the second.

use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::Event;
use crate::model::time::Instant;
use std::collections::HashMap;
use std::marker::PhantomData;

/// Which length of a duration is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DurationBound {
    /// The one between the nominal times.
    #[default]
    Nominal,
    /// The least.
    Lowest,
    /// The most.
    Highest,
}

/// The times that some events are taken to have had; all others are at their nominal times.
#[derive(Clone, Debug, Default)]
pub(super) struct TimeAssignment<'a> {
    /// The time of each event, by where the event lies in memory: the same facts are looked at all along.
    times: HashMap<usize, Instant>,
    events: PhantomData<&'a Event>,
    bound: DurationBound,
}

impl<'a> TimeAssignment<'a> {
    /// Returns the choice that gives each of some events its time.
    pub(super) fn of(events: &[TimedEvent<'a>], times: &[Instant]) -> Self {
        let times = events.iter().map(|t| address(t.event)).zip(times.iter().copied()).collect();
        Self { times, events: PhantomData, bound: DurationBound::Nominal }
    }

    /// Returns the choice that gives each duration one of its bounds.
    pub(super) fn at_bound(bound: DurationBound) -> Self {
        Self { bound, ..Self::default() }
    }

    /// Returns which length of a duration is taken.
    pub(super) fn bound(&self) -> DurationBound {
        self.bound
    }

    /// Returns the times of an incident's events: all that what becomes of it hangs on.
    pub(super) fn times_of(&self, timeline: &Timeline<'_>) -> Vec<Instant> {
        timeline.events().iter().map(|told| self.time_of(told)).collect()
    }

    /// Returns the time of an event.
    pub(super) fn time_of(&self, told: &TimedEvent<'_>) -> Instant {
        self.times.get(&address(told.event)).copied().unwrap_or(told.moment.nominal())
    }
}

fn address(event: &Event) -> usize {
    std::ptr::from_ref(event).addr()
}
