//! What a line of the war room asks for is done, by the verbs that the command line has.

use super::person::{Person, WrittenLine};
use crate::cli::{self, ActionVerb, DeliveryArgs, FacetArgs, Global, TimeArgs};
use crate::cmd::events::event_args::TypedEvent;
use crate::cmd::events::{action, amend, declare, record, retract, undo};
use crate::model::incident::{IncidentId, Name};
use crate::model::time::parse::{self, ParseContext};
use crate::model::typed_line::{LineContext, LineVerb, TypedLine};
use crate::session::{Failure, Output, Session};

/// The help that `/help` shows.
const HELP: &str = "\
14:05 TEXT, -7m TEXT, ~14:05 TEXT, T+45m TEXT, /at TIME TEXT: an event with its time
api=down TEXT, api=degraded:40% TEXT, db=340/1200 TEXT: what a service is, how much is back
/mitigated TEXT, /ack, /sev1, /ic NAME, /decision, /hyp, /refute ID, /confirm ID, /alert, /comms, /deploy, /did
/action TITLE @OWNER DUE · /publish TEXT · /to INCIDENT · /new TITLE · /undo · /redo · /text
/amend last 14:02 · /amend last TEXT · /move last INCIDENT
Tab completes, Up brings back, Ctrl-C leaves the line, and on an empty one the war room
";

/// What a line does beside an answer.
pub(super) enum Done {
    /// It is answered.
    Answered(Output),
    /// It has to be typed again to be sent: customers will read it.
    Certain(String),
    /// The war room is left.
    Left,
}

/// A line, and who typed it.
pub(super) struct LineRun<'l, 'g> {
    pub(super) global: &'g Global,
    pub(super) person: &'l mut Person,
    /// What it comes from, for a bridge that sends a line again.
    pub(super) delivery: DeliveryArgs,
    /// A time that a bridge gives beside the line.
    pub(super) at: Option<String>,
}

impl LineRun<'_, '_> {
    /// Reads a line, and does what it asks for.
    pub(super) fn run(&mut self, line: &str) -> Result<Done, Failure> {
        let global = self.global_of(self.person.chosen.as_ref());
        let session = Session::open(&global)?;
        let services = services(&session);
        let context = LineContext { settings: session.store.settings(), services: &services };
        let mut read = context.read(&session.masked(line.to_owned()));
        read.at = read.at.or_else(|| self.at.clone());
        let hint = read.hint.clone();
        let done = self.done(&session, line, read)?;
        Ok(match (done, hint) {
            (Done::Answered(answer), Some(hint)) => Done::Answered(
                answer
                    .remark(format!("taken as text: did you mean /{hint}? /undo takes it back\n")),
            ),
            (done, _) => done,
        })
    }

    fn done(
        &mut self,
        session: &Session<'_>,
        line: &str,
        read: TypedLine,
    ) -> Result<Done, Failure> {
        let TypedLine { verb, at, text, .. } = read;
        let global = session.global;
        let answer = match verb {
            LineVerb::Help => Output::text(HELP),
            LineVerb::Quit => return Ok(Done::Left),
            LineVerb::To(name) => return self.to(session, &name),
            LineVerb::Undo => return self.undo(session),
            LineVerb::Redo => undo::redo(global)?,
            LineVerb::AsText => return self.as_text(session),
            LineVerb::Amend(event) => amended(session, event, text)?,
            LineVerb::Move(event) => {
                let to = Some(text.trim().to_owned());
                let args = cli::AmendArgs { events: vec![event], to, ..cli::AmendArgs::default() };
                amend::run(&args, global)?
            }
            LineVerb::New => return self.declare(session, &text, at),
            LineVerb::Action => action::run(&ActionVerb::Add(follow_up(&text)), global)?,
            LineVerb::Publish { certain: false } => return Ok(Done::Certain(text)),
            LineVerb::At => {
                let (at, text) = time_and_text(session, &text)?;
                return self.log(session, line, self.event(LineVerb::Log, Some(at), text));
            }
            verb => return self.log(session, line, self.event(verb, at, text)),
        };
        Ok(Done::Answered(answer))
    }

