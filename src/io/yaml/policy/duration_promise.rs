//! Reads promises about how long incidents take.

use super::uptime;
use crate::io::yaml::fields::{Diagnostics, FieldReader, list, parsed, word};
use crate::io::yaml::node::Node;
use crate::model::diagnostic::{Diagnostic, Location, Spanned};
use crate::model::money;
use crate::model::sla::{ClaimFrom, ClaimRule, Commitment, Count, DurationPromise, Policy, Scheme};
use crate::model::time::{Span, duration::read_span};

/// Reads `name`, `severities` and `clock`; how long it may take stands in the commitment.
pub(super) fn promise(
    f: &mut FieldReader<'_, '_>,
    problems: &mut Diagnostics,
) -> Option<DurationPromise> {
    let name = f.need("name", problems).and_then(|n| word(n, problems));
    let severities = f.take("severities").map_or(vec![], |n| list(n, problems, word));
    let clock = f.take("clock").and_then(|n| word(n, problems));
    Some(DurationPromise { name: name?, severities, clock, at_most: Span::ZERO })
}

/// Reads how long it may take, and of how many of a hundred incidents.
pub(super) fn commitment(
    node: &Node<'_>,
    promise: &mut DurationPromise,
    problems: &mut Diagnostics,
) -> Option<Spanned<Commitment>> {
    let mut f = FieldReader::open(node, "a commitment", problems)?;
    let most = f.need("at_most", problems).and_then(|n| parsed(n, problems, read_span));
    let share = f.take("share").map(|n| uptime(n, problems));
    f.close(problems);
    promise.at_most = most?.value;
    let percent = share.unwrap_or_else(|| Some(money::whole(100)))?;
    Some(Spanned { value: Commitment { percent, above: false }, place: node.place })
}

/// Reports what a promise about durations doesn't go with, and what goes with nothing else.
pub(super) fn contradictions(policy: &Policy, refuse: &mut impl FnMut(Location, &str)) {
    let scheme = &policy.scheme;
    let in_force = match &scheme.value {
        Scheme::Consecutive { then, .. } => then,
        other => other,
    };
    if policy.measure.kind.duration().is_none() {
        if matches!(in_force, Scheme::PerBreach(_)) {
            refuse(scheme.place, "`per_breach` is for promises about durations: `kind: duration`");
        }
        return;
    }
    let fits = matches!(
        scheme.value,
        Scheme::PerBreach(_)
            | Scheme::Steps(_)
            | Scheme::DurationBands { count: Count::Incident, .. }
    );
    if !fits {
        let message = "a promise about durations takes `per_breach`, `steps`, or `duration_bands` with `count: incident`";
        refuse(scheme.place, message);
    }
    if policy.exclude.maintenance.is_some() {
        refuse(
            policy.place,
            "the clock of a duration stops for no maintenance: drop `exclude: {maintenance: ...}`",
        );
    }
    if let ClaimRule::Within { from: ClaimFrom::IncidentEnd, place, .. } = &policy.claim {
        refuse(
            *place,
            "a promise about durations counts no impact whose end could begin a claim's time",
        );
    }
}

/// Reports keys of a promise about durations in a policy that is about something else.
pub(super) fn refuse_keys(node: &Node<'_>, problems: &mut Diagnostics) {
    for key in ["name", "severities", "clock"] {
        if let Some(node) = node.get(key) {
            let message = format!("`{key}` goes with `kind: duration` alone");
            problems.push(Diagnostic::error("contradiction", node.place, message));
        }
    }
}
