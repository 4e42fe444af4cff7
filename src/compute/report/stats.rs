//! The report of counts and durations over many incidents.

use super::VERSION;
use crate::compute::stats::{self, Chance, IncidentEntry, ObjectiveResult, StatsQuery};
use crate::model::time::period::TimeRange;
use crate::model::time::{Instant, Span, Zone};
use serde::Serialize;

/// The JSON of `stats`.
#[derive(Clone, Debug, Serialize)]
pub struct StatsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// Which incidents count.
    pub counted: IncidentCount,
    /// The house whose definitions were used; null for the record's own.
    pub preset: Option<&'static str>,
    /// The commit that the record was read from; null for the files as they are.
    pub as_of: Option<String>,
    /// What the incidents are grouped by; null where they are not.
    pub by: Option<&'static str>,
    /// All of them together.
    pub total: GroupReport,
    /// The groups, in order.
    pub groups: Vec<GroupReport>,
    /// The period that they are held against; null where that was not asked for.
    pub against: Option<ComparedPeriod>,
    /// How durations changed from that period to these incidents.
    pub changes: Vec<ChangeReport>,
    /// The record's objectives, held against its incidents and drills.
    pub objectives: Vec<ObjectiveReport>,
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
    pub kinds: Vec<&'static str>,
    /// The first time at which they may begin; null for any.
    pub since: Option<String>,
    /// The time before which they begin; null for any.
    pub until: Option<String>,
    /// How many tell the same story as another, and so count nowhere.
    pub duplicates: usize,
    /// How many are left out because they are of another kind.
    pub other_kinds: usize,
    /// How many are left out because nothing tells when they began.
    pub undated: usize,
    /// How many files could not be read.
    pub unreadable: usize,
    /// For renderers: the bounds.
    #[serde(skip)]
    pub bounds: (Option<Instant>, Option<Instant>),
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
            kinds: query.kinds.iter().map(|k| k.as_str()).collect(),
            since: query.since.map(Instant::rfc3339),
            until: query.until.map(Instant::rfc3339),
            duplicates: count(&|e| e.duplicate),
            other_kinds: count(&|e| !kind(e) && within(e)),
            undated: count(&|e| !e.duplicate && kind(e) && bounded && e.began.is_none()),
            unreadable,
            bounds: (query.since, query.until),
        }
    }
}

/// The period that incidents are held against.
#[derive(Clone, Debug, Serialize)]
pub struct ComparedPeriod {
    /// Its first instant.
    pub since: String,
    /// The first instant after it.
    pub until: String,
    /// How many incidents began in it.
    pub incidents: usize,
    /// For renderers: its bounds.
    #[serde(skip)]
    pub period: TimeRange,
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

/// The numbers of a group of incidents.
#[derive(Clone, Debug, Serialize)]
pub struct GroupReport {
    /// What they have in common; null for those that do not say.
    pub key: Option<String>,
    /// How many they are.
    pub incidents: usize,
    /// Each duration over them.
    pub durations: Vec<FiguresReport>,
    /// Their downtime, summed over the incidents.
    pub downtime: DowntimeSumReport,
}

/// One duration over many incidents.
#[derive(Clone, Debug, Serialize)]
pub struct FiguresReport {
    /// The duration's name.
    pub name: String,
    /// How many incidents have it.
    pub n: usize,
    /// How many do not, or not yet.
    pub missing: usize,
    /// The mean; null where there is none.
    pub mean_seconds: Option<i64>,
    /// The median.
    pub median_seconds: Option<i64>,
    /// What nine in ten do not exceed.
    pub p90_seconds: Option<i64>,
    /// The lower end of the interval that holds the mean with 95 % confidence.
    pub mean_min_seconds: Option<i64>,
    /// Its upper end.
    pub mean_max_seconds: Option<i64>,
}

/// The downtime of many incidents.
#[derive(Clone, Debug, Serialize)]
pub struct DowntimeSumReport {
    /// How many incidents have a known downtime.
    pub n: usize,
    /// How many do not.
    pub missing: usize,
    /// How long customers were down.
    pub down_seconds: i64,
    /// How long they were degraded but not down.
    pub degraded_seconds: i64,
    /// The least that both can be together.
    pub min_seconds: i64,
    /// The most that both can be together.
    pub max_seconds: i64,
}

/// How a duration changed from one period to another.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeReport {
    /// The duration's name.
    pub name: String,
    /// What it was.
    pub before: FiguresReport,
    /// What it became.
    pub after: FiguresReport,
    /// How often chance alone makes such a difference, in per mille; null where that cannot be told.
    pub chance_per_mille: Option<usize>,
    /// The verdict in plain words.
    pub verdict: &'static str,
}

