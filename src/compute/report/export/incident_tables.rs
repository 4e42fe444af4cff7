//! What an incident brings into each table.

use super::ExportKind::{Boolean, Date, Decimal, Integer, Object, Text, Time};
use super::{Column, ExportCell, ExportTable, column};
use crate::compute::metrics::DurationDefinition;
use crate::compute::report::action::ActionReport;
use crate::compute::report::metrics::{DurationReport, IncidentMetrics, MilestoneReport};
use crate::compute::report::show::{self, EventReport, ShowReport};
use crate::compute::report::{AffectedInterval, IntervalEnd};
use crate::compute::timeline::Timeline;
use crate::model::incident::{CustomFieldValue, IncidentId, Milestone, Name};
use crate::model::money;
use crate::model::settings::Settings;
use crate::model::time::{Instant, TimeBounds};
use serde_json::Value;

/// An incident with all that the tables tell of it.
#[derive(Clone, Debug)]
pub struct ExportedIncident {
    show: ShowReport,
    metrics: IncidentMetrics,
    class: Option<Name>,
    counts: bool,
}

impl ExportedIncident {
    /// Returns what the tables tell of an incident; what is still to come runs to `now`.
    pub fn of(
        timeline: &Timeline<'_>,
        definitions: &[DurationDefinition],
        settings: &Settings,
        now: Instant,
    ) -> Self {
        let incident = timeline.incident;
        Self {
            show: show::show(timeline, settings),
            metrics: IncidentMetrics::of(timeline, definitions, settings, now),
            class: incident.class.as_ref().map(|class| class.value.clone()),
            counts: incident.counts(),
        }
    }

    /// Returns its rows in a table; credits are no incident's.
    pub fn rows(&self, table: ExportTable) -> Vec<Vec<ExportCell>> {
        match table {
            ExportTable::Incidents => vec![cells(INCIDENTS, self).collect()],
            ExportTable::Events => self.each(EVENTS, &self.show.events),
            ExportTable::Milestones => self.each(MILESTONES, &self.metrics.milestones),
            ExportTable::Durations => self.each(DURATIONS, &self.metrics.durations),
            ExportTable::Downtime => self.each(DOWNTIME, &self.downtime()),
            ExportTable::Actions => self.each(ACTIONS, &self.show.actions),
            ExportTable::Fields => self.each(FIELDS, &self.fields()),
            ExportTable::Credits => vec![],
        }
    }

    /// Returns a row for each thing of the incident, whose id stands first.
    fn each<T>(&self, columns: &[Column<T>], things: &[T]) -> Vec<Vec<ExportCell>> {
        let id = ExportCell::text(Some(&self.show.heading.incident));
        let row = |thing| [id.clone()].into_iter().chain(cells(columns, thing)).collect();
        things.iter().map(row).collect()
    }

    fn downtime(&self) -> Vec<ServiceInterval> {
        let mut all = vec![];
        for report in &self.metrics.downtime {
            let row = |interval, unknown| ServiceInterval {
                service: report.service.clone(),
                interval,
                unknown,
            };
            match &report.total {
                Err(unknown) => all.push(row(None, Some(unknown.to_string()))),
                Ok(_) => {
                    all.extend(report.intervals.iter().map(|i| row(Some(i.clone()), None)));
                }
            }
        }
        all
    }

    fn fields(&self) -> Vec<FieldValue> {
        let all = self.show.story.fields.iter();
        all.flat_map(|(name, value)| FieldValue::all(name, value)).collect()
    }
}

fn cells<R>(columns: &[Column<R>], row: &R) -> impl Iterator<Item = ExportCell> {
    columns.iter().map(|column| (column.cell)(row))
}

/// An interval in which a service was affected, or why its impact isn't known.
pub(super) struct ServiceInterval {
    service: Name,
    interval: Option<AffectedInterval>,
    unknown: Option<String>,
}

impl ServiceInterval {
    fn start(&self) -> Option<&IntervalEnd> {
        self.interval.as_ref().map(|i| &i.start)
    }

    fn end(&self) -> Option<&IntervalEnd> {
        self.interval.as_ref().and_then(|i| i.end.as_ref())
    }

    /// Returns the nominal length; none where the record has no end for it.
    fn seconds(&self) -> ExportCell {
        let ends = self.start().zip(self.end());
        ExportCell::seconds(ends.map(|(start, end)| end.at.since(start.at)))
    }
}

