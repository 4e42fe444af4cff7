//! What an internal document is made from: one incident, whole, and nothing of the clock or the commit.

mod history;

pub use history::Correction;

use super::action::ActionReport;
use super::incident_credits::IncidentCredits;
use super::metrics::{
    DowntimeReport, DurationReport, ImpactRecord, IncidentMetrics, LengthAbsent, MilestoneReport,
    StandIns,
};
use super::show::{self, EventReport, HypothesisReport, IncidentStory, ShowReport};
use super::{VERSION, values};
use crate::compute::downtime::{self, AffectedInterval, DowntimeTotal, DowntimeUnknown};
use crate::compute::metrics::{Anchor, DurationDefinition};
use crate::compute::timeline::{Timeline, VoidedMilestone};
use crate::model::incident::{Attribution, Audience, IncidentId, Kind, Milestone, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, SpanBounds, Zone, format as times};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::fmt::Display;

/// The JSON that a template of the internal audience gets.
#[derive(Clone, Debug, Serialize)]
pub struct IncidentDocument {
    /// The version of this report's fields.
    pub version: u32,
    /// internal
    pub audience: Audience,
    /// The incident's id.
    pub incident: IncidentId,
    /// What it is called.
    pub title: String,
    /// The day on which it began, such as `2019-01-24`.
    pub date: Option<chrono::NaiveDate>,
    /// How bad it is after the last event.
    pub severity: Option<Name>,
    /// What it is.
    pub kind: Kind,
    /// The class of failure.
    pub class: Option<Name>,
    /// The last milestone that stands.
    pub state: Option<Milestone>,
    /// Whether responders are still at it.
    pub open: bool,
    /// The zone in which times are shown.
    #[serde(rename = "timezone", serialize_with = "values::zone")]
    pub zone: Zone,
    /// Whose doing it was before any event changed that.
    pub attribution: Attribution,
    /// The services concerned.
    pub services: Vec<DocumentService>,
    /// What is told of it beside its events.
    #[serde(flatten)]
    pub story: IncidentStory,
    /// The events that stand, in order.
    pub events: Vec<DocumentEvent>,
    /// The milestones that stand, in order.
    pub milestones: Vec<DocumentMilestone>,
    /// The fields that the record has of its own, whether the incident says them or not.
    pub known_fields: Vec<Name>,
    /// What people supposed, and what came of it.
    pub hypotheses: Vec<HypothesisReport>,
    /// The milestones that were marked and that later impact voided, in the order of their marks.
    pub voided: Vec<DocumentVoided>,
    /// The durations; those still running have no length.
    pub durations: Vec<DocumentDuration>,
    /// Whether anything is known of the impact.
    pub impact: ImpactRecord,
    /// What each service went through.
    pub downtime: Vec<DocumentDowntime>,
    /// What customers went through, united over all services.
    pub total: DocumentDuration,
    /// The follow-up actions: its own, then those of other incidents that answer it too.
    pub actions: Vec<ActionReport>,
    /// What customers are owed for it.
    pub credits: IncidentCredits,
    /// Events that were corrected or retracted.
    pub history: Vec<Correction>,
}

/// A service concerned.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentService {
    /// Its id.
    pub service: Name,
    /// What responders call it.
    pub name: String,
}

/// An event, with its time as a document shows it.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentEvent {
    /// The day, such as `Thu 24 Jan 2019`.
    pub day: String,
    /// The time of day in the incident's zone, such as `12:56` or `12:40..13:10`.
    pub time: String,
    /// The event.
    #[serde(flatten)]
    pub event: EventReport,
}

/// When a milestone was.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentMilestone {
    /// Its name.
    pub name: Milestone,
    /// The time as a document shows it, such as `12:56 CET Thu 24 Jan 2019`.
    pub time: String,
    /// When it was, and by which event.
    #[serde(flatten)]
    pub reached: MilestoneReport,
}

/// A milestone that was marked, and that doesn't hold.
#[derive(Clone, Debug, Serialize)]
pub struct DocumentVoided {
    /// Its name.
    pub name: Milestone,
    /// The time of its mark as a document shows it.
    pub time: String,
    /// What voided it, such as `voided by the impact at 12:00 UTC Wed 10 Jun 2026`.
    pub words: String,
    /// When it was marked, and by which event.
    #[serde(flatten)]
    pub marked: MilestoneReport,
    /// When the impact was that voided it, and which event tells of that.
    pub by: MilestoneReport,
}

