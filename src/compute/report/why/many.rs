//! The derivation of a number of many incidents.

use super::{DerivationGroup, DerivationMember, DerivationReport};
use crate::compute::downtime::{DowntimePart, DowntimeUnknown};
use crate::compute::metrics::{DurationAbsent, DurationDefinition};
use crate::compute::quantities::{Quantity, Statistic};
use crate::compute::report::stats::METHODS;
use crate::compute::stats::{
    self, By, DowntimeSum, DurationFigure, IncidentEntry, IncidentSelection, Members,
    ObjectiveOutcome, SelectedIncident,
};
use crate::model::settings::Settings;
use crate::model::time::Span;

/// By what numbers are measured.
#[derive(Clone, Copy, Debug)]
pub struct NumberTerms<'a> {
    /// The definitions of durations.
    pub definitions: &'a [DurationDefinition],
    /// The record's settings.
    pub settings: &'a Settings,
}

/// Returns the derivation of a number of many incidents; none for a number that only one can have.
pub fn many(
    number: &Quantity,
    selection: &IncidentSelection<'_>,
    by: Option<&By>,
    terms: NumberTerms<'_>,
) -> Option<DerivationReport> {
    let NumberTerms { definitions, settings } = terms;
    let own = match number {
        Quantity::Downtime(_, Some(service)) => Some(selection.of_service(service)),
        _ => None,
    };
    let selection = own.as_ref().unwrap_or(selection);
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
        Quantity::Downtime(part, _) => DerivationReport {
            meaning: format!(
                "the time in which a service was {}: {}; an incident's own is without that of others",
                part.meaning(),
                METHODS.downtime
            ),
            ..DerivationReport::of(number)
        },
        Quantity::Objective(name) => objective(number, name, selection, settings),
        Quantity::Milestone(_) | Quantity::Duration(_) | Quantity::Change(_) => return None,
    };
    let members = stats::members(selection, by, settings);
    let of = |(key, selection): Members<'_>| group(number, key, &selection, settings);
    why.groups = members.into_iter().map(of).collect();
    let whole = group(number, None, selection, settings);
    why.by = by.map(ToString::to_string);
    why.n = Some(whole.n);
    why.missing = Some(whole.missing);
    why.unsure = Some(whole.unsure);
    why.seconds = whole.seconds;
    if matches!(number, Quantity::Statistic(Statistic::Mean | Statistic::Interval, _)) {
        (why.min_seconds, why.max_seconds) = (whole.mean_min_seconds, whole.mean_max_seconds);
    }
    if let Quantity::Downtime(part, _) = number {
        let total = DowntimeSum::of(selection).total.map(|t| t.part(*part));
        (why.min_seconds, why.max_seconds) = total.map(|t| (t.lowest, t.highest)).unzip();
    }
    why.zone = settings.zone;
    Some(why)
}

/// Says how often an objective was met.
fn objective(
    number: &Quantity,
    name: &str,
    selection: &IncidentSelection<'_>,
    settings: &Settings,
) -> DerivationReport {
    let judged = stats::judge(&selection.begun(), settings);
    let own: Vec<_> = judged.iter().filter(|j| j.measure.as_str() == name).collect();
    let count = |outcome: &ObjectiveOutcome| {
        let n = own.iter().filter(|j| j.outcome == *outcome).count();
        format!("{} {n}", outcome.as_str())
    };
    let counts: Vec<_> = ObjectiveOutcome::ALL.iter().map(count).collect();
    let meaning = format!(
        "{}: `objectives` of recount.yaml, held against each incident whose class has one of that name",
        counts.join(", ")
    );
    DerivationReport { meaning, ..DerivationReport::of(number) }
}

