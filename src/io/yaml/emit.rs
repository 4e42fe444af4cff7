//! Facts as the keys and values that a file holds.

use super::write::YamlValue;
use crate::model::incident::{
    Action, ActionStatus, Attachment, Attribution, Audience, Cancellation, Cause, CustomFieldValue,
    Edits, Event, EventKind, EventSource, Impact, Incident, Kind, Link, Name, StatedDuration,
};
use crate::model::time::{EventTimeFields, Instant, duration};

/// The keys of a map and their values, in the order in which they are written.
pub type Keys = Vec<(&'static str, YamlValue)>;

/// Returns the keys of an event, in the order in which a file has them.
pub fn event(event: &Event) -> Keys {
    let mut keys = Keys::new();
    let mut put = |key, value: Option<YamlValue>| keys.extend(value.map(|v| (key, v)));
    put("id", event.id.as_ref().map(name));
    match event.at.fields() {
        EventTimeFields::At { at, within } => {
            put("at", Some(time(at)));
            put("within", within.map(YamlValue::plain));
        }
        EventTimeFields::Between { between } => {
            put(
                "between",
                Some(YamlValue::FlowList(between.into_iter().map(YamlValue::plain).collect())),
            );
        }
    }
    put("for", event.lasting.map(|s| YamlValue::plain(duration::compact(s))));
    put("logged", event.logged.map(|at| YamlValue::plain(at.rfc3339())));
    put("by", event.by.as_ref().map(YamlValue::text));
    match &event.kind {
        Ok(EventKind::Note) => {}
        Ok(kind) => put("kind", Some(YamlValue::text(kind.as_str()))),
        Err(newer) => put("kind", Some(name(newer))),
    }
    put("mark", marks(event));
    put("impact", impact(event));
    put("severity", event.severity.as_ref().map(|s| name(&s.value)));
    put("attribution", event.attribution.map(|a| YamlValue::text(a.as_str())));
    put(
        "roles",
        flow(event.roles.iter().map(|(role, person)| (role.to_string(), YamlValue::text(person)))),
    );
    put(
        "progress",
        flow(
            event.progress.iter().map(|(s, p)| (s.value.to_string(), YamlValue::text(p.as_str()))),
        ),
    );
    put(
        "audience",
        (event.audience == Audience::Public).then(|| YamlValue::text(event.audience.as_str())),
    );
    put("links", links(&event.links));
    put("attachments", attachments(&event.attachments));
    put("refutes", event.refutes.as_ref().map(|id| name(&id.value)));
    put("confirms", event.confirms.as_ref().map(|id| name(&id.value)));
    put("moved", event.moved.as_ref().map(|id| YamlValue::text(id.value.as_str())));
    put("edited", edits(&event.edits));
    put("source", event.source.as_ref().map(source));
    put("redacted", event.redacted.as_ref().map(YamlValue::text));
    put("retracted", event.retracted.as_ref().map(YamlValue::text));
    put("text", Some(YamlValue::text(&event.text)));
    keys
}

/// Returns a full time as it is, and a date, a month or a year as text, which other readers would take for a number.
fn time(at: String) -> YamlValue {
    if at.contains('T') { YamlValue::Plain(at) } else { YamlValue::Text(at) }
}

fn name(name: &Name) -> YamlValue {
    YamlValue::text(name.as_str())
}

fn names<'a>(names: impl Iterator<Item = &'a Name>) -> Option<YamlValue> {
    let names: Vec<_> = names.map(name).collect();
    list(names)
}

fn flow(entries: impl Iterator<Item = (String, YamlValue)>) -> Option<YamlValue> {
    let entries: Vec<_> = entries.collect();
    (!entries.is_empty()).then_some(YamlValue::FlowMap(entries))
}

fn links(links: &[Link]) -> Option<YamlValue> {
    let link = |link: &Link| match &link.title {
        None => YamlValue::text(&link.url),
        Some(title) => YamlValue::FlowMap(vec![
            ("title".to_owned(), YamlValue::text(title)),
            ("url".to_owned(), YamlValue::text(&link.url)),
        ]),
    };
    (!links.is_empty()).then(|| YamlValue::FlowList(links.iter().map(link).collect()))
}