    /// Returns the event that a line tells of.
    fn event(&self, verb: LineVerb, at: Option<String>, text: String) -> TypedEvent {
        // Alone it would stand for the standard input, which is read for lines.
        let text = if text == "-" { "- ".to_owned() } else { text };
        let mut typed = TypedEvent {
            text: vec![text],
            when: TimeArgs { at, future: false },
            facets: FacetArgs { by: self.person.name.clone(), ..FacetArgs::default() },
            delivery: self.delivery.clone(),
            ..TypedEvent::default()
        };
        let kind = |word: &str| crate::model::vocabulary::event_kind(word).ok();
        match verb {
            LineVerb::Impact(pairs) => typed.impact = pairs,
            LineVerb::Progress(pairs) => typed.progress = pairs,
            LineVerb::Mark(milestone) => typed.marks = vec![milestone],
            LineVerb::Severity(severity) => typed.facets.severity = Some(severity),
            LineVerb::Role(role) => typed.facets.roles = vec![role],
            LineVerb::Kind(word) => typed.facets.kind = kind(&word),
            LineVerb::Refute(event) => typed.facets.refutes = Some(event),
            LineVerb::Confirm(event) => typed.facets.confirms = Some(event),
            LineVerb::Publish { .. } => {
                typed.facets.public = true;
                typed.facets.kind = kind("communication");
            }
            _ => {}
        }
        typed
    }

    /// Records an event in the incident that the person looks at, or in the one that alone has its services.
    fn log(
        &mut self,
        session: &Session<'_>,
        line: &str,
        typed: TypedEvent,
    ) -> Result<Done, Failure> {
        let chosen = match session.global.incident {
            Some(_) if self.is_elsewhere(session, &typed) => None,
            _ => session.global.incident.clone(),
        };
        let global = Global { incident: chosen, ..session.global.clone() };
        let answer = record::record("log", &Session::open(&global)?, &typed, &[])?;
        self.note(&answer, line);
        Ok(Done::Answered(answer))
    }

    /// Returns whether another open incident alone has the services that an event tells of.
    fn is_elsewhere(&self, session: &Session<'_>, typed: &TypedEvent) -> bool {
        let services = record::services_told(session, typed);
        let has = |id: &IncidentId| {
            session.load(id).is_ok_and(|loaded| {
                let timeline = session.timeline(&loaded.read.incident);
                services.iter().any(|service| timeline.services().contains(&service))
            })
        };
        let chosen = session.named_incident().ok().flatten();
        let other = session.one_to_write(&services).ok().and_then(|target| target.one);
        let other = other.map(|one| one.id);
        !services.is_empty()
            && other.is_some()
            && other != chosen
            && !chosen.is_some_and(|id| has(&id))
    }

    /// Notes what was written, for `/undo` and `/text`.
    fn note(&mut self, answer: &Output, line: &str) {
        let Some(report) = &answer.written else { return };
        let id = report.event.as_ref().and_then(|event| event.id.as_ref()).map(Name::to_string);
        if let Some(event) = id {
            let incident = report.incident.clone();
            self.person.written.push(WrittenLine { incident, event, line: line.to_owned() });
        }
    }

    fn to(&mut self, session: &Session<'_>, name: &str) -> Result<Done, Failure> {
        let id = session.find(name)?;
        let answer = Output::text(format!("lines go to {id} now\n"));
        self.person.chosen = Some(id);
        Ok(Done::Answered(answer))
    }

    fn declare(
        &mut self,
        session: &Session<'_>,
        title: &str,
        at: Option<String>,
    ) -> Result<Done, Failure> {
        let args = cli::DeclareArgs {
            title: vec![title.to_owned()],
            by: self.person.name.clone(),
            when: TimeArgs { at, future: false },
            ..cli::DeclareArgs::default()
        };
        let answer = declare::run(&args, session.global)?;
        self.person.chosen = answer.written.as_ref().and_then(|report| report.incident.clone());
        self.note(&answer, title);
        Ok(Done::Answered(answer))
    }

    /// Takes back what was written last: of a bridge's person what they wrote themselves.
    fn undo(&mut self, session: &Session<'_>) -> Result<Done, Failure> {
        if self.person.name.is_none() {
            let global = Global { incident: None, ..session.global.clone() };
            self.person.written.pop();
            return undo::undo(&global).map(Done::Answered);
        }
        let last = self.person.written.pop();
        let last =
            last.ok_or_else(|| Failure::new("nothing was written here that you could undo"))?;
        let args =
            cli::RetractArgs { event: Some(last.event), reason: Some("undone: log".to_owned()) };
        let answer = retract::run(&args, &self.global_of(last.incident.as_ref()))?;
        Ok(Done::Answered(answer))
    }

