//! Which incidents are open.

use crate::io::git::{IndexChecksum, IndexTransition};
use crate::io::store::open_index::OpenIndex;
use crate::io::store::{Incidents, LoadedIncident, StoreError, files};
use crate::model::incident::{Event, Incident, IncidentId, Name};
use crate::model::time::Span;
use crate::session::Failure;
use crate::session::mended::Repair;
use crate::session::missing::beside;
use crate::session::{Session, listed};

/// Open incidents.
pub(crate) struct ByActivity {
    /// Those that people work on.
    pub(crate) active: Vec<IncidentId>,
    /// Those that were over, until impact was told of late.
    pub(crate) opened_late: Vec<IncidentId>,
}

/// What a write may be about.
pub(crate) struct WriteTarget {
    /// The one incident, where it can be known.
    pub(crate) one: Option<OpenIncidentFile>,
    /// Those that are open.
    pub(crate) open: Vec<IncidentId>,
    /// What can't be read, so that more may be open.
    pub(crate) unreadable: Vec<StoreError>,
}

/// An open incident, as it was read.
pub(crate) struct OpenIncidentFile {
    pub(crate) id: IncidentId,
    /// Its file; none where it can't be read.
    pub(crate) loaded: Option<LoadedIncident>,
}

impl OpenIncidentFile {
    fn read(session: &Session<'_>, id: IncidentId) -> Self {
        let loaded = session.load(&id).ok();
        Self { id, loaded }
    }

    fn facts(&self) -> Option<&Incident> {
        self.loaded.as_ref().map(|loaded| &loaded.read.incident)
    }

    /// Returns whether people work on it; what can't be read may well be.
    fn is_active(&self, session: &Session<'_>) -> bool {
        self.facts().is_none_or(|facts| session.timeline(facts).is_active())
    }

    fn is_recent(&self, session: &Session<'_>) -> bool {
        self.facts().is_some_and(|facts| session.is_recent(facts))
    }

    fn has(&self, session: &Session<'_>, services: &[Name]) -> bool {
        self.facts().is_some_and(|facts| {
            let timeline = session.timeline(facts);
            services.iter().all(|service| timeline.services().contains(&service))
        })
    }
}

/// Returns the refusal to choose among open incidents.
pub(crate) fn several_open(open: &[&IncidentId]) -> Failure {
    let failure = listed(&format!("{} incidents are open: name one with `-i`", open.len()), open);
    open.iter()
        .fold(failure, |failure, id| failure.or_by(Repair::First("-i".to_owned(), id.to_string())))
}

