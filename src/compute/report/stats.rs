//! The report of counts and durations over many incidents.

use super::VERSION;
use super::completeness::Completeness;
use crate::compute::downtime::DowntimeTotal;
use crate::compute::presets::Preset;
use crate::compute::stats::{Chance, IncidentEntry};
use crate::model::incident::IncidentId;
use crate::model::time::period::TimeRange;
use crate::model::time::{Instant, Zone};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::collections::HashMap;

pub use crate::compute::downtime::DowntimePart;
pub use crate::compute::stats::{
    By, DowntimeCounts, DowntimeSum, DurationChange, DurationFigures, ObjectiveOutcome,
    ObjectiveResult, ServiceSum, StatsGroup, StatsQuery,
};

/// The JSON of `stats`.
#[derive(Clone, Debug, Serialize)]
pub struct StatsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// Which incidents count.
    pub counted: IncidentCount,
    /// The vendor whose definitions were used; null for the record's own.
    pub preset: Option<Preset>,
    /// The commit that the record was read from; null for the files as they are.
    pub as_of: Option<String>,
    /// What the incidents are grouped by; null where they are not.
    pub by: Option<By>,
    /// All of them together.
    pub total: StatsGroup,
    /// The groups, in order.
    pub groups: Vec<StatsGroup>,
    /// The period that they are held against; null where that was not asked for.
    pub against: Option<ComparedPeriod>,
    /// How durations changed from that period to these incidents.
    pub changes: Vec<DurationChange>,
    /// The record's objectives, held against these incidents.
    pub objectives: Vec<ObjectiveResult>,
    /// How the numbers are computed.
    pub methods: StatsMethods,
    /// What it lacks because that could not be read, and what it has from outside of the record.
    #[serde(flatten)]
    pub completeness: Completeness,
    /// For renderers: the durations that a grouped table shows.
    #[serde(skip)]
    pub shown: Vec<String>,
    /// For renderers: the record's zone.
    #[serde(skip)]
    pub zone: Zone,
}

/// Which incidents count, and how many do not.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IncidentCount {
    /// Which were asked for.
    #[serde(flatten)]
    pub query: StatsQuery,
    /// How many tell the same story as another, and so count in no number.
    pub duplicates: usize,
    /// How many are left out because they are of another kind.
    pub other_kinds: usize,
    /// How many are left out because nothing tells when they began.
    pub undated: usize,
    /// How many files could not be read.
    pub unreadable: usize,
}

impl IncidentCount {
    /// Returns which of these incidents count.
    pub fn of(query: &StatsQuery, entries: &[IncidentEntry], unreadable: usize) -> Self {
        let count =
            |wanted: &dyn Fn(&IncidentEntry) -> bool| entries.iter().filter(|e| wanted(e)).count();
        let kind = |e: &IncidentEntry| query.kinds.contains(&e.kind);
        let began: HashMap<&IncidentId, Option<Instant>> =
            entries.iter().map(|e| (&e.incident, e.began)).collect();
        // One that only says whose story it tells began when that did.
        let same = |e: &IncidentEntry| {
            let original = e.duplicate_of.as_ref().and_then(|id| began.get(id));
            query.holds(e.began.or(original.copied().flatten()))
        };
        let duplicate = |e: &IncidentEntry| e.duplicate_of.is_some() || e.canceled;
        let undated = |e: &IncidentEntry| e.began.is_none() && query.is_bounded();
        Self {
            query: query.clone(),
            duplicates: count(&|e| duplicate(e) && query.chooses(e) && same(e)),
            other_kinds: count(&|e| {
                !duplicate(e) && !kind(e) && query.chooses(e) && query.holds(e.began)
            }),
            undated: count(&|e| !duplicate(e) && kind(e) && query.chooses(e) && undated(e)),
            unreadable,
        }
    }
}

/// The period that incidents are held against.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedPeriod {
    /// Its first instant.
    pub since: Instant,
    /// The first instant after it.
    pub until: Instant,
    /// How many incidents began in it.
    pub incidents: usize,
}

/// How the numbers are computed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct StatsMethods {
    /// The mean.
    pub mean: &'static str,
    /// The median.
    pub median: &'static str,
    /// What nine in ten do not exceed.
    pub p90: &'static str,
    /// The interval of the mean.
    pub interval: &'static str,
    /// The least and the most of the mean.
    pub range: &'static str,
    /// The downtime.
    pub downtime: &'static str,
    /// How a change is told from noise.
    pub change: &'static str,
}

/// How the numbers are computed.
pub const METHODS: StatsMethods = StatsMethods {
    mean: "sum by number, rounded half up to whole seconds",
    median: "the middle value, or the mean of the two in the middle",
    p90: "nearest rank: type 1 of Hyndman and Fan, 1996",
    interval: "95 % percentile bootstrap of the mean, with a fixed seed (Efron and Tibshirani, 1993)",
    range: "mean of the least and of the most that each length can be, as its times are uncertain",
    downtime: "each service's united over all incidents and cut at the ends of the period; more than one service: their sum",
    change: "two-sided permutation test of the means at 5 %, with a fixed seed (Pitman, 1937; Phipson and Smyth, 2010)",
};