/// Returns the places to read on.
pub fn link_list(all: &[Link]) -> YamlValue {
    links(all).unwrap_or(YamlValue::FlowList(vec![]))
}

/// Returns the durations that people stated, one a line.
pub fn claims(claims: &[StatedDuration]) -> YamlValue {
    let claim = |claim: &StatedDuration| {
        let mut keys = vec![
            ("name".to_owned(), name(&claim.name)),
            ("stated".to_owned(), YamlValue::plain(duration::compact(claim.stated))),
        ];
        keys.extend(claim.at_least.then(|| ("at_least".to_owned(), YamlValue::plain("true"))));
        YamlValue::FlowMap(keys)
    };
    YamlValue::List(claims.iter().map(claim).collect())
}

/// Returns when fields were last changed, by field; the one time of the first format as it is.
fn edits(edits: &Edits) -> Option<YamlValue> {
    let time = |at: Instant| YamlValue::plain(at.rfc3339());
    let by_field = flow(edits.fields().map(|(field, at)| (field.to_owned(), time(at))));
    by_field.or(edits.whole().map(time))
}

fn attachments(attachments: &[Attachment]) -> Option<YamlValue> {
    let attachment = |attachment: &Attachment| {
        let mut keys = vec![("path".to_owned(), YamlValue::text(attachment.path.as_str()))];
        let mut put = |key: &str, value: &Option<String>| {
            keys.extend(value.as_ref().map(|v| (key.to_owned(), YamlValue::text(v))));
        };
        put("sha256", &attachment.sha256);
        put("title", &attachment.title);
        YamlValue::FlowMap(keys)
    };
    let all: Vec<_> = attachments.iter().map(attachment).collect();
    list(all)
}

fn source(source: &EventSource) -> YamlValue {
    let keys = [
        ("from", Some(&source.from)),
        ("id", source.id.as_ref()),
        ("url", source.url.as_ref()),
        ("hash", source.hash.as_ref()),
        ("offset", source.offset.as_ref()),
    ];
    let keys = keys.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    YamlValue::FlowMap(keys.map(|(key, value)| (key, YamlValue::text(value))).collect())
}

/// Returns the milestone that an event marks as a word, several as a list.
fn marks(event: &Event) -> Option<YamlValue> {
    let mut marks: Vec<_> = event.marks.milestones().map(|m| YamlValue::text(m.as_str())).collect();
    if marks.len() > 1 { Some(YamlValue::FlowList(marks)) } else { marks.pop() }
}

/// Returns the impact by service: a word where one plain state says it all, else a list of scopes.
fn impact(event: &Event) -> Option<YamlValue> {
    let mut services: Vec<(String, Vec<&Impact>)> = vec![];
    for impact in event.impact.iter().map(|i| &i.value) {
        match services.iter_mut().find(|(s, _)| s == impact.service.as_str()) {
            Some((_, parts)) => parts.push(impact),
            None => services.push((impact.service.to_string(), vec![impact])),
        }
    }
    flow(services.into_iter().map(|(service, parts)| match parts.as_slice() {
        [one] if !one.is_scoped() && one.share.is_none() => {
            (service, YamlValue::text(one.state.as_str()))
        }
        parts => (service, YamlValue::FlowList(parts.iter().map(|p| scoped(p)).collect())),
    }))
}

fn scoped(impact: &Impact) -> YamlValue {
    let texts = |texts: &[String]| {
        (!texts.is_empty())
            .then(|| YamlValue::FlowList(texts.iter().map(YamlValue::text).collect()))
    };
    let mut keys = vec![("state".to_owned(), YamlValue::text(impact.state.as_str()))];
    let mut put =
        |key: &str, value: Option<YamlValue>| keys.extend(value.map(|v| (key.to_owned(), v)));
    put("share", impact.share.as_ref().map(|s| YamlValue::text(s.as_str())));
    put("regions", texts(&impact.regions));
    put("resources", texts(&impact.resources));
    put("customers", texts(&impact.customers));
    YamlValue::FlowMap(keys)
}

