//! What was typed of an event, made into its facts.

use crate::cli::{DeliveryArgs, FacetArgs, SourceKey, TimeArgs};
use crate::compute::hypotheses::{HypothesisState, hypotheses};
use crate::compute::timeline::Timeline;
use crate::io::render::text::line;
use crate::io::{clock, prompt};
use crate::model::diagnostic::{Location, Spanned};
use crate::model::incident::{
    Audience, Event, EventSource, Impact, Link, Milestone, Name, Progress, Share,
};
use crate::model::settings::Settings;
use crate::model::time::parse::{self, IncidentWindow, ParseContext};
use crate::model::time::{EventTime, OffsetTime, TimeBounds, TimeError, typed};
use crate::model::vocabulary;
use crate::session::Failure;
use crate::session::Session;
use crate::session::event_names::before_last;
use crate::session::mended::Repair;
use crate::session::typed_words;

/// What was typed of an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct TypedEvent {
    pub(crate) text: Vec<String>,
    pub(crate) when: TimeArgs,
    pub(crate) marks: Vec<String>,
    pub(crate) impact: Vec<String>,
    pub(crate) scope: ImpactTarget,
    pub(crate) progress: Vec<String>,
    pub(crate) facets: FacetArgs,
    pub(crate) delivery: DeliveryArgs,
}

/// The part of a service that an impact is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct ImpactTarget {
    pub(crate) share: Option<Share>,
    pub(crate) regions: Vec<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) customers: Vec<String>,
}

/// Returns the event that was typed, its id still to come, and what to tell of its time.
pub(crate) fn event(
    session: &Session<'_>,
    typed: &TypedEvent,
    timeline: Option<&Timeline<'_>>,
) -> Result<(Event, String), Failure> {
    let TypedTime { at, remark } = time(session, &typed.when, timeline)?;
    let mut event = note(session, at);
    change(&mut event, typed, session.store.settings())?;
    settle(session, &mut event, &typed.facets, timeline)?;
    event.source = typed.delivery.source.as_ref().map(source);
    event.text = match text(session, &typed.text)? {
        Some(text) => text,
        None => match default_text(&event) {
            Some(text) => text,
            None => session.or_ask(
                None,
                "What happened",
                "the text behind the verb, or `-` to read it from standard input",
            )?,
        },
    };
    Ok((event, remark))
}

/// Returns what an event comes from, as its file says it.
pub(crate) fn source(key: &SourceKey) -> EventSource {
    EventSource {
        from: key.from.clone(),
        id: Some(key.id.clone()),
        url: None,
        hash: None,
        offset: None,
    }
}

/// Returns as much of the event that was typed as is settled without an answer; none where that is nothing.
pub(crate) fn unanswered(
    session: &Session<'_>,
    typed: &TypedEvent,
    timeline: Option<&Timeline<'_>>,
) -> Option<Event> {
    let zone = timeline.map_or(session.store.settings().zone, |t| t.zone);
    let now = EventTime::exact(OffsetTime::in_zone(session.now, zone));
    let at = read_time(session, &typed.when, timeline);
    let mut event = note(session, at.as_ref().map_or(now, |read| read.at));
    if change(&mut event, typed, session.store.settings()).is_err() {
        event = note(session, event.at);
    }
    // What `-` stands for was to be read behind the question.
    let words = typed.text.strip_suffix(["-".to_owned()].as_slice()).unwrap_or(&typed.text);
    let text = match words.join(" ").trim() {
        "" => default_text(&event)?,
        words => words.to_owned(),
    };
    event.text = match (&typed.when.at, at) {
        (Some(typed), Err(_)) => format!("{text} (--at {typed})"),
        _ => text,
    };
    event.by = event.by.or_else(|| session.person());
    Some(event)
}

/// Returns a note without a text.
fn note(session: &Session<'_>, at: EventTime) -> Event {
    Event { logged: Some(session.now), ..Event::blank(at) }
}