impl Session<'_> {
    /// Returns the open incidents, the latest first.
    ///
    /// Where one alone is open, few files are read to tell so; any other answer is taken from all of them.
    ///
    /// # Errors
    /// A commit that can't be read, where the session is at one.
    pub(crate) fn open_incidents(&self) -> Result<Incidents, Failure> {
        if self.past.is_some() {
            let all = self.incidents()?;
            let mut ids: Vec<_> = all.ids.into_iter().filter(|id| self.is_open(id)).collect();
            ids.reverse();
            return Ok(Incidents { ids, ..all });
        }
        let quick = self.with_spooled(self.look(|look| look.quick()));
        Ok(if quick.ids.len() == 1 { quick } else { self.all_open_incidents() })
    }

    /// Returns the open incidents from as few files as tell of them, for an answer that has to be quick.
    pub(crate) fn open_at_a_glance(&self) -> Vec<IncidentId> {
        self.with_spooled(self.look(|look| look.quick())).ids
    }

    /// Returns the open incidents, the latest first, and asks the file system for every file.
    pub(crate) fn all_open_incidents(&self) -> Incidents {
        self.with_spooled(self.look(|look| look.whole()))
    }

    /// Returns those of the open incidents that people work on, and those that only late words opened.
    pub(crate) fn by_activity(&self, open: Vec<IncidentId>) -> ByActivity {
        let is_active = |id: &IncidentId| {
            self.load(id).map_or(true, |loaded| self.timeline(&loaded.read.incident).is_active())
        };
        let (active, opened_late) = open.into_iter().partition(is_active);
        ByActivity { active, opened_late }
    }

    /// Finds the incident that a write is about: the one that is named, or that alone is open and was written to within
    /// a day, or such a one that alone has a service which the write tells of; none where that can't be known.
    pub(crate) fn one_to_write(&self, services: &[Name]) -> Result<WriteTarget, Failure> {
        let Incidents { ids, unreadable } = self.open_incidents()?;
        // Each is read once: that is most of what a line costs.
        let mut open: Vec<_> = ids.into_iter().map(|id| OpenIncidentFile::read(self, id)).collect();
        open.retain(|it| it.is_active(self));
        let has = |it: &OpenIncidentFile| !services.is_empty() && it.has(self, services);
        let told = |it: &OpenIncidentFile| it.is_recent(self) && has(it);
        let place = match open.as_slice() {
            _ if !unreadable.is_empty() => None,
            [one] if one.is_recent(self) => Some(0),
            several => {
                let mut told = several.iter().enumerate().filter(|(_, it)| told(it));
                told.next().filter(|_| told.next().is_none()).map(|(place, _)| place)
            }
        };
        let ids = open.iter().map(|it| it.id.clone()).collect();
        let one = place.map(|place| open.swap_remove(place));
        Ok(WriteTarget { one, open: ids, unreadable })
    }

    /// Finds the incident that a change is about, or asks for it.
    pub(crate) fn current_to_write(&self) -> Result<IncidentId, Failure> {
        if let Some(id) = self.named_incident()? {
            return Ok(id);
        }
        let WriteTarget { one, open, unreadable } = self.one_to_write(&[])?;
        if let Some(one) = one {
            return Ok(one.id);
        }
        let open: Vec<_> = open.iter().collect();
        match open.as_slice() {
            several if !unreadable.is_empty() => self.perhaps_open(several, &unreadable),
            [] => self.closed_ones(),
            several if self.terminal.can_ask => self.ask(several),
            [one] => Err(Failure::new(format!("nobody has written to {one} within 24 hours"))
                .help("say that it is the one that is meant")
                .or_by(Repair::First("-i".to_owned(), one.to_string()))),
            several => Err(several_open(several)),
        }
    }

    /// Returns whether an incident was written to within a day.
    pub(crate) fn is_recent(&self, incident: &Incident) -> bool {
        const DAY: Span = Span::minutes(24 * 60);
        let zone = self.store.settings().zone;
        let written = |event: &Event| event.logged.unwrap_or_else(|| event.at.order(zone));
        let last = incident.events.iter().map(written).max();
        last.is_some_and(|last| self.now.since(last) <= DAY)
    }

    /// Asks for one of the open incidents where others may be open, or lists them.
    pub(crate) fn perhaps_open(
        &self,
        open: &[&IncidentId],
        unreadable: &[StoreError],
    ) -> Result<IncidentId, Failure> {
        if self.terminal.can_ask && !open.is_empty() {
            return self.ask(open);
        }
        let message = "it can't be told which incidents are open: name one with `-i`";
        Err(beside(unreadable, listed(message, open)))
    }

    /// Asks for one of the incidents that are over, or lists the latest.
    pub(crate) fn closed_ones(&self) -> Result<IncidentId, Failure> {
        let mut ids = self.incidents()?.ids;
        ids.reverse();
        let ids: Vec<_> = ids.iter().collect();
        match ids.as_slice() {
            [] => Err(self.not_found(
                Failure::new("there is no incident yet")
                    .help("open one with `recount declare \"What is broken\"`"),
                &[],
            )),
            all if self.terminal.can_ask => self.ask(all),
            all => {
                let failure = listed("no incident is open: name one, as in `-i INCIDENT`", all);
                Err(self.not_found(failure, &[]))
            }
        }
    }

    /// Has an incident looked at from now on, for it is about to be written.
    pub(crate) fn watch(&self, id: &IncidentId) {
        self.look(|look| look.watch(id));
    }

    /// Notes what a commit of ours made of git's index.
    pub(crate) fn advance(&self, index: &IndexTransition) {
        if let (Some(from), Some(to)) = (&index.before, &index.after) {
            self.look(|look| look.advance(from.as_str(), to.as_str()));
        }
    }

    fn look<T>(&self, at: impl FnOnce(&OpenIndex<'_>) -> T) -> T {
        let folder = self.repo.as_ref().map_or(self.state.clone(), |r| r.git_dir().join("recount"));
        let mark = self.repo.as_ref().and_then(|repo| repo.index_mark());
        let incidents = self.store.root().join("incidents");
        at(&OpenIndex {
            store: &self.store,
            folder: &folder,
            shared: &self.state,
            mark: mark.as_ref().map(IndexChecksum::as_str).map(str::to_owned),
            indexed: &|show| self.repo.as_ref().is_some_and(|repo| repo.indexed(&incidents, show)),
        })
    }

    /// Corrects what the files say by the events that wait in the spool.
    fn with_spooled(&self, found: Incidents) -> Incidents {
        let mut open = found.ids;
        let waiting = self.waiting();
        let mut ids: Vec<IncidentId> = waiting.into_iter().map(|it| it.incident).collect();
        ids.retain(|id| files::exists(&self.store.incident_path(id)).unwrap_or(true));
        ids.sort();
        ids.dedup();
        for id in ids {
            open.retain(|other| *other != id);
            if self.is_open(&id) {
                open.push(id);
            }
        }
        open.sort();
        open.reverse();
        Incidents { ids: open, ..found }
    }

    fn is_open(&self, id: &IncidentId) -> bool {
        // What can't be read may well be open: better to ask than to pass it over.
        self.load(id).map_or(true, |loaded| self.timeline(&loaded.read.incident).is_open())
    }
}
