//! What was redacted since, hidden in an incident as it was before.

use super::{MARK, RedactedWords};
use crate::model::incident::{CustomFieldValue, Event, EventSource, Incident};

/// Returns an event without its words; its id, its time and what it changed stay.
pub(crate) fn as_redacted(event: &Event, reason: &str) -> Event {
    let mut new = event.clone();
    new.text = MARK.to_owned();
    new.links.clear();
    new.attachments.iter_mut().for_each(|it| it.title = None);
    // A hash of short words tells them.
    new.source = event.source.clone().map(|source| EventSource { hash: None, ..source });
    if let Some(why) = &mut new.retracted {
        RedactedWords::of_events([event]).mask(why);
    }
    new.redacted = Some(reason.to_owned());
    new
}

/// What is redacted in an incident by now.
#[derive(Clone, Debug, Default)]
pub(crate) struct RedactedSince {
    events: Vec<Event>,
    /// What they said before, as far as it is known.
    words: RedactedWords,
}

impl RedactedSince {
    /// Returns what is redacted in an incident.
    pub(crate) fn in_incident(now: &Incident) -> Self {
        let events = now.events.iter().filter(|event| event.redacted.is_some());
        Self { events: events.cloned().collect(), words: RedactedWords::default() }
    }

    /// Returns how many events are.
    pub(crate) fn count(&self) -> usize {
        self.events.len()
    }

    /// Takes note of the words of another incident.
    pub(crate) fn learn_from(&mut self, other: Self) {
        self.words.extend(other.words);
    }

    /// Takes note of what the events said in an incident as it was.
    pub(crate) fn learn(&mut self, then: &Incident) {
        let said = then.events.iter().filter(|was| self.has(was));
        self.words.extend(RedactedWords::of_events(said));
    }

    /// Hides in an incident as it was what is redacted by now, wherever it said so: the events' words, and the same
    /// words elsewhere. Whether they were redacted then, it keeps.
    pub(crate) fn hide_in(&self, then: &mut Incident) {
        for event in then.events.iter_mut().filter(|event| self.has(event)) {
            let known = event.redacted.take();
            *event = Event { redacted: known, ..as_redacted(event, "") };
        }
        mask_incident(&self.words, then);
    }

    /// Returns whether an event as it was is one of them; before a file's first write has given ids, the time tells.
    fn has(&self, was: &Event) -> bool {
        self.events.iter().any(|is| match &was.id {
            Some(id) => is.id.as_ref() == Some(id),
            None => was.at == is.at,
        })
    }
}

/// Masks words in all texts of an incident.
pub(crate) fn mask_incident(words: &RedactedWords, incident: &mut Incident) {
    if words.is_empty() {
        return;
    }
    words.mask(&mut incident.title);
    incident.summary.iter_mut().for_each(|it| words.mask(it));
    incident.causes.iter_mut().for_each(|it| words.mask(&mut it.text));
    incident.canceled.iter_mut().for_each(|it| words.mask(&mut it.reason));
    for field in &mut incident.fields {
        if let CustomFieldValue::Text(text) = &mut field.value {
            words.mask(text);
        }
    }
    for action in &mut incident.actions {
        words.mask(&mut action.title);
        action.owner.iter_mut().chain(&mut action.ticket).for_each(|it| words.mask(it));
    }
    let links = incident.events.iter_mut().flat_map(|event| &mut event.links);
    for link in links.chain(&mut incident.links) {
        words.mask(&mut link.url);
        link.title.iter_mut().for_each(|it| words.mask(it));
    }
    for event in &mut incident.events {
        words.mask(&mut event.text);
        event.by.iter_mut().chain(&mut event.retracted).for_each(|it| words.mask(it));
        event
            .attachments
            .iter_mut()
            .filter_map(|it| it.title.as_mut())
            .for_each(|it| words.mask(it));
    }
    if let Some(public) = &mut incident.public {
        public.title.iter_mut().chain(&mut public.summary).for_each(|it| words.mask(it));
        public.causes.iter_mut().for_each(|it| words.mask(&mut it.text));
    }
}