impl StatsReport {
    /// Returns the report of these incidents together, and of their groups where there are some.
    pub fn of(
        counted: IncidentCount,
        total: StatsGroup,
        grouped: Option<(By, Vec<StatsGroup>)>,
    ) -> Self {
        let (by, groups) = grouped.unzip();
        Self {
            version: VERSION,
            counted,
            preset: None,
            as_of: None,
            by,
            total,
            groups: groups.unwrap_or_default(),
            against: None,
            changes: vec![],
            objectives: vec![],
            methods: METHODS,
            completeness: Completeness::default(),
            shown: vec![],
            zone: Zone::UTC,
        }
    }

    /// Adds how durations changed since a period in which so many incidents began.
    #[must_use]
    pub fn changes(
        mut self,
        period: TimeRange,
        incidents: usize,
        changes: Vec<DurationChange>,
    ) -> Self {
        let (since, until) = (period.from(), period.to());
        self.against = Some(ComparedPeriod { since, until, incidents });
        self.changes = changes;
        self
    }
}

/// The figures of one duration, as the JSON has them: under its name.
struct NamedFigures<'f>(&'f str, DurationFigures);

impl Serialize for NamedFigures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(name, DurationFigures { n, missing, unsure, summary, range }) = self;
        let (least, most) = summary.and_then(|s| s.interval).unzip();
        let (lowest, highest) = range.unzip();
        let mut fields = serializer.serialize_struct("DurationFigures", 13)?;
        fields.serialize_field("name", name)?;
        fields.serialize_field("n", n)?;
        fields.serialize_field("missing", missing)?;
        fields.serialize_field("unsure", unsure)?;
        fields.serialize_field("mean_seconds", &summary.map(|s| s.mean))?;
        fields.serialize_field("median_seconds", &summary.map(|s| s.median))?;
        fields.serialize_field("p90_seconds", &summary.map(|s| s.p90))?;
        // The interval's older names stay.
        for (low, high) in [
            ("mean_min_seconds", "mean_max_seconds"),
            ("interval_min_seconds", "interval_max_seconds"),
        ] {
            fields.serialize_field(low, &least)?;
            fields.serialize_field(high, &most)?;
        }
        fields.serialize_field("min_seconds", &lowest)?;
        fields.serialize_field("max_seconds", &highest)?;
        fields.end()
    }
}

impl Serialize for DowntimeSum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("DowntimeSum", 16)?;
        serialize_downtime::<S>(&mut fields, &self.counts, self.total.as_ref())?;
        fields.serialize_field("services", &self.services)?;
        fields.end()
    }
}

impl Serialize for ServiceSum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ServiceSum", 16)?;
        fields.serialize_field("service", &self.service)?;
        serialize_downtime::<S>(&mut fields, &self.counts, self.total.as_ref())?;
        fields.end()
    }
}

/// Writes how many incidents a downtime is of, and how long it was.
fn serialize_downtime<S: Serializer>(
    fields: &mut S::SerializeStruct,
    counts: &DowntimeCounts,
    total: Option<&DowntimeTotal>,
) -> Result<(), S::Error> {
    let DowntimeCounts { n, missing, unsure, unsure_highest, began_outside, running } = counts;
    fields.serialize_field("n", n)?;
    fields.serialize_field("missing", missing)?;
    fields.serialize_field("unsure", unsure)?;
    fields.serialize_field("unsure_max_seconds", unsure_highest)?;
    fields.serialize_field("began_outside", began_outside)?;
    fields.serialize_field("running", running)?;
    for (key, seconds) in DowntimeTotal::seconds(total) {
        fields.serialize_field(key, &seconds)?;
    }
    Ok(())
}

impl Serialize for StatsGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let durations = self.durations.iter().map(|(name, f)| NamedFigures(name, *f));
        let mut fields = serializer.serialize_struct("StatsGroup", 4)?;
        fields.serialize_field("key", &self.key)?;
        fields.serialize_field("incidents", &self.incidents)?;
        fields.serialize_field("durations", &durations.collect::<Vec<_>>())?;
        fields.serialize_field("downtime", &self.downtime)?;
        fields.end()
    }
}

impl Serialize for DurationChange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("DurationChange", 5)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("before", &NamedFigures(&self.name, self.before))?;
        fields.serialize_field("after", &NamedFigures(&self.name, self.after))?;
        fields.serialize_field("chance_per_mille", &self.chance.map(Chance::per_mille))?;
        fields.serialize_field("verdict", &self.verdict)?;
        fields.end()
    }
}

impl Serialize for ObjectiveResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("ObjectiveResult", 10)?;
        fields.serialize_field("incident", &self.incident)?;
        fields.serialize_field("kind", &self.kind)?;
        fields.serialize_field("class", &self.class)?;
        fields.serialize_field("name", &self.measure)?;
        fields.serialize_field("limit_seconds", &self.limit)?;
        fields.serialize_field("seconds", &self.found.and_then(|f| f.length.nominal))?;
        fields.serialize_field("min_seconds", &self.found.map(|f| f.length.lowest))?;
        fields.serialize_field("max_seconds", &self.found.map(|f| f.length.highest))?;
        fields.serialize_field("outcome", &self.outcome)?;
        fields.serialize_field("uncertain", &self.uncertain)?;
        fields.end()
    }
}