    /// Makes the last line plain text, logged now.
    fn as_text(&mut self, session: &Session<'_>) -> Result<Done, Failure> {
        let last = self.person.written.last().map(|last| last.line.clone());
        let last = last.ok_or_else(|| Failure::new("there is no line that could be text"))?;
        self.undo(session)?;
        let typed = self.event(LineVerb::Log, None, last.trim().to_owned());
        self.log(session, &last, typed)
    }

    /// Returns what holds for every verb, with an incident.
    fn global_of(&self, incident: Option<&IncidentId>) -> Global {
        let named = incident.map(ToString::to_string);
        Global { incident: named.or_else(|| self.global.incident.clone()), ..self.global.clone() }
    }
}

/// Returns the services that open incidents name.
fn services(session: &Session<'_>) -> Vec<String> {
    let open = session.open_incidents().map(|open| open.ids).unwrap_or_default();
    let loaded = open.iter().filter_map(|id| session.load(id).ok());
    let mut services: Vec<_> = loaded
        .flat_map(|loaded| {
            let timeline = session.timeline(&loaded.read.incident);
            timeline.services().into_iter().map(ToString::to_string).collect::<Vec<_>>()
        })
        .collect();
    services.sort();
    services.dedup();
    services
}

/// Corrects an event's time where the text is one, else its words.
fn amended(session: &Session<'_>, event: String, text: String) -> Result<Output, Failure> {
    let is_time = is_time(session, &text);
    let args = cli::AmendArgs {
        events: vec![event],
        text: (!is_time).then(|| text.clone()),
        when: TimeArgs { at: is_time.then_some(text), future: false },
        ..cli::AmendArgs::default()
    };
    amend::run(&args, session.global)
}

/// Returns whether a text is a time, or one that could mean two.
fn is_time(session: &Session<'_>, text: &str) -> bool {
    let context = ParseContext::at(session.now, session.store.settings().zone);
    match parse::read(text, &context) {
        Ok(_) => true,
        Err(error) => !error.choices().is_empty() || text.to_lowercase().starts_with("t+"),
    }
}

/// Splits a time in any form from the text behind it: as many words as make one.
fn time_and_text(session: &Session<'_>, line: &str) -> Result<(String, String), Failure> {
    const MOST_WORDS: usize = 7;
    let words: Vec<_> = line.split_whitespace().collect();
    for count in (1..=MOST_WORDS.min(words.len().saturating_sub(1))).rev() {
        let (time, text) = words.split_at_checked(count).unwrap_or_default();
        let time = time.join(" ");
        if is_time(session, &time) {
            return Ok((time, text.join(" ")));
        }
    }
    Err(Failure::new(format!("`{line}` begins with no time that a text comes after"))
        .help("/at TIME TEXT, such as /at 24 Jan 2019 12:56 UTC It began"))
}

/// Reads `TITLE @OWNER DUE`.
fn follow_up(text: &str) -> cli::ActionAddArgs {
    let (title, rest) = match text.rsplit_once(" @") {
        Some((title, rest)) => (title, Some(rest)),
        None => (text, None),
    };
    let (owner, due) = match rest.and_then(|rest| rest.split_once(' ')) {
        Some((owner, due)) => (Some(owner.to_owned()), Some(due.trim().to_owned())),
        None => (rest.map(str::to_owned), None),
    };
    let facts = cli::ActionFacts { owner, due, ..cli::ActionFacts::default() };
    cli::ActionAddArgs { title: vec![title.to_owned()], facts }
}

/// Keeps a line that was refused or never sent, as a note.
pub(super) fn keep(global: &Global, person: &Person, line: &str) -> Result<Output, Failure> {
    let chosen = person.chosen.as_ref().map(ToString::to_string);
    let global = Global { incident: chosen.or_else(|| global.incident.clone()), ..global.clone() };
    let session = Session::open(&global)?;
    let text = session.masked(format!("refused: {line}"));
    let facets = FacetArgs { by: person.name.clone(), ..FacetArgs::default() };
    let typed = TypedEvent { text: vec![text], facets, ..TypedEvent::default() };
    record::record("log", &session, &typed, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_follow_up_has_an_owner_and_a_day() {
        let read = |text| {
            let args = follow_up(text);
            (args.title.concat(), args.facts.owner, args.facts.due)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("Alert on disks"), ("Alert on disks".into(), None, None));
        assert_eq!(read("Alert @ada"), ("Alert".into(), some("ada"), None));
        assert_eq!(
            read("Alert @ada 2026-07-01"),
            ("Alert".into(), some("ada"), some("2026-07-01"))
        );
    }
}
