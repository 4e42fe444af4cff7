//! Reads the events of an `incident.yaml`.

use super::fields::{
    self, Diagnostics, FieldReader, borrowed, entries, link, list, noted, parsed, text,
};
use super::node::{self, Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Level, Spanned};
use crate::model::incident::{
    Attachment, Audience, Edits, Event, EventKind, EventSource, Impact, IncidentId, Marks,
    Milestone, Name, Progress, State,
};
use crate::model::settings::Settings;
use crate::model::time::parse::{self, ParseContext};
use crate::model::time::{EventTime, Instant, OffsetTime, Span, duration};

/// Reads a list of events; one whose time cannot be read has reported why, and is left out.
///
/// What could not be read of them, and numbers hang on, is noted.
pub(super) fn read_all(
    node: &Node<'_>,
    scene: ParseContext,
    problems: &mut Diagnostics,
    unreadable: &mut Vec<Spanned<String>>,
) -> Vec<Event> {
    let scene = ParseContext { started: started(node, &scene), ..scene };
    let nodes = noted(problems, unreadable, |problems| list(node, problems, |node, _| Some(node)));
    nodes.into_iter().filter_map(|node| event(node, &scene, problems, unreadable)).collect()
}

/// Reads the text of one event alone.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn read_one(text: &str, settings: &Settings) -> Result<Event, Diagnostic> {
    let root = node::read(text)?;
    let mut problems = vec![];
    let scene = ParseContext::file(settings.zone);
    let event = event(&root, &scene, &mut problems, &mut vec![]);
    match (event, problems.into_iter().find(|p| p.level == Level::Error)) {
        (Some(event), None) => Ok(event),
        (_, Some(problem)) => Err(problem),
        (None, None) => Err(Diagnostic::error("shape", root.place, "this is not an event")),
    }
}

/// Finds the time of the first event that marks `started`, on which `T+45m` leans.
fn started(node: &Node<'_>, scene: &ParseContext) -> Option<Instant> {
    let NodeKind::List(items) = &node.what else { return None };
    let is_started = |n: &Node<'_>| n.text() == Some("started");
    let marks = |n: &&Node<'_>| {
        n.get("mark").is_some_and(|mark| match &mark.what {
            NodeKind::List(all) => all.iter().any(is_started),
            _ => is_started(mark),
        })
    };
    let first = items.iter().find(marks)?;
    let stamp = parse::read(first.get("at")?.text()?, scene).ok()?;
    Some(stamp.moment(scene.zone).nominal())
}

fn event(
    node: &Node<'_>,
    scene: &ParseContext,
    problems: &mut Diagnostics,
    unreadable: &mut Vec<Spanned<String>>,
) -> Option<Event> {
    let mut f =
        noted(problems, unreadable, |problems| FieldReader::open(node, "an event", problems))?;
    let retracted = f.take("retracted").and_then(|n| text(n, problems));
    let moved = f.take("moved").and_then(|n| fields::word::<IncidentId>(n, problems));
    let mut wrong = vec![];
    let (at, logged, lasting, marks, impact, severity, attribution) =
        noted(problems, &mut wrong, |problems| {
            (
                stamp(&mut f, scene, problems),
                f.take("logged").and_then(|n| instant(n, scene, problems)),
                f.take("for").and_then(|n| lasting(n, problems)),
                f.take("mark").map_or(Marks::default(), |n| marks(n, problems)),
                f.take("impact").map_or(vec![], |n| impact(n, problems)),
                f.take("severity").and_then(|n| fields::word(n, problems)),
                f.take("attribution").and_then(|n| fields::word(n, problems)).map(|p| p.value),
            )
        });
    // No number hangs on an event that was retracted or is elsewhere now.
    if retracted.is_none() && moved.is_none() {
        unreadable.append(&mut wrong);
    }
    let event = Event {
        id: f.take("id").and_then(|n| fields::word(n, problems)).map(|p| p.value),
        lasting,
        logged,
        edits: f.take("edited").map_or(Edits::default(), |n| edits(n, scene, problems)),
        by: f.take("by").and_then(|n| text(n, problems)),
        kind: f.take("kind").map_or(Ok(EventKind::Note), |n| kind(n, problems)),
        marks,
        impact,
        severity,
        attribution,
        roles: f.take("roles").map_or(vec![], |n| roles(n, problems)),
        progress: f.take("progress").map_or(vec![], |n| progress(n, problems)),
        audience: f
            .take("audience")
            .and_then(|n| fields::word(n, problems))
            .map_or(Audience::Internal, |p| p.value),
        links: f.take("links").map_or(vec![], |n| list(n, problems, link)),
        attachments: f.take("attachments").map_or(vec![], |n| list(n, problems, attachment)),
        refutes: f.take("refutes").and_then(|n| fields::word(n, problems)),
        confirms: f.take("confirms").and_then(|n| fields::word(n, problems)),
        source: f.take("source").and_then(|n| source(n, problems)),
        moved,
        redacted: f.take("redacted").and_then(|n| text(n, problems)),
        retracted,
        unsettled: f.take("was").map(unsettled).unwrap_or_default(),
        text: f.need("text", problems).and_then(|n| text(n, problems)).unwrap_or_default(),
        place: node.place,
        ..Event::blank(
            at.unwrap_or(EventTime::exact(OffsetTime::in_zone(Instant::MIN, scene.zone))),
        )
    };
    f.close(problems);
    at.map(|_| event)
}

