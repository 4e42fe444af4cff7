//! What an incident does not say, and should.

use crate::downtime::{self, Known};
use crate::incident::Incident;
use crate::place::{Place, Problem};

/// Reports an incident whose impact nothing tells.
pub(super) fn impact(incident: &Incident, found: &mut Vec<Problem>) {
    if downtime::known(incident) == Known::Unknown && incident.duplicate_of.is_none() {
        let place = Place { line: 1, column: 1 };
        found.push(Problem::warning("missing-impact", place, "nothing says what this incident did to customers")
            .help("record it with `recount impact SERVICE=STATE --at ...`, or `recount set impact=none`"));
    }
}