/// Changes an event as was typed; what was not typed stays.
pub(crate) fn change(
    event: &mut Event,
    typed: &TypedEvent,
    settings: &Settings,
) -> Result<(), Failure> {
    let facets = &typed.facets;
    event.lasting = facets.lasting.or(event.lasting);
    event.by = facets.by.clone().or(event.by.take());
    if let Some(kind) = facets.kind {
        event.kind = Ok(kind);
    }
    if !typed.marks.is_empty() {
        let marks =
            typed.marks.iter().map(|mark| typed_words::milestone(settings, mark).map(spanned));
        event.marks = marks.collect::<Result<_, _>>()?;
    }
    if let Some(severity) = &facets.severity {
        event.severity = Some(spanned(typed_words::severity(settings, severity)?));
    }
    event.attribution = facets.attribution.or(event.attribution);
    if !typed.impact.is_empty() {
        let pairs = typed.impact.iter().flat_map(|text| text.split(','));
        let impact = pairs.map(|text| impact(text, &typed.scope, settings).map(spanned));
        event.impact = impact.collect::<Result<_, _>>()?;
    }
    if !typed.progress.is_empty() {
        let pairs = typed.progress.iter().flat_map(|text| text.split(','));
        let done = pairs.map(|text| progress(text, settings));
        event.progress = done.collect::<Result<_, _>>()?;
    }
    if !facets.roles.is_empty() {
        event.roles = roles(&facets.roles)?;
    }
    if facets.public {
        event.audience = Audience::Public;
    }
    event.links.extend(facets.links.iter().map(|url| Link { title: None, url: url.clone() }));
    Ok(())
}

/// Notes which hypothesis an event settles.
pub(crate) fn settle(
    session: &Session<'_>,
    event: &mut Event,
    facets: &FacetArgs,
    timeline: Option<&Timeline<'_>>,
) -> Result<(), Failure> {
    if let Some(named) = &facets.refutes {
        event.refutes = Some(spanned(hypothesis(session, named, timeline)?));
    }
    if let Some(named) = &facets.confirms {
        event.confirms = Some(spanned(hypothesis(session, named, timeline)?));
    }
    Ok(())
}

/// Finds the hypothesis that was named; where no such event is one, the error lists those that are open.
fn hypothesis(
    session: &Session<'_>,
    named: &str,
    timeline: Option<&Timeline<'_>>,
) -> Result<Name, Failure> {
    let Some(timeline) = timeline else {
        return Err(Failure::new(format!(
            "no incident is known that has the hypothesis `{named}`"
        ))
        .help("name the incident with `-i INCIDENT`"));
    };
    if let Some(back) = before_last(named) {
        return session.latest(timeline.incident, back).cloned();
    }
    let ids = || timeline.events().iter().filter_map(|t| t.event.id.as_ref());
    let begun: Vec<_> = ids().filter(|id| id.as_str().starts_with(named)).collect();
    let exact = ids().find(|id| id.as_str() == named);
    let only = match begun.as_slice() {
        [one] => Some(*one),
        _ => None,
    };
    if let Some(id) = exact.or(only) {
        return Ok(id.clone());
    }
    let failure = Failure::new(match begun.len() {
        0 => format!("no event's id begins with `{named}`"),
        count => format!("`{named}` begins the ids of {count} events"),
    });
    let open = hypotheses(timeline).into_iter().filter(|h| h.state == HypothesisState::Open);
    let open: Vec<_> = open.filter_map(|h| Some((h.supposed.event.id.as_ref()?, h))).collect();
    Err(match open.is_empty() {
        true => failure.help("log it first: `recount log --kind hypothesis TEXT`"),
        false => open.iter().fold(failure, |failure, (id, h)| {
            failure.help(format!("{id}  {}", line(&h.supposed.event.text)))
        }),
    })
}

/// Returns a value that no file holds yet.
pub(crate) fn spanned<T>(value: T) -> Spanned<T> {
    Spanned { value, place: Location::default() }
}

