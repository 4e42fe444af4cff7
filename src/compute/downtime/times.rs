//! When a service was affected in one incident, for sums over many: these unite and cut it.

use super::bounds::sure_and_possible;
use super::{CountedStates, IntervalSet, ServiceDowntime};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Milestone, Name, State};
use crate::model::time::Instant;

/// When a service was affected in one incident; nothing where that is not known.
#[derive(Clone, Debug, Default)]
pub struct AffectedTimes {
    /// When it was down.
    pub down: UncertainTimes,
    /// When it was down or degraded.
    pub affected: UncertainTimes,
}

/// Some time that is not known to the second.
#[derive(Clone, Debug, Default)]
pub struct UncertainTimes {
    /// The time at nominal times; none where it has no nominal length.
    pub nominal: IntervalSet,
    /// What belongs to it whatever the times, and what may; none where both are the nominal time.
    bounds: Option<(IntervalSet, IntervalSet)>,
}

impl UncertainTimes {
    /// Returns the time that belongs to it whatever the times within their bounds.
    pub fn surely(&self) -> &IntervalSet {
        self.bounds.as_ref().map_or(&self.nominal, |(surely, _)| surely)
    }

    /// Returns the time that may belong to it.
    pub fn possibly(&self) -> &IntervalSet {
        self.bounds.as_ref().map_or(&self.nominal, |(_, possibly)| possibly)
    }

    /// Returns whether it is known to the second.
    pub fn is_exact(&self) -> bool {
        self.bounds.is_none()
    }
}

impl AffectedTimes {
    /// Returns when a service was affected, of which is known what it went through; what goes on runs to `now`.
    pub fn of(
        timeline: &Timeline<'_>,
        service: &Name,
        found: &ServiceDowntime<'_>,
        now: Instant,
    ) -> Self {
        let Ok(total) = found.total else { return Self::default() };
        let exact = is_exact(timeline, &[service]);
        let times = |counted: CountedStates| {
            let those = found.intervals.iter().filter(|i| counted(i.state));
            let nominal =
                IntervalSet::union(those.map(|i| (i.start.at, i.end.map_or(now, |e| e.at))));
            if exact {
                return UncertainTimes { nominal, bounds: None };
            }
            let (surely, possibly) = sure_and_possible(timeline, service, counted, now);
            if total.affected.nominal.is_none() {
                let (nominal, surely) = Default::default();
                return UncertainTimes { nominal, bounds: Some((surely, possibly)) };
            }
            // Nominal times that contradict the order are moved by each view for itself.
            let possibly = possibly.parts().iter().chain(nominal.parts()).copied();
            let bounds = Some((surely.common(&nominal), IntervalSet::union(possibly)));
            UncertainTimes { nominal, bounds }
        };
        Self { down: times(|s| s == State::Down), affected: times(State::hurts) }
    }
}

/// Returns whether there is but one choice, because all events that change one of `services` are known to the second.
pub(super) fn is_exact(timeline: &Timeline<'_>, services: &[&Name]) -> bool {
    let changes = |t: &TimedEvent<'_>| {
        t.event.marks.has(&Milestone::Recovered)
            || t.event.impact.iter().any(|i| services.contains(&&i.value.service))
    };
    timeline.events().iter().all(|t| t.moment.is_exact() || !changes(t))
}
