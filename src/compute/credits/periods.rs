//! The periods in which one incident can have lines.

use super::CreditInputs;
use super::counted_incident::CountedIncident;
use crate::compute::timeline::Timeline;
use crate::model::incident::IncidentId;
use crate::model::sla::Period;
use crate::model::time::{Instant, Zone};
use std::collections::BTreeSet;

/// How many periods of one policy are looked at: twenty years of months. Only a slip in a year reaches further.
const MOST: usize = 240;

/// Returns the periods of the policies' windows that an incident reaches into, and those in which it has
/// adjustments; none for drills and duplicates, which count nowhere.
pub fn periods(inputs: &CreditInputs, id: &IncidentId) -> BTreeSet<Period> {
    let own = inputs.incidents.iter().find(|i| i.fact.id == *id);
    let incident =
        own.and_then(|i| CountedIncident::of(0, Timeline::of(&i.fact, &inputs.settings)));
    let extent = incident.map(|a| a.extent());
    let reached = extent.iter().flat_map(|extent| {
        let policies = inputs.policies.iter().map(|p| &p.fact);
        policies.flat_map(|p| windows(*extent, p.zone, |day| Period::with(day, p.window)))
    });
    let adjusted = inputs.adjustments.iter().flat_map(|f| &f.fact);
    let adjusted = adjusted.filter(|a| a.incident.as_ref() == Some(id)).map(|a| a.period);
    reached.chain(adjusted).collect()
}

/// Returns the windows from that of the first instant to that of the last.
fn windows(
    (from, to): (Instant, Instant),
    zone: Zone,
    with: impl Fn(chrono::NaiveDate) -> Option<Period>,
) -> Vec<Period> {
    let first = with(from.local(zone).date_naive());
    let last = to.local(zone).date_naive();
    let all = std::iter::successors(first, |period| with(period.end_day()));
    all.take_while(|period| period.first_day() <= last).take(MOST).collect()
}
