//! Downtime over many incidents: each service's is united over all of them and cut at the ends of the time asked for.

use super::IncidentSelection;
use crate::compute::downtime::{
    AffectedTimes, DowntimeTotal, DowntimeUnknown, IntervalSet, UncertainTimes,
};
use crate::model::incident::Name;
use crate::model::time::{Instant, Span, SpanBounds};
use std::collections::BTreeMap;

/// What one service went through in one incident.
#[derive(Clone, Debug)]
pub struct AffectedService {
    /// The service.
    pub service: Name,
    /// How long it was affected.
    pub total: Result<DowntimeTotal, DowntimeUnknown>,
    /// When it was.
    pub times: AffectedTimes,
}

impl AffectedService {
    /// Returns whether some of it may lie within that time.
    pub fn touches(&self, within: &IntervalSet) -> bool {
        let parts = self.times.affected.possibly().parts();
        parts.iter().any(|(from, to)| within.length_between(*from, *to) > Span::ZERO)
    }

    fn has_no_nominal(&self) -> bool {
        self.total.is_ok_and(|t| t.affected.nominal.is_none())
    }

    /// Returns the first instant that it may hold, and the first after it.
    fn extent(&self) -> (Instant, Instant) {
        let parts = self.times.affected.possibly().parts();
        let ends = parts.first().zip(parts.last());
        ends.map_or((Instant::MIN, Instant::MIN), |((from, _), (_, to))| (*from, *to))
    }
}

/// How many incidents a downtime is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DowntimeCounts {
    /// How many began in the time asked for, and have a known downtime.
    pub n: usize,
    /// How many of these do not.
    pub missing: usize,
    /// How many of these have one without a nominal value, of some service: that one is in no length.
    pub unsure: usize,
    /// The most that those without a nominal value would add, be it of one that began at another time.
    pub unsure_highest: Span,
    /// How many began at another time, and may have downtime in the one asked for.
    pub began_outside: usize,
    /// Of how many the impact goes on, so that it runs to now.
    pub running: usize,
}

/// The downtime of one service over many incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceSum {
    /// The service.
    pub service: Name,
    /// How many incidents it is of.
    pub counts: DowntimeCounts,
    /// How long it was; none where that is not known of any.
    pub total: Option<DowntimeTotal>,
}

/// The downtime of many incidents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DowntimeSum {
    /// How many incidents it is of.
    pub counts: DowntimeCounts,
    /// The sum over the services; none where that is not known of any incident.
    pub total: Option<DowntimeTotal>,
    /// Each service, by name.
    pub services: Vec<ServiceSum>,
}

impl DowntimeSum {
    /// Returns the downtime of some incidents in the time that was asked for.
    pub fn of(selection: &IncidentSelection<'_>) -> Self {
        let mut counts = DowntimeCounts::default();
        let mut impacts: BTreeMap<&Name, Vec<(&AffectedService, bool)>> = BTreeMap::new();
        for selected in &selection.incidents {
            let (entry, counts_here) = (selected.entry, selected.began_within);
            let own = || selection.impacts(entry);
            let unknown = match selection.services.as_slice() {
                [] => entry.downtime.is_err(),
                _ => own().any(|i| i.total.is_err()),
            };
            let unsure = own().any(AffectedService::has_no_nominal);
            let touches = own().any(|i| i.touches(&selection.within));
            let running = own().any(|i| i.total.is_ok_and(|t| t.running));
            counts.add(DowntimeFacts { unknown, unsure, running, touches }, counts_here);
            for impact in own() {
                impacts.entry(&impact.service).or_default().push((impact, counts_here));
            }
        }
        let one = |(service, all): (&Name, Vec<_>)| service_sum(service, all, &selection.within);
        let services: Vec<_> = impacts.into_iter().filter_map(one).collect();
        let unsure = services.iter().map(|s| s.counts.unsure_highest);
        counts.unsure_highest = unsure.fold(Span::ZERO, Span::plus);
        let total = services.iter().filter_map(|s| s.total).reduce(together);
        let total = total.or((counts.missing == 0).then(nothing));
        Self { counts, total, services }
    }
}

/// What is known of the downtime of an incident, or of one of its services.
#[derive(Clone, Copy)]
struct DowntimeFacts {
    /// Nothing tells of all of it.
    unknown: bool,
    /// It has bounds and no nominal length.
    unsure: bool,
    /// It goes on.
    running: bool,
    /// Some of it lies in the time that was asked for.
    touches: bool,
}

impl DowntimeCounts {
    fn add(&mut self, facts: DowntimeFacts, began_within: bool) {
        let DowntimeFacts { unknown, unsure, running, touches } = facts;
        let count = match (began_within, unknown, unsure) {
            (false, ..) if !touches => return,
            (false, ..) => &mut self.began_outside,
            (_, true, _) => &mut self.missing,
            (_, _, true) => &mut self.unsure,
            _ => &mut self.n,
        };
        *count += 1;
        self.running += usize::from(running && touches);
    }
}

