//! The report that a chart is drawn from: what happened when, in seconds from its left edge.
//!
//! It holds no widths and no colours, and nothing in it depends on the clock: an open incident ends
//! at its last event. For the public it is computed from the allow-list alone (SECURITY.md).

mod lanes;
mod marks;
mod updates;
mod window;

#[cfg(test)]
mod tests;

pub use lanes::{ChartPhase, ChartSeverity, Lane, LaneInterval};
pub use marks::{ChartEvent, ChartSide};
pub use updates::{UpdateGap, Updates};
pub use window::Tick;

use super::{VERSION, allow_list, values};
use crate::compute::timeline::Timeline;
use crate::model::incident::{Audience, Incident, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, TimeBounds, Zone};
use serde::Serialize;
use window::ChartWindow;

/// An incident's phases, impact, severity, events and public word, over one interval of time.
#[derive(Clone, Debug, Serialize)]
pub struct Chart {
    /// The version of this report's fields.
    pub version: u32,
    /// internal or public.
    pub audience: Audience,
    /// The left edge.
    pub start: Instant,
    /// The right edge.
    pub end: Instant,
    /// From the left edge to the right one; never zero.
    pub length_seconds: i64,
    /// The zone of the incident.
    #[serde(rename = "timezone", serialize_with = "values::zone")]
    pub zone: Zone,
    /// Whether responders are still at it.
    pub open: bool,
    /// The clock along the bottom.
    pub ticks: Vec<Tick>,
    /// What lies between the milestones that stand, in order; empty for the public.
    pub phases: Vec<ChartPhase>,
    /// How bad it was, from when to when; empty for the public.
    pub severities: Vec<ChartSeverity>,
    /// What each service was for its customers.
    pub services: Vec<Lane>,
    /// When the public heard something, and when it should have; none for the public or without a cadence.
    pub updates: Option<Updates>,
    /// The events, in order; only public ones for the public.
    pub events: Vec<ChartEvent>,
}

/// A moment on the chart, in seconds from the left edge; outside the edges where it lies there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChartPoint {
    /// When it was; as JSON its nominal time.
    #[serde(rename = "at", serialize_with = "values::nominal")]
    pub moment: TimeBounds,
    /// The nominal time.
    pub seconds: i64,
    /// The earliest that it can be.
    pub min_seconds: i64,
    /// The latest that it can be.
    pub max_seconds: i64,
}

impl Chart {
    /// Returns the chart of an incident, or of what the public may know of it.
    ///
    /// None where there is no event to draw.
    pub fn of(incident: &Incident, settings: &Settings, audience: Audience) -> Option<Self> {
        match audience {
            Audience::Internal => {
                ChartContext::new(incident, settings, audience).map(|s| s.chart())
            }
            Audience::Public => {
                let shown = allow_list::seen(incident);
                ChartContext::new(&shown, settings, audience).map(|s| s.chart())
            }
        }
    }
}

/// What all parts of the chart are computed from.
struct ChartContext<'a> {
    timeline: Timeline<'a>,
    settings: &'a Settings,
    audience: Audience,
    window: ChartWindow,
}

impl<'a> ChartContext<'a> {
    fn new(incident: &'a Incident, settings: &'a Settings, audience: Audience) -> Option<Self> {
        let timeline = Timeline::of(incident, settings);
        let window = ChartWindow::of(&timeline)?;
        Some(Self { timeline, settings, audience, window })
    }

    fn chart(&self) -> Chart {
        let internal = self.audience == Audience::Internal;
        Chart {
            version: VERSION,
            audience: self.audience,
            start: self.window.from,
            end: self.window.to,
            length_seconds: self.window.length(),
            zone: self.timeline.zone,
            open: self.timeline.is_open(),
            ticks: self.window.ticks(self.timeline.zone),
            phases: if internal { self.phases() } else { vec![] },
            severities: if internal { self.severities() } else { vec![] },
            services: self.services(),
            updates: if internal { self.updates() } else { None },
            events: self.events(),
        }
    }

    fn point(&self, moment: TimeBounds) -> ChartPoint {
        ChartPoint {
            seconds: self.seconds(moment.nominal()),
            min_seconds: self.seconds(moment.earliest()),
            max_seconds: self.seconds(moment.latest()),
            moment,
        }
    }

    /// Returns where an instant lies, in seconds from the left edge.
    fn seconds(&self, at: Instant) -> i64 {
        at.since(self.window.from).as_seconds()
    }

    /// Returns what the readers call a service; none where the public has no name for it.
    fn service_name<'n>(&'n self, service: &'n Name) -> Option<&'n str> {
        match self.audience {
            Audience::Internal => Some(self.settings.service_name(service)),
            Audience::Public => allow_list::service_name(self.settings, service.as_str()),
        }
    }
}