/// A value of a field of the record's own; of people, one of them.
pub(super) struct FieldValue {
    name: Name,
    kind: &'static str,
    value: String,
    number: Option<String>,
    currency: Option<String>,
}

impl FieldValue {
    fn all(name: &Name, value: &CustomFieldValue) -> Vec<Self> {
        let (kind, number, currency) = match value {
            CustomFieldValue::Choice(_) => ("choice", None, None),
            CustomFieldValue::Text(_) => ("text", None, None),
            CustomFieldValue::People(_) => ("people", None, None),
            CustomFieldValue::Number(number) => ("number", Some(money::exactly(number)), None),
            CustomFieldValue::Money(money) => {
                ("money", Some(money.to_string()), Some(money.currency.to_string()))
            }
        };
        let texts = match value {
            CustomFieldValue::People(people) => people.clone(),
            other => vec![other.to_string()],
        };
        let one = |value| Self {
            name: name.clone(),
            kind,
            value,
            number: number.clone(),
            currency: currency.clone(),
        };
        texts.into_iter().map(one).collect()
    }
}

fn earliest(moment: Option<TimeBounds>) -> ExportCell {
    ExportCell::time(moment.map(TimeBounds::earliest))
}

fn latest(moment: Option<TimeBounds>) -> ExportCell {
    ExportCell::time(moment.map(TimeBounds::latest))
}

/// Returns what the JSON of `show` has of an event under a key, where there is something.
fn shown(event: &EventReport, key: &str, is_there: bool) -> ExportCell {
    let value = || serde_json::to_value(&event.event).ok()?.get_mut(key).map(Value::take);
    is_there.then(value).flatten().map_or(ExportCell::Absent, ExportCell::Object)
}

pub(super) const INCIDENTS: &[Column<ExportedIncident>] = &[
    column("incident", Text, "Its id", |i| ExportCell::text(Some(&i.show.heading.incident))),
    column("title", Text, "What it is called", |i| ExportCell::text(Some(&i.show.heading.title))),
    column("severity", Text, "How bad it is after its last event", |i| {
        ExportCell::text(i.show.heading.severity.as_ref())
    }),
    column("kind", Text, "incident, drill or maintenance", |i| {
        ExportCell::text(Some(i.show.heading.kind))
    }),
    column("class", Text, "Its class of failure", |i| ExportCell::text(i.class.as_ref())),
    column("state", Text, "The last milestone that stands", |i| {
        ExportCell::text(i.show.heading.state.as_ref())
    }),
    column("open", Boolean, "Whether responders are still at it", |i| {
        ExportCell::Boolean(i.metrics.head.open)
    }),
    column(
        "counts",
        Boolean,
        "Whether it counts in numbers: not canceled, and no duplicate",
        |i| ExportCell::Boolean(i.counts),
    ),
    column("began", Time, "At `started`, else at its first impact, else at its first event", |i| {
        ExportCell::time(i.metrics.head.began)
    }),
    column("began_earliest", Time, "The earliest that this can have been", |i| {
        earliest(i.metrics.head.began_bounds)
    }),
    column("began_latest", Time, "The latest that this can have been", |i| {
        latest(i.metrics.head.began_bounds)
    }),
    column("timezone", Text, "The zone of its bare times", |i| {
        ExportCell::text(Some(i.show.zone.name()))
    }),
    column("services", Text, "The services concerned, with blanks between", |i| {
        ExportCell::words(i.show.services.iter().map(Name::as_str))
    }),
    column(
        "attribution",
        Text,
        "own, provider, customer or force-majeure, before any event changed that",
        |i| ExportCell::text(Some(i.show.attribution)),
    ),
    column("duplicate_of", Text, "The incident that tells the same story", |i| {
        ExportCell::text(i.show.story.duplicate_of.as_ref())
    }),
    column("canceled", Text, "Why it was no incident, where it was none", |i| {
        ExportCell::text(i.show.story.canceled.as_ref().map(|c| &c.reason))
    }),
    column("events", Integer, "How many events stand", |i| {
        ExportCell::Integer(i64::try_from(i.metrics.head.events).unwrap_or(i64::MAX))
    }),
    column("summary", Text, "One paragraph in Markdown", |i| {
        ExportCell::text(i.show.story.summary.as_ref())
    }),
];