/// Returns the keys of an action.
pub fn action(action: &Action) -> Keys {
    let mut keys = Keys::new();
    let mut put = |key, value: Option<YamlValue>| keys.extend(value.map(|v| (key, v)));
    put("id", action.id.as_ref().map(name));
    put("title", Some(YamlValue::text(&action.title)));
    put("kind", action.kind.map(|k| YamlValue::text(k.as_str())));
    put("owner", action.owner.as_ref().map(YamlValue::text));
    put("due", action.due.map(|d| YamlValue::text(d.to_string())));
    put(
        "status",
        (action.status != ActionStatus::Open).then(|| YamlValue::text(action.status.as_str())),
    );
    put("done_on", action.done_on.map(|d| YamlValue::text(d.to_string())));
    put("ticket", action.ticket.as_ref().map(YamlValue::text));
    let also: Vec<_> = action.incidents.iter().map(|i| YamlValue::text(i.as_str())).collect();
    put("incidents", list(also));
    put("edited", edits(&action.edits));
    keys
}

/// Returns the keys of a cause.
pub fn cause(cause: &Cause) -> Keys {
    vec![("kind", YamlValue::text(cause.kind.as_str())), ("text", YamlValue::text(&cause.text))]
}

/// Returns the keys of an incident but for its lists of causes, actions, claims, links and events.
pub fn incident(incident: &Incident) -> Keys {
    let mut keys = Keys::new();
    let mut put = |key, value: Option<YamlValue>| keys.extend(value.map(|v| (key, v)));
    put("title", Some(YamlValue::text(&incident.title)));
    put("severity", incident.severity.as_ref().map(|s| name(&s.value)));
    put("kind", (incident.kind != Kind::Incident).then(|| YamlValue::text(incident.kind.as_str())));
    put("class", incident.class.as_ref().map(|c| name(&c.value)));
    put("timezone", incident.zone.map(|z| YamlValue::text(z.name())));
    put("services", names(incident.services.iter().map(|s| &s.value)));
    put("unaffected", names(incident.unaffected.iter().map(|s| &s.value)));
    let own = incident.attribution == Attribution::Own;
    put("attribution", (!own).then(|| YamlValue::text(incident.attribution.as_str())));
    put("duplicate_of", incident.duplicate_of.as_ref().map(|d| YamlValue::text(d.value.as_str())));
    put("canceled", incident.canceled.as_ref().map(canceled));
    let related = incident.related.iter().map(|r| YamlValue::text(r.value.as_str()));
    put("related", list(related.collect()));
    put("impact", incident.no_impact.then(|| YamlValue::text("none")));
    put("fields", flow(incident.fields.iter().map(|f| (f.name.to_string(), field(&f.value)))));
    put("summary", incident.summary.as_ref().map(YamlValue::text));
    put("edited", edits(&incident.edits));
    keys
}

fn list(items: Vec<YamlValue>) -> Option<YamlValue> {
    (!items.is_empty()).then_some(YamlValue::FlowList(items))
}

fn canceled(canceled: &Cancellation) -> YamlValue {
    let mut keys = vec![("reason".to_owned(), YamlValue::text(&canceled.reason))];
    keys.extend(canceled.at.map(|at| ("at".to_owned(), YamlValue::plain(at.rfc3339()))));
    YamlValue::FlowMap(keys)
}

/// Returns the value of a field of the record's own; a number stands without quotes.
fn field(value: &CustomFieldValue) -> YamlValue {
    match value {
        CustomFieldValue::Number(_) => YamlValue::plain(value.to_string()),
        CustomFieldValue::People(people) => {
            YamlValue::FlowList(people.iter().map(YamlValue::text).collect())
        }
        _ => YamlValue::text(value.to_string()),
    }
}