/// A duration, which a document gives no length as long as it runs.
#[derive(Clone, Debug)]
pub struct DocumentDuration(pub DurationReport);

/// What one service went through.
#[derive(Clone, Debug)]
pub struct DocumentDowntime {
    /// What responders call the service.
    pub name: String,
    /// What it went through.
    pub downtime: DowntimeReport,
    /// The zone in which times are shown.
    pub zone: Zone,
}

/// Returns what an internal document is made from; `elsewhere` are the actions of other incidents that
/// answer this one too.
pub fn document(
    timeline: &Timeline<'_>,
    settings: &Settings,
    elsewhere: Vec<ActionReport>,
    credits: IncidentCredits,
) -> IncidentDocument {
    let ShowReport { events, actions, services, story, hypotheses, .. } =
        show::show(timeline, settings);
    let (incident, zone) = (timeline.incident, timeline.zone);
    let measured = measured(timeline, settings);
    let service = |service: Name| DocumentService {
        name: settings.service_name(&service).to_owned(),
        service,
    };
    let downtime = |downtime: DowntimeReport| {
        let name = settings.service_name(&downtime.service).to_owned();
        DocumentDowntime { name, downtime, zone }
    };
    IncidentDocument {
        version: VERSION,
        audience: Audience::Internal,
        incident: incident.id.clone(),
        title: incident.title.clone(),
        date: timeline.begin().map(|begin| begin.order.local(zone).date_naive()),
        severity: timeline.severity().cloned(),
        kind: incident.kind,
        class: incident.class.as_ref().map(|c| c.value.clone()),
        state: timeline.state().cloned(),
        open: timeline.is_open(),
        zone,
        attribution: incident.attribution,
        services: services.into_iter().map(service).collect(),
        story,
        events: lines(events, zone),
        hypotheses,
        known_fields: settings.fields.iter().map(|field| field.name.clone()).collect(),
        milestones: milestones(timeline, measured.milestones),
        voided: timeline.voided().map(|v| voided(v, zone)).collect(),
        durations: measured.durations.into_iter().map(DocumentDuration).collect(),
        impact: measured.impact,
        downtime: measured.downtime.into_iter().map(downtime).collect(),
        total: total(timeline),
        actions: actions.into_iter().chain(elsewhere).collect(),
        credits,
        history: history::corrections(incident, settings),
    }
}

/// Returns the incident's numbers as they are by the record alone: what still runs is computed to the last
/// moment that the record tells of, and then said to be running.
pub(super) fn measured(timeline: &Timeline<'_>, settings: &Settings) -> IncidentMetrics {
    IncidentMetrics::of(timeline, &DurationDefinition::all(settings), settings, end(timeline))
}

fn end(timeline: &Timeline<'_>) -> Instant {
    timeline.events().iter().map(|t| t.moment.latest()).max().unwrap_or(Instant::MIN)
}

fn lines(events: Vec<EventReport>, zone: Zone) -> Vec<DocumentEvent> {
    let line = |event: EventReport| {
        let (day, time) = times::days_and_clock(event.event.at, zone);
        DocumentEvent { day, time, event }
    };
    let mut standing: Vec<_> = events.into_iter().filter(|e| e.event.stands()).collect();
    standing.sort_by_key(|e| e.event.at.shown_from(zone));
    standing.into_iter().map(line).collect()
}

fn milestones(
    timeline: &Timeline<'_>,
    reached: Vec<(Milestone, MilestoneReport)>,
) -> Vec<DocumentMilestone> {
    let told = timeline.milestones().map(|(_, told)| times::told(told.event.at, timeline.zone));
    let all = reached.into_iter().zip(told);
    all.map(|((name, reached), time)| DocumentMilestone { name, time, reached }).collect()
}

fn voided(voided: VoidedMilestone<'_, '_>, zone: Zone) -> DocumentVoided {
    let VoidedMilestone { milestone, marked, by } = voided;
    DocumentVoided {
        name: milestone.clone(),
        time: times::told(marked.event.at, zone),
        words: format!("voided by the impact at {}", times::told(by.event.at, zone)),
        marked: MilestoneReport::of(marked),
        by: MilestoneReport::of(by),
    }
}