/// An objective held against one incident or drill.
#[derive(Clone, Debug, Serialize)]
pub struct ObjectiveReport {
    /// The incident or drill.
    pub incident: String,
    /// incident, drill or maintenance.
    pub kind: &'static str,
    /// The class of failure.
    pub class: String,
    /// The duration's name, or `downtime`.
    pub name: String,
    /// What it should not exceed.
    pub limit_seconds: i64,
    /// What it was; null where that is not known.
    pub seconds: Option<i64>,
    /// met, missed, running or unknown.
    pub outcome: &'static str,
    /// Whether other times within the bounds would change the outcome.
    pub uncertain: bool,
}

impl StatsReport {
    /// Returns the report of these incidents together, and of their groups where there are some.
    pub fn of(
        counted: IncidentCount,
        total: &stats::StatsGroup,
        grouped: Option<(stats::By, &[stats::StatsGroup])>,
    ) -> Self {
        let (by, groups) = grouped.map_or((None, &[][..]), |(by, groups)| (Some(by), groups));
        Self {
            version: VERSION,
            counted,
            preset: None,
            as_of: None,
            by: by.map(stats::By::as_str),
            total: GroupReport::of(total),
            groups: groups.iter().map(GroupReport::of).collect(),
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
        changes: &[stats::DurationChange],
    ) -> Self {
        let (since, until) = (period.from().rfc3339(), period.to().rfc3339());
        self.against = Some(ComparedPeriod { since, until, incidents, period });
        self.changes = changes.iter().map(ChangeReport::of).collect();
        self
    }

    /// Adds the objectives.
    #[must_use]
    pub fn objectives(mut self, judged: &[ObjectiveResult]) -> Self {
        self.objectives = judged.iter().map(ObjectiveReport::of).collect();
        self
    }
}

impl GroupReport {
    fn of(group: &stats::StatsGroup) -> Self {
        let sum = group.downtime;
        Self {
            key: group.key.clone(),
            incidents: group.incidents,
            durations: group
                .durations
                .iter()
                .map(|(name, f)| FiguresReport::of(name, *f))
                .collect(),
            downtime: DowntimeSumReport {
                n: sum.n,
                missing: sum.missing,
                down_seconds: sum.down.as_seconds(),
                degraded_seconds: sum.degraded.as_seconds(),
                min_seconds: sum.lowest.as_seconds(),
                max_seconds: sum.highest.as_seconds(),
            },
        }
    }
}

impl FiguresReport {
    fn of(name: &str, figures: stats::DurationFigures) -> Self {
        let summary = figures.summary;
        let interval = summary.and_then(|s| s.interval);
        Self {
            name: name.to_owned(),
            n: figures.n,
            missing: figures.missing,
            mean_seconds: summary.map(|s| s.mean.as_seconds()),
            median_seconds: summary.map(|s| s.median.as_seconds()),
            p90_seconds: summary.map(|s| s.p90.as_seconds()),
            mean_min_seconds: interval.map(|(low, _)| Span::as_seconds(low)),
            mean_max_seconds: interval.map(|(_, high)| Span::as_seconds(high)),
        }
    }
}

impl ChangeReport {
    fn of(change: &stats::DurationChange) -> Self {
        Self {
            name: change.name.clone(),
            before: FiguresReport::of(&change.name, change.before),
            after: FiguresReport::of(&change.name, change.after),
            chance_per_mille: change.chance.map(Chance::per_mille),
            verdict: change.verdict.as_str(),
        }
    }
}

impl ObjectiveReport {
    fn of(judged: &ObjectiveResult) -> Self {
        Self {
            incident: judged.incident.to_string(),
            kind: judged.kind.as_str(),
            class: judged.class.to_string(),
            name: judged.measure.to_string(),
            limit_seconds: judged.limit.as_seconds(),
            seconds: judged.found.map(|f| f.nominal.as_seconds()),
            outcome: judged.outcome.as_str(),
            uncertain: judged.uncertain,
        }
    }
}
