//! What `check` looks at: the files of the record, each with what was found in it.

use crate::cmd::check::attachments;
use crate::cmd::check::audit::audit;
use crate::cmd::check::checked_file::CheckedFile;
use crate::cmd::check::documents::DocumentCheck;
use crate::cmd::credits::inputs::LoadedPolicies;
use crate::compute::check;
use crate::compute::credits::{ScopeNames, scope_problems};
use crate::compute::timeline::Timeline;
use crate::io::spool::SpooledEvent;
use crate::io::store::{
    self, INBOX_ID, LoadedIncident, SETTINGS, StoreError, TextOrWhy, local_state,
};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::IncidentId;
use crate::session::{Failure, Session, fold_in};
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Where a finding stands that is about a file as a whole.
const START: Location = Location { line: 1, column: 1 };

/// Checks one incident, or the settings, the inbox, the inputs and every incident; `audited` with what changed after
/// the review was closed.
pub(super) fn all(
    session: &Session<'_>,
    only: Option<&IncidentId>,
    audited: bool,
) -> Result<Vec<CheckedFile>, Failure> {
    let inputs = LoadedPolicies::of(session)?;
    let customers = inputs.customers.clone().unwrap_or_default();
    let names = ScopeNames::of_table(&customers);
    let (mut checked, ids) = match only {
        Some(id) => (vec![], vec![id.clone()]),
        // What keeps a folder of incidents from being read is found with the inputs.
        None => (record(session, inputs), session.incidents()?.ids),
    };
    let papers = DocumentCheck::open(session)?;
    for LookedAt { incident, documents } in look_at(session, &ids) {
        let loaded = match incident {
            Ok(looked) => Some(looked),
            Err(error) => {
                checked.push(CheckedFile::unreadable(session, error));
                None
            }
        };
        let documents = papers.of(documents, loaded.as_ref().map(|it| &it.loaded));
        if let Some(mut looked) = loaded {
            let impact = looked.loaded.read.incident.standing().flat_map(|e| &e.impact);
            looked.found.extend(scope_problems(&names, impact));
            checked.push(incident_file(session, looked, audited)?);
        }
        checked.extend(documents);
    }
    Ok(checked)
}

/// An incident and the documents beside it, as far as they can be looked at on all cores at once.
struct LookedAt {
    incident: Result<CheckedFacts, StoreError>,
    documents: Result<Vec<(PathBuf, TextOrWhy)>, StoreError>,
}

/// An incident, and what was found in its file alone.
struct CheckedFacts {
    loaded: LoadedIncident,
    found: Vec<Diagnostic>,
    /// Whether the file is as the last commit has it and no verb wrote it since, so that it lacks no event.
    is_as_committed: bool,
}

/// Reads incidents and finds what is wrong in them, on all cores; git is asked once for all of them.
fn look_at(session: &Session<'_>, ids: &[IncidentId]) -> Vec<LookedAt> {
    let (store, state, now) = (&session.store, &session.state, session.now);
    let (waiting, committed) = (session.waiting(), session.committed_blobs());
    let facts = |id: &IncidentId| {
        let mut loaded = store.load(id)?;
        let is_as_committed =
            committed.has(&loaded.path, &loaded.text) && local_state::written(state, id).is_none();
        fold_in(store, &waiting, &mut loaded);
        let mut found = loaded.read.problems.clone();
        found.extend(check::incident(&check::CheckedIncident {
            timeline: &Timeline::of(&loaded.read.incident, store.settings()),
            settings: store.settings(),
            text: &loaded.text,
            now,
        }));
        found.extend(check::exposed_secrets(&loaded.text, store.settings()));
        found.extend(attachments::findings(store, &loaded));
        Ok(CheckedFacts { loaded, found, is_as_committed })
    };
    let one =
        |id: &IncidentId| LookedAt { incident: facts(id), documents: store::documents(store, id) };
    store::ready_threads();
    ids.par_iter().map(one).collect()
}