/// Reads the names of the fields of which a merge left other values.
pub(super) fn unsettled(node: &Node<'_>) -> Vec<Spanned<String>> {
    match &node.what {
        NodeKind::Map(fields) => fields
            .iter()
            .map(|field| Spanned { value: field.key.to_string(), place: field.place })
            .collect(),
        // A person wrote it: something is to be looked at.
        _ => vec![Spanned { value: "was".to_owned(), place: node.place }],
    }
}

/// Reads when fields were last changed: a map of fields to times, or one time for all as the first format had it.
pub(super) fn edits(node: &Node<'_>, scene: &ParseContext, problems: &mut Diagnostics) -> Edits {
    if node.text().is_some() {
        return instant(node, scene, problems).map_or(Edits::default(), Edits::of_all);
    }
    let mut edits = Edits::default();
    for entry in entries(node, problems) {
        if let Some(at) = instant(&entry.value, scene, problems) {
            edits.insert(&entry.key, at);
        }
    }
    edits
}

/// Reads what was attached: a map with `path`, or the path alone.
fn attachment(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Attachment> {
    if node.text().is_some() {
        let path = fields::word(node, problems)?.value;
        return Some(Attachment { path, sha256: None, title: None });
    }
    let mut f = FieldReader::open(node, "an attachment", problems)?;
    let path = f.need("path", problems).and_then(|n| fields::word(n, problems));
    let sha256 = f.take("sha256").and_then(|n| parsed(n, problems, sha256)).map(|p| p.value);
    let title = f.take("title").and_then(|n| text(n, problems));
    f.close(problems);
    Some(Attachment { path: path?.value, sha256, title })
}

fn sha256(text: &str) -> Result<String, String> {
    match text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(format!("`{text}` is no SHA-256: it has 64 hexadecimal digits")),
    }
}

/// Reads an event's time from `at` and `within`, or from `between`.
fn stamp(
    f: &mut FieldReader<'_, '_>,
    scene: &ParseContext,
    problems: &mut Diagnostics,
) -> Option<EventTime> {
    let within = f.take("within").and_then(|n| lasting(n, problems));
    if let Some(node) = f.take("between") {
        if f.take("at").is_some() || within.is_some() {
            let message = "`between` stands in place of `at` and `within`, not beside them";
            problems
                .push(Diagnostic::error("value", node.place, message).help("keep one of the two"));
        }
        return between(node, scene, problems);
    }
    let node = f.need("at", problems)?;
    let at = parsed(node, problems, |text| parse::read(text, scene))?.value;
    match (at, within) {
        (at, None) => Some(at),
        (EventTime::At { time, .. }, Some(within)) => Some(EventTime::At { time, within }),
        (_, Some(_)) => {
            let message = "`within` goes with one time, not with a day, a month, a year or a range";
            problems.push(Diagnostic::error("value", node.place, message));
            None
        }
    }
}

fn between(node: &Node<'_>, scene: &ParseContext, problems: &mut Diagnostics) -> Option<EventTime> {
    let ends = list(node, problems, |n, problems| {
        let read = |text: &str| match parse::read(text, scene) {
            Ok(EventTime::At { time, within }) if within == Span::ZERO => Ok(time),
            Ok(_) => Err(format!("`{text}` is not one exact time")),
            Err(refusal) => Err(refusal.to_string()),
        };
        parsed(n, problems, read)
    });
    match ends.as_slice() {
        [a, b] if a.value.instant() <= b.value.instant() => {
            Some(EventTime::Between(a.value, b.value))
        }
        [_, b] => {
            let message = "`between` ends before it begins";
            problems.push(Diagnostic::error("value", b.place, message));
            None
        }
        _ => {
            let message = "`between` takes two times: `between: [12:40, 13:10]` with their dates";
            problems.push(Diagnostic::error("value", node.place, message));
            None
        }
    }
}