/// Joins the words of a text, and below them reads the standard input where the last of them is `-`.
pub(crate) fn text(session: &Session<'_>, words: &[String]) -> Result<Option<String>, Failure> {
    let text = match words {
        [words @ .., dash] if dash == "-" => {
            let input = prompt::read_input()
                .map_err(|e| Failure::new(format!("cannot read standard input: {e}")))?;
            format!("{}\n{}", words.join(" "), session.masked(input))
        }
        words => words.join(" "),
    };
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// Returns the text of an event that says all by what it changed: `Detected`, `apps down`.
fn default_text(event: &Event) -> Option<String> {
    let mut said = vec![];
    for name in event.marks.milestones().map(Milestone::as_str) {
        let first = name.chars().take(1).flat_map(char::to_uppercase);
        said.push(first.chain(name.chars().skip(1)).collect());
    }
    said.extend(event.impact.iter().map(|i| format!("{} {}", i.value.service, i.value.state)));
    said.extend(event.progress.iter().map(|(s, p)| format!("{} {p} back", s.value)));
    said.extend(event.roles.iter().map(|(role, person)| format!("{role}: {person}")));
    said.extend(event.severity.iter().map(|s| s.value.to_string()));
    said.extend(event.attribution.map(|a| format!("attribution {a}")));
    said.extend(event.refutes.iter().map(|id| format!("refutes {}", id.value)));
    said.extend(event.confirms.iter().map(|id| format!("confirms {}", id.value)));
    (!said.is_empty()).then(|| said.join(", "))
}

/// A time that was typed, with what to tell of it.
pub(crate) struct TypedTime {
    pub(crate) at: EventTime,
    pub(crate) remark: String,
}

/// Reads `--at`, or takes the time now; on a terminal a doubtful time is asked about.
pub(crate) fn time(
    session: &Session<'_>,
    when: &TimeArgs,
    timeline: Option<&Timeline<'_>>,
) -> Result<TypedTime, Failure> {
    match read_time(session, when, timeline) {
        Err(error) if session.terminal.can_ask && !error.choices().is_empty() => {
            which(&error).map(|at| TypedTime { at, remark: String::new() })
        }
        read => read.map_err(|error| {
            let typed = when.at.clone().unwrap_or_default();
            let by = |by| Repair::Replace { typed: typed.clone(), by };
            let choices = error.choices().iter().map(|choice| by(choice.text()));
            let mut repairs: Vec<_> = choices.collect();
            if repairs.is_empty() {
                repairs.push(Repair::Blank { typed: typed.clone(), what: "time" });
            }
            repairs.into_iter().fold(Failure::from(error), Failure::or_by)
        }),
    }
}

/// Reads `--at`, or takes the time now.
fn read_time(
    session: &Session<'_>,
    when: &TimeArgs,
    timeline: Option<&Timeline<'_>>,
) -> Result<TypedTime, TimeError> {
    let zone = timeline.map_or(session.store.settings().zone, |t| t.zone);
    let Some(text) = &when.at else {
        let at = EventTime::exact(OffsetTime::in_zone(session.now, zone));
        return Ok(TypedTime { at, remark: String::new() });
    };
    let events = moments(timeline);
    let around = around(timeline, &events);
    let context =
        ParseContext { around, allow_future: when.future, ..context_of(session, timeline) };
    let at = parse::read(text, &context)?;
    let remark = typed::remark(text, at, &context);
    let remark = remark.map_or(String::new(), |remark| format!("warning: {remark}\n"));
    Ok(TypedTime { at, remark })
}

/// Reads a time that is supposed within an incident: a bare clock falls into it, whether it is over or not.
pub(crate) fn supposed_time(
    session: &Session<'_>,
    text: &str,
    timeline: &Timeline<'_>,
) -> Result<EventTime, Failure> {
    let events = moments(Some(timeline));
    let first = events.iter().map(|moment| moment.earliest()).min();
    let last = events.iter().map(|moment| moment.latest()).max();
    let around = match first.zip(last) {
        Some((first, last)) => IncidentWindow::Over { first, last },
        None => IncidentWindow::Nothing,
    };
    let context =
        ParseContext { around, allow_future: true, ..context_of(session, Some(timeline)) };
    Ok(parse::read(text, &context)?)
}

fn moments(timeline: Option<&Timeline<'_>>) -> Vec<TimeBounds> {
    timeline.iter().flat_map(|t| t.events()).map(|event| event.moment).collect()
}

/// Returns what times are read by, but for what a bare clock leans on.
fn context_of(session: &Session<'_>, timeline: Option<&Timeline<'_>>) -> ParseContext<'static> {
    let settings = session.store.settings();
    let zone = timeline.map_or(settings.zone, |t| t.zone);
    let started = timeline.and_then(|t| t.milestone(&Milestone::Started));
    ParseContext {
        record_zone: settings.zone,
        machine_zone: clock::machine_zone(),
        started: started.map(|t| t.moment.nominal()),
        approximate: settings.approximate,
        ..ParseContext::at(session.now, zone)
    }
}

