//! The report of counts and durations over many incidents.

use super::VERSION;
use crate::compute::presets::Preset;
use crate::compute::stats::{Chance, IncidentEntry, StatsQuery};
use crate::model::incident::Kind;
use crate::model::time::period::TimeRange;
use crate::model::time::{Instant, Zone};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

pub use crate::compute::stats::{
    By, DurationChange, DurationFigures, ObjectiveOutcome, ObjectiveResult, StatsGroup,
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
    /// The record's objectives, held against its incidents and drills.
    pub objectives: Vec<ObjectiveResult>,
    /// How the numbers are computed.
    pub methods: StatsMethods,
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
    /// The kinds that count.
    pub kinds: Vec<Kind>,
    /// The first time at which they may begin; null for any.
    pub since: Option<Instant>,
    /// The time before which they begin; null for any.
    pub until: Option<Instant>,
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
        let bounded = query.since.is_some() || query.until.is_some();
        let count =
            |wanted: &dyn Fn(&IncidentEntry) -> bool| entries.iter().filter(|e| wanted(e)).count();
        let kind = |e: &IncidentEntry| query.kinds.contains(&e.kind);
        let within = |e: &IncidentEntry| {
            let kinds = vec![e.kind];
            StatsQuery { kinds, ..query.clone() }.takes(e)
        };
        Self {
            kinds: query.kinds.clone(),
            since: query.since,
            until: query.until,
            duplicates: count(&|e| e.duplicate),
            other_kinds: count(&|e| !kind(e) && within(e)),
            undated: count(&|e| !e.duplicate && kind(e) && bounded && e.began.is_none()),
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
    /// How a change is told from noise.
    pub change: &'static str,
}

/// How the numbers are computed.
pub const METHODS: StatsMethods = StatsMethods {
    mean: "sum by number, rounded half up to whole seconds",
    median: "the middle value, or the mean of the two in the middle",
    p90: "nearest rank: type 1 of Hyndman and Fan, 1996",
    interval: "95 % percentile bootstrap of the mean, with a fixed seed (Efron and Tibshirani, 1993)",
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
        let Self(name, DurationFigures { n, missing, summary }) = self;
        let interval = summary.and_then(|s| s.interval);
        let mut fields = serializer.serialize_struct("DurationFigures", 8)?;
        fields.serialize_field("name", name)?;
        fields.serialize_field("n", n)?;
        fields.serialize_field("missing", missing)?;
        fields.serialize_field("mean_seconds", &summary.map(|s| s.mean))?;
        fields.serialize_field("median_seconds", &summary.map(|s| s.median))?;
        fields.serialize_field("p90_seconds", &summary.map(|s| s.p90))?;
        fields.serialize_field("mean_min_seconds", &interval.map(|(low, _)| low))?;
        fields.serialize_field("mean_max_seconds", &interval.map(|(_, high)| high))?;
        fields.end()
    }
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
        let mut fields = serializer.serialize_struct("ObjectiveResult", 8)?;
        fields.serialize_field("incident", &self.incident)?;
        fields.serialize_field("kind", &self.kind)?;
        fields.serialize_field("class", &self.class)?;
        fields.serialize_field("name", &self.measure)?;
        fields.serialize_field("limit_seconds", &self.limit)?;
        fields.serialize_field("seconds", &self.found.map(|f| f.length.nominal))?;
        fields.serialize_field("outcome", &self.outcome)?;
        fields.serialize_field("uncertain", &self.uncertain)?;
        fields.end()
    }
}
