//! How long a service was down and degraded, united over all its customers, regions and resources.

use super::bounds::bounds;
use super::times::is_exact;
use super::{
    AffectedInterval, Boundary, CountedStates, ImpactRecord, impact_record, intervals, step,
    untold, views,
};
use crate::compute::timeline::Timeline;
use crate::model::diagnostic::Location;
use crate::model::incident::names::string_enum;
use crate::model::incident::{Name, Share, State};
use crate::model::time::{Instant, Span, SpanBounds};
use std::cmp::Ordering;
use std::fmt;

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
    /// How long it was down.
    pub down: SpanBounds,
    /// How long it was degraded but not down.
    pub degraded: SpanBounds,
    /// How long it was one or the other.
    pub affected: SpanBounds,
    /// Whether the impact goes on, so that all of this runs to now.
    pub running: bool,
}

impl DowntimeTotal {
    /// Returns how long that part of it was.
    pub fn part(&self, part: DowntimePart) -> SpanBounds {
        match part {
            DowntimePart::Affected => self.affected,
            DowntimePart::Down => self.down,
            DowntimePart::Degraded => self.degraded,
        }
    }

    /// Returns whole seconds under the keys that they have in every report.
    pub fn seconds(found: Option<&Self>) -> [(&'static str, Option<Span>); 9] {
        let part = |part: fn(&Self) -> SpanBounds| found.map(part);
        let [all, down, degraded] = [part(|t| t.affected), part(|t| t.down), part(|t| t.degraded)];
        [
            ("seconds", all.and_then(|s| s.nominal)),
            ("min_seconds", all.map(|s| s.lowest)),
            ("max_seconds", all.map(|s| s.highest)),
            ("down_seconds", down.and_then(|s| s.nominal)),
            ("down_min_seconds", down.map(|s| s.lowest)),
            ("down_max_seconds", down.map(|s| s.highest)),
            ("degraded_seconds", degraded.and_then(|s| s.nominal)),
            ("degraded_min_seconds", degraded.map(|s| s.lowest)),
            ("degraded_max_seconds", degraded.map(|s| s.highest)),
        ]
    }
}

string_enum! {
    /// What of a downtime is meant.
    DowntimePart, "downtime" {
        /// Both together.
        Affected = "downtime",
        /// The time in which it was down.
        Down = "down",
        /// The time in which it was degraded but not down.
        Degraded = "degraded",
    }
}

impl DowntimePart {
    /// Returns which states it is the time of.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Affected => "down or degraded",
            Self::Down => "down",
            Self::Degraded => "degraded, but not down",
        }
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
    /// Something that it may hang on could not be read.
    Unreadable(Location),
}

impl fmt::Display for DowntimeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTold => f.write_str("no event tells of its impact"),
            Self::BeginNotTold => f.write_str("no event tells since when it was affected"),
            Self::PartNotTold => f.write_str("the impact on some of its services is not known"),
            Self::NeverEnds => f.write_str("the incident is over, but no event ends the impact"),
            Self::Unreadable(place) => write!(f, "incident.yaml:{place} can't be read"),
        }
    }
}

/// Returns what one service went through; impact that goes on runs to `now`.
///
/// For every choice of the events' times within their bounds that keeps the order of those that
/// change the service, each true total lies between its lowest and its highest value.
pub fn of_service<'a>(
    timeline: &Timeline<'a>,
    service: &Name,
    now: Instant,
) -> ServiceDowntime<'a> {
    if let Some(unknown) = unreadable(timeline) {
        return unknown;
    }
    let found = united(timeline, &[service], now);
    let unknown = untold(timeline, service);
    ServiceDowntime { total: unknown.map_or(found.total, Err), ..found }
}

/// Returns what customers went through in the whole incident, united over all its services.
pub fn of_incident<'a>(timeline: &Timeline<'a>, now: Instant) -> ServiceDowntime<'a> {
    if let Some(unknown) = unreadable(timeline) {
        return unknown;
    }
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

/// Returns that nothing is known where something that it may hang on could not be read.
fn unreadable<'a>(timeline: &Timeline<'a>) -> Option<ServiceDowntime<'a>> {
    let place = timeline.incident.first_unreadable()?;
    Some(ServiceDowntime { intervals: vec![], total: Err(DowntimeUnknown::Unreadable(place)) })
}

fn united<'a>(timeline: &Timeline<'a>, services: &[&Name], now: Instant) -> ServiceDowntime<'a> {
    let intervals = together(seen(timeline, services), ViewsTogether::Heaviest, weigh);
    let running = intervals.iter().any(|i| i.end.is_none() && i.state.hurts());
    if running && !timeline.is_open() {
        return ServiceDowntime { intervals, total: Err(DowntimeUnknown::NeverEnds) };
    }
    let total = ServiceTotal { timeline, services, intervals: &intervals, now };
    let [down, degraded, affected] = total.parts();
    let total = Ok(DowntimeTotal { down, degraded, affected, running });
    ServiceDowntime { intervals, total }
}

