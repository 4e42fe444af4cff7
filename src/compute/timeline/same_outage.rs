//! Open incidents that may have been declared for one outage, by people who did not hear of each other.

use super::Timeline;
use crate::model::incident::{Incident, Name};
use crate::model::time::Instant;

/// Two open incidents with a service in common.
#[derive(Clone, Debug)]
pub struct SameOutage<'a> {
    /// The one that began first.
    pub first: &'a Incident,
    /// The one that began after it.
    pub second: &'a Incident,
    /// The services that both have.
    pub services: Vec<&'a Name>,
}

/// Returns the pairs of open incidents whose services and times overlap.
///
/// Both last until now, so that their times overlap unless one is yet to begin. Those that name each other are known
/// to be two.
pub fn pairs<'a>(open: &[Timeline<'a>], now: Instant) -> Vec<SameOutage<'a>> {
    let mut all: Vec<_> = open
        .iter()
        .filter(|it| it.is_active())
        .filter_map(|it| Some((it.begin()?.moment.earliest(), it)))
        .filter(|(begin, _)| *begin <= now)
        .collect();
    all.sort_by_key(|(begin, it)| (*begin, &it.incident.id));
    let mut found = vec![];
    for (index, (_, first)) in all.iter().enumerate() {
        for (_, second) in all.iter().skip(index + 1) {
            let shared = second.services();
            let services: Vec<_> =
                first.services().into_iter().filter(|name| shared.contains(name)).collect();
            if !services.is_empty() && !names(first, second) && !names(second, first) {
                let (first, second) = (first.incident, second.incident);
                found.push(SameOutage { first, second, services });
            }
        }
    }
    found
}

fn names(one: &Timeline<'_>, other: &Timeline<'_>) -> bool {
    one.incident.related.iter().any(|id| id.value == other.incident.id)
}
