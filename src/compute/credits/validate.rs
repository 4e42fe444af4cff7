//! What a policy's own terms leave open or contradict, found without any incident.

use super::InputFault;
use crate::model::diagnostic::{Diagnostic, Location, Sourced};
use crate::model::incident::IncidentId;
use crate::model::money::{Exact, exactly, whole};
use crate::model::settings::Settings;
use crate::model::sla::{
    Applies, Band, BandRange, BandYield, CalendarLength, Commitment, Denominator, Policy, Scheme,
    Window,
};
use crate::model::time::duration::words;
use num_traits::Zero;

/// Returns what should be looked at in policies: holes, overlaps and unreachable bands in their tables,
/// keys without effect, and services, incidents and versions that do not fit together.
pub fn validate(
    policies: &[Sourced<Policy>],
    settings: &Settings,
    incidents: &[IncidentId],
) -> Vec<InputFault> {
    let mut faults = vec![];
    for policy in policies {
        let mut found = table(&policy.fact);
        found.extend(without_effect(&policy.fact));
        found.extend(unknown(&policy.fact, settings, incidents));
        found.extend(stacking(&policy.fact, policies));
        found.extend(super::contradictions::same_version(policies, policy));
        found.sort_by_key(|p| p.place);
        faults.extend(
            found.into_iter().map(|problem| InputFault { path: policy.path.clone(), problem }),
        );
    }
    faults
}

/// Returns what is wrong with a policy's table, if it has one.
fn table(policy: &Policy) -> Vec<Diagnostic> {
    let commitment = &policy.commitment.value;
    let scheme = match &policy.scheme.value {
        Scheme::Consecutive { then, .. } => then,
        scheme => scheme,
    };
    let place = policy.scheme.place;
    match scheme {
        Scheme::Bands(bands) => {
            let mut found = gaps(bands, |at| format!("{} %", exactly(at)), Some(commitment));
            found.extend(bottom_of_uptime(bands, place));
            found.extend(top_of_uptime(bands, commitment, place));
            found.extend(bands.iter().filter_map(|band| unreachable(band, commitment)));
            found
        }
        Scheme::DurationBands(bands) => {
            let mut found = gaps(bands, |at| words(*at), None);
            let ends = bands.iter().all(|b| b.range.high.is_some());
            if let Some(last) = bands.iter().max_by_key(|b| high(&b.range)).filter(|_| ends) {
                found.push(hole(last.place, "downtime past the last band".to_owned()));
            }
            found
        }
        _ => vec![],
    }
}

fn high<T: Clone>(range: &BandRange<T>) -> Option<T> {
    range.high.as_ref().map(|b| b.at.clone())
}

fn low<T: Clone>(range: &BandRange<T>) -> Option<T> {
    range.low.as_ref().map(|b| b.at.clone())
}

fn hole(place: Location, what: String) -> Diagnostic {
    Diagnostic::warning("hole", place, format!("no band is for {what}")).help(
        "lines there are in review; state a band for it, with `percent: 0` if nothing is owed",
    )
}

/// Returns the holes and overlaps between bands that follow one another; holes where the commitment is
/// kept are none.
fn gaps<T: Clone + Ord + Into<BandLimit>>(
    bands: &[Band<T>],
    show: impl Fn(&T) -> String,
    commitment: Option<&Commitment>,
) -> Vec<Diagnostic> {
    let mut order: Vec<&Band<T>> = bands.iter().collect();
    order.sort_by_key(|b| low(&b.range));
    let mut found = vec![];
    for (a, b) in order.iter().zip(order.iter().skip(1)) {
        let (Some(top), Some(bottom)) = (&a.range.high, &b.range.low) else {
            found.push(overlap(a, b));
            continue;
        };
        let meet = top.at == bottom.at;
        let kept = commitment.is_some_and(
            |c| matches!(top.at.clone().into(), BandLimit::Percent(p) if c.is_met(&p)),
        );
        if top.at > bottom.at || (meet && top.inclusive && bottom.inclusive) {
            found.push(overlap(a, b));
        } else if meet && !top.inclusive && !bottom.inclusive && !kept {
            found.push(hole(b.place, format!("exactly {}", show(&top.at))));
        } else if top.at < bottom.at && !kept {
            found.push(hole(b.place, format!("{} to {}", show(&top.at), show(&bottom.at))));
        }
    }
    found
}

