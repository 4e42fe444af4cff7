//! Planned maintenance that a policy excuses: announced in time, and within its quota.

use super::subject::SubjectTerms;
use super::{CreditInputs, ImpactSegment};
use crate::compute::downtime::IntervalSet;
use crate::model::customer::Maintenance;
use crate::model::incident::Name;
use crate::model::settings::Settings;
use crate::model::sla::{MaintenanceRule, Notice, Period, PlannedTime, Policy, Quota};
use crate::model::time::{Instant, Zone, day_start};

/// Planned work that excuses a service's downtime, with its place in the inputs.
type ExcusedWork = (Instant, Instant, usize);

/// How a window was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Announced {
    /// In time.
    InTime,
    /// Before it began, but with less notice than is asked for.
    Late,
    /// After it began, or nobody knows when.
    Never,
}

/// One occurrence of planned work, as far as it can be excused.
#[derive(Clone, Copy, Debug)]
struct Candidate<'b> {
    work: ExcusedWork,
    services: &'b [Name],
    late: bool,
}

impl Candidate<'_> {
    fn concerns(&self, service: &Name) -> bool {
        self.services.is_empty() || self.services.contains(service)
    }
}

/// Returns the maintenance that is excused between two instants for each of some services: in order and apart.
///
/// A quota is of planned time, whether or not a service was down then. Several services that a row has as one draw
/// on one quota, in order of time, and each window excuses only the services that it names.
pub(super) fn excused(
    SubjectTerms { inputs, policy, subject }: SubjectTerms<'_, '_>,
    reach: (Instant, Instant),
) -> Vec<Vec<ExcusedWork>> {
    let services = &subject.services;
    let none = || services.iter().map(|_| vec![]).collect();
    let Some(rule) = ExcuseRule::of(policy, &inputs.settings) else { return none() };
    let Some(planned) = &inputs.maintenance else { return none() };
    let excuse = rule.excuse;
    let reach = whole_periods(excuse, policy.zone, reach);
    let mut all = rule.candidates(&planned.fact, reach);
    all.retain(|c| services.iter().any(|s| c.concerns(s)));
    let (late, in_time): (Vec<_>, Vec<_>) = all.into_iter().partition(|c| c.late);
    let open = allowed(cover(in_time.iter()), excuse.quota, policy.zone);
    let excused_in_time =
        |service: &&Name| cover(in_time.iter().filter(|c| c.concerns(service))).common(&open);
    let own: Vec<_> = services.iter().map(excused_in_time).collect();
    // What is excused already draws on no second quota.
    let already = |c: &Candidate<'_>| {
        let whole = IntervalSet::union([(c.work.0, c.work.1)]);
        let concerned = services.iter().zip(&own).filter(|(s, _)| c.concerns(s));
        concerned.fold(whole.clone(), |left, (_, own)| left.common(own))
    };
    let wanted = late
        .iter()
        .map(|c| IntervalSet::union([(c.work.0, c.work.1)]).without(&already(c)).parts().to_vec());
    let wanted = IntervalSet::union(wanted.flatten());
    let open_late = match excuse.emergency {
        Some(quota) => allowed(wanted, Some(quota), policy.zone),
        None => IntervalSet::default(),
    };
    let of_service = |service: &&Name| {
        let works = in_time.iter().map(|c| (c, &open)).chain(late.iter().map(|c| (c, &open_late)));
        let own = works.filter(|(c, _)| c.concerns(service));
        let parts = own.flat_map(|(c, open)| {
            let parts = IntervalSet::union([(c.work.0, c.work.1)]).common(open);
            parts.parts().iter().map(|(from, to)| (*from, *to, c.work.2)).collect::<Vec<_>>()
        });
        apart(parts.collect())
    };
    services.iter().map(of_service).collect()
}

/// Planned work in which a part of impact counts all the same, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnexcusedWork {
    /// Its place in the inputs.
    pub work: usize,
    /// Why it excuses nothing.
    pub why: NotExcused,
}

/// Why planned work excuses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotExcused {
    /// The policy excuses no planned work.
    ByNoRule,
    /// It was announced later than the policy asks for.
    TooLate,
    /// It was announced after it began.
    Afterwards,
    /// Nobody knows when it was announced, and the policy asks for notice.
    Unannounced,
    /// It is longer than what the policy excuses, by itself or with others.
    BeyondQuota,
}

/// Returns the first planned work that lies in a part of impact that counts.
pub fn unexcused(
    inputs: &CreditInputs,
    policy: &Policy,
    segment: &ImpactSegment<'_>,
) -> Option<UnexcusedWork> {
    let planned = inputs.maintenance.as_ref().filter(|_| segment.is_live())?;
    let concerns = |m: &Maintenance| m.services.is_empty() || m.services.contains(segment.service);
    let meets = |m: &Maintenance| m.when.occurrences(segment.from, segment.to).into_iter().next();
    let found = planned.fact.iter().enumerate().filter(|(_, m)| concerns(m));
    let (work, maintenance, begins) =
        found.into_iter().find_map(|(work, m)| Some((work, m, meets(m)?.0)))?;
    let why = match ExcuseRule::of(policy, &inputs.settings) {
        None => NotExcused::ByNoRule,
        Some(rule) => match rule.announced(maintenance, begins) {
            Announced::InTime => NotExcused::BeyondQuota,
            Announced::Late if rule.excuse.emergency.is_some() => NotExcused::BeyondQuota,
            Announced::Late => NotExcused::TooLate,
            Announced::Never if maintenance.announced.is_none() => NotExcused::Unannounced,
            Announced::Never => NotExcused::Afterwards,
        },
    };
    Some(UnexcusedWork { work, why })
}

