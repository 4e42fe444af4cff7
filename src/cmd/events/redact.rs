//! `recount redact`: words are taken out of every file of the record, and what still holds them is told.

mod documents;
mod rewriting;
mod target;

use crate::cli::{self, Format, Global};
use crate::cmd::events::echo::Echo;
use crate::compute::event_diff::{self, ChangeKind};
use crate::compute::redaction::{self, RedactedWords};
use crate::compute::report::redaction::RedactionReport;
use crate::compute::report::write_result::WriteReport;
use crate::io::render;
use crate::io::store::{INBOX_ID, IncidentFile, LoadedIncident, atomic, local_state};
use crate::model::digest::sha256;
use crate::model::incident::{Attachment, AttachmentPath, Event, IncidentId, Name};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::output::{Output, format};
use crate::session::transaction::{Saved, Transaction};
use crate::session::written::FileWrite;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What stands in the place of an attached file.
const INSTEAD: &str = "(redacted)\n";
/// The keys that hold words, and no number hangs on.
const WORDY: [&str; 14] = [
    "text",
    "by",
    "links",
    "attachments",
    "retracted",
    "redacted",
    "title",
    "summary",
    "causes",
    "canceled",
    "fields",
    "public",
    "owner",
    "ticket",
];

/// What is to be taken out of the record.
struct Redaction {
    /// The incident that it is about, where it is about one.
    incident: Option<IncidentId>,
    /// The event whose words they are, or that the file is attached to.
    event: Option<Name>,
    /// The file whose bytes go, in place of the event's words.
    attachment: Option<AttachedFile>,
    /// The document that holds the passage, relative to the record.
    document: Option<PathBuf>,
    words: RedactedWords,
    reason: String,
}

/// A file that is attached to an event.
struct AttachedFile {
    /// Where it lies, relative to the record.
    inner: PathBuf,
    path: AttachmentPath,
}

/// An incident's text without the words.
struct TextWithout {
    text: String,
    /// Whether it says all else as it did.
    is_sound: bool,
}

/// The files that words were taken out of, and those that still hold them.
#[derive(Default)]
struct TakenOut {
    files: Vec<PathBuf>,
    by_hand: Vec<PathBuf>,
    saved: Saved,
}

/// Takes words out of the record.
pub(crate) fn run(args: &cli::RedactArgs, global: &Global) -> Result<Output, Failure> {
    let format = format(global, &[Format::Table, Format::Json])?;
    let session = Session::open(global)?;
    let redaction = Redaction::asked_for(&session, args)?;
    let taken = session.transact(|transaction| redaction.take_out(transaction))?;
    let remarks = redaction.forget(&session)?;
    let answer = redaction.answer(&session, format, taken)?;
    Ok(answer.remark(remarks).remark(&session.remarks))
}

impl Redaction {
    /// Returns the name by which it is told from others.
    fn name(&self) -> String {
        let document = self.document.as_ref().and_then(|path| path.file_stem()?.to_str());
        self.event.as_ref().map_or(document.unwrap_or("words").to_owned(), Name::to_string)
    }

