//! Counts and durations over many incidents.

mod by;
mod change;
mod downtime;
mod objective;
mod query;
mod resample;

#[cfg(test)]
mod tests;

pub use by::{By, Members, members};
pub use change::{ChangeVerdict, DurationChange, changes};
pub use downtime::{AffectedService, DowntimeCounts, DowntimeSum, ServiceSum};
pub use objective::{ObjectiveOutcome, ObjectiveResult, judge};
pub use query::{FieldFilter, IncidentSelection, KindFilter, SelectedIncident, StatsQuery};
pub use resample::{Chance, difference, mean_interval};

use crate::compute::downtime::{
    AffectedTimes, DowntimeTotal, DowntimeUnknown, of_incident, of_service,
};
use crate::compute::metrics::{DurationAbsent, DurationDefinition, DurationValue, measure};
use crate::compute::timeline::Timeline;
use crate::model::incident::{IncidentId, Kind, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span, SpanBounds};
use rayon::prelude::*;

/// What statistics need to know of one incident.
#[derive(Clone, Debug)]
pub struct IncidentEntry {
    /// The incident.
    pub incident: IncidentId,
    /// Whether it is an incident, a drill or maintenance.
    pub kind: Kind,
    /// The incident whose story it tells again, so that it counts in no number.
    pub duplicate_of: Option<IncidentId>,
    /// Whether it was canceled, and so counts in no number.
    pub canceled: bool,
    /// Whether responders are still at it.
    pub open: bool,
    /// When it began; none without any event.
    pub began: Option<Instant>,
    /// The severity after its last event.
    pub severity: Option<Name>,
    /// Its class of failure.
    pub class: Option<Name>,
    /// What caused it.
    pub causes: Vec<String>,
    /// The choices that it has in fields of the record's own.
    pub choices: Vec<(Name, String)>,
    /// What the incident's services went through, each by itself.
    pub services: Vec<AffectedService>,
    /// What customers went through, united over the services.
    pub downtime: Result<DowntimeTotal, DowntimeUnknown>,
    /// Its durations, in the order of the definitions, or why it has none.
    pub durations: Vec<(String, Result<DurationFigure, DurationAbsent>)>,
}

/// One duration of one incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DurationFigure {
    /// The length.
    pub length: SpanBounds,
    /// Whether its end is still to come.
    pub running: bool,
}

impl IncidentEntry {
    /// Returns what one incident brings into statistics by these definitions.
    pub fn of(
        timeline: &Timeline<'_>,
        definitions: &[DurationDefinition],
        settings: &Settings,
        now: Instant,
    ) -> Self {
        let incident = timeline.incident;
        let service = |s: &Name| {
            let found = of_service(timeline, s, now);
            let times = AffectedTimes::of(timeline, s, &found, now);
            AffectedService { service: s.clone(), total: found.total, times }
        };
        let durations = measure(timeline, definitions, settings, now);
        let figure = |v: DurationValue<'_>| DurationFigure { length: v.length, running: v.running };
        let named = durations.into_iter().map(|m| (m.definition.name.clone(), m.value.map(figure)));
        let services: Vec<_> = timeline.services().into_iter().map(service).collect();
        let downtime = match services.as_slice() {
            [only] => only.total,
            _ => of_incident(timeline, now).total,
        };
        Self {
            incident: incident.id.clone(),
            kind: incident.kind,
            duplicate_of: incident.duplicate_of.as_ref().map(|other| other.value.clone()),
            canceled: incident.is_canceled(),
            open: timeline.is_open(),
            began: timeline.begin().map(|told| told.moment.nominal()),
            severity: timeline.severity().cloned(),
            class: incident.class.as_ref().map(|c| c.value.clone()),
            causes: incident.causes.iter().map(|c| c.text.clone()).collect(),
            choices: incident
                .choices()
                .map(|(name, word)| (name.clone(), word.to_owned()))
                .collect(),
            services,
            downtime,
            durations: named.collect(),
        }
    }

    /// Returns the choice that it has in a field of the record's own.
    pub fn choice(&self, field: &Name) -> Option<&str> {
        self.choices.iter().find(|(name, _)| name == field).map(|(_, word)| word.as_str())
    }

    /// Returns the duration of that name, where its end has come.
    fn ended(&self, name: &str) -> Option<SpanBounds> {
        let (_, figure) = self.durations.iter().find(|(n, _)| n == name)?;
        figure.as_ref().ok().filter(|f| !f.running).map(|f| f.length)
    }
}

