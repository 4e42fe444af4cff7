//! How long a service was down and degraded, united over all its customers, regions and resources.

use super::bounds::bounds;
use super::{
    AffectedInterval, Boundary, ImpactRecord, impact_record, intervals, step, untold, views,
};
use crate::compute::timeline::Timeline;
use crate::model::incident::{Name, Share, State};
use crate::model::time::{Instant, Span, SpanBounds};
use std::cmp::Ordering;

/// What a service went through in an incident.
#[derive(Clone, Debug)]
pub struct ServiceDowntime<'a> {
    /// The intervals in which it was not `up` for somebody, with the heaviest state, at nominal times.
    pub intervals: Vec<AffectedInterval<Boundary<'a>>>,
    /// How long it was affected, or why that is not known.
    pub total: Result<DowntimeTotal, DowntimeUnknown>,
}

/// How long something was affected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DowntimeTotal {
    /// How long it was down, at nominal times.
    pub down: Span,
    /// How long it was degraded but not down, at nominal times.
    pub degraded: Span,
    /// The least that both can be together.
    pub lowest: Span,
    /// The most that both can be together.
    pub highest: Span,
    /// Whether the impact goes on, so that all of this runs to now.
    pub running: bool,
}

impl DowntimeTotal {
    /// Returns how long it was down or degraded, at nominal times.
    pub fn affected(&self) -> Span {
        self.down.plus(self.degraded)
    }

    /// Returns how long it was down or degraded, with its bounds.
    pub fn bounds(&self) -> SpanBounds {
        SpanBounds { nominal: self.affected(), lowest: self.lowest, highest: self.highest }
    }
}

/// Why a downtime is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DowntimeUnknown {
    /// No event tells what the service went through.
    NotTold,
    /// An event ends its impact, or planned work begins it, and no event says since when there was any.
    BeginNotTold,
    /// Of some of the services, that is not known.
    PartNotTold,
    /// The incident is over, but no event ends its impact.
    NeverEnds,
}

impl DowntimeUnknown {
    /// Returns the reason for people.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotTold => "no event tells of its impact",
            Self::BeginNotTold => "no event tells since when it was affected",
            Self::PartNotTold => "the impact on some of its services is not known",
            Self::NeverEnds => "the incident is over, but no event ends the impact",
        }
    }
}

/// Returns what one service went through; impact that goes on runs to `now`.
///
/// For every choice of the events' times within their bounds that keeps the order of those that
/// change the service, the true total lies between `lowest` and `highest`.
pub fn of_service<'a>(
    timeline: &Timeline<'a>,
    service: &Name,
    now: Instant,
) -> ServiceDowntime<'a> {
    let found = united(timeline, &[service], now);
    let unknown = untold(timeline, service);
    ServiceDowntime { total: unknown.map_or(found.total, Err), ..found }
}

/// Returns what customers went through in the whole incident, united over all its services.
pub fn of_incident<'a>(timeline: &Timeline<'a>, now: Instant) -> ServiceDowntime<'a> {
    let services = timeline.services();
    let unknown = match impact_record(timeline.incident) {
        ImpactRecord::Unknown => Some(DowntimeUnknown::NotTold),
        _ => {
            services.iter().find_map(|s| untold(timeline, s)).map(|_| DowntimeUnknown::PartNotTold)
        }
    };
    let found = united(timeline, &services, now);
    ServiceDowntime { total: unknown.map_or(found.total, Err), ..found }
}

fn united<'a>(timeline: &Timeline<'a>, services: &[&Name], now: Instant) -> ServiceDowntime<'a> {
    let intervals = heaviest(seen(timeline, services));
    let running = intervals.iter().any(|i| i.end.is_none() && i.state.hurts());
    if running && !timeline.is_open() {
        return ServiceDowntime { intervals, total: Err(DowntimeUnknown::NeverEnds) };
    }
    let length = |state| {
        let those = intervals.iter().filter(|i| i.state == state);
        those.fold(Span::ZERO, |sum, i| sum.plus(length(i, now)))
    };
    let (down, degraded) = (length(State::Down), length(State::Degraded));
    let affected = down.plus(degraded);
    // Each view moves nominal times that contradict the order by itself.
    let bounds =
        bounds(timeline, services, now).map(|b| (b.lowest.min(affected), b.highest.max(affected)));
    let (lowest, highest) = bounds.unwrap_or((affected, affected));
    ServiceDowntime {
        intervals,
        total: Ok(DowntimeTotal { down, degraded, lowest, highest, running }),
    }
}

fn length(interval: &AffectedInterval<Boundary<'_>>, now: Instant) -> Span {
    interval.end.map_or(now, |end| end.at).since(interval.start.at).max(Span::ZERO)
}

/// Returns the end of the last impact of all services, at nominal times; none where there was no
/// impact, or some of it has no end.
pub fn last_hurt<'a>(timeline: &Timeline<'a>) -> Option<Boundary<'a>> {
    let affected = seen(timeline, &timeline.services());
    let affected: Vec<_> = affected.into_iter().flatten().filter(|s| s.state.hurts()).collect();
    let ends: Option<Vec<_>> = affected.iter().map(|s| s.end).collect();
    ends?.into_iter().max_by_key(|end| end.at)
}

/// Returns what each view of each service sees, at nominal times.
fn seen<'a>(
    timeline: &Timeline<'a>,
    services: &[&Name],
) -> Vec<Vec<AffectedInterval<Boundary<'a>>>> {
    let each = |service| {
        let views = views(timeline, service).into_iter();
        views.map(move |view| intervals(timeline, service, view, |t| t.moment.nominal()))
    };
    services.iter().copied().flat_map(each).collect()
}

/// Unites what several views see: at each moment the heaviest state counts.
fn heaviest(
    mut seen: Vec<Vec<AffectedInterval<Boundary<'_>>>>,
) -> Vec<AffectedInterval<Boundary<'_>>> {
    if seen.len() < 2 {
        return seen.pop().unwrap_or_default();
    }
    let mut waiting: Vec<_> = seen.into_iter().flatten().collect();
    let mut cuts: Vec<Boundary<'_>> =
        waiting.iter().flat_map(|s| [Some(s.start), s.end]).flatten().collect();
    cuts.sort_by_key(|c| c.at);
    waiting.sort_by_key(|s| std::cmp::Reverse(s.start.at));
    let (mut active, mut united): (Vec<AffectedInterval<Boundary<'_>>>, _) = (vec![], vec![]);
    for same in cuts.chunk_by(|a, b| a.at == b.at) {
        let Some(edge) = same.last() else { continue };
        while let Some(next) = waiting.pop_if(|s| s.start.at <= edge.at) {
            active.push(next);
        }
        active.retain(|s| s.end.is_none_or(|end| edge.at < end.at));
        let heaviest = active.iter().max_by(|a, b| weigh(a, b));
        step(
            &mut united,
            heaviest.map_or((State::Up, None), |s| (s.state, s.share.as_ref())),
            *edge,
        );
    }
    united
}

/// Compares what two intervals weigh: by state, then by share, where none is all.
fn weigh(a: &AffectedInterval<Boundary<'_>>, b: &AffectedInterval<Boundary<'_>>) -> Ordering {
    let share = |s: Option<&Share>| s.map_or((1, 1), |s| (s.part(), s.whole()));
    let ((a_part, a_whole), (b_part, b_whole)) = (share(a.share.as_ref()), share(b.share.as_ref()));
    let product = |x: u64, y: u64| u128::from(x) * u128::from(y);
    a.state.cmp(&b.state).then(product(a_part, b_whole).cmp(&product(b_part, a_whole)))
}
