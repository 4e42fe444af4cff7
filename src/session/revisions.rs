//! What an incident was from commit to commit, also before it was moved to where it lies.

use crate::compute::redaction::RedactedSince;
use crate::compute::report::history::Commit;
use crate::io::git::{Blob, CommitId, HistoryEntry, Repo};
use crate::model::incident::{Incident, IncidentId};
use crate::session::Failure;
use crate::session::Session;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// How often an incident may have been moved.
const MOVES: usize = 20;

/// What an incident was at one commit, or is in the working tree.
pub(crate) struct Revision {
    /// The commit; none for what waits in the working tree.
    pub(crate) commit: Option<Commit>,
    pub(crate) incident: Rc<Incident>,
    /// What it was made from: nothing where it was new, and several revisions where they were merged.
    pub(crate) before: Vec<Rc<Incident>>,
}

impl Session<'_> {
    /// Returns what an incident was from commit to commit, the oldest first, and what it is now where that
    /// is not committed; a revision that could not be read is passed over. What is redacted by now is so in each.
    pub(crate) fn revisions(&self, id: &IncidentId) -> Result<Vec<Revision>, Failure> {
        let mut revisions = self.committed_revisions(id, self.redacted_since(id)?)?;
        let head = self.git()?.head()?;
        let path = self.store.incident_path(id);
        let committed = head.map(|head| self.text_at(&head, path)).transpose()?.flatten();
        if let Ok(now) = self.load(id)
            && committed.as_ref() != Some(&now.text)
        {
            let last = revisions.last().map(|revision| Rc::clone(&revision.incident));
            let before = last.filter(|_| committed.is_some()).into_iter().collect();
            let incident = Rc::new(now.read.incident);
            revisions.push(Revision { commit: None, incident, before });
        }
        Ok(revisions)
    }

    /// Returns what an incident was from commit to commit, with the words that were redacted since.
    pub(crate) fn revisions_as_written(&self, id: &IncidentId) -> Result<Vec<Revision>, Failure> {
        self.committed_revisions(id, None)
    }

    fn committed_revisions(
        &self,
        id: &IncidentId,
        since: Option<RedactedSince>,
    ) -> Result<Vec<Revision>, Failure> {
        let (git, known, gone) = (self.git()?, HashMap::new(), vec![]);
        let mut past = IncidentHistory { session: self, git, id, since, known, gone };
        let entries = past.entries(&self.store.incident_path(id))?;
        Ok(entries.iter().filter_map(|entry| past.take(entry)).collect())
    }
}

impl Session<'_> {
    /// Returns the commit at which the history of an incident ends because the clone is shallow: who wrote what it
    /// has of the incident can't be told.
    ///
    /// # Errors
    /// A repository that can't be read.
    pub(crate) fn shallow_end(&self, revisions: &[Revision]) -> Result<Option<String>, Failure> {
        let ends = self.git()?.shallow_ends()?;
        let is_end = |commit: &&Commit| ends.iter().any(|end| end.as_str() == commit.name);
        let mut commits = revisions.iter().filter_map(|revision| revision.commit.as_ref());
        Ok(commits.find(is_end).map(|commit| commit.name.clone()))
    }
}

/// The past of an incident while it is read.
struct IncidentHistory<'p, 'g> {
    session: &'p Session<'g>,
    git: &'p Repo,
    id: &'p IncidentId,
    /// What is redacted by now, and is not to be shown.
    since: Option<RedactedSince>,
    /// What each text says; for one that can't be read, what was said before.
    known: HashMap<Blob, Vec<Rc<Incident>>>,
    /// What it said when it was last removed.
    gone: Vec<Rc<Incident>>,
}

