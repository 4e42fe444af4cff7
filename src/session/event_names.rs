//! How people name an event: by its id, the beginning of one, or how long ago it was logged.

use crate::io::prompt;
use crate::io::render::text::line;
use crate::io::store::local_state::{self, UndoEntry, UndoTarget};
use crate::io::store::{INBOX_ID, Incidents};
use crate::model::incident::{Event, Incident, IncidentId, Name};
use crate::model::time::format as times;
use crate::session::{Failure, Session};

impl Session<'_> {
    /// Finds the event that was named, or asks for it.
    pub(crate) fn find_event_or_ask(
        &self,
        name: Option<String>,
    ) -> Result<(IncidentId, Name), Failure> {
        match name {
            None if self.terminal.can_ask => self.choose_event(),
            name => {
                let flag = "EVENT, its id; `recount show` lists them";
                self.find_event(&self.or_ask(name, "Which event", flag)?)
            }
        }
    }

    /// Asks for one of the latest events, the last first.
    fn choose_event(&self) -> Result<(IncidentId, Name), Failure> {
        const MOST: usize = 30;
        let id = self.current()?;
        let loaded = self.load(&id)?;
        let incident = &loaded.read.incident;
        let zone = incident.zone.unwrap_or(self.store.settings().zone);
        let named = incident.standing().filter_map(|event| Some((event.id.as_ref()?, event)));
        let mut latest: Vec<_> = named.collect();
        latest.sort_by_key(|(id, event)| std::cmp::Reverse((event.logged, *id)));
        latest.truncate(MOST);
        let item = |(id, event): &(&Name, &Event)| {
            line(&format!("{}  {}  {id}", times::clock(event.at, zone), event.text))
        };
        let items: Vec<_> = latest.iter().map(item).collect();
        if items.is_empty() {
            return Err(Failure::new(format!("{id} has no events")));
        }
        let chosen = prompt::choose("Which event", &items)?;
        match latest.get(chosen) {
            Some((event, _)) => Ok((id.clone(), (*event).clone())),
            None => Err(Failure::new("nothing was chosen")),
        }
    }

    /// Finds an event by its id, or the beginning of it: in the incident named, else in all of them; `last` is the one that
    /// was logged last, `last-1` the one before it.
    pub(crate) fn find_event(&self, name: &str) -> Result<(IncidentId, Name), Failure> {
        if let Some(back) = before_last(name) {
            return self.latest_event(back);
        }
        let named = self.named_incident()?;
        let inbox = (named.is_none() && self.has_inbox()).then(|| INBOX_ID.parse());
        let Incidents { ids, mut unreadable } = match named {
            Some(incident) => Incidents { ids: vec![incident], unreadable: vec![] },
            None => self.store.incidents(),
        };
        let mut found = vec![];
        for id in inbox.transpose()?.into_iter().chain(ids) {
            let loaded = match self.read(&id)? {
                Ok(loaded) => loaded,
                Err(error) => {
                    unreadable.push(error);
                    continue;
                }
            };
            let here = loaded.read.incident.events.iter().filter(|e| e.moved.is_none());
            let events = here.filter_map(|e| e.id.clone());
            found.extend(events.filter(|e| e.as_str().starts_with(name)).map(|e| (id.clone(), e)));
        }
        if let Some(whole) = found.iter().find(|(_, e)| e.as_str() == name) {
            return Ok(whole.clone());
        }
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(self.not_found(
                Failure::new(format!("no event's id begins with `{name}`"))
                    .help("`recount show` lists the events of an incident with their ids"),
                &unreadable,
            )),
            several => Err(several.iter().take(10).fold(
                Failure::new(format!("`{name}` begins the ids of {} events", several.len())),
                |f, (incident, id)| f.help(format!("{id} in {incident}")),
            )),
        }
    }

    /// Returns the event of an incident that was logged last, or so many before it; one that was retracted is passed over.
    fn latest_event(&self, back: usize) -> Result<(IncidentId, Name), Failure> {
        let id = self.current()?;
        let loaded = self.load(&id)?;
        let event = self.latest(&loaded.read.incident, back)?.clone();
        Ok((id, event))
    }

    /// Returns the event of an incident that was logged last, or so many before it; one that was retracted is passed over.
    ///
    /// Of several in one second it is the one that this user wrote last, as far as that is known.
    pub(crate) fn latest<'i>(
        &self,
        incident: &'i Incident,
        back: usize,
    ) -> Result<&'i Name, Failure> {
        let history = local_state::history(&self.state);
        let written = |id: &Name| {
            let wrote = |entry: &UndoEntry| match &entry.wrote {
                UndoTarget::Event(event) | UndoTarget::Declaration(event) => event == id.as_str(),
                _ => false,
            };
            history.done.iter().position(wrote)
        };
        let named =
            incident.standing().filter_map(|event| Some((event.logged, event.id.as_ref()?)));
        let mut logged: Vec<_> = named.map(|(logged, id)| (logged, written(id), id)).collect();
        logged.sort();
        logged.iter().rev().nth(back).map(|(.., id)| *id).ok_or_else(|| {
            let (id, count) = (&incident.id, logged.len());
            Failure::new(format!("{id} has {count} events, so that there is no such one"))
                .help("`recount show` lists them with their ids")
        })
    }
}

/// Returns how many events before the last one a word means: none for `last`, one for `last-1`.
pub(crate) fn before_last(word: &str) -> Option<usize> {
    match word.strip_prefix("last")? {
        "" => Some(0),
        back => back.strip_prefix('-')?.parse().ok(),
    }
}