/// Returns the downtime of one service; none where no incident has any in that time, or began in it.
fn service_sum(
    service: &Name,
    impacts: Vec<(&AffectedService, bool)>,
    within: &IntervalSet,
) -> Option<ServiceSum> {
    let mut counts = DowntimeCounts::default();
    for (impact, began_within) in &impacts {
        let facts = DowntimeFacts {
            unknown: impact.total.is_err(),
            unsure: impact.has_no_nominal(),
            running: impact.total.is_ok_and(|t| t.running),
            touches: impact.touches(within),
        };
        counts.add(facts, *began_within);
    }
    if counts == DowntimeCounts::default() {
        return None;
    }
    let told = impacts.into_iter().map(|(i, _)| i).filter(|i| i.total.is_ok());
    let (unsure, known): (Vec<_>, Vec<_>) = told.partition(|i| i.has_no_nominal());
    let unsure = (!unsure.is_empty()).then(|| united(&unsure, counts.running > 0, within));
    counts.unsure_highest = unsure.map_or(Span::ZERO, |t| t.affected.highest);
    let total = (!known.is_empty()).then(|| united(&known, counts.running > 0, within)).or(unsure);
    Some(ServiceSum { service: service.clone(), counts, total })
}

fn nothing() -> DowntimeTotal {
    let zero = SpanBounds::exact(Span::ZERO);
    DowntimeTotal { down: zero, degraded: zero, affected: zero, running: false }
}

/// Returns the sum of two downtimes: of those that have a nominal value, where one has.
fn together(a: DowntimeTotal, b: DowntimeTotal) -> DowntimeTotal {
    match (a.affected.nominal, b.affected.nominal) {
        (Some(_), None) => return a,
        (None, Some(_)) => return b,
        _ => {}
    }
    let plus = |a: SpanBounds, b: SpanBounds| SpanBounds {
        nominal: a.nominal.map(|n| n.plus(b.nominal.unwrap_or_default())).or(b.nominal),
        lowest: a.lowest.plus(b.lowest),
        highest: a.highest.plus(b.highest),
    };
    DowntimeTotal {
        down: plus(a.down, b.down),
        degraded: plus(a.degraded, b.degraded),
        affected: plus(a.affected, b.affected),
        running: a.running || b.running,
    }
}

/// A least and a most.
type Limits = (Span, Span);

/// Returns the time in which any of these incidents affected the service, of the time asked for.
fn united(impacts: &[&AffectedService], running: bool, within: &IntervalSet) -> DowntimeTotal {
    let length = |part: fn(&AffectedTimes) -> &UncertainTimes| {
        let nominal = |i: &&AffectedService| part(&i.times).nominal.parts().to_vec();
        let all = IntervalSet::union(impacts.iter().flat_map(nominal));
        all.common(within).length()
    };
    let (down, affected) = (length(|t| &t.down), length(|t| &t.affected));
    let degraded = affected.minus(down);
    if impacts.iter().all(|i| i.times.affected.is_exact()) {
        let [down, degraded, affected] = [down, degraded, affected].map(SpanBounds::exact);
        return DowntimeTotal { down, degraded, affected, running };
    }
    let known = impacts.iter().any(|i| !i.has_no_nominal());
    let [d, g, a] = limits(impacts, within);
    let bounded = |nominal: Span, (lowest, highest): Limits| SpanBounds {
        nominal: (known || highest == Span::ZERO).then_some(nominal),
        lowest: lowest.min(nominal),
        highest: highest.max(nominal),
    };
    DowntimeTotal {
        down: bounded(down, d),
        degraded: bounded(degraded, g),
        affected: bounded(affected, a),
        running,
    }
}

/// Returns the least and the most that the service can have been down, degraded and either.
///
/// An incident that no other overlaps, and that nothing cuts, is known best by itself; what overlaps is united first.
fn limits(impacts: &[&AffectedService], within: &IntervalSet) -> [Limits; 3] {
    let mut sorted: Vec<_> = impacts.iter().map(|i| (i.extent(), *i)).collect();
    sorted.sort_by_key(|(extent, _)| *extent);
    let mut sums = [(Span::ZERO, Span::ZERO); 3];
    let mut cluster: Vec<&AffectedService> = vec![];
    let mut reach = (Instant::MIN, Instant::MIN);
    let mut add = |cluster: &[&AffectedService], (from, to): (Instant, Instant)| {
        let whole = within.length_between(from, to) == to.since(from);
        let found = match cluster {
            [one] if whole => alone(one),
            several => of_cluster(several, within),
        };
        for (sum, (least, most)) in sums.iter_mut().zip(found) {
            *sum = (sum.0.plus(least), sum.1.plus(most));
        }
    };
    for ((from, to), impact) in sorted {
        if from >= reach.1 {
            add(&cluster, reach);
            cluster.clear();
            reach = (from, to);
        }
        cluster.push(impact);
        reach.1 = reach.1.max(to);
    }
    add(&cluster, reach);
    sums
}

fn alone(impact: &AffectedService) -> [Limits; 3] {
    let Ok(total) = impact.total else { return [(Span::ZERO, Span::ZERO); 3] };
    [total.down, total.degraded, total.affected].map(|part| (part.lowest, part.highest))
}

fn of_cluster(cluster: &[&AffectedService], within: &IntervalSet) -> [Limits; 3] {
    let length = |part: fn(&AffectedTimes) -> &IntervalSet| {
        let parts = cluster.iter().flat_map(|i| part(&i.times).parts().to_vec());
        IntervalSet::union(parts).common(within).length()
    };
    let down = (length(|t| t.down.surely()), length(|t| t.down.possibly()));
    let affected = (length(|t| t.affected.surely()), length(|t| t.affected.possibly()));
    let degraded = cluster.iter().filter_map(|i| Some(i.total.ok()?.degraded.highest));
    let degraded = degraded.fold(Span::ZERO, Span::plus).min(affected.1.minus(down.0));
    let least = affected.0.minus(down.1).max(Span::ZERO);
    [down, (least, degraded.max(least)), affected]
}
