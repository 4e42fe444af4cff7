//! The bands of the chart: phases, severity, and the state of each service.

use super::{ChartContext, ChartPoint};
use crate::compute::downtime;
use crate::compute::downtime::{AffectedInterval, Boundary, DowntimeUnknown};
use crate::compute::timeline::TimedEvent;
use crate::model::incident::{Milestone, Name};
use crate::model::time::{Instant, TimeBounds};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The milestones between which the phases lie, in the order of an incident's life.
const STEPS: [Milestone; 5] = [
    Milestone::Started,
    Milestone::Detected,
    Milestone::Identified,
    Milestone::Mitigated,
    Milestone::Recovered,
];

/// What lies between two milestones.
#[derive(Clone, Debug, Serialize)]
pub struct ChartPhase {
    /// detection, diagnosis, repair or recovery; "until" and a milestone where one between was not marked.
    pub name: String,
    /// Where it begins.
    pub from: ChartPoint,
    /// Where it ends.
    pub to: ChartPoint,
}

/// How bad the incident was for a while.
#[derive(Clone, Debug, Serialize)]
pub struct ChartSeverity {
    /// The severity.
    pub severity: Name,
    /// Its place among the record's severities, the worst first; none where it isn't one of them.
    pub rank: Option<usize>,
    /// Seconds from the left edge.
    pub from_seconds: i64,
    /// Seconds from the left edge.
    pub to_seconds: i64,
}

/// What one service was for its customers.
#[derive(Clone, Debug, Serialize)]
pub struct Lane {
    /// What the readers call the service.
    pub service: String,
    /// Whether any event tells of it.
    pub told: bool,
    /// The intervals in which it was not `up` for somebody, with the heaviest state.
    pub intervals: Vec<LaneInterval>,
}

/// An interval in which a service was not `up`, and where it lies on the chart.
#[derive(Clone, Debug, Serialize)]
pub struct LaneInterval {
    /// The interval; its share is absent for the public.
    #[serde(flatten, serialize_with = "state_and_share")]
    pub interval: AffectedInterval,
    /// Where it begins.
    pub from: ChartPoint,
    /// Where it ends; none where the record has no end for it.
    pub to: Option<ChartPoint>,
}

impl ChartContext<'_> {
    /// Returns the bands between the milestones that stand, as far as they follow on one another: a
    /// cause that was found after the mitigation parts nothing.
    pub(super) fn phases(&self) -> Vec<ChartPhase> {
        let mut found: Vec<(&Milestone, TimeBounds)> = vec![];
        for step in &STEPS {
            let Some(moment) = self.step(step) else { continue };
            while found.len() > 1
                && found.last().is_some_and(|(_, at)| at.nominal() > moment.nominal())
            {
                found.pop();
            }
            if found.last().is_none_or(|(_, at)| at.nominal() <= moment.nominal()) {
                found.push((step, moment));
            }
        }
        let pairs = found.iter().zip(found.iter().skip(1));
        let phase = |((from, begin), (to, end)): (&(&Milestone, _), &(&Milestone, _))| ChartPhase {
            name: phase_name(from, to),
            from: self.point(*begin),
            to: self.point(*end),
        };
        pairs.map(phase).collect()
    }

    /// Returns when a step was reached, or what stands in for it, as in durations.
    fn step(&self, step: &Milestone) -> Option<TimeBounds> {
        let moment = |told: TimedEvent<'_>| told.moment;
        let marked = |m| self.timeline.milestone(m).map(moment);
        match step {
            Milestone::Started => marked(step).or_else(|| self.timeline.begin().map(moment)),
            Milestone::Recovered => marked(step)
                .or_else(|| downtime::last_hurt(&self.timeline).map(|edge| edge.moment()))
                .or_else(|| marked(&Milestone::Resolved)),
            _ => marked(step),
        }
    }

    /// Returns the severity over time, from the beginning of the incident to the right edge, or to the
    /// recovery where there was one.
    pub(super) fn severities(&self) -> Vec<ChartSeverity> {
        let Some(begin) = self.step(&Milestone::Started) else { return vec![] };
        let over = self.step(&Milestone::Recovered).filter(|_| !self.is_hurt_to_the_end());
        let end = over.map_or(self.window.to, TimeBounds::nominal);
        let mut steps: Vec<(Instant, &Name)> = vec![];
        let first = self.timeline.incident.severity.as_ref().map(|s| (begin.nominal(), &s.value));
        let told = self.timeline.events().iter().filter_map(|t| {
            Some((t.moment.nominal().max(begin.nominal()), &t.event.severity.as_ref()?.value))
        });
        for (at, severity) in first.into_iter().chain(told) {
            steps.retain(|(from, _)| *from < at);
            if steps.last().is_none_or(|(_, last)| *last != severity) {
                steps.push((at, severity));
            }
        }
        let ends = steps.iter().skip(1).map(|(at, _)| *at).chain([end]);
        let bands = steps.iter().zip(ends).filter(|((from, _), to)| from < to);
        bands.map(|((from, severity), to)| self.severity(severity, *from, to)).collect()
    }

    fn severity(&self, severity: &Name, from: Instant, to: Instant) -> ChartSeverity {
        ChartSeverity {
            severity: severity.clone(),
            rank: self.settings.severities.iter().position(|s| s == severity),
            from_seconds: self.seconds(from),
            to_seconds: self.seconds(to),
        }
    }

    /// Returns whether some impact has no end.
    fn is_hurt_to_the_end(&self) -> bool {
        let services = self.timeline.services();
        let mut all =
            services.iter().map(|s| downtime::of_service(&self.timeline, s, Instant::MAX));
        all.any(|d| d.intervals.iter().any(|i| i.end.is_none() && i.state.hurts()))
    }

    /// Returns the lanes of the services concerned that the readers have a name for.
    pub(super) fn services(&self) -> Vec<Lane> {
        let services = self.timeline.services().into_iter();
        services.filter_map(|s| self.lane(s)).collect()
    }

    fn lane(&self, service: &Name) -> Option<Lane> {
        let name = self.service_name(service)?.to_owned();
        let found = downtime::of_service(&self.timeline, service, Instant::MAX);
        let told =
            !matches!(found.total, Err(DowntimeUnknown::NotTold | DowntimeUnknown::Unreadable(_)));
        let intervals = found.intervals.iter().map(|s| self.interval(s)).collect();
        Some(Lane { service: name, told, intervals })
    }

    fn interval(&self, interval: &AffectedInterval<Boundary<'_>>) -> LaneInterval {
        LaneInterval {
            interval: interval.detached(),
            from: self.point(interval.start.moment()),
            to: interval.end.map(|end| self.point(end.moment())),
        }
    }
}

fn state_and_share<S: Serializer>(
    interval: &AffectedInterval,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct("AffectedInterval", 2)?;
    fields.serialize_field("state", &interval.state)?;
    fields.serialize_field("share", &interval.share)?;
    fields.end()
}

fn phase_name(from: &Milestone, to: &Milestone) -> String {
    match (from, to) {
        (Milestone::Started, Milestone::Detected) => "detection".to_owned(),
        (Milestone::Detected, Milestone::Identified) => "diagnosis".to_owned(),
        (Milestone::Identified, Milestone::Mitigated) => "repair".to_owned(),
        (Milestone::Mitigated, Milestone::Recovered) => "recovery".to_owned(),
        (_, to) => format!("until {to}"),
    }
}
