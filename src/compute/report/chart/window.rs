//! Which interval of time the chart shows, and the clock along its bottom.

use crate::compute::downtime;
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::Milestone;
use crate::model::time::{Instant, Span, TimeBounds, Zone, day_start};
use chrono::Days;
use serde::Serialize;

/// The shortest interval that is worth drawing.
const SHORTEST: Span = Span::minutes(10);

/// About so many ticks fit without touching.
const MOST_TICKS: i64 = 9;

/// From when to when the chart goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChartWindow {
    pub(super) from: Instant,
    pub(super) to: Instant,
}

/// A time along the bottom of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// Seconds from the left edge.
    pub seconds: i64,
    /// The instant.
    pub at: Instant,
    /// The clock or the date in UTC.
    pub utc: String,
    /// The same in the incident's zone.
    pub local: String,
    /// For renderers: whether it is a date and not a clock.
    #[serde(skip)]
    pub is_date: bool,
}

impl ChartWindow {
    /// Returns the time from the beginning of the incident to its recovery, and a little more where
    /// events or milestones lie close by: a review that is published a week later would make a dot of
    /// the outage.
    pub(super) fn of(timeline: &Timeline<'_>) -> Option<Self> {
        let begin = timeline.begin()?.moment.earliest();
        let end = end(timeline).max(begin.plus(SHORTEST));
        let core = Self { from: begin, to: end };
        let length = core.length();
        let wider = timeline.events().iter().filter_map(|told| {
            let reach = Span::seconds(if is_milestone(told) { length } else { length / 4 });
            core.holds(told.moment, reach).then_some(told.moment)
        });
        let all = wider.fold(core, |all, moment| Self {
            from: all.from.min(moment.earliest()),
            to: all.to.max(moment.latest()),
        });
        let margin = Span::seconds(all.length() / 50);
        Some(Self { from: all.from.minus(margin), to: all.to.plus(margin) })
    }

    /// Returns how long it is, in seconds; never zero.
    pub(super) fn length(self) -> i64 {
        self.to.since(self.from).as_seconds().max(1)
    }

    fn holds(self, moment: TimeBounds, reach: Span) -> bool {
        self.from.minus(reach) <= moment.earliest() && moment.latest() <= self.to.plus(reach)
    }

    /// Returns round times, as many as fit, on the clocks of `zone`.
    pub(super) fn ticks(self, zone: Zone) -> Vec<Tick> {
        let steps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];
        let step = steps.into_iter().find(|step| self.length() / step < MOST_TICKS);
        match step {
            Some(step @ ..86_400) => self.clocks(step, zone),
            _ => self.days(zone),
        }
    }

    /// Returns a tick at every multiple of `step` seconds of the day in `zone`.
    fn clocks(self, step: i64, zone: Zone) -> Vec<Tick> {
        let day = self.from.local(zone).date_naive();
        let origin = day_start(day, zone).epoch();
        let first = (self.from.epoch() - origin).div_euclid(step) + 1;
        let all = (first..).map(|n| Instant::saturating(origin.saturating_add(n * step)));
        let last = self.to;
        let most = usize::try_from(MOST_TICKS * 2).unwrap_or(0);
        let within = all.take(most).take_while(|at| *at < last);
        within.map(|at| self.tick(at, false, zone)).collect()
    }

    /// Returns a tick at the beginning of a day in `zone`, so many days apart that they fit.
    fn days(self, zone: Zone) -> Vec<Tick> {
        let apart = (self.length() / 86_400 / MOST_TICKS).unsigned_abs() + 1;
        let first = self.from.local(zone).date_naive();
        let day = |n: u64| first.checked_add_days(Days::new(1 + n.saturating_mul(apart)));
        let most = MOST_TICKS.unsigned_abs() * 2;
        let starts = (0..most).filter_map(day).map(|day| day_start(day, zone));
        let within = starts.take_while(|at| *at < self.to);
        within.map(|at| self.tick(at, true, zone)).collect()
    }

    fn tick(self, at: Instant, is_date: bool, zone: Zone) -> Tick {
        let format = if is_date { "%-d %b %Y" } else { "%H:%M" };
        Tick {
            seconds: at.since(self.from).as_seconds(),
            at,
            utc: at.utc().format(format).to_string(),
            local: at.local(zone).format(format).to_string(),
            is_date,
        }
    }
}

/// Returns where the incident is over for its customers, or how far it is told.
fn end(timeline: &Timeline<'_>) -> Instant {
    let marked = |m| timeline.milestone(&m).map(|told| told.moment.latest());
    let over = [
        marked(Milestone::Mitigated),
        marked(Milestone::Recovered),
        downtime::last_hurt(timeline).map(|edge| edge.moment().latest()),
    ];
    let over = over.into_iter().flatten().max().or_else(|| marked(Milestone::Resolved));
    let rest = timeline.events().iter().filter(|t| !marks(t, &Milestone::Closed));
    let last = rest.map(|t| t.moment.latest()).max();
    match over {
        Some(over) if !timeline.is_open() => over,
        Some(over) if timeline.milestone(&Milestone::Recovered).is_some() => over,
        over => over.max(last).unwrap_or(Instant::MIN),
    }
}

fn is_milestone(told: &TimedEvent<'_>) -> bool {
    told.event.marks.milestones().any(|m| *m != Milestone::Closed)
}

fn marks(told: &TimedEvent<'_>, milestone: &Milestone) -> bool {
    told.event.marks.has(milestone)
}