/// Checks the settings, the inbox, and the policies with the tables beside them.
fn record(session: &Session<'_>, inputs: LoadedPolicies) -> Vec<CheckedFile> {
    let text = session.store.settings_text.clone();
    let found = session.store.settings_problems.clone();
    let settings = CheckedFile::new(SETTINGS.to_owned(), text, found);
    let inbox = INBOX_ID.parse().ok().filter(|_| session.has_inbox()).map(|id| inbox(session, &id));
    let inputs = CheckedFile::inputs(inputs);
    let mut all: Vec<_> = std::iter::once(settings).chain(inbox).chain(inputs).collect();
    all.extend(session.store.unread().iter().map(|path| unread(session, path)));
    let outside = session.waiting().into_iter().filter(|event| !session.has(event));
    all.extend(outside.map(|event| waiting(session, &event)));
    all
}

/// Reports an incident that nothing reads.
fn unread(session: &Session<'_>, path: &Path) -> CheckedFile {
    let file = session.store.relative(path).display().to_string();
    let problem = Diagnostic::error("same-folder", START, "another year has a folder of this name")
        .help("only the other one counts: rename this folder, or remove it");
    CheckedFile::new(file, String::new(), vec![problem])
}

/// Reports an event that waits in the spool.
fn waiting(session: &Session<'_>, waiting: &SpooledEvent) -> CheckedFile {
    let path = session.store.incident_path(&waiting.incident);
    let file = session.store.relative(&path).display().to_string();
    let message = format!("the event {} waits outside of the record", waiting.id);
    let problem = Diagnostic::warning("spool", START, message)
        .help("the next verb that writes puts it in, once its incident can be read");
    CheckedFile::new(file, String::new(), vec![problem])
}

/// Adds what was found in the settings later on.
pub(super) fn add_to_settings(
    session: &Session<'_>,
    all: &mut Vec<CheckedFile>,
    found: Vec<Diagnostic>,
) {
    match all.iter_mut().find(|c| c.file == SETTINGS) {
        Some(settings) => {
            settings.found.extend(found);
            settings.found.sort_by_key(|p| p.place);
        }
        None => {
            let text = session.store.settings_text.clone();
            all.insert(0, CheckedFile::new(SETTINGS.to_owned(), text, found));
        }
    }
}

/// Returns the path from the top of the repository to the record, for tools that count from there.
pub(super) fn prefix(session: &Session<'_>) -> String {
    let relative = || {
        let top = session.repo.as_ref()?.workdir().canonicalize().ok()?;
        let root = session.store.root().canonicalize().ok()?;
        let inner = root.strip_prefix(top).ok()?.display().to_string();
        (!inner.is_empty()).then(|| inner + "/")
    };
    relative().unwrap_or_default()
}

/// Reports events that wait in the inbox.
fn inbox(session: &Session<'_>, id: &IncidentId) -> CheckedFile {
    let loaded = match session.store.load(id) {
        Ok(loaded) => loaded,
        Err(error) => return CheckedFile::unreadable(session, error),
    };
    let waiting = loaded.read.incident.standing().map(|e| {
        Diagnostic::warning("inbox", e.place, "this event waits for its incident")
            .help("`recount amend EVENT --to INCIDENT` moves it")
    });
    let secrets = check::exposed_secrets(&loaded.text, session.store.settings());
    let found = loaded.read.problems.iter().cloned().chain(waiting).chain(secrets).collect();
    let file = session.store.relative(&loaded.path).display().to_string();
    CheckedFile::new(file, loaded.text, found)
}

/// Returns what was found in an incident's file, with what git tells of it.
fn incident_file(
    session: &Session<'_>,
    looked: CheckedFacts,
    audited: bool,
) -> Result<CheckedFile, Failure> {
    let CheckedFacts { loaded, mut found, is_as_committed } = looked;
    if !is_as_committed {
        found.extend(session.lost(&loaded).overwritten.iter().map(|event| {
            let id = event.id.as_ref().map(ToString::to_string).unwrap_or_default();
            let message = format!("the event {id} was recorded, and the file lacks it");
            Diagnostic::error("lost-event", START, message)
                .help("an editor saved an old copy; the next verb that writes brings it back")
        }));
    }
    if audited {
        found.extend(audit(session, &loaded.read.incident.id)?);
    }
    found.sort_by_key(|p| p.place);
    let file = session.store.relative(&loaded.path).display().to_string();
    let about = Some((loaded.read.incident, true));
    Ok(CheckedFile { about, ..CheckedFile::new(file, loaded.text, found) })
}
