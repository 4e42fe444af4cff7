//! Planned maintenance that a policy excuses: announced in time, and within its quota.

use crate::compute::downtime::IntervalSet;
use crate::model::customer::Maintenance;
use crate::model::incident::Name;
use crate::model::sla::{MaintenanceRule, Period, Window};
use crate::model::time::{Instant, Span, Zone};

/// Returns the maintenance of a service that is excused between two instants, in order and apart, each
/// with its place in `planned`.
///
/// The quota is of planned time, used up in order of time in each local month, whether or not the
/// service was down then.
pub(super) fn excused(
    planned: &[Maintenance],
    service: &Name,
    excuse: MaintenanceRule,
    zone: Zone,
    (from, to): (Instant, Instant),
) -> Vec<(Instant, Instant, usize)> {
    let in_time = |m: &Maintenance| match (excuse.notice, m.announced) {
        (None, _) => true,
        (Some(notice), Some(announced)) => announced <= m.from.minus(notice),
        (Some(_), None) => false,
    };
    let concerns = |m: &Maintenance| m.services.is_empty() || m.services.contains(service);
    let (first, last) = whole_months(zone, from, to);
    let touches = |m: &Maintenance| m.from < last && first < m.to;
    let windows = planned.iter().enumerate();
    let windows = windows.filter(|(_, m)| concerns(m) && in_time(m) && touches(m));
    let mut windows: Vec<_> = windows.map(|(i, m)| (m.from, m.to, i)).collect();
    windows.sort_unstable();
    let apart = apart(windows);
    match excuse.quota {
        Some(quota) => within_quota(apart, quota, zone),
        None => apart,
    }
}

/// Returns the beginning of the local month of one instant, and the end of that of another.
fn whole_months(zone: Zone, from: Instant, to: Instant) -> (Instant, Instant) {
    let month = |at: Instant| Period::with(at.local(zone).date_naive(), Window::Month);
    let first = month(from).map_or(from, |m| m.bounds(zone).0);
    let last = month(to).map_or(to, |m| m.bounds(zone).1);
    (first, last)
}

/// Leaves each instant to the first of the windows that hold it.
fn apart(windows: Vec<(Instant, Instant, usize)>) -> Vec<(Instant, Instant, usize)> {
    let mut reach = Instant::MIN;
    let mut apart = vec![];
    for (from, to, index) in windows {
        let from = from.max(reach);
        if from < to {
            apart.push((from, to, index));
            reach = to;
        }
    }
    apart
}

fn within_quota(
    windows: Vec<(Instant, Instant, usize)>,
    quota: Span,
    zone: Zone,
) -> Vec<(Instant, Instant, usize)> {
    let (mut month, mut left) = ((Instant::MIN, Instant::MIN), quota);
    let mut kept = vec![];
    for (from, to, index) in windows {
        let mut at = from;
        while at < to {
            if month.1 <= at {
                let day = at.local(zone).date_naive();
                let next = Period::with(day, Window::Month).map(|m| m.bounds(zone));
                month = next.filter(|(_, end)| *end > at).unwrap_or((at, Instant::MAX));
                left = quota;
            }
            let end = to.min(month.1);
            let excused = end.min(at.plus(left));
            if at < excused {
                kept.push((at, excused, index));
            }
            left = left.minus(excused.since(at));
            at = end;
        }
    }
    kept
}

/// Returns the time of excused windows.
pub(super) fn cover(excused: &[(Instant, Instant, usize)]) -> IntervalSet {
    IntervalSet::union(excused.iter().map(|(from, to, _)| (*from, *to)))
}
