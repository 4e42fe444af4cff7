//! What a sync notices in what came: values to settle, clocks that are off, one outage that was declared twice.

use super::target::{file_name, is_of_record};
use super::words;
use crate::compute::report::sync::UnsettledReport;
use crate::compute::timeline::same_outage;
use crate::io::git::{ChangingCommit, CommitId, Repo};
use crate::io::yaml;
use crate::model::incident::IncidentId;
use crate::model::time::Instant;
use crate::session::Failure;
use crate::session::Session;
use std::collections::HashMap;
use std::path::Path;

/// A record that goes from one commit to another.
pub(super) struct RecordStep<'a> {
    pub(super) session: &'a Session<'a>,
    pub(super) repo: &'a Repo,
    pub(super) old: &'a CommitId,
    pub(super) new: &'a CommitId,
}

impl RecordStep<'_> {
    /// Returns the incidents whose files differ, each with its file from the top of the work tree on.
    fn changed(&self) -> Result<Vec<(IncidentId, String)>, Failure> {
        let paths = self.repo.changed_paths(self.old, self.new)?.into_iter();
        let incident = |path: String| {
            let is_one =
                file_name(&path) == "incident.yaml" && is_of_record(self.session, self.repo, &path);
            let folder = Path::new(&path).parent().filter(|_| is_one)?;
            Some((folder.file_name()?.to_str()?.parse().ok()?, path))
        };
        Ok(paths.filter_map(incident).collect())
    }

    /// Returns the fields of which two values were written, in the files that differ.
    pub(super) fn unsettled(&self) -> Result<Vec<UnsettledReport>, Failure> {
        let mut found = vec![];
        for (incident, path) in self.changed()? {
            let text = self.repo.read_at(self.new, &self.repo.workdir().join(&path))?;
            let text = text.unwrap_or_default();
            for field in yaml::merge::unsettled(&String::from_utf8_lossy(&text)) {
                let yaml::merge::UnsettledField { item: event, field } = field;
                found.push(UnsettledReport { incident: incident.clone(), event, field });
            }
        }
        Ok(found)
    }

    /// Returns what to tell of open incidents that came and that overlap with another open one: people on two machines
    /// may have declared one outage twice. What is read is on the disk by now.
    pub(super) fn same_outage(&self) -> Result<Vec<String>, Failure> {
        let mut came = vec![];
        for (incident, path) in self.changed()? {
            if !self.repo.has_at(self.old, &self.repo.workdir().join(&path))? {
                came.push(incident);
            }
        }
        if came.is_empty() {
            return Ok(vec![]);
        }
        let open = self.session.all_open_incidents().ids.into_iter();
        let loaded: Vec<_> = open.filter_map(|id| self.session.load(&id).ok()).collect();
        let timelines: Vec<_> =
            loaded.iter().map(|it| self.session.timeline(&it.read.incident)).collect();
        let all = same_outage::pairs(&timelines, self.session.now).into_iter();
        let new = |id: &IncidentId| came.contains(id);
        Ok(all
            .filter(|it| new(&it.first.id) || new(&it.second.id))
            .map(|it| words::same_outage(&it))
            .collect())
    }

    /// Tells of machines whose clocks are off, by the commits that came, those that go, and the events in them.
    pub(super) fn clocks(&self) -> Result<Vec<String>, Failure> {
        let mut commits = self.repo.commits_beside(self.old, self.new)?;
        commits.extend(self.repo.commits_beside(self.new, self.old)?);
        let mut times: HashMap<CommitId, Instant> = HashMap::new();
        times.extend(commits.iter().map(|commit| (commit.commit.clone(), commit.at)));
        for parent in commits.iter().flat_map(|commit| &commit.parents) {
            if !times.contains_key(parent) {
                // One behind the end of a shallow clone tells nothing.
                times.extend(self.repo.when(parent).ok().map(|at| (parent.clone(), at)));
            }
        }
        let mut clocks = words::OffClocks::at(self.session.now);
        for commit in &commits {
            let parents = commit.parents.iter().filter_map(|parent| times.get(parent).copied());
            clocks.see(&commit.author, commit.at, parents.max());
        }
        self.see_events(&commits, &mut clocks)?;
        Ok(clocks.told())
    }

    /// Looks at when the events that came were logged: a rebase gives commits other times.
    fn see_events(
        &self,
        commits: &[ChangingCommit],
        clocks: &mut words::OffClocks,
    ) -> Result<(), Failure> {
        if commits.is_empty() {
            return Ok(());
        }
        for (id, path) in self.changed()? {
            let full = self.repo.workdir().join(&path);
            let Some(text) = self.session.committed_at(self.new, &full) else { continue };
            let Ok(read) = self.session.store.parse(&id, full, text) else { continue };
            for event in &read.read.incident.events {
                if let (Some(by), Some(logged)) = (&event.by, event.logged) {
                    clocks.see(by, logged, None);
                }
            }
        }
        Ok(())
    }
}
