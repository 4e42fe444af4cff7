//! Findings that the record accepts, with a reason.

use super::codes;
use crate::model::diagnostic::{Diagnostic, Level, Location};
use crate::model::incident::{Incident, IncidentId, Name, names};
use crate::model::settings::AcceptedFinding;

/// The silences of a record, and which of them have met a finding.
#[derive(Debug)]
pub struct AcceptedFindings<'s> {
    all: Vec<(&'s AcceptedFinding, bool)>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct FindingSubject<'f> {
    /// The incident that it was found in.
    pub incident: Option<&'f IncidentId>,
    /// The event or action.
    pub id: Option<&'f Name>,
    /// The policy that it was found in.
    pub policy: Option<&'f Name>,
}

impl<'s> AcceptedFindings<'s> {
    /// Returns the silences of a record, none of which has met a finding yet.
    pub fn new(silences: &'s [AcceptedFinding]) -> Self {
        Self { all: silences.iter().map(|s| (s, false)).collect() }
    }

    /// Returns why a finding is accepted, where it is.
    ///
    /// Errors are never accepted.
    pub fn reason(&mut self, problem: &Diagnostic, about: FindingSubject<'_>) -> Option<&'s str> {
        if problem.level == Level::Error {
            return None;
        }
        let FindingSubject { incident, id, policy } = about;
        let matching = |silence: &AcceptedFinding| {
            silence.code.value.as_str() == problem.code
                && silence.incident.as_ref().is_none_or(|wanted| incident == Some(wanted))
                && silence.id.as_ref().is_none_or(|wanted| id == Some(wanted))
                && silence.policy.as_ref().is_none_or(|wanted| policy == Some(wanted))
        };
        let (silence, used) = self.all.iter_mut().find(|(silence, _)| matching(silence))?;
        *used = true;
        Some(&silence.reason)
    }

    /// Returns what is wrong with the silences, once all findings have met them: those that can match
    /// nothing, and those that did not. `only` is the one incident that was looked at, if not all were.
    pub fn problems(&self, only: Option<&IncidentId>) -> Vec<Diagnostic> {
        let seen = |s: &AcceptedFinding| only.is_none() || (only == s.incident.as_ref());
        let open = self.all.iter().filter(|(silence, used)| !used && seen(silence));
        open.map(|(silence, _)| impossible(silence).unwrap_or_else(|| unused(silence))).collect()
    }
}

fn unused(silence: &AcceptedFinding) -> Diagnostic {
    let code = codes::find(silence.code.value.as_str());
    let message = match code.filter(|code| code.weight == Level::Error) {
        Some(_) => "this silence matches no finding that is a warning; errors can't be silenced",
        None => "this silence matches no finding",
    };
    Diagnostic::warning("unused-silence", silence.place, message)
        .help("remove it, so that it doesn't hide what comes next")
}

/// Returns why a silence can never match, where it can't.
fn impossible(silence: &AcceptedFinding) -> Option<Diagnostic> {
    let (word, place) = (silence.code.value.as_str(), silence.code.place);
    match codes::find(word) {
        None => {
            let problem =
                Diagnostic::error("unknown-code", place, format!("unknown code `{word}`"));
            Some(problem.help(match names::nearest(word, codes::words().into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`recount check --explain` lists the codes".to_owned(),
            }))
        }
        Some(code) if code.weight == Level::Error && code.warning_where.is_none() => {
            let message = format!("`{word}` is an error, and errors can't be silenced");
            let help = "remove the silence, and mend what it was meant to hide";
            Some(Diagnostic::error("silenced-error", place, message).help(help))
        }
        Some(_) => None,
    }
}

/// Returns the id of the event or action that a place of an incident's file belongs to.
pub fn subject(incident: &Incident, place: Location) -> Option<&Name> {
    let events = incident.events.iter().map(|e| (e.place, e.id.as_ref()));
    let actions = incident.actions.iter().map(|a| (a.place, a.id.as_ref()));
    let before = events.chain(actions).filter(|(begin, _)| *begin <= place);
    let (begin, id) = before.max_by_key(|(begin, _)| *begin)?;
    // What stands further left on a later line belongs to the map around it.
    (begin.line == place.line || begin.column <= place.column).then_some(id).flatten()
}