/// What a policy excuses, with what tells whether a window was announced in time.
#[derive(Clone, Copy, Debug)]
struct ExcuseRule<'p> {
    excuse: &'p MaintenanceRule,
    zone: Zone,
    settings: &'p Settings,
}

impl<'p> ExcuseRule<'p> {
    /// Returns a policy's rule; none where it excuses no planned work.
    fn of(policy: &'p Policy, settings: &'p Settings) -> Option<Self> {
        let excuse = &policy.exclude.maintenance.as_ref()?.value;
        Some(Self { excuse, zone: policy.zone, settings })
    }

    fn candidates<'b>(
        &self,
        planned: &'b [Maintenance],
        reach: (Instant, Instant),
    ) -> Vec<Candidate<'b>> {
        let mut found = vec![];
        for (index, maintenance) in planned.iter().enumerate() {
            for (begins, ends) in maintenance.when.occurrences(reach.0, reach.1) {
                let how = self.announced(maintenance, begins);
                let late = how == Announced::Late;
                if how == Announced::Never || (late && self.excuse.emergency.is_none()) {
                    continue;
                }
                let ends = self.excuse.max_each.map_or(ends, |most| ends.min(begins.plus(most)));
                let services = &maintenance.services;
                found.push(Candidate { work: (begins, ends, index), services, late });
            }
        }
        found
    }

    /// Returns how a window that begins at an instant was announced; exactly so long before is enough.
    fn announced(&self, maintenance: &Maintenance, begins: Instant) -> Announced {
        let since = match &maintenance.when {
            PlannedTime::Every(recurrence) => Some(day_start(recurrence.since, recurrence.zone)),
            PlannedTime::Once { .. } => None,
        };
        let Some(at) = maintenance.announced.or(since) else {
            // Nobody knows when, which is no notice: enough where none is asked for.
            return match self.excuse.notice {
                None => Announced::InTime,
                Some(_) => Announced::Never,
            };
        };
        if at > begins {
            return Announced::Never;
        }
        let enough = match &self.excuse.notice {
            None => true,
            Some(Notice::Length(notice)) => at <= begins.minus(*notice),
            Some(Notice::BusinessDays(days)) => {
                let day = |at: Instant| at.local(self.zone).date_naive();
                let calendar = self.settings.calendar(&days.calendar);
                calendar.is_some_and(|own| days.lie_between(day(at), day(begins), own))
            }
        };
        if enough { Announced::InTime } else { Announced::Late }
    }
}

/// Returns the time between two instants, widened to the whole periods of the quotas.
fn whole_periods(
    excuse: &MaintenanceRule,
    zone: Zone,
    (from, to): (Instant, Instant),
) -> (Instant, Instant) {
    let quotas = [excuse.quota, excuse.emergency];
    let around = |at: Instant| {
        let day = at.local(zone).date_naive();
        let periods = quotas.iter().flatten().filter_map(move |q| Period::with(day, q.per));
        periods.map(|period| period.bounds(zone))
    };
    (
        around(from).map(|(first, _)| first).fold(from, Instant::min),
        around(to).map(|(_, end)| end).fold(to, Instant::max),
    )
}

/// Leaves each instant to the first of the windows that hold it.
fn apart(mut windows: Vec<ExcusedWork>) -> Vec<ExcusedWork> {
    windows.sort_unstable();
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

/// Returns the first so much of some time in each period of a quota; all of it without a quota.
fn allowed(time: IntervalSet, quota: Option<Quota>, zone: Zone) -> IntervalSet {
    let Some(quota) = quota else { return time };
    let (mut period, mut left) = ((Instant::MIN, Instant::MIN), quota.time);
    let mut kept = vec![];
    for (from, to) in time.parts() {
        let mut at = *from;
        while at < *to {
            if period.1 <= at {
                let day = at.local(zone).date_naive();
                let next = Period::with(day, quota.per).map(|p| p.bounds(zone));
                period = next.filter(|(_, end)| *end > at).unwrap_or((at, Instant::MAX));
                left = quota.time;
            }
            let end = (*to).min(period.1);
            let excused = end.min(at.plus(left));
            kept.push((at, excused));
            left = left.minus(excused.since(at));
            at = end;
        }
    }
    IntervalSet::union(kept)
}

fn cover<'c, 'b: 'c>(candidates: impl Iterator<Item = &'c Candidate<'b>>) -> IntervalSet {
    IntervalSet::union(candidates.map(|c| (c.work.0, c.work.1)))
}

/// Returns the time of excused windows.
pub(super) fn time(excused: &[ExcusedWork]) -> IntervalSet {
    IntervalSet::union(excused.iter().map(|(from, to, _)| (*from, *to)))
}
