//! What was told to the public, and when.

use super::CheckedIncident;
use crate::compute::cadence::{self, UpdateSilence};
use crate::model::diagnostic::Diagnostic;
use crate::model::time::duration;

/// Reports the longest time for which the public heard nothing, where that is longer than the cadence promises.
pub(super) fn cadence(case: &CheckedIncident<'_>) -> Option<Diagnostic> {
    let silences = cadence::silences(case.timeline, case.settings, case.now);
    let longest = silences.iter().max_by_key(|s| s.length)?;
    let event = longest.after.event;
    let place = event.marks.iter().next().map_or(event.place, |m| m.place);
    let help = "if something was said, record it: `recount log --at TIME --kind communication --public TEXT`";
    Some(Diagnostic::warning("missed-cadence", place, message(longest, silences.len())).help(help))
}

fn message(longest: &UpdateSilence<'_>, count: usize) -> String {
    let UpdateSilence { length, every, until, .. } = longest;
    let heard = if until.is_some() { "heard" } else { "has heard" };
    let (length, every) = (duration::words(*length), duration::words(*every));
    let others = match count {
        0 | 1 => String::new(),
        count => format!("; it is the longest of {count} such times"),
    };
    format!(
        "the public {heard} nothing for {length} from here on, and every {every} is promised{others}"
    )
}