    /// Writes all files of the record without the words, in one commit.
    fn take_out(&self, mut transaction: Transaction<'_, '_>) -> Result<TakenOut, Failure> {
        let session = transaction.session();
        if let Some(going) = &transaction.in_progress {
            let why = format!("{} is in progress, and could bring the words back", going.what);
            return Err(Failure::new(why).help(&going.end));
        }
        let mut files = vec![];
        let mut changed: BTreeMap<IncidentId, LoadedIncident> = BTreeMap::new();
        for id in homes(session)? {
            let file = match self.incident.as_ref() == Some(&id) {
                true => transaction.read(&id)?,
                false => match session.store.file_or_inbox(&id) {
                    Ok(file) => file,
                    Err(error) => {
                        let why = Failure::new(format!("{error}: it may hold the words still"));
                        transaction.remarks += &why.render(session.terminal.color_err);
                        continue;
                    }
                },
            };
            let TextWithout { text, is_sound } = self.incident_text(session, file.clone());
            if text == file.text {
                continue;
            }
            if !is_sound {
                return Err(self.stuck(session, &file.path));
            }
            changed.insert(id.clone(), session.store.parse(&id, file.path.clone(), text.clone())?);
            files.push(FileWrite::plain(file.path, Some(file.text), text));
        }
        let others = documents::OtherFiles::without(&self.words, session, &changed)?;
        files.extend(others.rewritten);
        files.extend(self.attached(session)?);
        let paths: Vec<_> = files.iter().map(|file| file.path.clone()).collect();
        let saved = match files.is_empty() {
            true => Saved::default(),
            false => transaction.save_files(&files, self.incident.as_ref(), None, &self.note())?,
        };
        let mut by_hand = others.by_hand;
        let named = homes(session)?.into_iter().filter(|id| self.words.are_in(id.as_str()));
        by_hand.extend(
            named.filter_map(|id| session.store.incident_path(&id).parent().map(Path::to_owned)),
        );
        Ok(TakenOut { files: paths, by_hand, saved })
    }

    fn note(&self) -> CommitNote {
        let subject = match (&self.event, &self.attachment, &self.document) {
            (Some(event), None, _) => format!("the event {event}"),
            (Some(event), Some(_), _) => format!("a file of the event {event}"),
            (None, _, Some(document)) => format!("a passage of {}", document.display()),
            (None, _, None) => "words".to_owned(),
        };
        CommitNote::redaction(self.event.as_ref(), subject)
    }

    /// Returns the text of an incident without the words: the event's own key by key, whatever else says them masked.
    fn incident_text(&self, session: &Session<'_>, file: IncidentFile) -> TextWithout {
        let is_here = self.event.as_ref().is_some_and(|event| file.text.contains(event.as_str()));
        if !is_here && !self.words.are_in(&file.text) {
            return TextWithout { text: file.text, is_sound: true };
        }
        let edited = session.open_file(&file).ok().and_then(|incident| {
            let old = self.event_in(&incident.facts.events)?;
            incident.redact_event(old, &self.without(old)).ok()
        });
        let text = edited.map_or(file.text, |edited| edited.text);
        let Some(masked) = self.words.masked(&text) else {
            return TextWithout { text, is_sound: true };
        };
        let read = |text: String| session.store.parse(&file.id, file.path.clone(), text).ok();
        let is_sound = match (read(text), read(masked.clone())) {
            (Some(mut before), Some(after)) => {
                let (before, after) = (&mut before.read.incident, &after.read.incident);
                redaction::mask_incident(&self.words, before);
                let changes = event_diff::between(Some(before), after);
                let is_wordy = |key: &&'static str| WORDY.contains(key);
                changes
                    .iter()
                    .all(|it| it.done == ChangeKind::Corrected && it.keys.iter().all(is_wordy))
            }
            // What could not be read before is no worse for it.
            (before, _) => before.is_none(),
        };
        TextWithout { text: masked, is_sound }
    }