pub(super) const EVENTS: &[Column<EventReport>] = &[
    column("event", Text, "Its id; empty until the tool has written the file", |r| {
        ExportCell::text(r.id.as_ref())
    }),
    column("at", Time, "When it was: the middle of the two below", |r| {
        ExportCell::Time(r.moment.nominal())
    }),
    column("earliest", Time, "The earliest that it can have been", |r| earliest(Some(r.moment))),
    column("latest", Time, "The latest that it can have been", |r| latest(Some(r.moment))),
    column("for_seconds", Integer, "After how long its impact reverts", |r| {
        ExportCell::seconds(r.event.lasting)
    }),
    column("logged", Time, "When it was written down", |r| ExportCell::time(r.event.logged)),
    column("by", Text, "Who wrote it down", |r| ExportCell::text(r.event.by.as_ref())),
    column(
        "kind",
        Text,
        "note, alert, decision, action, hypothesis, communication or deploy",
        |r| ExportCell::text(Some(r.event.kind_word())),
    ),
    column("marks", Text, "The milestones that it marks, with blanks between", |r| {
        ExportCell::words(r.event.marks.milestones().map(Milestone::as_str))
    }),
    column("impact", Object, "The states that services change to", |r| {
        shown(r, "impact", !r.event.impact.is_empty())
    }),
    column("progress", Object, "How much of each service is back", |r| {
        shown(r, "progress", !r.event.progress.is_empty())
    }),
    column("severity", Text, "The severity from this moment on", |r| {
        ExportCell::text(r.event.severity.as_ref().map(|s| &s.value))
    }),
    column("attribution", Text, "The attribution from this moment on", |r| {
        ExportCell::text(r.event.attribution)
    }),
    column("roles", Object, "Who takes which role from this moment on", |r| {
        shown(r, "roles", !r.event.roles.is_empty())
    }),
    column("audience", Text, "internal or public", |r| ExportCell::text(Some(r.event.audience))),
    column("text", Text, "What happened", |r| ExportCell::text(Some(&r.event.text))),
    column("refutes", Text, "The hypothesis that it settles as wrong", |r| {
        ExportCell::text(r.event.refutes.as_ref().map(|id| &id.value))
    }),
    column("confirms", Text, "The hypothesis that it settles as right", |r| {
        ExportCell::text(r.event.confirms.as_ref().map(|id| &id.value))
    }),
    column("source", Text, "The system that it was imported from", |r| {
        ExportCell::text(r.event.source.as_ref().map(|s| &s.from))
    }),
    column("source_id", Text, "Its id there", |r| {
        ExportCell::text(r.event.source.as_ref().and_then(|s| s.id.as_ref()))
    }),
    column("source_url", Text, "Its address there", |r| {
        ExportCell::text(r.event.source.as_ref().and_then(|s| s.url.as_ref()))
    }),
    column("stands", Boolean, "Whether it counts: neither retracted nor moved away", |r| {
        ExportCell::Boolean(r.event.stands())
    }),
    column("moved", Text, "The incident that it is in now", |r| {
        ExportCell::text(r.event.moved.as_ref().map(|id| &id.value))
    }),
    column("redacted", Text, "Why its words were taken out", |r| {
        ExportCell::text(r.event.redacted.as_ref())
    }),
    column("retracted", Text, "Why it no longer counts", |r| {
        ExportCell::text(r.event.retracted.as_ref())
    }),
];

pub(super) const MILESTONES: &[Column<(Milestone, MilestoneReport)>] = &[
    column("milestone", Text, "The milestone", |r| ExportCell::text(Some(r.0.as_str()))),
    column("at", Time, "When it was reached", |r| ExportCell::Time(r.1.moment.nominal())),
    column("earliest", Time, "The earliest that this can have been", |r| {
        earliest(Some(r.1.moment))
    }),
    column("latest", Time, "The latest that this can have been", |r| latest(Some(r.1.moment))),
    column("event", Text, "The event that marks it", |r| ExportCell::text(r.1.event.as_ref())),
];

