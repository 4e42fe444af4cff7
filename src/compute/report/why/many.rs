//! The derivation of a number of many incidents.

use super::{DerivationGroup, DerivationMember, DerivationReport};
use crate::compute::metrics::{DurationAbsent, DurationDefinition};
use crate::compute::quantities::{Quantity, Statistic};
use crate::compute::stats::{self, By, DurationFigure, IncidentEntry};
use crate::model::settings::Settings;
use crate::model::time::Span;

/// Returns the derivation of a number of many incidents; none for a number that only one can have.
pub fn many(
    number: &Quantity,
    entries: &[&IncidentEntry],
    by: Option<By>,
    (definitions, settings): (&[DurationDefinition], &Settings),
) -> Option<DerivationReport> {
    let members = stats::members(entries, by, settings);
    let mut why = match number {
        Quantity::Statistic(statistic, name) => {
            let definition = definitions.iter().find(|d| d.name == *name)?;
            let mut why = DerivationReport::of(number).defined(definition, settings);
            why.meaning = format!("{}, of {name}: {}", meaning(*statistic), why.meaning);
            if (*statistic, name.as_str()) == (Statistic::Mean, "time_to_recover") {
                why.meaning += "; elsewhere the R of MTTR may mean repair, response or resolution";
            }
            why
        }
        Quantity::Incidents => DerivationReport {
            meaning: "how many incidents count: neither duplicates nor, unless asked for, drills and maintenance".to_owned(),
            ..DerivationReport::of(number)
        },
        Quantity::Downtime(_) => DerivationReport {
            meaning: "the sum of the incidents' downtimes; within one, overlaps count once".to_owned(),
            ..DerivationReport::of(number)
        },
        Quantity::Milestone(_) | Quantity::Duration(_) | Quantity::Objective(_) | Quantity::Change(_) => return None,
    };
    let groups = members.into_iter().map(|(key, entries)| {
        let service = key.clone().filter(|_| by == Some(By::Service));
        group(number, key, &entries, service.as_deref())
    });
    why.groups = groups.collect();
    let whole = group(number, None, entries, None);
    why.by = by.map(By::as_str);
    why.n = Some(whole.n);
    why.missing = Some(whole.missing);
    why.seconds = whole.seconds;
    if matches!(number, Quantity::Statistic(Statistic::Mean | Statistic::Interval, _)) {
        (why.min_seconds, why.max_seconds) = (whole.mean_min_seconds, whole.mean_max_seconds);
    }
    why.zone = settings.zone;
    Some(why)
}

/// Returns the derivation of how a duration's mean changed from some incidents to others; none where no
/// duration has that name.
pub fn change(
    name: &str,
    (before, after): (&[&IncidentEntry], &[&IncidentEntry]),
    (definitions, settings): (&[DurationDefinition], &Settings),
) -> Option<DerivationReport> {
    let definition = definitions.iter().find(|d| d.name == name)?;
    let mut why =
        DerivationReport::of(&Quantity::Change(name.to_owned())).defined(definition, settings);
    let change = stats::changes(before, after, &[name.to_owned()]).pop()?;
    let chance = change.chance.map(|c| {
        format!(
            "; of {} splits of the same incidents by chance, {} differ at least as much",
            c.splits, c.as_great
        )
    });
    let method = crate::compute::report::stats::METHODS.change;
    let verdict = change.verdict.as_str();
    why.meaning = format!("{verdict}{} ({method}); {}", chance.unwrap_or_default(), why.meaning);
    let mean = Quantity::Statistic(Statistic::Mean, name.to_owned());
    let group = |key: &str, entries| group(&mean, Some(key.to_owned()), entries, None);
    why.groups = vec![group("before", before), group("after", after)];
    let means = change.after.summary.zip(change.before.summary);
    why.seconds = means.map(|(after, before)| after.mean.minus(before.mean));
    (why.by, why.zone) = (Some("period"), settings.zone);
    (why.n, why.missing) = (
        Some(change.before.n + change.after.n),
        Some(change.before.missing + change.after.missing),
    );
    Some(why)
}

