//! From when on an incident's time counts: the milestone that a policy names.

use super::impact::CountedIncident;
use super::segment::{Cut, Disposition, ImpactSegment};
use super::time_choice::TimeAssignment;
use crate::model::incident::Milestone;
use crate::model::sla::Policy;
use crate::model::time::Instant;

/// From when on an incident's time counts.
enum CountedFrom {
    /// From its beginning.
    Beginning,
    /// From an instant.
    At(Instant),
    /// None of it counts.
    Never,
    /// The milestone isn't marked, and still may be.
    Awaited,
}

fn counted_from(
    incident: &CountedIncident<'_>,
    policy: &Policy,
    choice: &TimeAssignment<'_>,
) -> CountedFrom {
    let Some(starts_at) = &policy.measure.starts_at else { return CountedFrom::Beginning };
    match incident.timeline.milestone(&starts_at.value) {
        Some(told) => CountedFrom::At(choice.time_of(&told)),
        // Its first impact stands in for it.
        None if starts_at.value == Milestone::Started => CountedFrom::Beginning,
        None if incident.open => CountedFrom::Awaited,
        None => CountedFrom::Never,
    }
}

/// Cuts out the time before the milestone from which on time counts: all of it where none stands.
///
/// In an open incident the milestone may still be marked: its time is kept, for [`awaited`] to find what hangs on it.
pub(super) fn start_cuts(
    incident: &CountedIncident<'_>,
    policy: &Policy,
    choice: &TimeAssignment<'_>,
) -> Vec<Cut> {
    let (to, disposition) = match counted_from(incident, policy, choice) {
        CountedFrom::Beginning | CountedFrom::Awaited => return vec![],
        CountedFrom::At(start) => (start, Disposition::BeforeStart),
        CountedFrom::Never => (Instant::MAX, Disposition::NeverStarted),
    };
    vec![Cut { from: Instant::MIN, to, disposition }]
}

/// Returns the incidents whose milestone may still be marked.
pub(super) fn awaiting(
    incidents: &[&CountedIncident<'_>],
    policy: &Policy,
    choice: &TimeAssignment<'_>,
) -> Vec<usize> {
    let awaits =
        |a: &&&CountedIncident<'_>| matches!(counted_from(a, policy, choice), CountedFrom::Awaited);
    incidents.iter().filter(awaits).map(|a| a.index).collect()
}

/// Takes out the time of incidents whose milestone may still be marked, and returns the first of those whose time
/// would count.
pub(super) fn awaited(segments: &mut [ImpactSegment<'_>], awaiting: &[usize]) -> Option<usize> {
    let mut first = None;
    for segment in segments.iter_mut().filter(|p| p.is_live() && awaiting.contains(&p.incident)) {
        segment.disposition = Disposition::NeverStarted;
        first = first.or(Some(segment.incident));
    }
    first
}
