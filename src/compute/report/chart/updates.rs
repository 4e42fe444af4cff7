//! When the public heard something, held against how often it should.

use super::{ChartContext, ChartPoint};
use crate::compute::cadence::{self, UpdateSilence};
use crate::model::incident::Name;
use crate::model::time::{Instant, Span};
use serde::Serialize;

/// When the public heard something, and when it should have.
#[derive(Clone, Debug, Serialize)]
pub struct Updates {
    /// When it heard something.
    pub heard: Vec<ChartPoint>,
    /// The times in which it waited longer than the cadence of the severity allows, as `check` finds them.
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
    /// Returns when the public heard something, and the gaps in it; none where the record has no cadence for any
    /// severity of the incident.
    pub(super) fn updates(&self) -> Option<Updates> {
        let severities = self.severities();
        if !severities.iter().any(|s| self.cadence(&s.severity).is_some()) {
            return None;
        }
        let end = self.severity_end();
        let silences = cadence::silences(&self.timeline, self.settings, end);
        let gap = |silence: &UpdateSilence<'_>| UpdateGap {
            due_seconds: self.seconds(silence.due),
            to_seconds: self.seconds(silence.until.map_or(end, |t| t.moment.nominal())),
            every_seconds: silence.every.as_seconds(),
        };
        Some(Updates {
            heard: cadence::heard(&self.timeline).map(|t| self.point(t.moment)).collect(),
            gaps: silences.iter().map(gap).collect(),
        })
    }

    /// Returns when the severity bands end: at the recovery's stand-in, or at the right edge.
    fn severity_end(&self) -> Instant {
        let last = self.severities().last().map(|s| s.to_seconds);
        last.map_or(self.window.to, |s| self.window.from.plus(Span::seconds(s)))
    }

    fn cadence(&self, severity: &Name) -> Option<Span> {
        let known = self.settings.cadence.iter().find(|(s, _)| s == severity);
        known.map(|(_, every)| *every)
    }
}