/// Returns how a statistic is computed.
fn meaning(statistic: Statistic) -> &'static str {
    match statistic {
        Statistic::Mean => {
            "the sum by the number, rounded half up, with its 95 % interval by percentile bootstrap"
        }
        Statistic::Median => "the middle value, or the mean of the two in the middle",
        Statistic::P90 => "the least value that nine in ten do not exceed (nearest rank)",
        Statistic::Interval => {
            "what holds the mean with 95 % confidence (percentile bootstrap, fixed seed)"
        }
        Statistic::N => "how many incidents have a value that is over",
        Statistic::Missing => "how many incidents have no value, or one that is still running",
    }
}

fn group(
    number: &Quantity,
    key: Option<String>,
    entries: &[&IncidentEntry],
    service: Option<&str>,
) -> DerivationGroup {
    let members: Vec<DerivationMember> =
        entries.iter().map(|e| member(number, e, service)).collect();
    let values: Vec<Span> = members
        .iter()
        .filter_map(|m| m.length.filter(|_| m.absent.is_none()))
        .map(|length| length.nominal)
        .collect();
    let n = if matches!(number, Quantity::Incidents) { members.len() } else { values.len() };
    let sum = values.iter().fold(Span::ZERO, |sum, v| sum.plus(*v));
    let summary = stats::summary(values);
    let seconds = match number {
        Quantity::Statistic(Statistic::Mean | Statistic::Interval, _) => summary.map(|s| s.mean),
        Quantity::Statistic(Statistic::Median, _) => summary.map(|s| s.median),
        Quantity::Statistic(Statistic::P90, _) => summary.map(|s| s.p90),
        Quantity::Downtime(_) => (n > 0).then_some(sum),
        _ => None,
    };
    let interval =
        summary.and_then(|s| s.interval).filter(|_| matches!(number, Quantity::Statistic(..)));
    DerivationGroup {
        key,
        n,
        missing: members.len() - n,
        sum_seconds: (n > 0 && !matches!(number, Quantity::Incidents)).then_some(sum),
        seconds,
        mean_min_seconds: interval.map(|(low, _)| low),
        mean_max_seconds: interval.map(|(_, high)| high),
        members,
    }
}

fn member(number: &Quantity, entry: &IncidentEntry, service: Option<&str>) -> DerivationMember {
    let value = match number {
        Quantity::Statistic(_, name) => duration(entry, name),
        Quantity::Downtime(Some(own)) => downtime(entry, Some(own.as_str())),
        Quantity::Downtime(None) => downtime(entry, service),
        _ => Err(None),
    };
    let running =
        value.as_ref().is_ok_and(|f| f.running) && matches!(number, Quantity::Statistic(..));
    let running = running.then(|| "its end is still to come".to_owned());
    DerivationMember {
        incident: entry.incident.clone(),
        length: value.as_ref().ok().map(|figure| figure.length),
        absent: running.or_else(|| value.as_ref().err().cloned().flatten()),
    }
}

fn duration(entry: &IncidentEntry, name: &str) -> Result<DurationFigure, Option<String>> {
    let found = entry.durations.iter().find(|(n, _)| n == name);
    let absent = |absent: &DurationAbsent| Some(absent.to_string());
    found.map_or(Err(None), |(_, figure)| figure.as_ref().copied().map_err(absent))
}

fn downtime(
    entry: &IncidentEntry,
    service: Option<&str>,
) -> Result<DurationFigure, Option<String>> {
    let total = match service {
        None => entry.downtime,
        Some(service) => {
            let own = entry.services.iter().find(|(name, _)| name.as_str() == service);
            own.map(|(_, total)| *total)
                .ok_or_else(|| Some("it does not concern the service".to_owned()))?
        }
    };
    let total = total.map_err(|missing| Some(missing.as_str().to_owned()))?;
    Ok(total.into())
}
