//! What is found of the record as a whole: events that two incidents hold, and what merges have lost.

use super::checked_file::CheckedFile;
use crate::compute::check::doubled_events;
use crate::io::git::{Blob, FileOfMerge, Repo};
use crate::io::store::VersionBeside;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Event, Incident, IncidentId};
use crate::session::Failure;
use crate::session::Session;
use std::collections::HashSet;
use std::path::Path;

/// Where a finding stands that is about a file as a whole.
const START: Location = Location { line: 1, column: 1 };

/// Adds what is found of several incidents together.
pub(super) fn add(
    session: &Session<'_>,
    only: Option<&IncidentId>,
    checked: &mut Vec<CheckedFile>,
) -> Result<(), Failure> {
    let doubled = doubled_events(checked.iter().filter_map(told));
    for it in doubled {
        let of_it = |file: &&mut CheckedFile| told(file).is_some_and(|i| i.id == it.incident);
        if let Some(file) = checked.iter_mut().find(of_it) {
            file.found.push(it.problem);
            file.found.sort_by_key(|problem| problem.place);
        }
    }
    if only.is_none() {
        versions_beside(session, checked);
    }
    let Some(repo) = &session.repo else { return Ok(()) };
    let ids = checked.iter().filter_map(told).flat_map(ids).collect();
    let lost = LostInMerges { session, repo, known: ids };
    for LostEvent { path, id, problem } in lost.find(only)? {
        let of_it = |file: &&mut CheckedFile| file.file == path;
        match checked.iter_mut().find(of_it) {
            Some(file) => file.found.insert(0, problem),
            None if only.is_none() || only == Some(&id) => {
                checked.push(CheckedFile::new(path, String::new(), vec![problem]));
            }
            None => {}
        }
    }
    Ok(())
}

/// Adds the files of which a merge left another version.
fn versions_beside(session: &Session<'_>, checked: &mut Vec<CheckedFile>) {
    for VersionBeside { file, other } in session.store.versions_beside() {
        let shown = |path: &Path| session.store.relative(path).display().to_string();
        let message = format!("a merge left another version of this file: {}", shown(&other));
        let problem = Diagnostic::error("two-versions", START, message)
            .help("keep what is right of both in this one, and remove the other: git rm");
        let path = shown(&file);
        match checked.iter_mut().find(|file| file.file == path) {
            Some(file) => file.found.insert(0, problem),
            None => checked.push(CheckedFile::new(path, String::new(), vec![problem])),
        }
    }
}

/// Returns the incident that a file tells.
fn told(file: &CheckedFile) -> Option<&Incident> {
    file.about.as_ref().filter(|(_, is_told)| *is_told).map(|(incident, _)| incident)
}

fn ids(incident: &Incident) -> impl Iterator<Item = String> {
    let actions = incident.actions.iter().map(|action| &action.id);
    let ids = incident.events.iter().map(|event| &event.id).chain(actions);
    ids.filter_map(|id| Some(id.as_ref()?.to_string()))
}

/// An event that a merge has lost.
struct LostEvent {
    /// The incident's file, from the record on.
    path: String,
    id: IncidentId,
    problem: Diagnostic,
}

/// The search for events that a merge has lost: a host's own merge runs no driver, and takes one side where a person
/// asks it to.
struct LostInMerges<'a> {
    session: &'a Session<'a>,
    repo: &'a Repo,
    /// The ids of all events and actions that the checked incidents have.
    known: HashSet<String>,
}

impl LostInMerges<'_> {
    fn find(mut self, only: Option<&IncidentId>) -> Result<Vec<LostEvent>, Failure> {
        let store = &self.session.store;
        let below = match only {
            Some(id) => store.incident_path(id),
            None => store.root().join("incidents"),
        };
        let mut found = vec![];
        let mut seen: HashSet<Blob> = HashSet::new();
        for file in self.repo.merged_files(&below)? {
            if Path::new(&file.path).ends_with("incident.yaml") && seen.insert(file.before.clone())
            {
                found.extend(self.lost_in(&file)?);
            }
        }
        Ok(found)
    }

    /// Returns the events of one file that one merge lost.
    fn lost_in(&mut self, file: &FileOfMerge) -> Result<Vec<LostEvent>, Failure> {
        let text = self.text(&file.before)?;
        // To read an old version costs more than to see that nothing is missing.
        if named_ids(&text).all(|id| self.known.contains(id)) {
            return Ok(vec![]);
        }
        let top = self.repo.workdir();
        let full = top.canonicalize().unwrap_or_else(|_| top.to_owned()).join(&file.path);
        let id = full.parent().and_then(|folder| folder.file_name()?.to_str()?.parse().ok());
        let Some(id): Option<IncidentId> = id else { return Ok(vec![]) };
        let after = file.after.as_ref().map(|blob| self.text(blob)).transpose()?;
        let after = after.map(|text| self.events(&id, &full, text)).unwrap_or_default();
        let base = self.base(file, &id, &full)?;
        let mut found = vec![];
        for event in self.events(&id, &full, text) {
            let Some(name) = event.id.clone().filter(|_| event.stands()) else { continue };
            let has = |events: &[Event]| events.iter().any(|other| other.id == event.id);
            // What was there before both sides, one of them has removed.
            if has(&after) || has(&base) || self.known.contains(name.as_str()) {
                continue;
            }
            if self.session.is_elsewhere(&id, &name) {
                continue;
            }
            self.known.insert(name.to_string());
            let merge = file.merge.short();
            let message =
                format!("the merge {merge} lost the event {name}, which one side of it had");
            let problem = Diagnostic::error("lost-in-merge", START, message).help(format!(
                "copy it back from `git show {}`; if it was wrong, `recount retract {name}` then",
                file.before.name()
            ));
            let path = self.session.store.relative(&full).display().to_string();
            found.push(LostEvent { path, id: id.clone(), problem });
        }
        Ok(found)
    }

    /// Returns the events that the file had before both sides.
    fn base(
        &self,
        file: &FileOfMerge,
        id: &IncidentId,
        path: &Path,
    ) -> Result<Vec<Event>, Failure> {
        let [ours, theirs] = file.parents.as_slice() else { return Ok(vec![]) };
        let base = self.repo.common(ours, theirs)?;
        let text = base.and_then(|base| self.session.committed_at(&base, path));
        Ok(text.map(|text| self.events(id, path, text)).unwrap_or_default())
    }

    fn events(&self, id: &IncidentId, path: &Path, text: String) -> Vec<Event> {
        let read = self.session.store.parse(id, path.to_owned(), text);
        read.map_or(vec![], |read| read.read.incident.events)
    }

    fn text(&self, blob: &Blob) -> Result<String, Failure> {
        Ok(String::from_utf8_lossy(&self.repo.read(blob)?).into_owned())
    }
}

/// Returns what stands behind each `id:` of a text.
fn named_ids(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("id:").filter_map(|(at, _)| {
        let rest = text.get(at + 3..)?.trim_start_matches([' ', '"', '\'']);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        rest.get(..end.unwrap_or(rest.len()))
    })
}
