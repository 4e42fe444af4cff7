//! What `recount check --audit` adds: the changes that came after an incident's review was closed.

use crate::compute::event_diff::{self, ChangedPart, RecordedChange};
use crate::compute::report::history::Commit;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Incident, IncidentId, Milestone, Name};
use crate::session::Failure;
use crate::session::Session;
use crate::session::revisions::Revision;

/// Returns a finding for each change that was made after the incident was last marked as closed.
pub(crate) fn audit(session: &Session<'_>, id: &IncidentId) -> Result<Vec<Diagnostic>, Failure> {
    let revisions = session.revisions(id)?;
    let Some(now) = revisions.last().map(|r| &r.incident) else { return Ok(vec![]) };
    let closes = |revision: &Revision| {
        let by = closed_by(session, &revision.incident);
        by.is_some() && revision.before.iter().all(|before| closed_by(session, before) != by)
    };
    let Some(last) = revisions.iter().rposition(closes) else { return Ok(vec![]) };
    let end = session.shallow_end(&revisions)?;
    let at_end = |commit: &&Commit| end.as_ref() == Some(&commit.name);
    let closing = revisions.get(last).and_then(|revision| revision.commit.as_ref());
    let unknown = closing.filter(at_end).map(|commit| past_unknown(commit, now));
    let found = revisions.iter().skip(last + 1).flat_map(|revision| {
        let changed = event_diff::since(&revision.before, &revision.incident);
        let commit = revision.commit.as_ref();
        changed.iter().map(|change| finding(change, commit, now)).collect::<Vec<_>>()
    });
    Ok(unknown.into_iter().chain(found).collect())
}

/// Returns the finding that the clone's history ends after the review was closed.
fn past_unknown(end: &Commit, now: &Incident) -> Diagnostic {
    let hash: String = end.name.chars().take(10).collect();
    let closed = now.events.iter().rev().find(|e| e.marks.has(&Milestone::Closed));
    let place = closed.map_or(Location { line: 1, column: 1 }, |e| e.place);
    let message = format!(
        "whether something changed after the review was closed can't be told: this clone is shallow, and its history begins with {hash}"
    );
    Diagnostic::error("shallow-history", place, message)
        .help("bring the rest: git fetch --unshallow (in GitHub's workflows: `fetch-depth: 0`)")
}

/// Returns the event that marks an incident as closed.
fn closed_by(session: &Session<'_>, incident: &Incident) -> Option<Name> {
    session.timeline(incident).milestone(&Milestone::Closed)?.event.id.clone()
}

fn finding(change: &RecordedChange<'_>, commit: Option<&Commit>, now: &Incident) -> Diagnostic {
    let (what, place) = match change.part {
        ChangedPart::Whole(_) => ("the incident".to_owned(), Location { line: 1, column: 1 }),
        ChangedPart::Event(event) => {
            let id = event.id.as_ref().map(|id| format!(" {id}")).unwrap_or_default();
            let here = now.events.iter().find(|e| e.id == event.id && e.id.is_some());
            (format!("the event{id}"), here.map_or(Location { line: 1, column: 1 }, |e| e.place))
        }
        ChangedPart::Action(action) => {
            let here = now.actions.iter().find(|a| a.id == action.id);
            let place = here.map_or(Location { line: 1, column: 1 }, |a| a.place);
            (format!("the action `{}`", action.title), place)
        }
    };
    let keys = match change.keys.as_slice() {
        [] | ["retracted"] => String::new(),
        keys => format!(" ({})", keys.join(", ")),
    };
    let who = commit.map_or(", not committed yet".to_owned(), |c| {
        let hash: String = c.name.chars().take(10).collect();
        format!(" by {} in {hash}", c.author)
    });
    let done = change.done.as_str().replace("wrote", "written");
    let message = format!("{what} was {done}{keys} after the review was closed{who}");
    Diagnostic::warning("changed-after-closed", place, message)
        .help("`recount history` tells all of it; mark `closed` again where the review saw it")
}