impl From<DowntimeTotal> for DurationFigure {
    fn from(total: DowntimeTotal) -> Self {
        Self { length: total.affected, running: total.running }
    }
}

/// The numbers of a group of incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatsGroup {
    /// What they have in common; none for those that do not say.
    pub key: Option<String>,
    /// How many of them began in the time asked for.
    pub incidents: usize,
    /// Each duration over them.
    pub durations: Vec<(String, DurationFigures)>,
    /// Their downtime in the time asked for.
    pub downtime: DowntimeSum,
}

/// One duration over many incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DurationFigures {
    /// How many incidents have it.
    pub n: usize,
    /// How many do not, or not yet.
    pub missing: usize,
    /// How many have one without a nominal value, which counts in no other figure.
    pub unsure: usize,
    /// What it is over those that have it; none where none does.
    pub summary: Option<Summary>,
    /// The least and the most that the mean can be, as the times are uncertain; none where there is no mean.
    pub range: Option<(Span, Span)>,
}

/// What many lengths have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Their sum by their number, rounded half up.
    pub mean: Span,
    /// The middle one, or the mean of the two in the middle.
    pub median: Span,
    /// The least of them that nine in ten do not exceed (the nearest rank; type 1 of Hyndman and Fan,
    /// "Sample quantiles in statistical packages", 1996).
    pub p90: Span,
    /// The interval that holds the mean with 95 % confidence; none for fewer than two.
    pub interval: Option<(Span, Span)>,
}

/// Returns the numbers of all these incidents together, by the durations named.
pub fn all(selection: &IncidentSelection<'_>, names: &[String]) -> StatsGroup {
    group((None, selection), names)
}

/// Returns the numbers of these incidents in groups, in the order of [`members`].
pub fn groups(
    selection: &IncidentSelection<'_>,
    by: &By,
    names: &[String],
    settings: &Settings,
) -> Vec<StatsGroup> {
    let each = |(key, selection): Members<'_>| group((key, &selection), names);
    members(selection, Some(by), settings).into_par_iter().map(each).collect()
}

fn group(
    (key, selection): (Option<String>, &IncidentSelection<'_>),
    names: &[String],
) -> StatsGroup {
    let begun = selection.begun();
    let durations = names.par_iter().map(|name| (name.clone(), figures(&begun, name))).collect();
    let downtime = DowntimeSum::of(selection);
    StatsGroup { key, incidents: begun.len(), durations, downtime }
}

/// Returns one duration over these incidents; one that is still running is missing.
pub fn figures(entries: &[&IncidentEntry], name: &str) -> DurationFigures {
    let ended: Vec<_> = entries.iter().filter_map(|e| e.ended(name)).collect();
    let known: Vec<_> = ended.iter().filter(|length| length.nominal.is_some()).collect();
    let mean = |part: fn(&SpanBounds) -> Span| {
        let sum = known.iter().map(|length| i128::from(part(length).as_seconds())).sum();
        resample::mean(sum, known.len())
    };
    DurationFigures {
        n: known.len(),
        missing: entries.len() - ended.len(),
        unsure: ended.len() - known.len(),
        summary: summary(known.iter().filter_map(|length| length.nominal).collect()),
        range: (!known.is_empty()).then(|| (mean(|l| l.lowest), mean(|l| l.highest))),
    }
}

/// Returns the nominal lengths that these incidents have for a duration.
fn values(entries: &[&IncidentEntry], name: &str) -> Vec<Span> {
    entries.iter().filter_map(|e| e.ended(name)?.nominal).collect()
}

/// Returns what many lengths have in common; none where there are none.
pub fn summary(mut values: Vec<Span>) -> Option<Summary> {
    values.sort_unstable();
    let n = values.len();
    let sum = |values: &[Span]| values.iter().map(|v| i128::from(v.as_seconds())).sum::<i128>();
    let middle = values.get(n.saturating_sub(1) / 2..=n / 2)?;
    let p90 = *values.get((n * 9).div_ceil(10).checked_sub(1)?)?;
    Some(Summary {
        mean: resample::mean(sum(&values), n),
        median: resample::mean(sum(middle), middle.len()),
        p90,
        interval: mean_interval(&values),
    })
}
