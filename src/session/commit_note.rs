//! What a write is about: for its commit message, and for `undo`.

use crate::io::render::text::line;
use crate::io::store::IncidentFile;
use crate::io::store::local_state::{self, UndoEntry, UndoTarget, UndoneEntry};
use crate::model::incident::{Action, Event, IncidentId, Name};
use crate::session::Session;

/// What a write is about.
#[derive(Clone, Debug)]
pub(crate) struct CommitNote {
    pub(crate) verb: &'static str,
    /// What the commit's subject says behind the verb.
    pub(crate) subject: String,
    pub(crate) wrote: UndoTarget,
    /// Whether something that was there was changed, so that `undo` needs the text before.
    pub(crate) keeps_before: bool,
    /// Where the write belongs in what can be undone.
    pub(crate) step: UndoStep,
}

/// Where a write belongs in what can be undone.
#[derive(Clone, Debug, Default)]
pub(crate) enum UndoStep {
    /// It is new.
    #[default]
    New,
    /// It takes back another.
    Undo(UndoneEntry),
    /// It does again what was taken back.
    Redo(UndoneEntry),
}

impl CommitNote {
    /// Returns the note of an event that is new.
    pub(crate) fn event(verb: &'static str, event: &Event) -> Self {
        let id = event.id.as_ref().map(Name::to_string).unwrap_or_default();
        let (subject, wrote) = (event.text.clone(), UndoTarget::Event(id));
        Self { verb, subject, wrote, keeps_before: false, step: UndoStep::New }
    }

    /// Returns the note of an incident that is new, with the event that declares it.
    pub(crate) fn declaration(title: &str, event: &Event) -> Self {
        let id = event.id.as_ref().map(Name::to_string).unwrap_or_default();
        let wrote = UndoTarget::Declaration(id);
        Self { subject: title.to_owned(), wrote, ..Self::event("declare", event) }
    }

    /// Returns the note of an action that is new.
    pub(crate) fn action(verb: &'static str, action: &Action) -> Self {
        let id = action.id.as_ref().map(Name::to_string).unwrap_or_default();
        let (subject, wrote) = (action.title.clone(), UndoTarget::Action(id));
        Self { verb, subject, wrote, keeps_before: false, step: UndoStep::New }
    }

    /// Returns the note of an incident whose own keys are changed.
    pub(crate) fn incident(verb: &'static str, subject: impl Into<String>) -> Self {
        let wrote = UndoTarget::Incident;
        Self { verb, subject: subject.into(), wrote, keeps_before: true, step: UndoStep::New }
    }

    /// Returns the note of documents that are written.
    pub(crate) fn documents(verb: &'static str, subject: String) -> Self {
        Self {
            verb,
            subject,
            wrote: UndoTarget::Documents,
            keeps_before: false,
            step: UndoStep::New,
        }
    }

    /// Returns the note of an event that is changed, which says nothing of its words: they may be what is wrong.
    pub(crate) fn wordless(verb: &'static str, event: &Event) -> Self {
        let note = Self::event(verb, event);
        let id = event.id.as_ref().map(Name::to_string).unwrap_or_default();
        Self { subject: format!("the event {id}"), ..note }
    }

    /// Returns the note of words that are taken out: of an event, or else of what the subject says.
    pub(crate) fn redaction(event: Option<&Name>, subject: String) -> Self {
        let wrote = UndoTarget::Redaction(event.map(Name::to_string));
        Self { verb: "redact", subject, wrote, keeps_before: false, step: UndoStep::New }
    }

    /// Returns the note for something that was there and is changed.
    #[must_use]
    pub(crate) fn keeping_before(self) -> Self {
        Self { keeps_before: true, ..self }
    }

    /// Leaves word of a write for `undo`.
    pub(crate) fn leave(
        &self,
        session: &Session<'_>,
        id: Option<&IncidentId>,
        before: Option<&IncidentFile>,
    ) {
        let from = before.map(|before| &before.id).filter(|from| Some(*from) != id);
        let entry = || UndoEntry {
            record: session.store.root().to_owned(),
            verb: self.verb.to_owned(),
            incident: id.map(ToString::to_string).unwrap_or_default(),
            wrote: self.wrote.clone(),
            before: before.map(|before| before.text.clone()),
            from: from.map(ToString::to_string),
            at: session.now.epoch(),
        };
        let mut history = local_state::history(&session.state);
        match &self.step {
            UndoStep::New => history.push(entry()),
            UndoStep::Undo(undone) => {
                history.done.retain(|entry| *entry != undone.entry);
                history.undone.push(undone.clone());
            }
            UndoStep::Redo(undone) => {
                history.undone.retain(|it| it != undone);
                history.done.push(undone.entry.clone());
            }
        }
        // Without it there is no undo; the write itself is safe.
        let _ = local_state::set_history(&session.state, &history);
    }

    /// Returns a commit message: a subject that reads well in one line, and trailers for programs.
    pub(crate) fn message(&self, incident: Option<&IncidentId>) -> String {
        const WIDTH: usize = 72;
        let subject = format!("{}: {}", self.verb, line(&self.subject));
        let cut: String = subject.chars().take(WIDTH - 1).collect();
        let subject = match subject.chars().count() > WIDTH {
            true => format!("{}…", cut.trim_end()),
            false => subject,
        };
        let incident = incident.map_or(String::new(), |id| format!("Incident: {id}\n"));
        let written = match &self.wrote {
            UndoTarget::Event(id)
            | UndoTarget::Declaration(id)
            | UndoTarget::Redaction(Some(id)) => format!("Event: {id}\n"),
            UndoTarget::Action(id) => format!("Action: {id}\n"),
            UndoTarget::Incident | UndoTarget::Documents | UndoTarget::Redaction(None) => {
                String::new()
            }
        };
        format!("{subject}\n\n{incident}{written}")
    }
}
