//! Counts and durations over many incidents.

mod by;
mod change;
mod objective;
mod resample;

#[cfg(test)]
mod tests;

pub use by::{By, Members, members};
pub use change::{ChangeVerdict, DurationChange, changes};
pub use objective::{ObjectiveOutcome, ObjectiveResult, judge};
pub use resample::{Chance, difference, mean_interval};

use crate::compute::downtime::{self, DowntimeTotal, DowntimeUnknown};
use crate::compute::metrics::{DurationAbsent, DurationDefinition, DurationValue, measure};
use crate::compute::timeline::Timeline;
use crate::model::incident::{IncidentId, Kind, Name, UnknownValue};
use crate::model::settings::Settings;
use crate::model::time::{Instant, Span, SpanBounds};
use rayon::prelude::*;
use serde::Serialize;
use std::slice;
use std::str::FromStr;

/// What statistics need to know of one incident.
#[derive(Clone, Debug)]
pub struct IncidentEntry {
    /// The incident.
    pub incident: IncidentId,
    /// Whether it is an incident, a drill or maintenance.
    pub kind: Kind,
    /// Whether it tells the same story as another incident or was canceled, and so counts in no number.
    pub duplicate: bool,
    /// When it began; none without any event.
    pub began: Option<Instant>,
    /// The severity after its last event.
    pub severity: Option<Name>,
    /// Its class of failure.
    pub class: Option<Name>,
    /// What caused it.
    pub causes: Vec<String>,
    /// What the incident's services went through, each by itself.
    pub services: Vec<(Name, Result<DowntimeTotal, DowntimeUnknown>)>,
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
        let service = |s: &Name| (s.clone(), downtime::of_service(timeline, s, now).total);
        let durations = measure(timeline, definitions, settings, now);
        let figure = |v: DurationValue<'_>| DurationFigure { length: v.length, running: v.running };
        let named = durations.into_iter().map(|m| (m.definition.name.clone(), m.value.map(figure)));
        let services: Vec<_> = timeline.services().into_iter().map(service).collect();
        let downtime = match services.as_slice() {
            [(_, only)] => *only,
            _ => downtime::of_incident(timeline, now).total,
        };
        Self {
            incident: incident.id.clone(),
            kind: incident.kind,
            duplicate: !incident.counts(),
            began: timeline.begin().map(|told| told.moment.nominal()),
            severity: timeline.severity().cloned(),
            class: incident.class.as_ref().map(|c| c.value.clone()),
            causes: incident.causes.iter().map(|c| c.text.clone()).collect(),
            services,
            downtime,
            durations: named.collect(),
        }
    }

    /// Returns the duration of that name, where its end has come.
    fn ended(&self, name: &str) -> Option<Span> {
        let (_, figure) = self.durations.iter().find(|(n, _)| n == name)?;
        figure.as_ref().ok().filter(|f| !f.running).map(|f| f.length.nominal)
    }
}

impl From<DowntimeTotal> for DurationFigure {
    fn from(total: DowntimeTotal) -> Self {
        Self { length: total.bounds(), running: total.running }
    }
}

/// A kind of incident that counts, or all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KindFilter {
    /// Every kind.
    All,
    /// This one.
    One(Kind),
}

impl KindFilter {
    /// Returns the kinds that pass.
    pub fn kinds(&self) -> &[Kind] {
        match self {
            Self::All => Kind::ALL,
            Self::One(kind) => slice::from_ref(kind),
        }
    }
}

impl FromStr for KindFilter {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        if text == "all" { Ok(Self::All) } else { text.parse().map(Self::One) }
    }
}

/// Which incidents count.
#[derive(Clone, Debug)]
pub struct StatsQuery {
    /// The kinds that count; incidents alone by default.
    pub kinds: Vec<Kind>,
    /// The first instant at which they may begin.
    pub since: Option<Instant>,
    /// The instant before which they begin.
    pub until: Option<Instant>,
}

impl Default for StatsQuery {
    fn default() -> Self {
        Self { kinds: vec![Kind::Incident], since: None, until: None }
    }
}

