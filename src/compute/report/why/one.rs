//! The derivation of a number of one incident.

use super::{
    DerivationEvent, DerivationInterval, DerivationReport, IncidentLocations, MilestoneTime,
    StandInReport,
};
use crate::compute::downtime::{self, AffectedInterval, Boundary, DowntimePart, ImpactRecord};
use crate::compute::metrics::{
    Anchor, AnchorPoint, DurationAbsent, DurationDefinition, DurationValue, measure,
};
use crate::compute::quantities::Quantity;
use crate::compute::stats::{self, IncidentEntry};
use crate::compute::timeline::{TimedEvent, Timeline};
use crate::model::incident::{Milestone, Name};
use crate::model::settings::Settings;
use crate::model::time::{Instant, SpanBounds, TimeBounds, duration};

/// What a number of one incident is derived from.
#[derive(Clone, Copy)]
pub struct DerivationSource<'a> {
    /// The incident's events in order.
    pub timeline: &'a Timeline<'a>,
    /// The durations that the record defines.
    pub definitions: &'a [DurationDefinition],
    /// The record's settings.
    pub settings: &'a Settings,
    /// The end of what still runs.
    pub now: Instant,
    /// Where its files stand.
    pub files: &'a IncidentLocations<'a>,
}

/// Returns the derivation of a number of one incident; none for a number of many.
pub fn one(number: &Quantity, source: DerivationSource<'_>) -> Option<DerivationReport> {
    let DerivationSource { timeline, definitions, settings, now, files } = source;
    let why = match number {
        Quantity::Milestone(name) => milestone(number, timeline, name, files),
        Quantity::Duration(name) => {
            let definition = definitions.iter().find(|d| d.name == *name)?;
            let why = DerivationReport::of(number).defined(definition, settings);
            let measured = measure(timeline, std::slice::from_ref(definition), settings, now);
            duration(why, definition, measured.into_iter().next()?.value, source)
        }
        Quantity::Downtime(part, service) => affected(number, *part, service.as_ref(), source),
        Quantity::Objective(name) => {
            let same = match name.as_str() {
                "downtime" => Quantity::Downtime(DowntimePart::Affected, None),
                name => Quantity::Duration(name.to_owned()),
            };
            let why = one(&same, source)?;
            let entry = IncidentEntry::of(timeline, definitions, settings, now);
            objective(
                DerivationReport { number: number.to_string(), ..why },
                &entry,
                name,
                settings,
            )
        }
        Quantity::Statistic(..) | Quantity::Incidents | Quantity::Change(_) => return None,
    };
    Some(DerivationReport {
        incident: Some(timeline.incident.id.clone()),
        zone: timeline.zone,
        ..why
    })
}

/// Says what the number should not have exceeded, and whether it did.
fn objective(
    why: DerivationReport,
    entry: &IncidentEntry,
    name: &str,
    settings: &Settings,
) -> DerivationReport {
    let judged = stats::judge(&[entry], settings);
    let Some(judged) = judged.into_iter().find(|j| j.measure.as_str() == name) else {
        let absent = match &entry.class {
            Some(class) => {
                format!("recount.yaml has no objective of that name for the class {class}")
            }
            None => "the incident names no `class`, so no objective holds for it".to_owned(),
        };
        return DerivationReport { absent: Some(absent), ..why };
    };
    let limit = duration::compact(judged.limit);
    let said = format!(
        "{}: `objectives` of recount.yaml has at most {limit} for the class {}; {}",
        judged.outcome.as_str(),
        judged.class,
        why.meaning
    );
    DerivationReport { meaning: said, ..why }
}

fn milestone(
    number: &Quantity,
    timeline: &Timeline<'_>,
    name: &Milestone,
    files: &IncidentLocations<'_>,
) -> DerivationReport {
    let which = match name.can_be_voided() {
        true => "the last event that marks it, unless worse impact came after it",
        false => "the first event that marks it",
    };
    let found = timeline.milestone(name);
    let standing = |t: &TimedEvent<'_>| found.is_some_and(|f| std::ptr::eq(f.event, t.event));
    let marks = marks(timeline, name);
    let was_marked = marks.clone().next().is_some();
    let unreadable = timeline.incident.unreadable.first().map(|part| part.place);
    let absent = match (found, unreadable) {
        // What can't be read may mark it too, and come before.
        (_, Some(place)) => Some(DurationAbsent::Unreadable(place)),
        (Some(_), None) => None,
        (None, None) if was_marked => Some(DurationAbsent::Voided(name.clone())),
        (None, None) => Some(DurationAbsent::NotMarked(Anchor::Milestone(name.clone()))),
    };
    let role = |t: &TimedEvent<'_>| if standing(t) { "counts" } else { "does not count" };
    DerivationReport {
        meaning: which.to_owned(),
        at: found
            .filter(|_| unreadable.is_none())
            .map(|t| MilestoneTime { time: t.event.at, moment: t.moment }),
        absent: absent.map(|a| a.to_string()),
        events: marks
            .map(|t| DerivationEvent::of(role(&t), t, files))
            .chain(taken_back(timeline, name, files))
            .collect(),
        ..DerivationReport::of(number)
    }
}

/// Returns the events that mark a milestone.
fn marks<'t, 'a>(
    timeline: &'t Timeline<'a>,
    name: &'t Milestone,
) -> impl Iterator<Item = TimedEvent<'a>> + Clone + 't {
    let marks = move |t: &&TimedEvent<'a>| t.event.marks.has(name);
    timeline.events().iter().filter(marks).copied()
}