/// Impact that is being added up.
struct ServiceTotal<'u, 'a> {
    timeline: &'u Timeline<'a>,
    services: &'u [&'u Name],
    intervals: &'u [AffectedInterval<Boundary<'a>>],
    now: Instant,
}

impl ServiceTotal<'_, '_> {
    /// Returns how long it was down, degraded but not down, and one or the other.
    fn parts(&self) -> [SpanBounds; 3] {
        let down: CountedStates = |state| state == State::Down;
        let degraded: CountedStates = |state| state == State::Degraded;
        if is_exact(self.timeline, self.services) {
            let [down, degraded] = [down, degraded].map(|state| self.nominal(state));
            return [down, degraded, down.plus(degraded)].map(SpanBounds::exact);
        }
        let bounds = |counted| bounds(self.timeline, self.services, counted, self.now);
        let (all, downs, degradeds) = (bounds(State::hurts), bounds(down), bounds(degraded));
        // Where somebody may see one state while another sees the other, the worse of the two counts.
        let alone = match self.services {
            [one] => views(self.timeline, one).len() == 1,
            _ => false,
        };
        let least = all.lowest.minus(downs.highest).max(Span::ZERO);
        let least = if alone { least.max(degradeds.lowest) } else { least };
        let most = all.highest.minus(downs.lowest).min(degradeds.highest).max(least);
        [
            self.bounded(down, (downs.lowest, downs.highest)),
            self.bounded(degraded, (least, most)),
            self.bounded(State::hurts, (all.lowest, all.highest)),
        ]
    }

    /// Returns how long it was in a state that counts, at nominal times.
    fn nominal(&self, counted: CountedStates) -> Span {
        let those = self.intervals.iter().filter(|i| counted(i.state));
        those.fold(Span::ZERO, |sum, i| sum.plus(self.end(i).since(i.start.at).max(Span::ZERO)))
    }

    fn end(&self, interval: &AffectedInterval<Boundary<'_>>) -> Instant {
        interval.end.map_or(self.now, |end| end.at)
    }

    /// Returns how long it was in a state that counts, within bounds.
    fn bounded(&self, counted: CountedStates, (lowest, highest): (Span, Span)) -> SpanBounds {
        let nominal = self.nominal(counted);
        // The order alone keeps the total from lying below zero where it does so for each interval.
        let certain = |i: &AffectedInterval<Boundary<'_>>| {
            let end = i.end.map_or(self.now, |end| end.moment().earliest());
            counted(i.state) && i.start.moment().latest() <= end
        };
        let known =
            lowest > Span::ZERO || highest == Span::ZERO || self.intervals.iter().any(certain);
        SpanBounds {
            nominal: known.then_some(nominal),
            // Each view moves nominal times that contradict the order by itself.
            lowest: lowest.min(nominal),
            highest: highest.max(nominal),
        }
    }
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

/// Which of the states that several views see counts at each moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewsTogether {
    /// The heaviest.
    Heaviest,
    /// The lightest, where each of them sees some.
    All,
}

/// Returns what several views see together: at each moment one state, by what intervals weigh.
pub fn together<'a>(
    mut seen: Vec<Vec<AffectedInterval<Boundary<'a>>>>,
    which: ViewsTogether,
    weigh: impl Fn(&AffectedInterval<Boundary<'a>>, &AffectedInterval<Boundary<'a>>) -> Ordering,
) -> Vec<AffectedInterval<Boundary<'a>>> {
    let views = seen.len();
    if seen.len() < 2 {
        return seen.pop().unwrap_or_default();
    }
    let mut waiting: Vec<_> = seen.into_iter().flatten().collect();
    let mut cuts: Vec<Boundary<'_>> =
        waiting.iter().flat_map(|s| [Some(s.start), s.end]).flatten().collect();
    cuts.sort_by_key(|c| c.at);
    waiting.sort_by_key(|s| std::cmp::Reverse(s.start.at));
    let (mut active, mut united): (Vec<AffectedInterval<Boundary<'a>>>, _) = (vec![], vec![]);
    for same in cuts.chunk_by(|a, b| a.at == b.at) {
        let Some(edge) = same.last() else { continue };
        while let Some(next) = waiting.pop_if(|s| s.start.at <= edge.at) {
            active.push(next);
        }
        active.retain(|s| s.end.is_none_or(|end| edge.at < end.at));
        let counts = match which {
            ViewsTogether::Heaviest => active.iter().max_by(|a, b| weigh(a, b)),
            ViewsTogether::All if active.len() < views => None,
            ViewsTogether::All => active.iter().min_by(|a, b| weigh(a, b)),
        };
        step(&mut united, counts.map_or((State::Up, None), |s| (s.state, s.share.as_ref())), *edge);
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