/// Returns what a bare clock leans on: an incident that is over ended when responders stood down, or
/// when service was back; its review may come weeks later.
fn around<'e>(timeline: Option<&Timeline<'_>>, events: &'e [TimeBounds]) -> IncidentWindow<'e> {
    let end = |timeline: &Timeline<'_>| {
        let stood_down = [Milestone::Resolved, Milestone::Recovered];
        let end = stood_down.iter().find_map(|m| timeline.milestone(m)).map(|t| t.moment.latest());
        end.or_else(|| events.iter().map(|moment| moment.latest()).max())
    };
    let over = timeline.filter(|timeline| !timeline.is_open()).and_then(end);
    match (events.iter().map(|moment| moment.earliest()).min(), over) {
        (Some(first), Some(last)) => IncidentWindow::Over { first, last },
        (_, _) => IncidentWindow::Open { events },
    }
}

/// Asks which of the readings was meant.
fn which(error: &TimeError) -> Result<EventTime, Failure> {
    let items: Vec<_> =
        error.choices().iter().map(|c| format!("{}  ({})", c.text(), c.label)).collect();
    let chosen = prompt::pick(&format!("{} Which is meant?", error.message()), &items)?;
    error.choices().get(chosen).map(|c| c.stamp).ok_or_else(|| Failure::from(error.clone()))
}

/// Splits `KEY=VALUE`.
pub(crate) fn pair<'t>(text: &'t str, form: &str) -> Result<(&'t str, &'t str), Failure> {
    text.split_once('=').ok_or_else(|| {
        Failure::new(format!("`{text}` has no `=`")).help(format!("write it as {form}"))
    })
}

fn impact(text: &str, scope: &ImpactTarget, settings: &Settings) -> Result<Impact, Failure> {
    let (service, state) = pair(text, "SERVICE=STATE, such as apps=down")?;
    let (state, share) = match state.split_once(':') {
        Some((state, share)) => (state, Some(share.parse::<Share>()?)),
        None => (state, None),
    };
    Ok(Impact {
        service: typed_words::service(settings, service)?,
        state: vocabulary::state(state)?,
        share: share.or_else(|| scope.share.clone()),
        regions: scope.regions.clone(),
        resources: scope.resources.clone(),
        customers: scope.customers.clone(),
    })
}

fn progress(text: &str, settings: &Settings) -> Result<(Spanned<Name>, Progress), Failure> {
    let (service, done) =
        pair(text, "SERVICE=DONE/TOTAL, such as databases=340/1200, or SERVICE=28%")?;
    Ok((spanned(typed_words::service(settings, service)?), done.parse()?))
}

/// Reads `ROLE=PERSON`, several of them also with commas between; a person's name may hold a comma.
fn roles(typed: &[String]) -> Result<Vec<(Name, String)>, Failure> {
    let mut pairs: Vec<String> = vec![];
    for text in typed {
        for (index, part) in text.split(',').enumerate() {
            match pairs.last_mut().filter(|_| index > 0 && !part.contains('=')) {
                Some(before) => *before = format!("{before},{part}"),
                None => pairs.push(part.to_owned()),
            }
        }
    }
    let role = |text: &String| {
        let (role, person) = pair(text, "ROLE=PERSON, such as commander=Ada")?;
        match person.trim() {
            "" => Err(Failure::new(format!("`{text}` names nobody"))
                .help("write it as ROLE=PERSON, such as commander=Ada")),
            person => {
                let role = role.trim();
                let is_commander = role.eq_ignore_ascii_case("ic");
                let role = if is_commander { "commander" } else { role };
                Ok((role.parse()?, person.to_owned()))
            }
        }
    };
    pairs.iter().map(role).collect()
}
