//! The points that durations lie between, and what stands in for those that nobody marked.

use super::definition::Anchor;
use crate::compute::calendar::working_time;
use crate::compute::downtime::{self, Boundary, ImpactEnd};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Event, Milestone};
use crate::model::settings::Calendar;
use crate::model::time::{Instant, Span, Zone};
use std::fmt;

/// What stands in for a milestone that was not marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StandIn {
    /// The first impact, for `started`.
    FirstImpact,
    /// The end of the last impact, for `recovered`.
    LastImpact,
    /// `resolved`, for `recovered`.
    Resolved,
}

impl fmt::Display for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::FirstImpact => "first impact",
            Self::LastImpact => "end of the last impact",
            Self::Resolved => "resolved",
        })
    }
}

/// A point in an incident.
#[derive(Clone, Debug)]
pub struct AnchorPoint<'a> {
    /// Its nominal time.
    pub at: Instant,
    /// The event that it comes from; none for now.
    pub told: Option<TimedEvent<'a>>,
    /// What stands in here for the milestone that was asked for.
    pub stand_in: Option<StandIn>,
    /// The moments of which it is the latest, one unless it is the end of several impacts.
    ends: Vec<ReachedTime<'a>>,
}

/// A moment that an event sets, or a known length after one.
#[derive(Clone, Copy, Debug)]
struct ReachedTime<'a> {
    /// The event with which it always moves together, and how much later it is.
    held: Option<(&'a Event, Span)>,
    earliest: Instant,
    latest: Instant,
}

impl<'a> AnchorPoint<'a> {
    /// Returns the moment from which is looked.
    pub(super) fn now(at: Instant) -> Self {
        let ends = vec![ReachedTime { held: None, earliest: at, latest: at }];
        Self { at, told: None, stand_in: None, ends }
    }

    fn event(told: TimedEvent<'a>, stand_in: Option<StandIn>) -> Self {
        let (earliest, latest) = (told.moment.earliest(), told.moment.latest());
        let ends = vec![ReachedTime { held: Some((told.event, Span::ZERO)), earliest, latest }];
        Self { at: told.moment.nominal(), told: Some(told), stand_in, ends }
    }

    /// Returns the point of an anchor, or what stands in for it.
    pub(super) fn of(timeline: &Timeline<'a>, anchor: &Anchor) -> Option<Self> {
        let marked = |m| timeline.milestone(m).map(|told| Self::event(told, None));
        let first = |stand_in| timeline.first_impact().map(|told| Self::event(told, stand_in));
        let resolved = || {
            let told = timeline.milestone(&Milestone::Resolved)?;
            Some(Self::event(told, Some(StandIn::Resolved)))
        };
        match anchor {
            Anchor::FirstImpact => first(None),
            Anchor::LastImpact => Self::last_impact(timeline, None),
            Anchor::Milestone(m @ Milestone::Started) => {
                marked(m).or_else(|| first(Some(StandIn::FirstImpact)))
            }
            Anchor::Milestone(m @ Milestone::Recovered) => marked(m)
                .or_else(|| Self::last_impact(timeline, Some(StandIn::LastImpact)))
                .or_else(resolved),
            Anchor::Milestone(m) => marked(m),
        }
    }

    /// Returns the moment from which no service was affected any more.
    fn last_impact(timeline: &Timeline<'a>, stand_in: Option<StandIn>) -> Option<Self> {
        let ends = downtime::impact_ends(timeline);
        let last = downtime::last_hurt(timeline).or_else(|| latest(&ends))?;
        let mut ends: Vec<_> = ends.iter().map(ReachedTime::of).collect();
        if ends.is_empty() {
            ends.push(ReachedTime { held: None, earliest: last.at, latest: last.at });
        }
        Some(Self { at: last.at, told: Some(last.told), stand_in, ends })
    }

    /// Returns the least and the most that `length` can be from `from` to here, over every choice of the
    /// events' times.
    ///
    /// The latest of several ends counts, so that the length is the greatest, over the ends here, of
    /// the least, over the ends there, of single lengths; and so are its bounds.
    pub(super) fn bounds_since(
        &self,
        from: &AnchorPoint<'_>,
        clock: DurationClock<'_>,
    ) -> (Span, Span) {
        let least = |to: &ReachedTime<'_>| {
            let all = from.ends.iter().map(|from| clock.bounds(from, to));
            all.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))
        };
        let all = self.ends.iter().filter_map(least);
        all.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or_default()
    }
}

/// Returns the latest end at nominal times: of impact that at these times lasts no time at all, and so is
/// no interval, but that other times within the bounds give a length.
fn latest<'a>(ends: &[ImpactEnd<'a>]) -> Option<Boundary<'a>> {
    let edge = |end: &ImpactEnd<'a>| {
        let ImpactEnd { told, after, .. } = *end;
        Boundary { told, after, at: told.moment.nominal().plus(after) }
    };
    ends.iter().map(edge).max_by_key(|edge| edge.at)
}

impl<'a> ReachedTime<'a> {
    fn of(end: &ImpactEnd<'a>) -> Self {
        let held = end.rigid.then_some((end.told.event, end.after));
        Self { held, earliest: end.earliest, latest: end.latest }
    }

    /// Returns how much later this is than `from` whatever the times, where both hang on one event.
    fn held_since(&self, from: &ReachedTime<'_>) -> Option<Span> {
        let ((event, after), (same, before)) = self.held.zip(from.held)?;
        std::ptr::eq(event, same).then(|| after.minus(before))
    }
}

/// What a length of time is counted on.
#[derive(Clone, Copy, Debug)]
pub(super) enum DurationClock<'s> {
    /// All time.
    Wall,
    /// The hours of a calendar, in a zone where it has none of its own.
    Working(&'s Calendar, Zone),
}

impl DurationClock<'_> {
    /// Returns the length from one instant to another; negative on the wall's clock where `to` is earlier.
    pub(super) fn length(self, from: Instant, to: Instant) -> Span {
        match self {
            Self::Wall => to.since(from),
            Self::Working(calendar, zone) => working_time(calendar, zone, from, to),
        }
    }

    /// Returns the least and the most from one moment to another; two that hang on one event move together.
    fn bounds(self, from: &ReachedTime<'_>, to: &ReachedTime<'_>) -> (Span, Span) {
        let bounds =
            || (self.length(from.latest, to.earliest), self.length(from.earliest, to.latest));
        match (to.held_since(from), self) {
            (None, _) => bounds(),
            (Some(held), Self::Wall) => (held, held),
            (Some(held), Self::Working(..)) => (bounds().0, bounds().1.min(held).max(Span::ZERO)),
        }
    }
}
