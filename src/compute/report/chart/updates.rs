//! When the public heard something, held against how often it should.

use super::{ChartContext, ChartPoint};
use crate::compute::timeline::TimedEvent;
use crate::model::incident::{Audience, EventKind, Milestone, Name};
use crate::model::time::{Instant, Span};
use serde::Serialize;

/// When the public heard something, and when it should have.
#[derive(Clone, Debug, Serialize)]
pub struct Updates {
    /// When it heard something.
    pub heard: Vec<ChartPoint>,
    /// The times in which it waited longer than the cadence of the severity allows.
    pub gaps: Vec<UpdateGap>,
}

/// A time in which the public waited too long, at nominal times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UpdateGap {
    /// When a word was due, in seconds from the left edge.
    pub due_seconds: i64,
    /// When it came, or when it was no longer needed.
    pub to_seconds: i64,
    /// How often the public should have heard something.
    pub every_seconds: i64,
}

impl ChartContext<'_> {
    /// Returns when the public heard something, from the beginning to the recovery, and the gaps in it;
    /// none where the record has no cadence for any severity of the incident.
    pub(super) fn updates(&self) -> Option<Updates> {
        let severities = self.severities();
        if !severities.iter().any(|s| self.cadence(&s.severity).is_some()) {
            return None;
        }
        let heard: Vec<_> = self.timeline.events().iter().filter(|t| is_heard(t)).collect();
        let begin = self.timeline.begin()?.moment.nominal();
        let end = self.timeline.milestone(&Milestone::Recovered).map(|t| t.moment.nominal());
        let end = end.unwrap_or_else(|| self.severity_end());
        let mut times: Vec<Instant> = heard.iter().map(|t| t.moment.nominal()).collect();
        times.retain(|at| begin < *at && *at < end);
        times.sort_unstable();
        let starts = [begin].into_iter().chain(times.iter().copied());
        let ends = times.iter().copied().chain([end]);
        let gaps = starts.zip(ends).filter_map(|(from, to)| self.gap(from, to));
        let shown = heard.iter().map(|t| self.point(t.moment));
        Some(Updates { heard: shown.collect(), gaps: gaps.collect() })
    }

    /// Returns when the severity bands end: at the recovery's stand-in, or at the right edge.
    fn severity_end(&self) -> Instant {
        let last = self.severities().last().map(|s| s.to_seconds);
        last.map_or(self.window.to, |s| self.window.from.plus(Span::seconds(s)))
    }

    fn gap(&self, from: Instant, to: Instant) -> Option<UpdateGap> {
        let began = self.seconds(from);
        let severities = self.severities();
        let now = severities.iter().rev().find(|s| s.from_seconds <= began);
        let every = self.cadence(&now.or(severities.first())?.severity)?;
        let due = from.plus(every);
        let gap = UpdateGap {
            due_seconds: self.seconds(due),
            to_seconds: self.seconds(to),
            every_seconds: every.as_seconds(),
        };
        (due < to).then_some(gap)
    }

    fn cadence(&self, severity: &Name) -> Option<Span> {
        let known = self.settings.cadence.iter().find(|(s, _)| s == severity);
        known.map(|(_, every)| *every)
    }
}

/// Returns whether an event is a word to the public: one that it may read, or a communication.
fn is_heard(told: &TimedEvent<'_>) -> bool {
    told.event.audience == Audience::Public || told.event.kind == Ok(EventKind::Communication)
}
