//! The report of counts and durations over many incidents.

use super::VERSION;
use crate::stats::{self, Chance, Judged};
use crate::time::Span;
use serde::Serialize;

/// The JSON of `stats`.
#[derive(Clone, Debug, Serialize)]
pub struct Stats {
    /// The version of this report's fields.
    pub version: u32,
    /// What the incidents are grouped by; null where they are not.
    pub by: Option<&'static str>,
    /// All of them together.
    pub total: Group,
    /// The groups, in order.
    pub groups: Vec<Group>,
    /// How durations changed from one period to another, where that was asked for.
    pub changes: Vec<Change>,
    /// The record's objectives, held against its incidents and drills.
    pub objectives: Vec<Objective>,
}

/// The numbers of a group of incidents.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// What they have in common; null for those that do not say.
    pub key: Option<String>,
    /// How many they are.
    pub incidents: usize,
    /// Each duration over them.
    pub durations: Vec<Figures>,
    /// Their downtime, summed over the incidents.
    pub downtime: Downtime,
}

/// One duration over many incidents.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
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
pub struct Downtime {
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
pub struct Change {
    /// The duration's name.
    pub name: String,
    /// What it was.
    pub before: Figures,
    /// What it became.
    pub after: Figures,
    /// How often chance alone makes such a difference, in per mille; null where that cannot be told.
    pub chance_per_mille: Option<usize>,
    /// The verdict in plain words.
    pub verdict: &'static str,
}

/// An objective held against one incident or drill.
#[derive(Clone, Debug, Serialize)]
pub struct Objective {
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

impl Stats {
    /// Returns the report of these incidents together, and of their groups where there are some.
    pub fn of(total: &stats::Group, grouped: Option<(stats::By, &[stats::Group])>) -> Self {
        let (by, groups) = grouped.map_or((None, &[][..]), |(by, groups)| (Some(by), groups));
        Self {
            version: VERSION,
            by: by.map(stats::By::as_str),
            total: Group::of(total),
            groups: groups.iter().map(Group::of).collect(),
            changes: vec![],
            objectives: vec![],
        }
    }

    /// Adds how durations changed.
    #[must_use]
    pub fn changes(mut self, changes: &[stats::Change]) -> Self {
        self.changes = changes.iter().map(Change::of).collect();
        self
    }

    /// Adds the objectives.
    #[must_use]
    pub fn objectives(mut self, judged: &[Judged]) -> Self {
        self.objectives = judged.iter().map(Objective::of).collect();
        self
    }
}

impl Group {
    fn of(group: &stats::Group) -> Self {
        let sum = group.downtime;
        Self {
            key: group.key.clone(),
            incidents: group.incidents,
            durations: group.durations.iter().map(|(name, f)| Figures::of(name, *f)).collect(),
            downtime: Downtime {
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

impl Figures {
    fn of(name: &str, figures: stats::Figures) -> Self {
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

impl Change {
    fn of(change: &stats::Change) -> Self {
        Self {
            name: change.name.clone(),
            before: Figures::of(&change.name, change.before),
            after: Figures::of(&change.name, change.after),
            chance_per_mille: change.chance.map(Chance::per_mille),
            verdict: change.verdict.as_str(),
        }
    }
}

impl Objective {
    fn of(judged: &Judged) -> Self {
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