/// Returns the derivation of how a duration's mean changed from some incidents to others; none where no
/// duration has that name.
pub fn change(
    name: &str,
    before: &[&IncidentEntry],
    after: &[&IncidentEntry],
    NumberTerms { definitions, settings }: NumberTerms<'_>,
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
    let method = METHODS.change;
    let verdict = change.verdict.as_str();
    why.meaning = format!("{verdict}{} ({method}); {}", chance.unwrap_or_default(), why.meaning);
    let mean = Quantity::Statistic(Statistic::Mean, name.to_owned());
    let group = |key: &str, entries: &[&IncidentEntry]| {
        let begun = |entry| SelectedIncident { entry, began_within: true };
        let incidents = entries.iter().copied().map(begun).collect();
        let selection = IncidentSelection { incidents, ..IncidentSelection::default() };
        group(&mean, Some(key.to_owned()), &selection, settings)
    };
    why.groups = vec![group("before", before), group("after", after)];
    why.unsure = Some(change.before.unsure + change.after.unsure);
    let means = change.after.summary.zip(change.before.summary);
    why.seconds = means.map(|(after, before)| after.mean.minus(before.mean));
    (why.by, why.zone) = (Some("period".to_owned()), settings.zone);
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
    selection: &IncidentSelection<'_>,
    settings: &Settings,
) -> DerivationGroup {
    let incidents = selection.incidents.iter();
    let members: Vec<DerivationMember> = match number {
        Quantity::Downtime(part, _) => {
            incidents.map(|s| of_downtime(*s, selection, *part)).collect()
        }
        Quantity::Objective(name) => judged(name, selection, settings),
        _ => incidents.filter(|s| s.began_within).map(|s| member(number, s.entry)).collect(),
    };
    let found = members.iter().filter(|m| m.absent.is_none() && m.length.is_some());
    let (sure, unsure): (Vec<_>, Vec<_>) = found.partition(|m| match m.outcome {
        Some(outcome) => outcome != ObjectiveOutcome::Unsure,
        None => m.length.is_some_and(|length| length.nominal.is_some()),
    });
    let values: Vec<Span> = sure.iter().filter_map(|m| m.length?.nominal).collect();
    let n = if matches!(number, Quantity::Incidents) { members.len() } else { sure.len() };
    let unsure = unsure.len();
    let sum = values.iter().fold(Span::ZERO, |sum, v| sum.plus(*v));
    let summary = stats::summary(values);
    let seconds = match number {
        Quantity::Statistic(Statistic::Mean | Statistic::Interval, _) => summary.map(|s| s.mean),
        Quantity::Statistic(Statistic::Median, _) => summary.map(|s| s.median),
        Quantity::Statistic(Statistic::P90, _) => summary.map(|s| s.p90),
        Quantity::Downtime(part, _) => {
            DowntimeSum::of(selection).total.and_then(|t| t.part(*part).nominal)
        }
        _ => None,
    };
    let interval =
        summary.and_then(|s| s.interval).filter(|_| matches!(number, Quantity::Statistic(..)));
    let summed = !matches!(number, Quantity::Incidents | Quantity::Objective(_));
    DerivationGroup {
        key,
        n,
        missing: members.len() - n - unsure,
        unsure,
        sum_seconds: (n > 0 && summed).then_some(sum),
        seconds,
        mean_min_seconds: interval.map(|(low, _)| low),
        mean_max_seconds: interval.map(|(_, high)| high),
        members,
    }
}

fn member(number: &Quantity, entry: &IncidentEntry) -> DerivationMember {
    let value = match number {
        Quantity::Statistic(_, name) => duration(entry, name),
        _ => Err(None),
    };
    let running = value.as_ref().is_ok_and(|f| f.running);
    let running = running.then(|| "its end is still to come".to_owned());
    DerivationMember {
        incident: entry.incident.clone(),
        length: value.as_ref().ok().map(|figure| figure.length),
        absent: running.or_else(|| value.as_ref().err().cloned().flatten()),
        outcome: None,
    }
}

fn duration(entry: &IncidentEntry, name: &str) -> Result<DurationFigure, Option<String>> {
    let found = entry.durations.iter().find(|(n, _)| n == name);
    let absent = |absent: &DurationAbsent| Some(absent.to_string());
    found.map_or(Err(None), |(_, figure)| figure.as_ref().copied().map_err(absent))
}

/// Returns an incident's own downtime in the time asked for.
fn of_downtime(
    selected: SelectedIncident<'_>,
    selection: &IncidentSelection<'_>,
    part: DowntimePart,
) -> DerivationMember {
    let (within, services) = (selection.within.clone(), selection.services.clone());
    let own = IncidentSelection { incidents: vec![selected], within, services };
    let sum = DowntimeSum::of(&own);
    let length = sum.total.filter(|_| sum.counts.missing == 0).map(|t| t.part(part));
    let unknown = selected.entry.downtime.err();
    let unknown = selection.impacts(selected.entry).find_map(|i| i.total.err()).or(unknown);
    let absent = length.is_none().then(|| unknown.unwrap_or(DowntimeUnknown::NotTold));
    DerivationMember {
        incident: selected.entry.incident.clone(),
        length,
        absent: absent.map(|why| why.to_string()),
        outcome: None,
    }
}

/// Returns the incidents that an objective was held against.
fn judged(
    name: &str,
    selection: &IncidentSelection<'_>,
    settings: &Settings,
) -> Vec<DerivationMember> {
    let judged = stats::judge(&selection.begun(), settings);
    let own = judged.into_iter().filter(|j| j.measure.as_str() == name);
    own.map(|j| DerivationMember {
        incident: j.incident,
        length: j.found.map(|f| f.length),
        absent: j.found.is_none().then(|| "it is not known".to_owned()),
        outcome: Some(j.outcome),
    })
    .collect()
}