impl StatsQuery {
    /// Returns whether an incident counts; a duplicate never does.
    pub fn takes(&self, entry: &IncidentEntry) -> bool {
        let began = |fits: &dyn Fn(Instant) -> bool| entry.began.is_some_and(fits);
        !entry.duplicate
            && self.kinds.contains(&entry.kind)
            && self.since.is_none_or(|since| began(&|at| since <= at))
            && self.until.is_none_or(|until| began(&|at| at < until))
    }
}

/// The numbers of a group of incidents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatsGroup {
    /// What they have in common; none for those that do not say.
    pub key: Option<String>,
    /// How many they are.
    pub incidents: usize,
    /// Each duration over them.
    pub durations: Vec<(String, DurationFigures)>,
    /// Their downtime, summed over the incidents.
    pub downtime: DowntimeSum,
}

/// One duration over many incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DurationFigures {
    /// How many incidents have it.
    pub n: usize,
    /// How many do not, or not yet.
    pub missing: usize,
    /// What it is over those that have it; none where none does.
    pub summary: Option<Summary>,
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

/// The downtime of many incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DowntimeSum {
    /// How many incidents have a known downtime.
    pub n: usize,
    /// How many do not.
    pub missing: usize,
    /// How long customers were down.
    #[serde(rename = "down_seconds")]
    pub down: Span,
    /// How long they were degraded but not down.
    #[serde(rename = "degraded_seconds")]
    pub degraded: Span,
    /// The least that both can be together.
    #[serde(rename = "min_seconds")]
    pub lowest: Span,
    /// The most that both can be together.
    #[serde(rename = "max_seconds")]
    pub highest: Span,
}

impl DowntimeSum {
    fn of(totals: impl Iterator<Item = Result<DowntimeTotal, DowntimeUnknown>>) -> Self {
        totals.fold(Self::default(), |sum, total| match total {
            Err(_) => Self { missing: sum.missing + 1, ..sum },
            Ok(total) => Self {
                n: sum.n + 1,
                down: sum.down.plus(total.down),
                degraded: sum.degraded.plus(total.degraded),
                lowest: sum.lowest.plus(total.lowest),
                highest: sum.highest.plus(total.highest),
                ..sum
            },
        })
    }
}

/// Returns the numbers of all these incidents together, by the durations named.
pub fn all(entries: &[&IncidentEntry], names: &[String]) -> StatsGroup {
    group(None, entries, names, None)
}

/// Returns the numbers of these incidents in groups, in the order of [`members`].
pub fn groups(
    entries: &[&IncidentEntry],
    by: By,
    names: &[String],
    settings: &Settings,
) -> Vec<StatsGroup> {
    let each = |(key, entries): (Option<String>, Vec<&IncidentEntry>)| {
        let service = key.clone().filter(|_| by == By::Service);
        group(key, &entries, names, service.as_deref())
    };
    members(entries, Some(by), settings).into_par_iter().map(each).collect()
}

fn group(
    key: Option<String>,
    entries: &[&IncidentEntry],
    names: &[String],
    service: Option<&str>,
) -> StatsGroup {
    let durations = names.par_iter().map(|name| (name.clone(), figures(entries, name))).collect();
    let own = |entry: &&IncidentEntry| match service {
        None => entry.downtime,
        Some(service) => {
            let own = entry.services.iter().find(|(name, _)| name.as_str() == service);
            own.map_or(Err(DowntimeUnknown::NotTold), |(_, total)| *total)
        }
    };
    let downtime = DowntimeSum::of(entries.iter().map(own));
    StatsGroup { key, incidents: entries.len(), durations, downtime }
}

/// Returns one duration over these incidents; one that is still running is missing.
pub fn figures(entries: &[&IncidentEntry], name: &str) -> DurationFigures {
    let values = values(entries, name);
    DurationFigures {
        n: values.len(),
        missing: entries.len() - values.len(),
        summary: summary(values),
    }
}

/// Returns the lengths that these incidents have for a duration.
fn values(entries: &[&IncidentEntry], name: &str) -> Vec<Span> {
    entries.iter().filter_map(|e| e.ended(name)).collect()
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
