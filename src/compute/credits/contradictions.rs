//! What in the inputs contradicts itself, so that no line could be right.

use super::subscription_history::SubscriptionHistory;
use super::{CreditInputs, InputFault, measured_rows as rows, service_names};
use crate::compute::metrics::DurationDefinition;
use crate::model::customer::Subscription;
use crate::model::diagnostic::{Diagnostic, Level, Location, Sourced};
use crate::model::incident::Name;
use crate::model::incident::names::{self, nearest};
use crate::model::settings::Settings;
use crate::model::sla::{DurationPromise, Period, Policy, StartsAt};

/// Returns the subscriptions of which two rows tell at one moment.
pub(super) fn subscriptions_twice(
    inputs: &CreditInputs,
    accounts: &[SubscriptionHistory<'_>],
) -> Vec<InputFault> {
    let twice = accounts.iter().filter_map(SubscriptionHistory::twice);
    twice.map(|pair| fault(&inputs.customers, subscription_twice(pair.0, pair.1))).collect()
}

/// Returns what is wrong where two rows of one subscription are in force at one moment.
pub fn subscription_twice(earlier: &Subscription, later: &Subscription) -> Diagnostic {
    let message = format!(
        "`{}` has `{}` twice at one moment: the other row is on line {}",
        later.customer,
        later.service_text(),
        earlier.place.line
    );
    Diagnostic::error("subscription-twice", later.place, message).help(
        "let one row end before the other begins, or let them differ in region, resource or plan",
    )
}

/// Returns all else.
pub(super) fn contradictions(inputs: &CreditInputs, period: Period) -> Vec<InputFault> {
    let mut faults = vec![];
    let services = service_names::unknown_services(inputs).into_iter().map(|(_, fault)| fault);
    faults.extend(services.filter(|fault| fault.problem.level == Level::Error));
    faults.extend(rows::measured_twice(&inputs.measurements));
    faults.extend(rows::off_grid(inputs, period));
    for policy in &inputs.policies {
        let twice = same_version(&inputs.policies, policy);
        faults.extend(twice.map(|problem| fault(policy, problem)));
        faults.extend(columns(inputs, policy));
        let unknown = unknown_names(&policy.fact, &inputs.settings);
        faults.extend(unknown.into_iter().map(|problem| fault(policy, problem)));
    }
    faults
}

fn fault<T>(file: &Sourced<T>, problem: Diagnostic) -> InputFault {
    InputFault { path: file.path.clone(), problem }
}

/// Returns what is wrong where another file has the same version of the same policy.
pub(super) fn same_version(
    all: &[Sourced<Policy>],
    policy: &Sourced<Policy>,
) -> Option<Diagnostic> {
    let from = |p: &Policy| p.effective_from.as_ref().map(|from| from.value);
    let same = |other: &&Sourced<Policy>| {
        other.path < policy.path
            && other.fact.id == policy.fact.id
            && from(&other.fact) == from(&policy.fact)
    };
    let other = all.iter().find(same)?;
    let place = policy.fact.effective_from.as_ref().map_or(policy.fact.place, |from| from.place);
    let message =
        format!("`{}` is also in {}, in force from the same day", policy.fact.id, other.path);
    let problem = Diagnostic::error("policy-twice", place, message);
    Some(problem.help("give one of them another `id`, or another `effective: {from: ...}`"))
}

/// Returns the calendars and the milestone that a policy names and the record doesn't have.
pub(super) fn unknown_names(policy: &Policy, settings: &Settings) -> Vec<Diagnostic> {
    let starts_at = policy.measure.starts_at.as_ref();
    let milestone = starts_at.and_then(|starts| match &starts.value {
        // With a milestone that nobody can mark, nothing would ever count.
        StartsAt::Milestone(milestone) => {
            let wrong = settings.known_milestone(&milestone.to_string()).err()?;
            Some(Diagnostic::error("unknown-milestone", starts.place, wrong.to_string()))
        }
        StartsAt::Claim => None,
    });
    let mut found = unknown_calendars(policy, settings);
    found.extend(milestone);
    if let Some(promise) = policy.measure.kind.duration() {
        found.extend(unknown_duration(promise, settings));
    }
    found
}

/// Returns the duration and the severities of a promise that the record doesn't have.
fn unknown_duration(promise: &DurationPromise, settings: &Settings) -> Vec<Diagnostic> {
    let known: Vec<_> = DurationDefinition::all(settings).into_iter().map(|d| d.name).collect();
    let known: Vec<_> = known.iter().map(String::as_str).collect();
    let name = &promise.name;
    let wrong = |name: &str| names::unknown("duration", name, &known);
    let duration = (!known.contains(&name.value.as_str()))
        .then(|| Diagnostic::error("unknown-duration", name.place, wrong(name.value.as_str())));
    let severities = promise.severities.iter().filter_map(|severity| {
        let wrong = settings.known_severity(severity.value.as_str()).err()?;
        Some(Diagnostic::error("unknown-severity", severity.place, wrong.to_string()))
    });
    duration.into_iter().chain(severities).collect()
}

/// Returns the calendars that a policy names and the record doesn't have.
fn unknown_calendars(policy: &Policy, settings: &Settings) -> Vec<Diagnostic> {
    let known = settings.calendars.iter().map(|(name, _)| name.as_str());
    let named = policy.calendars().into_iter();
    let unknown = named.filter(|(name, _)| settings.calendar(name).is_none());
    let problem = |(name, place): (&Name, Location)| {
        let message = format!("recount.yaml has no calendar `{name}`");
        let problem = Diagnostic::error("unknown-calendar", place, message);
        match nearest(name.as_str(), known.clone()) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("add it under `calendars`, or name another"),
        }
    };
    unknown.map(problem).collect()
}

/// Returns faults where a policy asks for a column that the customers' table lacks.
fn columns(inputs: &CreditInputs, policy: &Sourced<Policy>) -> Vec<InputFault> {
    let table = &inputs.customers;
    let lacks = |column: &str| !table.fact.columns.iter().any(|c| c == column);
    let requires = policy.fact.requires.iter().filter(|r| lacks(&r.value.column));
    let missing = requires.map(|r| {
        let message =
            format!("{} has no column `{}` for `{}`", table.path, r.value.column, r.value);
        let problem = Diagnostic::error("no-column", r.place, message);
        fault(policy, problem.help("add the column, or correct the requirement"))
    });
    // A table without rows has nobody to be wrong about.
    if table.fact.rows.is_empty() { vec![] } else { missing.collect() }
}
