//! Rows of measurements that contradict one another, or the grid of the policies that use them.

use super::{CreditInputs, InputFault};
use crate::model::customer::{MeasuredValue, MeasurementRow};
use crate::model::diagnostic::{Diagnostic, Location, Sourced};
use crate::model::incident::Name;
use crate::model::sla::{MeasureKind, Period, Policy};
use crate::model::time::{Instant, Span};
use std::collections::HashMap;
use std::mem::{Discriminant, discriminant};

/// Returns the rows that are for the service, the instant and the kind of an earlier one, equal or not: of each file the
/// first, and how many more.
pub(super) fn measured_twice(files: &[Sourced<Vec<MeasurementRow>>]) -> Vec<InputFault> {
    type Measured<'b> = (&'b Name, Instant, Discriminant<MeasuredValue>);
    let mut known: HashMap<Measured<'_>, (&Sourced<Vec<MeasurementRow>>, Location)> =
        HashMap::new();
    let mut faults = vec![];
    for file in files {
        let mut twice = vec![];
        for row in &file.fact {
            let measured = (&row.service, row.start, discriminant(&row.value));
            if let Some((other, place)) = known.get(&measured) {
                twice.push((row, other.at(*place)));
            } else {
                known.insert(measured, (file, row.place));
            }
        }
        let Some((row, other)) = twice.first() else { continue };
        let more = match twice.len() {
            1 => String::new(),
            count => format!(", and so are {} more rows of this file", count.saturating_sub(1)),
        };
        let message = format!(
            "`{}` is measured twice at {}: the other row is {other}{more}",
            row.service,
            row.start.rfc3339()
        );
        let problem = Diagnostic::error("measured-twice", row.place, message);
        let problem = problem.help("remove one of the two, also where they are equal");
        faults.push(InputFault { path: file.path.clone(), problem });
    }
    faults
}

/// Returns the rows of a period's window that begin off the grid of a policy that takes error rates: of each file and
/// policy the first.
pub(super) fn off_grid(inputs: &CreditInputs, period: Period) -> Vec<InputFault> {
    let mut faults = vec![];
    for policy in inputs.policies.iter().map(|p| &p.fact) {
        let MeasureKind::ErrorRate { interval } = policy.measure.kind else { continue };
        if policy.window != period.window() {
            continue;
        }
        let (from, to) = period.bounds(policy.zone);
        let off = |row: &&MeasurementRow| {
            let since = row.start.since(from).as_seconds();
            (from..to).contains(&row.start)
                && since.checked_rem(interval.as_seconds()) != Some(0)
                && uses(inputs, policy, row)
        };
        for file in &inputs.measurements {
            if let Some(row) = file.fact.iter().find(off) {
                faults.push(InputFault {
                    path: file.path.clone(),
                    problem: off_grid_problem(policy, row, interval),
                });
            }
        }
    }
    faults
}

fn off_grid_problem(policy: &Policy, row: &MeasurementRow, interval: Span) -> Diagnostic {
    let message = format!(
        "{} is off the grid of `{}`, whose intervals are {}",
        row.start.rfc3339(),
        policy.id,
        crate::model::time::duration::words(interval)
    );
    Diagnostic::error("off-grid", row.place, message)
        .help("its intervals are counted from the beginning of the window")
}

/// Returns whether a policy takes an error rate from a row for some subscription.
fn uses(inputs: &CreditInputs, policy: &Policy, row: &MeasurementRow) -> bool {
    let is_rate = !matches!(row.value, MeasuredValue::Score { .. });
    let named =
        policy.services.is_empty() || policy.services.iter().any(|s| s.value == row.service);
    is_rate
        && named
        && inputs.customers.fact.rows.iter().any(|r| {
            r.service.as_ref().is_none_or(|service| *service == row.service)
                && policy.is_for(r.service.as_ref(), r.plan.as_deref())
        })
}