pub(super) const DURATIONS: &[Column<DurationReport>] = &[
    column("name", Text, "The duration", |r| ExportCell::text(Some(&r.definition.name))),
    column("from", Text, "The milestone at which it begins", |r| {
        ExportCell::text(Some(&r.definition.from))
    }),
    column("to", Text, "The milestone at which it ends", |r| {
        ExportCell::text(Some(&r.definition.to))
    }),
    column("clock", Text, "The calendar that it is counted by; empty for the wall's clock", |r| {
        ExportCell::text(r.definition.clock.as_ref())
    }),
    column("seconds", Integer, "Its length; empty where only the bounds are known", |r| {
        ExportCell::seconds(r.length.and_then(|l| l.nominal))
    }),
    column("min_seconds", Integer, "The least that it can have been", |r| {
        ExportCell::seconds(r.length.map(|l| l.lowest))
    }),
    column("max_seconds", Integer, "The most that it can have been", |r| {
        ExportCell::seconds(r.length.map(|l| l.highest))
    }),
    column(
        "running",
        Boolean,
        "Whether its end is still to come, so that it runs to the export",
        |r| ExportCell::Boolean(r.running),
    ),
    column("stand_in", Text, "What stands in for milestones that were not marked", |r| {
        ExportCell::text(Some(&r.stand_ins).filter(|s| !s.0.is_empty()))
    }),
    column("absent", Text, "Why there is no length", |r| ExportCell::text(r.absent.as_ref())),
    column("from_event", Text, "The event at which it begins", |r| {
        ExportCell::text(r.from_event.as_ref())
    }),
    column("to_event", Text, "The event at which it ends", |r| {
        ExportCell::text(r.to_event.as_ref())
    }),
];

pub(super) const DOWNTIME: &[Column<ServiceInterval>] = &[
    column("service", Text, "The service", |r| ExportCell::text(Some(&r.service))),
    column("state", Text, "down, degraded or maintenance", |r| {
        ExportCell::text(r.interval.as_ref().map(|i| i.state))
    }),
    column("start", Time, "When it began", |r| ExportCell::time(r.start().map(|s| s.at))),
    column("end", Time, "When it ended; empty where the record has no end for it", |r| {
        ExportCell::time(r.end().map(|e| e.at))
    }),
    column("seconds", Integer, "How long it was; empty where it has no end", |r| r.seconds()),
    column("start_earliest", Time, "The earliest that it can have begun", |r| {
        earliest(r.start().map(|s| s.moment))
    }),
    column("start_latest", Time, "The latest that it can have begun", |r| {
        latest(r.start().map(|s| s.moment))
    }),
    column("end_earliest", Time, "The earliest that it can have ended", |r| {
        earliest(r.end().map(|e| e.moment))
    }),
    column("end_latest", Time, "The latest that it can have ended", |r| {
        latest(r.end().map(|e| e.moment))
    }),
    column("share", Text, "The part of requests or customers hit, as it was written", |r| {
        let interval = r.interval.as_ref();
        ExportCell::text(interval.and_then(|i| i.share.as_ref()).map(|s| s.as_str()))
    }),
    column("start_event", Text, "The event at which it begins", |r| {
        ExportCell::text(r.start().and_then(|s| s.event.as_ref()))
    }),
    column("end_event", Text, "The event at which it ends", |r| {
        ExportCell::text(r.end().and_then(|e| e.event.as_ref()))
    }),
    column("unknown", Text, "Why nothing is known of its impact", |r| {
        ExportCell::text(r.unknown.as_ref())
    }),
];

pub(super) const ACTIONS: &[Column<ActionReport>] = &[
    column("action", Text, "Its id", |r| ExportCell::text(r.action.id.as_ref())),
    column("title", Text, "What is to be done", |r| ExportCell::text(Some(&r.action.title))),
    column("kind", Text, "prevent, mitigate, detect, process or repair", |r| {
        ExportCell::text(r.action.kind)
    }),
    column("owner", Text, "Who sees to it", |r| ExportCell::text(r.action.owner.as_ref())),
    column("due", Date, "When it should be done", |r| ExportCell::date(r.action.due)),
    column("status", Text, "open, doing, done or dropped", |r| {
        ExportCell::text(Some(r.action.status))
    }),
    column("done_on", Date, "When it was done", |r| ExportCell::date(r.action.done_on)),
    column("ticket", Text, "Where it is tracked", |r| ExportCell::text(r.action.ticket.as_ref())),
    column("incidents", Text, "Other incidents that it also answers, with blanks between", |r| {
        ExportCell::words(r.incidents.iter().map(IncidentId::as_str))
    }),
];

pub(super) const FIELDS: &[Column<FieldValue>] = &[
    column("field", Text, "The field", |r| ExportCell::text(Some(&r.name))),
    column("kind", Text, "choice, number, money, people or text", |r| {
        ExportCell::text(Some(r.kind))
    }),
    column("value", Text, "The value as it is shown", |r| ExportCell::text(Some(&r.value))),
    column("number", Decimal, "The number, or the amount", |r| {
        r.number.clone().map_or(ExportCell::Absent, ExportCell::Decimal)
    }),
    column("currency", Text, "The amount's currency", |r| ExportCell::text(r.currency.as_ref())),
];