/// A bound of a band, of uptime or of downtime.
pub(super) enum BandLimit {
    /// Of uptime, in percent.
    Percent(Exact),
    /// Of downtime.
    Time,
}

impl From<Exact> for BandLimit {
    fn from(percent: Exact) -> Self {
        Self::Percent(percent)
    }
}

impl From<crate::model::time::Span> for BandLimit {
    fn from(_: crate::model::time::Span) -> Self {
        Self::Time
    }
}

fn overlap<T>(a: &Band<T>, b: &Band<T>) -> Diagnostic {
    let message = format!("this band overlaps `{}` on line {}", a.label, a.place.line);
    Diagnostic::warning("overlap", b.place, message).help("lines in both are in review")
}

fn bottom_of_uptime(bands: &[Band<Exact>], place: Location) -> Option<Diagnostic> {
    let lowest = bands.iter().min_by_key(|b| low(&b.range))?;
    let bound = lowest.range.low.as_ref()?;
    let reaches = bound.at.is_zero() && bound.inclusive;
    (!reaches).then(|| hole(place, format!("uptime below {} %", exactly(&bound.at))))
}

/// Returns the dead band between the highest band and the commitment.
fn top_of_uptime(
    bands: &[Band<Exact>],
    commitment: &Commitment,
    place: Location,
) -> Option<Diagnostic> {
    let highest = match bands {
        [] => None,
        bands if bands.iter().any(|b| b.range.high.is_none()) => return None,
        bands => {
            bands.iter().filter_map(|b| b.range.high.as_ref()).max_by_key(|b| (&b.at, b.inclusive))
        }
    };
    let promised = exactly(&commitment.percent);
    let message = match highest {
        None => "the table is empty: a breach yields nothing".to_owned(),
        Some(top) if top.at < commitment.percent => {
            format!(
                "uptime from {} % to {promised} % is in breach and yields nothing",
                exactly(&top.at)
            )
        }
        Some(top) if top.at == commitment.percent && commitment.above && !top.inclusive => {
            format!("uptime of exactly {promised} % is in breach and yields nothing")
        }
        Some(_) => return None,
    };
    Some(
        Diagnostic::warning("dead-band", place, message)
            .help("a band with `percent: 0` states it outright"),
    )
}

/// Returns a band in which every uptime keeps the commitment, though it yields something.
fn unreachable(band: &Band<Exact>, commitment: &Commitment) -> Option<Diagnostic> {
    let bound = band.range.low.as_ref()?;
    let kept = match commitment.above {
        false => bound.at >= commitment.percent,
        true => {
            bound.at > commitment.percent || (bound.at == commitment.percent && !bound.inclusive)
        }
    };
    let yields_nothing = match &band.outcome {
        BandYield::Part(part) => part.of_one().is_zero(),
        BandYield::ExtendDays(days) => *days == 0,
        _ => false,
    };
    let message = format!("`{}` is never reached: such an uptime keeps the commitment", band.label);
    (kept && !yields_nothing).then(|| {
        Diagnostic::warning("unreachable", band.place, message)
            .help("raise the commitment, or drop the band")
    })
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
            BandYield::Days { month_days: Some(_), .. }
                | BandYield::Hours { month_hours: Some(_), .. }
        )
    };
    match scheme {
        Scheme::Bands(bands) => bands.iter().find(|b| fixed(&b.outcome)).map(|b| b.place),
        Scheme::DurationBands(bands) => bands.iter().find(|b| fixed(&b.outcome)).map(|b| b.place),
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
        Some(Diagnostic::warning("policy-of-unknown-service", service.place, wrong.to_string()))
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