fn instant(node: &Node<'_>, scene: &ParseContext, problems: &mut Diagnostics) -> Option<Instant> {
    let read = |text: &str| parse::read(text, scene).map(|s| s.moment(scene.zone).nominal());
    parsed(node, problems, read).map(|p| p.value)
}

/// Reads a length of time that is not negative.
fn lasting(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Span> {
    let read = |text: &str| match duration::read_span(text) {
        Ok(span) if span < Span::ZERO => Err(format!("`{text}` is less than nothing")),
        Ok(span) => Ok(span),
        Err(error) => Err(error.to_string()),
    };
    parsed(node, problems, read).map(|p| p.value)
}

/// Reads a kind of event; a word that this version does not know is kept, and said.
fn kind(node: &Node<'_>, problems: &mut Diagnostics) -> Result<EventKind, Name> {
    let Some(word) = borrowed(node, problems) else { return Ok(EventKind::Note) };
    match (word.parse(), word.parse::<Name>()) {
        (Ok(kind), _) => Ok(kind),
        (Err(error), Ok(name)) => {
            let message = format!("{error}; perhaps a newer version wrote it");
            problems.push(Diagnostic::warning("unknown-kind", node.place, message));
            Err(name)
        }
        (Err(error), Err(_)) => {
            problems.push(Diagnostic::error("value", node.place, error.to_string()));
            Ok(EventKind::Note)
        }
    }
}

/// Reads the milestone that an event marks, or several of them.
fn marks(node: &Node<'_>, problems: &mut Diagnostics) -> Marks {
    match &node.what {
        NodeKind::List(_) => list(node, problems, fields::word).into_iter().collect(),
        _ => fields::word::<Milestone>(node, problems).into_iter().collect(),
    }
}

fn impact(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<Spanned<Impact>> {
    let mut found = vec![];
    for entry in entries(node, problems) {
        let Some(service) = fields::key(entry, problems) else { continue };
        let value = &entry.value;
        let all = match &value.what {
            NodeKind::List(_) => list(value, problems, |n, problems| scoped(&service, n, problems)),
            _ => scoped(&service, value, problems).into_iter().collect(),
        };
        found.extend(all.into_iter().map(|value| Spanned { value, place: entry.place }));
    }
    found
}

/// Reads one state of a service: a word, or a map that says for whom.
fn scoped(service: &Name, node: &Node<'_>, problems: &mut Diagnostics) -> Option<Impact> {
    if node.text().is_some() {
        let state = fields::word::<State>(node, problems)?;
        return Some(Impact::all(service.clone(), state.value));
    }
    let mut f = FieldReader::open(node, "an impact", problems)?;
    let state = f.need("state", problems).and_then(|n| fields::word::<State>(n, problems));
    let state = state.map(|s| s.value);
    let impact = Impact {
        service: service.clone(),
        state: state.unwrap_or(State::Up),
        share: f.take("share").and_then(|n| fields::word(n, problems)).map(|p| p.value),
        regions: f.take("regions").map_or(vec![], |n| list(n, problems, text)),
        resources: f.take("resources").map_or(vec![], |n| list(n, problems, text)),
        customers: f.take("customers").map_or(vec![], |n| list(n, problems, text)),
    };
    f.close(problems);
    state.map(|_| impact)
}

fn roles(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<(Name, String)> {
    let mut roles = vec![];
    for entry in entries(node, problems) {
        let role = fields::key(entry, problems);
        roles.extend(role.zip(text(&entry.value, problems)));
    }
    roles
}

fn progress(node: &Node<'_>, problems: &mut Diagnostics) -> Vec<(Spanned<Name>, Progress)> {
    let mut all = vec![];
    for entry in entries(node, problems) {
        let service = fields::key(entry, problems);
        let done = fields::word::<Progress>(&entry.value, problems);
        all.extend(
            service.zip(done).map(|(value, p)| (Spanned { value, place: entry.place }, p.value)),
        );
    }
    all
}

fn source(node: &Node<'_>, problems: &mut Diagnostics) -> Option<EventSource> {
    let mut f = FieldReader::open(node, "a source", problems)?;
    let from = f.need("from", problems).and_then(|n| text(n, problems));
    let id = f.take("id").and_then(|n| text(n, problems));
    let url = f.take("url").and_then(|n| text(n, problems));
    let hash = f.take("hash").and_then(|n| text(n, problems));
    let offset = f.take("offset").and_then(|n| text(n, problems));
    f.close(problems);
    Some(EventSource { from: from?, id, url, hash, offset })
}