impl IncidentHistory<'_, '_> {
    /// Returns the commits that changed the incident, the oldest first, from before it was moved too.
    fn entries(&self, path: &Path) -> Result<Vec<HistoryEntry>, Failure> {
        let mut entries = self.git.history(path)?;
        let mut path = path.to_owned();
        for _ in 0..MOVES {
            let Some(first) = entries.last_mut() else { break };
            let Some((parent, old, blob)) = self.moved_from(first, &path)? else { break };
            first.parents = vec![(parent.clone(), Some(blob))];
            entries.extend(self.git.history_of(&parent, &old)?);
            path = old;
        }
        entries.reverse();
        Ok(entries)
    }

    /// Finds where an incident lay before the commit that made its file: in a folder of the same day or the
    /// same name, with an event of the same id.
    fn moved_from(
        &self,
        first: &HistoryEntry,
        path: &Path,
    ) -> Result<Option<(CommitId, PathBuf, Blob)>, Failure> {
        let Some(made) = first.blob.as_ref().and_then(|blob| self.read(blob)) else {
            return Ok(None);
        };
        // An incident begins with one event; where the file begins with more, it may have lain elsewhere.
        if made.events.len() < 2 {
            return Ok(None);
        }
        let shares = |old: &Incident| {
            let mut ids = old.events.iter().filter_map(|event| event.id.as_ref());
            ids.any(|id| made.events.iter().any(|event| event.id.as_ref() == Some(id)))
        };
        for (parent, _) in &first.parents {
            for (_, old) in
                self.session.incidents_at(parent)?.into_iter().filter(|(_, old)| alike(old, path))
            {
                let entry = self.git.history_of(parent, &old)?.into_iter().next();
                let blob = entry.and_then(|entry| entry.blob);
                let found = blob.filter(|blob| self.read(blob).is_some_and(|old| shares(&old)));
                if let Some(blob) = found {
                    return Ok(Some((parent.clone(), old, blob)));
                }
            }
        }
        Ok(None)
    }

    /// Takes the next commit; none where the incident was removed, or can't be read.
    fn take(&mut self, entry: &HistoryEntry) -> Option<Revision> {
        let mut before = vec![];
        let mut told = vec![];
        for blob in entry.parents.iter().filter_map(|(_, blob)| blob.as_ref()) {
            if !told.contains(&blob) {
                told.push(blob);
                before.extend(self.says(blob));
            }
        }
        let Some(blob) = &entry.blob else {
            self.gone = before;
            return None;
        };
        if told.is_empty() {
            before = std::mem::take(&mut self.gone);
        }
        let Some(incident) = self.read(blob).map(Rc::new) else {
            self.known.insert(blob.clone(), before);
            return None;
        };
        self.known.insert(blob.clone(), vec![Rc::clone(&incident)]);
        let commit = Commit {
            name: entry.commit.as_str().to_owned(),
            author: entry.author.clone(),
            when: entry.when,
        };
        Some(Revision { commit: Some(commit), incident, before })
    }

    fn says(&self, blob: &Blob) -> Vec<Rc<Incident>> {
        let read = || self.read(blob).map(Rc::new).into_iter().collect();
        self.known.get(blob).cloned().unwrap_or_else(read)
    }

    fn read(&self, blob: &Blob) -> Option<Incident> {
        let text = String::from_utf8(self.git.read(blob).ok()?).ok()?;
        let path = self.session.store.incident_path(self.id);
        let mut incident = self.session.store.parse(self.id, path, text).ok()?.read.incident;
        if let Some(since) = &self.since {
            since.hide_in(&mut incident);
        }
        Some(incident)
    }
}

/// Returns whether two files of incidents lie in folders of the same day, or of the same name.
fn alike(a: &Path, b: &Path) -> bool {
    const DAY: usize = "2019-01-24-".len();
    let parts = |path: &Path| {
        path.parent()?
            .file_name()?
            .to_str()?
            .split_at_checked(DAY)
            .map(|(d, n)| (d.to_owned(), n.to_owned()))
    };
    let (Some((day, name)), Some((other_day, other_name))) = (parts(a), parts(b)) else {
        return false;
    };
    a != b && (day == other_day || name == other_name)
}