/// Returns the event whose impact took a milestone back.
fn taken_back(
    timeline: &Timeline<'_>,
    name: &Milestone,
    files: &IncidentLocations<'_>,
) -> Option<DerivationEvent> {
    let voided = timeline.voided().find(|v| v.milestone == name)?;
    Some(DerivationEvent::of(format!("voids {name}"), voided.by, files))
}

/// Returns the marks of a milestone that do not count, unless one does, and what took the last of them back.
fn void(
    timeline: &Timeline<'_>,
    name: &Milestone,
    files: &IncidentLocations<'_>,
) -> Vec<DerivationEvent> {
    if timeline.milestone(name).is_some() {
        return vec![];
    }
    let role = || format!("{name}, which does not count");
    let marks = marks(timeline, name).map(|t| DerivationEvent::of(role(), t, files));
    marks.chain(taken_back(timeline, name, files)).collect()
}

fn duration(
    why: DerivationReport,
    definition: &DurationDefinition,
    value: Result<DurationValue<'_>, DurationAbsent>,
    source: DerivationSource<'_>,
) -> DerivationReport {
    let DerivationSource { timeline, files, .. } = source;
    let value = match value {
        Ok(value) => value,
        Err(absent) => return missing(why, definition, &absent, source),
    };
    let ends = [(&definition.from, &value.from), (&definition.to, &value.to)];
    let stand_in = |(asked, point): &(&Anchor, &AnchorPoint<'_>)| {
        Some(StandInReport { milestone: (*asked).clone(), by: point.stand_in? })
    };
    let event = |((asked, point), way): ((&Anchor, &AnchorPoint<'_>), &str)| {
        Some(DerivationEvent::of(format!("{way} {asked}"), point.told?, files))
    };
    let mut events: Vec<_> = ends.into_iter().zip(["from", "to"]).filter_map(event).collect();
    if let (Anchor::Milestone(name), true) = (&definition.to, value.running) {
        events.extend(void(timeline, name, files));
    }
    DerivationReport {
        seconds: value.length.nominal,
        min_seconds: Some(value.length.lowest),
        max_seconds: Some(value.length.highest),
        running: value.running,
        stand_ins: ends.iter().filter_map(stand_in).collect(),
        events,
        ..why
    }
}

/// Says why there is no duration, with the events of the end that is there and the marks that do not count.
fn missing(
    why: DerivationReport,
    definition: &DurationDefinition,
    absent: &DurationAbsent,
    DerivationSource { timeline, files, .. }: DerivationSource<'_>,
) -> DerivationReport {
    let ends = [(&definition.from, "from"), (&definition.to, "to")];
    let mut events = vec![];
    for (end, way) in ends {
        let Anchor::Milestone(name) = end else { continue };
        let found = timeline.milestone(name);
        events.extend(found.map(|t| DerivationEvent::of(format!("{way} {name}"), t, files)));
        events.extend(void(timeline, name, files));
    }
    DerivationReport { absent: Some(absent.to_string()), events, ..why }
}

fn affected(
    number: &Quantity,
    part: DowntimePart,
    service: Option<&Name>,
    source: DerivationSource<'_>,
) -> DerivationReport {
    let DerivationSource { timeline, now, files, .. } = source;
    let (found, whose) = match service {
        Some(name) => (downtime::of_service(timeline, name, now), name.to_string()),
        None => (downtime::of_incident(timeline, now), "any service".to_owned()),
    };
    let told = downtime::impact_record(timeline.incident);
    let meaning = match told {
        ImpactRecord::None => {
            "there was no impact: the incident says so, or it is a drill or maintenance without any"
                .to_owned()
        }
        _ => format!(
            "the time in which {whose} was {} for somebody, overlaps counted once",
            part.meaning()
        ),
    };
    let total = found.total.ok().map(|t| t.part(part));
    let mut events: Vec<DerivationEvent> = vec![];
    for (edge, role) in found.intervals.iter().flat_map(edges) {
        let source = DerivationEvent::of(role, edge.told, files);
        match events.iter_mut().find(|e| e.id == source.id && e.line == source.line) {
            Some(known) if known.role != source.role => {
                known.role = format!("{}, {}", known.role, source.role)
            }
            Some(_) => {}
            None => events.push(source),
        }
    }
    DerivationReport {
        meaning,
        seconds: total.and_then(|t| t.nominal),
        min_seconds: total.map(|t| t.lowest),
        max_seconds: total.map(|t| t.highest),
        running: found.total.is_ok_and(|t| t.running),
        absent: found.total.err().map(|m| m.to_string()),
        events,
        intervals: found.intervals.iter().map(|s| interval(s, timeline, now)).collect(),
        ..DerivationReport::of(number)
    }
}

/// Returns the two ends of a interval, each with what it does.
fn edges<'a>(interval: &AffectedInterval<Boundary<'a>>) -> Vec<(Boundary<'a>, String)> {
    let start = (interval.start, format!("{} from here", interval.state));
    let end = interval.end.map(|end| (end, format!("{} until here", interval.state)));
    [Some(start), end].into_iter().flatten().collect()
}

fn interval(
    found: &AffectedInterval<Boundary<'_>>,
    timeline: &Timeline<'_>,
    now: Instant,
) -> DerivationInterval {
    let interval = found.detached();
    let running = || SpanBounds::between(found.start.moment(), TimeBounds::exact(now));
    let length = interval.bounds().or_else(|| timeline.is_open().then(running));
    DerivationInterval { interval, length: length.and_then(|length| length.nominal) }
}
