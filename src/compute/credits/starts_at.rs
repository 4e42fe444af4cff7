//! From when on an incident's time counts: the milestone that a policy names, or the customer's own report.

use super::counted_incident::CountedIncident;
use super::segment::{Cut, Disposition, ImpactSegment};
use super::subject::Subject;
use super::time_choice::TimeAssignment;
use crate::compute::downtime::{self, ImpactScope};
use crate::model::incident::Milestone;
use crate::model::sla::{Policy, StartsAt};
use crate::model::time::Instant;

/// From when on an incident's time counts.
enum CountedFrom {
    /// From its beginning.
    Beginning,
    /// From an instant.
    At(Instant),
    /// None of it counts.
    Never,
    /// Nothing tells since when, and something still may.
    Awaited,
}

fn counted_from(
    incident: &CountedIncident<'_>,
    policy: &Policy,
    subject: &Subject<'_>,
    choice: &TimeAssignment<'_>,
) -> CountedFrom {
    let Some(starts_at) = &policy.measure.starts_at else { return CountedFrom::Beginning };
    let start = match &starts_at.value {
        StartsAt::Milestone(milestone) => {
            incident.timeline.milestone(milestone).map(|told| choice.time_of(&told))
        }
        StartsAt::Claim => reported(incident, subject, choice),
    };
    match start {
        Some(at) => CountedFrom::At(at),
        // Its first impact stands in for it.
        None if starts_at.value == StartsAt::Milestone(Milestone::Started) => {
            CountedFrom::Beginning
        }
        None if incident.open => CountedFrom::Awaited,
        None => CountedFrom::Never,
    }
}

/// Returns when a customer first reported an incident: by its name, or while its impact was under way.
fn reported(
    incident: &CountedIncident<'_>,
    subject: &Subject<'_>,
    choice: &TimeAssignment<'_>,
) -> Option<Instant> {
    let (timeline, views) = (&incident.timeline, &subject.view.views);
    let under_way = |at: Instant| {
        let seen = |service, view: &ImpactScope<'_>| {
            downtime::intervals(timeline, service, *view, |told| choice.time_of(told))
        };
        let each = subject.services.iter().flat_map(|s| views.iter().map(move |view| (*s, view)));
        let mut all = each.flat_map(|(service, view)| seen(service, view));
        all.any(|i| i.start.at <= at && i.end.is_none_or(|end| at < end.at))
    };
    let own = subject.reports.iter().filter(|report| match report.incident {
        Some(id) => *id == timeline.incident.id,
        None => under_way(report.at),
    });
    own.map(|report| report.at).min()
}

/// Cuts out the time before the one from which on time counts: all of it where nothing tells that.
///
/// In an open incident something still may: its time is kept, for [`awaited`] to find what hangs on it.
pub(super) fn start_cuts(
    incident: &CountedIncident<'_>,
    policy: &Policy,
    subject: &Subject<'_>,
    choice: &TimeAssignment<'_>,
) -> Vec<Cut> {
    let (to, disposition) = match counted_from(incident, policy, subject, choice) {
        CountedFrom::Beginning | CountedFrom::Awaited => return vec![],
        CountedFrom::At(start) => (start, Disposition::BeforeStart),
        CountedFrom::Never => (Instant::MAX, Disposition::NeverStarted),
    };
    vec![Cut { from: Instant::MIN, to, disposition }]
}

/// Returns the incidents of which it may still be told since when they count.
pub(super) fn awaiting(
    incidents: &[&CountedIncident<'_>],
    policy: &Policy,
    subject: &Subject<'_>,
    choice: &TimeAssignment<'_>,
) -> Vec<usize> {
    let awaits = |a: &&&CountedIncident<'_>| {
        matches!(counted_from(a, policy, subject, choice), CountedFrom::Awaited)
    };
    incidents.iter().filter(awaits).map(|a| a.index).collect()
}

/// Takes out the time of such incidents, and returns the first of those whose time would count.
pub(super) fn awaited(segments: &mut [ImpactSegment<'_>], awaiting: &[usize]) -> Option<usize> {
    let mut first = None;
    for segment in segments.iter_mut().filter(|p| p.is_live() && awaiting.contains(&p.incident)) {
        segment.disposition = Disposition::NeverStarted;
        first = first.or(Some(segment.incident));
    }
    first
}
