//! What a policy's own terms leave open or contradict, found without any incident.

use super::{InputFault, coverage};
use crate::model::diagnostic::{Diagnostic, Location, Sourced};
use crate::model::incident::IncidentId;
use crate::model::money::whole;
use crate::model::settings::Settings;
use crate::model::sla::{
    Applies, BandYield, CalendarLength, Denominator, FeeShare, Policy, Scheme, Window,
};

/// Returns what should be looked at in policies: holes, overlaps and unreachable bands in their tables,
/// keys without effect, and services, incidents and versions that do not fit together.
pub fn validate(
    policies: &[Sourced<Policy>],
    settings: &Settings,
    incidents: &[IncidentId],
) -> Vec<InputFault> {
    let mut faults = vec![];
    for policy in policies {
        let mut found = coverage::table(&policy.fact);
        found.extend(without_effect(&policy.fact));
        found.extend(unknown(&policy.fact, settings, incidents));
        found.extend(stacking(&policy.fact, policies));
        found.extend(super::contradictions::same_version(policies, policy));
        found.extend(super::contradictions::unknown_names(&policy.fact, settings));
        found.sort_by_key(|p| p.place);
        faults.extend(
            found.into_iter().map(|problem| InputFault { path: policy.path.clone(), problem }),
        );
    }
    faults
}

/// Returns keys that change nothing, or not what they seem to.
fn without_effect(policy: &Policy) -> Vec<Diagnostic> {
    let mut found = vec![];
    let measure = &policy.measure;
    let mut note = |place, message: &str, help: &str| {
        found.push(Diagnostic::warning("no-effect", place, message).help(help));
    };
    if measure.denominator == Denominator::MinusMaintenance && policy.exclude.maintenance.is_none()
    {
        let help = "add `exclude: {maintenance: {}}`";
        note(
            policy.place,
            "`minus-maintenance` takes nothing away: no maintenance is excused",
            help,
        );
    }
    if measure.min_duration_applies == Applies::BeforeExclusions && measure.min_duration.is_none() {
        note(policy.place, "`min_duration_applies` has no `min_duration` to apply", "add one");
    }
    if policy.commitment.value.above && policy.commitment.value.percent >= whole(100) {
        note(policy.commitment.place, "no uptime is above 100 %", "write `at_least: 100`");
    }
    if policy.window != Window::Month
        && let Some(place) = month_divisor(&policy.scheme.value, policy.scheme.place)
    {
        let message = format!("the fee of a {} is divided by the time of one month", policy.window);
        note(place, &message, "give the days or hours of the whole window");
    }
    if let Scheme::Ladder { percents, within } = &policy.scheme.value
        && let CalendarLength::Months(months) = within
    {
        let windows = usize::try_from(months / policy.window.months()).unwrap_or(usize::MAX);
        if windows < percents.len() {
            let message = format!(
                "the ladder has {} steps, and {within} have {windows} windows",
                percents.len()
            );
            note(policy.scheme.place, &message, "the last steps are never reached");
        }
    }
    found
}

/// Returns where a scheme fixes the days or hours of a month.
fn month_divisor(scheme: &Scheme, place: Location) -> Option<Location> {
    let fixed = |outcome: &BandYield| {
        matches!(
            outcome,
            BandYield::Share(FeeShare::Days { month_days: Some(_), .. })
                | BandYield::Share(FeeShare::Hours { month_hours: Some(_), .. })
        )
    };
    match scheme {
        Scheme::Bands(bands) => bands.iter().find(|b| fixed(&b.outcome)).map(|b| b.place),
        Scheme::DurationBands { bands, .. } => {
            bands.iter().find(|b| fixed(&b.outcome)).map(|b| b.place)
        }
        Scheme::PerBreach(outcome) => fixed(outcome).then_some(place),
        Scheme::Blocks(blocks) => fixed(&BandYield::Share(blocks.share.clone())).then_some(place),
        Scheme::LostTime(lost) => match &lost.basis {
            crate::model::sla::Basis::Fee { month_hours: Some(_), .. } => Some(place),
            _ => None,
        },
        Scheme::Consecutive { then, .. } => month_divisor(then, place),
        _ => None,
    }
}

/// Returns services and incidents that the record does not know.
fn unknown(policy: &Policy, settings: &Settings, incidents: &[IncidentId]) -> Vec<Diagnostic> {
    let services = policy.services.iter().filter_map(|service| {
        let wrong = settings.known_service(service.value.as_str()).err()?;
        Some(Diagnostic::error("policy-of-unknown-service", service.place, wrong.to_string()))
    });
    let incidents = policy.incidents.iter().filter(|i| !incidents.contains(&i.value)).map(|i| {
        let message = format!("there is no incident `{}`", i.value);
        Diagnostic::warning("unknown-incident", i.place, message)
    });
    services.chain(incidents).collect()
}

/// Returns a policy that stacks otherwise than one of its group.
fn stacking(policy: &Policy, all: &[Sourced<Policy>]) -> Option<Diagnostic> {
    let group = policy.group.as_ref()?;
    let other = all.iter().find(|other| {
        other.fact.stacking != policy.stacking
            && other.fact.group.as_ref().is_some_and(|g| g.value == group.value)
    })?;
    let message = format!(
        "`{}` stacks by `{}` here, and by `{}` in {}",
        group.value, policy.stacking, other.fact.stacking, other.path
    );
    Some(
        Diagnostic::warning("stacking", group.place, message)
            .help("only where all of a group say `sum` do they add up"),
    )
}