    fn event_in<'e>(&self, events: &'e [Event]) -> Option<&'e Event> {
        let event = self.event.as_ref()?;
        events.iter().find(|it| it.id.as_ref() == Some(event))
    }

    /// Returns the event without its words, or without what tells of the attached file.
    fn without(&self, old: &Event) -> Event {
        let Some(file) = &self.attachment else {
            return redaction::as_redacted(old, old.redacted.as_deref().unwrap_or(&self.reason));
        };
        let mut new = old.clone();
        for it in new.attachments.iter_mut().filter(|it| it.path == file.path) {
            let (path, title) = (it.path.clone(), Some(redaction::MARK.to_owned()));
            *it = Attachment { path, title, sha256: Some(sha256(INSTEAD)) };
        }
        new
    }

    /// Returns the attached file to write: it takes the place of one whose bytes are gone.
    fn attached(&self, session: &Session<'_>) -> Result<Option<FileWrite>, Failure> {
        let Some(file) = &self.attachment else { return Ok(None) };
        let path = session.store.root().join(&file.inner);
        if session.store.text(&path).is_ok_and(|text| text.as_deref() == Some(INSTEAD)) {
            return Ok(None);
        }
        let failed = |error| Failure::new(format!("cannot remove {}: {error}", path.display()));
        atomic::remove(&path).map_err(failed)?;
        Ok(Some(FileWrite::plain(path, None, INSTEAD.to_owned())))
    }

    fn stuck(&self, session: &Session<'_>, path: &Path) -> Failure {
        let path = session.store.relative(path).display();
        Failure::new(format!(
            "the words stand in {path} where they are more than text: nothing was written"
        ))
        .help("change them there by hand: `recount set --edit`; then run this again")
    }

    /// Forgets what this machine keeps of the words beside the record; returns what to tell of the rest.
    fn forget(&self, session: &Session<'_>) -> Result<String, Failure> {
        let failed =
            |error| Failure::new(format!("words are left in {}: {error}", session.state.display()));
        let holds = |text: &str| {
            let named = self.event.as_ref().is_some_and(|event| text.contains(event.as_str()));
            self.words.are_in(text) || named && self.attachment.is_none()
        };
        let mut history = local_state::history(&session.state);
        history.done.retain(|entry| !entry.before.as_deref().is_some_and(holds));
        history
            .undone
            .retain(|it| !holds(&it.after) && !it.entry.before.as_deref().is_some_and(holds));
        if history != local_state::history(&session.state) {
            local_state::set_history(&session.state, &history).map_err(failed)?;
        }
        let mut left = local_state::forget_texts(&session.state, holds).map_err(failed)?;
        left.extend(session.redact_spool(&holds, |event| self.without(event)).map_err(failed)?);
        let told = left.iter().map(|path| {
            format!("{} belongs to another user and still has the words\n", path.display())
        });
        Ok(told.collect())
    }

    fn answer(
        &self,
        session: &Session<'_>,
        format: Format,
        taken: TakenOut,
    ) -> Result<Output, Failure> {
        let relative = |path: &PathBuf| session.store.relative(path).display().to_string();
        let inbox = INBOX_ID.parse()?;
        let id = self.incident.as_ref().unwrap_or(&inbox);
        let echo = Echo { session, verb: "redact", id, format };
        let now = session.load(id).ok();
        let event = now.as_ref().and_then(|now| self.event_in(&now.read.incident.events));
        let zone = session.store.settings().zone;
        let (echoed, written) = match (&self.document, event) {
            (None, Some(event)) => {
                echo.told(event, now.as_ref().and_then(|it| it.read.incident.zone).unwrap_or(zone))
            }
            _ => {
                let file = taken.files.first().map(relative).unwrap_or_default();
                (String::new(), WriteReport::to("redact", None, file))
            }
        };
        let report = RedactionReport {
            written: WriteReport { commit: taken.saved.commit, ..written },
            files: taken.files.iter().map(relative).collect(),
            by_hand: taken.by_hand.iter().map(relative).collect(),
            git: rewriting::words_in_git(self, session)?,
        };
        let output = match format {
            Format::Json => Output::json(&report)?,
            _ => Output::text(echoed + &render::redaction::redaction(&report)),
        };
        Ok(Output { wrote: true, ..output }.remark(taken.saved.remarks))
    }
}

impl AttachedFile {
    /// Returns whether a file of some commit is this one, by its path in the record.
    fn is_at(&self, inner: &Path) -> bool {
        self.inner == inner
    }
}

/// Returns all incidents, and the inbox where there is one.
fn homes(session: &Session<'_>) -> Result<Vec<IncidentId>, Failure> {
    let inbox = session.has_inbox().then(|| INBOX_ID.parse()).transpose()?;
    Ok(inbox.into_iter().chain(session.incidents()?.ids).collect())
}