/// Returns what customers went through, united over all services.
pub(super) fn total(timeline: &Timeline<'_>) -> DocumentDuration {
    let found = downtime::of_incident(timeline, end(timeline)).total;
    DocumentDuration(DurationReport {
        definition: DurationDefinition {
            name: "downtime".to_owned(),
            from: Anchor::FirstImpact,
            to: Anchor::LastImpact,
            clock: None,
            phase: false,
        },
        length: found.ok().map(|t| t.affected),
        stand_ins: StandIns::default(),
        running: found.is_ok_and(|t| t.running),
        absent: found.err().map(LengthAbsent::Downtime),
        from_event: None,
        to_event: None,
    })
}

impl DocumentDuration {
    /// Returns its name.
    pub fn name(&self) -> &str {
        &self.0.definition.name
    }

    /// Returns the length, where it is known and no longer runs.
    pub fn length(&self) -> Option<SpanBounds> {
        self.0.length.filter(|_| !self.0.running)
    }

    /// Returns the length for people, or why there is none.
    pub fn words(&self) -> String {
        let clock = self.0.definition.clock.as_ref();
        let clock = clock.map(|c| format!(" by the hours of {c}")).unwrap_or_default();
        self.length().map_or_else(
            || no_length(self.0.running, self.0.absent.as_ref()),
            |length| format!("{length}{clock}"),
        )
    }
}

fn no_length(running: bool, absent: Option<&impl Display>) -> String {
    if running {
        return "still running".to_owned();
    }
    format!("not known: {}", absent.map(ToString::to_string).unwrap_or_default())
}

impl Serialize for DocumentDuration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = self.length();
        let mut fields = serializer.serialize_struct("DocumentDuration", 9)?;
        fields.serialize_field("name", self.name())?;
        fields.serialize_field("words", &self.words())?;
        fields.serialize_field("seconds", &length.and_then(|l| l.nominal))?;
        fields.serialize_field("min_seconds", &length.map(|l| l.lowest))?;
        fields.serialize_field("max_seconds", &length.map(|l| l.highest))?;
        fields.serialize_field("from", &self.0.definition.from)?;
        fields.serialize_field("to", &self.0.definition.to)?;
        fields.serialize_field("stand_in", &self.0.stand_ins)?;
        fields.serialize_field("running", &self.0.running)?;
        fields.end()
    }
}

impl DocumentDowntime {
    /// Returns how long the service was down, and how long degraded but not down, for people.
    pub fn down_and_degraded(&self) -> [String; 2] {
        let Some(found) = self.downtime.ended() else { return ["-", "-"].map(str::to_owned) };
        [found.down, found.degraded].map(SpanBounds::about)
    }

    /// Returns both together, with bounds, or why that is not known.
    pub fn words(&self) -> String {
        match self.downtime.total {
            Ok(total) if !total.running => total.affected.to_string(),
            Ok(_) => no_length(true, None::<&DowntimeUnknown>),
            Err(why) => no_length(false, Some(&why.to_string())),
        }
    }
}

impl Serialize for DocumentDowntime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let found = self.downtime.ended();
        let [down, degraded] = self.down_and_degraded();
        let intervals = self.downtime.intervals.iter().map(|i| DocumentInterval(i, self.zone));
        let mut fields = serializer.serialize_struct("DocumentDowntime", 15)?;
        fields.serialize_field("service", &self.downtime.service)?;
        fields.serialize_field("name", &self.name)?;
        fields.serialize_field("down", &down)?;
        fields.serialize_field("degraded", &degraded)?;
        fields.serialize_field("words", &self.words())?;
        for (key, seconds) in DowntimeTotal::seconds(found.as_ref()) {
            fields.serialize_field(key, &seconds)?;
        }
        fields.serialize_field("intervals", &intervals.collect::<Vec<_>>())?;
        fields.end()
    }
}

/// An interval as the JSON of a document has it: with words beside its ends.
struct DocumentInterval<'i>(&'i AffectedInterval, Zone);

impl Serialize for DocumentInterval<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(interval, zone) = self;
        let AffectedInterval { start, end, state, share } = interval;
        let mut fields = serializer.serialize_struct("DocumentInterval", 7)?;
        fields.serialize_field("state", state)?;
        fields.serialize_field("share", share)?;
        fields.serialize_field("from", &times::bounds(start.moment, *zone))?;
        let to = end.as_ref().map(|end| times::bounds(end.moment, *zone));
        fields.serialize_field("to", &to)?;
        fields.serialize_field("words", &interval.words())?;
        fields.serialize_field("start", start)?;
        fields.serialize_field("end", end)?;
        fields.end()
    }
}
