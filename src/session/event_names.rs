//! How people name an event: by its id, the beginning of one, or how long ago it was logged.

use crate::io::store::{INBOX_ID, Incidents};
use crate::model::incident::{Incident, IncidentId, Name};
use crate::session::{Failure, Session};

impl Session<'_> {
    /// Finds the event that was named, or asks for it.
    pub(crate) fn find_event_or_ask(
        &self,
        name: Option<String>,
    ) -> Result<(IncidentId, Name), Failure> {
        let flag = "EVENT, its id; `recount show` lists them";
        self.find_event(&self.or_ask(name, "Which event", flag)?)
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
        let event = latest(&loaded.read.incident, back)?.clone();
        Ok((id, event))
    }
}

/// Returns the event of an incident that was logged last, or so many before it; one that was retracted is passed over.
pub(crate) fn latest(incident: &Incident, back: usize) -> Result<&Name, Failure> {
    let named = incident.standing().filter_map(|event| Some((event.logged, event.id.as_ref()?)));
    let mut logged: Vec<_> = named.collect();
    // Ids that the tool makes grow with the time.
    logged.sort();
    logged.iter().rev().nth(back).map(|(_, id)| *id).ok_or_else(|| {
        let (id, count) = (&incident.id, logged.len());
        Failure::new(format!("{id} has {count} events, so that there is no such one"))
            .help("`recount show` lists them with their ids")
    })
}

/// Returns how many events before the last one a word means: none for `last`, one for `last-1`.
pub(crate) fn before_last(word: &str) -> Option<usize> {
    match word.strip_prefix("last")? {
        "" => Some(0),
        back => back.strip_prefix('-')?.parse().ok(),
    }
}
