//! What an incident brings into each table.

use super::ExportKind::{Boolean, Date, Decimal, Integer, Object, Text, Time};
use super::{Column, ExportCell, ExportTable, column};
use crate::compute::metrics::DurationDefinition;
use crate::compute::report::action::ActionReport;
use crate::compute::report::metrics::{DurationReport, IncidentMetrics, MilestoneReport};
use crate::compute::report::show::{self, EventReport, ShowReport};
use crate::compute::report::{AffectedInterval, IntervalEnd};
use crate::compute::timeline::Timeline;
use crate::model::incident::{CustomFieldValue, Milestone, Name};
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
            ExportTable::Incidents => vec![cells(INCIDENTS, self)],
            ExportTable::Events => self.each(EVENTS, &self.show.events),
            ExportTable::Milestones => self.each(MILESTONES, &self.metrics.milestones),
            ExportTable::Durations => self.each(DURATIONS, &self.metrics.durations),
            ExportTable::Downtime => self.each(DOWNTIME, &self.downtime()),
            ExportTable::Actions => self.each(ACTIONS, &self.show.actions),
            ExportTable::Fields => self.each(FIELDS, &self.fields()),
            ExportTable::Credits => vec![],
        }
    }

    fn each<T: Clone>(&self, columns: &[Column<Row<T>>], things: &[T]) -> Vec<Vec<ExportCell>> {
        let incident = self.show.heading.incident.to_string();
        let row = |thing: &T| Row { incident: incident.clone(), of: thing.clone() };
        things.iter().map(|thing| cells(columns, &row(thing))).collect()
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

fn cells<R>(columns: &[Column<R>], row: &R) -> Vec<ExportCell> {
    columns.iter().map(|column| (column.cell)(row)).collect()
}

/// A thing of an incident.
pub(super) struct Row<T> {
    incident: String,
    of: T,
}

fn incident<T>(row: &Row<T>) -> ExportCell {
    ExportCell::Text(row.incident.clone())
}

/// An interval in which a service was affected, or why its impact isn't known.
#[derive(Clone)]
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
#[derive(Clone)]
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

/// Returns what the JSON of `show` has of an event under a key.
fn shown(event: &EventReport, key: &str) -> Option<Value> {
    serde_json::to_value(&event.event).ok()?.get_mut(key).map(Value::take)
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
        let names: Vec<_> = i.show.services.iter().map(Name::as_str).collect();
        ExportCell::text(Some(names.join(" ")).filter(|names| !names.is_empty()))
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

pub(super) const EVENTS: &[Column<Row<EventReport>>] = &[
    column("incident", Text, "The incident's id", incident),
    column("event", Text, "Its id; empty until the tool has written the file", |r| {
        ExportCell::text(r.of.id.as_ref())
    }),
    column("at", Time, "When it was: the middle of the two below", |r| {
        ExportCell::Time(r.of.moment.nominal())
    }),
    column("earliest", Time, "The earliest that it can have been", |r| earliest(Some(r.of.moment))),
    column("latest", Time, "The latest that it can have been", |r| latest(Some(r.of.moment))),
    column("for_seconds", Integer, "After how long its impact reverts", |r| {
        ExportCell::seconds(r.of.event.lasting)
    }),
    column("logged", Time, "When it was written down", |r| ExportCell::time(r.of.event.logged)),
    column("by", Text, "Who wrote it down", |r| ExportCell::text(r.of.event.by.as_ref())),
    column(
        "kind",
        Text,
        "note, alert, decision, action, hypothesis, communication or deploy",
        |r| ExportCell::text(Some(r.of.event.kind_word())),
    ),
    column("marks", Text, "The milestones that it marks, with blanks between", |r| {
        let marks: Vec<_> = r.of.event.marks.milestones().map(Milestone::as_str).collect();
        ExportCell::text(Some(marks.join(" ")).filter(|marks| !marks.is_empty()))
    }),
    column("impact", Object, "The states that services change to", |r| {
        match r.of.event.impact.is_empty() {
            true => ExportCell::Absent,
            false => ExportCell::object(shown(&r.of, "impact")),
        }
    }),
    column("progress", Object, "How much of each service is back", |r| {
        match r.of.event.progress.is_empty() {
            true => ExportCell::Absent,
            false => ExportCell::object(shown(&r.of, "progress")),
        }
    }),
    column("severity", Text, "The severity from this moment on", |r| {
        ExportCell::text(r.of.event.severity.as_ref().map(|s| &s.value))
    }),
    column("attribution", Text, "The attribution from this moment on", |r| {
        ExportCell::text(r.of.event.attribution)
    }),
    column("roles", Object, "Who takes which role from this moment on", |r| {
        match r.of.event.roles.is_empty() {
            true => ExportCell::Absent,
            false => ExportCell::object(shown(&r.of, "roles")),
        }
    }),
    column("audience", Text, "internal or public", |r| ExportCell::text(Some(r.of.event.audience))),
    column("text", Text, "What happened", |r| ExportCell::text(Some(&r.of.event.text))),
    column("refutes", Text, "The hypothesis that it settles as wrong", |r| {
        ExportCell::text(r.of.event.refutes.as_ref().map(|id| &id.value))
    }),
    column("confirms", Text, "The hypothesis that it settles as right", |r| {
        ExportCell::text(r.of.event.confirms.as_ref().map(|id| &id.value))
    }),
    column("source", Text, "The system that it was imported from", |r| {
        ExportCell::text(r.of.event.source.as_ref().map(|s| &s.from))
    }),
    column("source_id", Text, "Its id there", |r| {
        ExportCell::text(r.of.event.source.as_ref().and_then(|s| s.id.as_ref()))
    }),
    column("source_url", Text, "Its address there", |r| {
        ExportCell::text(r.of.event.source.as_ref().and_then(|s| s.url.as_ref()))
    }),
    column("stands", Boolean, "Whether it counts: neither retracted nor moved away", |r| {
        ExportCell::Boolean(r.of.event.stands())
    }),
    column("moved", Text, "The incident that it is in now", |r| {
        ExportCell::text(r.of.event.moved.as_ref().map(|id| &id.value))
    }),
    column("redacted", Text, "Why its words were taken out", |r| {
        ExportCell::text(r.of.event.redacted.as_ref())
    }),
    column("retracted", Text, "Why it no longer counts", |r| {
        ExportCell::text(r.of.event.retracted.as_ref())
    }),
];

pub(super) const MILESTONES: &[Column<Row<(Milestone, MilestoneReport)>>] = &[
    column("incident", Text, "The incident's id", incident),
    column("milestone", Text, "The milestone", |r| ExportCell::text(Some(r.of.0.as_str()))),
    column("at", Time, "When it was reached", |r| ExportCell::Time(r.of.1.moment.nominal())),
    column("earliest", Time, "The earliest that this can have been", |r| {
        earliest(Some(r.of.1.moment))
    }),
    column("latest", Time, "The latest that this can have been", |r| latest(Some(r.of.1.moment))),
    column("event", Text, "The event that marks it", |r| ExportCell::text(r.of.1.event.as_ref())),
];

pub(super) const DURATIONS: &[Column<Row<DurationReport>>] = &[
    column("incident", Text, "The incident's id", incident),
    column("name", Text, "The duration", |r| ExportCell::text(Some(&r.of.definition.name))),
    column("from", Text, "The milestone at which it begins", |r| {
        ExportCell::text(Some(&r.of.definition.from))
    }),
    column("to", Text, "The milestone at which it ends", |r| {
        ExportCell::text(Some(&r.of.definition.to))
    }),
    column("clock", Text, "The calendar that it is counted by; empty for the wall's clock", |r| {
        ExportCell::text(r.of.definition.clock.as_ref())
    }),
    column("seconds", Integer, "Its length; empty where only the bounds are known", |r| {
        ExportCell::seconds(r.of.length.and_then(|l| l.nominal))
    }),
    column("min_seconds", Integer, "The least that it can have been", |r| {
        ExportCell::seconds(r.of.length.map(|l| l.lowest))
    }),
    column("max_seconds", Integer, "The most that it can have been", |r| {
        ExportCell::seconds(r.of.length.map(|l| l.highest))
    }),
    column(
        "running",
        Boolean,
        "Whether its end is still to come, so that it runs to the export",
        |r| ExportCell::Boolean(r.of.running),
    ),
    column("stand_in", Text, "What stands in for milestones that were not marked", |r| {
        ExportCell::text(Some(&r.of.stand_ins).filter(|s| !s.0.is_empty()))
    }),
    column("absent", Text, "Why there is no length", |r| ExportCell::text(r.of.absent.as_ref())),
    column("from_event", Text, "The event at which it begins", |r| {
        ExportCell::text(r.of.from_event.as_ref())
    }),
    column("to_event", Text, "The event at which it ends", |r| {
        ExportCell::text(r.of.to_event.as_ref())
    }),
];

pub(super) const DOWNTIME: &[Column<Row<ServiceInterval>>] = &[
    column("incident", Text, "The incident's id", incident),
    column("service", Text, "The service", |r| ExportCell::text(Some(&r.of.service))),
    column("state", Text, "down, degraded or maintenance", |r| {
        ExportCell::text(r.of.interval.as_ref().map(|i| i.state))
    }),
    column("start", Time, "When it began", |r| ExportCell::time(r.of.start().map(|s| s.at))),
    column("end", Time, "When it ended; empty where the record has no end for it", |r| {
        ExportCell::time(r.of.end().map(|e| e.at))
    }),
    column("seconds", Integer, "How long it was; empty where it has no end", |r| r.of.seconds()),
    column("start_earliest", Time, "The earliest that it can have begun", |r| {
        earliest(r.of.start().map(|s| s.moment))
    }),
    column("start_latest", Time, "The latest that it can have begun", |r| {
        latest(r.of.start().map(|s| s.moment))
    }),
    column("end_earliest", Time, "The earliest that it can have ended", |r| {
        earliest(r.of.end().map(|e| e.moment))
    }),
    column("end_latest", Time, "The latest that it can have ended", |r| {
        latest(r.of.end().map(|e| e.moment))
    }),
    column("share", Text, "The part of requests or customers hit, as it was written", |r| {
        let interval = r.of.interval.as_ref();
        ExportCell::text(interval.and_then(|i| i.share.as_ref()).map(|s| s.as_str()))
    }),
    column("start_event", Text, "The event at which it begins", |r| {
        ExportCell::text(r.of.start().and_then(|s| s.event.as_ref()))
    }),
    column("end_event", Text, "The event at which it ends", |r| {
        ExportCell::text(r.of.end().and_then(|e| e.event.as_ref()))
    }),
    column("unknown", Text, "Why nothing is known of its impact", |r| {
        ExportCell::text(r.of.unknown.as_ref())
    }),
];

pub(super) const ACTIONS: &[Column<Row<ActionReport>>] = &[
    column("incident", Text, "The incident's id", incident),
    column("action", Text, "Its id", |r| ExportCell::text(r.of.action.id.as_ref())),
    column("title", Text, "What is to be done", |r| ExportCell::text(Some(&r.of.action.title))),
    column("kind", Text, "prevent, mitigate, detect, process or repair", |r| {
        ExportCell::text(r.of.action.kind)
    }),
    column("owner", Text, "Who sees to it", |r| ExportCell::text(r.of.action.owner.as_ref())),
    column("due", Date, "When it should be done", |r| ExportCell::date(r.of.action.due)),
    column("status", Text, "open, doing, done or dropped", |r| {
        ExportCell::text(Some(r.of.action.status))
    }),
    column("done_on", Date, "When it was done", |r| ExportCell::date(r.of.action.done_on)),
    column("ticket", Text, "Where it is tracked", |r| {
        ExportCell::text(r.of.action.ticket.as_ref())
    }),
    column("incidents", Text, "Other incidents that it also answers, with blanks between", |r| {
        let others: Vec<_> = r.of.incidents.iter().map(ToString::to_string).collect();
        ExportCell::text(Some(others.join(" ")).filter(|others| !others.is_empty()))
    }),
];

pub(super) const FIELDS: &[Column<Row<FieldValue>>] = &[
    column("incident", Text, "The incident's id", incident),
    column("field", Text, "The field", |r| ExportCell::text(Some(&r.of.name))),
    column("kind", Text, "choice, number, money, people or text", |r| {
        ExportCell::text(Some(r.of.kind))
    }),
    column("value", Text, "The value as it is shown", |r| ExportCell::text(Some(&r.of.value))),
    column("number", Decimal, "The number, or the amount", |r| {
        r.of.number.clone().map_or(ExportCell::Absent, ExportCell::Decimal)
    }),
    column("currency", Text, "The amount's currency", |r| ExportCell::text(r.of.currency.as_ref())),
];
