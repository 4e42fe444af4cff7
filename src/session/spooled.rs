//! The spool as the verbs see it: in the git folder that all work trees share, or else in this user's own state.
//!
//! No clone brings either. What this user wrote there counts and is folded in; what another user owns there is
//! shown, and taken in by `spool take` alone.

use crate::io::render::text::line;
use crate::io::spool::{self, SpooledEvent};
use crate::io::store::files::{self, MOST_BYTES};
use crate::io::store::{INBOX_ID, SETTINGS, Store, atomic, edit, own};
use crate::model::incident::{Event, IncidentId, Name};
use crate::session::Failure;
use crate::session::Session;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder in a record without git that the tool's own files lie in.
pub(crate) const SPARE: &str = ".recount";
/// How many events of others are shown one by one.
const MOST_SHOWN: usize = 10;

/// A file of the spool.
pub(crate) struct Spooled {
    pub(crate) path: PathBuf,
    pub(crate) waiting: SpooledEvent,
    /// The number of the user that the file belongs to.
    pub(crate) owner: u32,
    pub(crate) standing: Standing,
}

/// Whether an event that waits counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is this user's own.
    Counts,
    /// Another user of the machine owns it.
    OfAnother,
    /// It was written for a record at a place where there is none any more; this one may be it.
    Moved,
    /// It lies in a folder that a person named, and is not the spool's.
    Named,
}

/// What lies in the spool for a record.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) events: Vec<Spooled>,
    /// What can't be read.
    faults: String,
}

impl Session<'_> {
    /// Returns the record's events that wait in the spool and count.
    pub(crate) fn waiting(&self) -> Vec<SpooledEvent> {
        let events = self.spooled().events.into_iter();
        events.filter(|it| it.standing == Standing::Counts).map(|it| it.waiting).collect()
    }

    /// Returns the record's events that wait and don't count until they are taken in; those in the record
    /// already are left out.
    pub(crate) fn untaken(&self) -> Vec<Spooled> {
        self.untaken_of(self.spooled().events)
    }

    fn untaken_of(&self, mut events: Vec<Spooled>) -> Vec<Spooled> {
        events.retain(|it| it.standing != Standing::Counts && !self.has(&it.waiting));
        events
    }

    /// Returns the events that lie in a folder that a person named, whoever owns them.
    pub(crate) fn spooled_in(&self, folder: &Path) -> Result<Vec<Spooled>, Failure> {
        let failed = |error| Failure::new(format!("cannot read {}: {error}", folder.display()));
        let mut found = Found::default();
        found.add(folder, |_, _| Some(Standing::Named)).map_err(failed)?;
        if !found.faults.is_empty() {
            return Err(Failure::new(found.faults.trim_end().to_owned()));
        }
        found.events.retain(|it| !self.has(&it.waiting));
        Ok(found.events)
    }

    /// Returns whether the record has an event that waits, where the spool has a copy alone.
    pub(crate) fn has(&self, waiting: &SpooledEvent) -> bool {
        let loaded = self.store.load(&waiting.incident);
        loaded.is_ok_and(|it| it.read.incident.event(waiting.id.as_str()).is_some())
    }

    /// Forgets an event of this user's that the record holds by now.
    pub(crate) fn forget_waiting(&self, id: &Name) -> io::Result<()> {
        let paths = self.spools().into_iter().map(|folder| folder.join(spool::file_name(id)));
        paths.filter(|path| own::is_mine(path)).try_for_each(|path| atomic::remove(&path))
    }

    /// Takes words out of this user's events that wait, be they for this record or another; returns the files of others
    /// that hold them.
    pub(crate) fn redact_spool(
        &self,
        holds: &dyn Fn(&str) -> bool,
        without: impl Fn(&Event) -> Event,
    ) -> io::Result<Vec<PathBuf>> {
        let mut left = vec![];
        for it in self.spooled().events {
            let SpooledEvent { typed, event: text, id, .. } = &it.waiting;
            if !holds(typed) && !holds(text) {
                continue;
            }
            let mine = it.owner == own::user();
            if mine && self.has(&it.waiting) {
                self.forget_waiting(id)?;
                continue;
            }
            let folder = it.path.parent().map(Path::to_owned).unwrap_or_default();
            match event(&self.store, &it.waiting).filter(|_| mine) {
                Some(event) => {
                    let (typed, event) = (String::new(), edit::event_text(&without(&event)));
                    spool::keep(&folder, &SpooledEvent { typed, event, ..it.waiting })?;
                }
                None => left.push(it.path),
            }
        }
        Ok(left)
    }

    /// Tells of what waits and doesn't count.
    pub(crate) fn uncounted(&self) -> String {
        let Found { events, faults: mut remarks } = self.spooled();
        let untaken = self.untaken_of(events);
        for it in untaken.iter().take(MOST_SHOWN) {
            let waiting = &it.waiting;
            let text = event(&self.store, waiting).map_or(waiting.typed.clone(), |e| e.text);
            let (whose, next) = match it.standing {
                Standing::Moved => (
                    format!("for the record that was in {}", waiting.record.display()),
                    "if it is this one now, ",
                ),
                Standing::OfAnother => (format!("of {}", own::name_of(it.owner)), ""),
                Standing::Counts | Standing::Named => continue,
            };
            let said = format!(
                "the event {} {whose} waits for {} and counts in no number yet: {next}`recount spool take` puts it in: {text}",
                waiting.id, waiting.incident
            );
            let _ = writeln!(remarks, "{}", line(&said));
        }
        if let Some(more) = untaken.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            let _ = writeln!(remarks, "and {more} more");
        }
        remarks + &self.left_behind()
    }

    /// Tells of events in the work tree, where a record without git has its spool: a clone may have brought them.
    fn left_behind(&self) -> String {
        let folder = self.store.root().join(SPARE).join(spool::FOLDER);
        if self.state.starts_with(self.store.root().join(SPARE)) {
            return String::new();
        }
        match self.spooled_in(&folder) {
            Ok(events) if events.is_empty() => String::new(),
            _ => format!(
                "what lies in {SPARE}/{0} counts in no number, for a clone may have brought it: if it is yours, \
                 `recount spool take --from {SPARE}/{0}` puts it in\n",
                spool::FOLDER
            ),
        }
    }

    /// Reads what lies in the spool for this record.
    pub(crate) fn spooled(&self) -> Found {
        let mut found = Found::default();
        for folder in self.spools() {
            let private = !folder.starts_with(&self.state);
            let standing = |waiting: &SpooledEvent, owner| self.standing(waiting, owner, private);
            if let Err(error) = found.add(&folder, standing) {
                found.fault(&folder, &error);
            }
        }
        found
    }

    /// Returns whether an event counts; none where it waits for another record.
    fn standing(&self, waiting: &SpooledEvent, owner: u32, private: bool) -> Option<Standing> {
        let standing = match owner == own::user() {
            true => Standing::Counts,
            false => Standing::OfAnother,
        };
        if waiting.record == self.store.root() {
            return Some(standing);
        }
        let moved = waiting.within == self.within()
            && files::exists(&waiting.record.join(SETTINGS)).is_ok_and(|there| !there);
        // In the git folder, what was moved is the whole repository. A user's own spool serves all of them.
        let fits = || {
            let path = self.store.incident_path(&waiting.incident);
            waiting.incident.as_str() == INBOX_ID || path.symlink_metadata().is_ok()
        };
        match moved {
            true if !private => Some(standing),
            true if fits() => Some(Standing::Moved),
            _ => None,
        }
    }

    /// Returns the folders in which events may wait, the usual one first.
    fn spools(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.state.join(spool::FOLDER)];
        folders.extend(self.private_state().map(|folder| folder.join(spool::FOLDER)));
        folders
    }

    /// Returns the folder of this user's own state; none where it lies in the work tree, as in a
    /// repository of a whole home.
    fn private_state(&self) -> Option<PathBuf> {
        let tops = [Some(self.store.root()), self.repo.as_ref().map(|repo| repo.workdir())];
        let home = spool::home()?;
        (!tops.into_iter().flatten().any(|top| home.starts_with(top))).then_some(home)
    }

    /// Returns the record's folder in its repository.
    fn within(&self) -> PathBuf {
        let top = self.repo.as_ref().and_then(|repo| repo.workdir().canonicalize().ok());
        let within =
            top.and_then(|top| self.store.root().strip_prefix(top).ok().map(PathBuf::from));
        within.unwrap_or_default()
    }

    /// Keeps an event in the first folder of the spool that takes it; returns that folder.
    fn spool(&self, waiting: &SpooledEvent) -> Result<PathBuf, (PathBuf, io::Error)> {
        let folders = self.spools();
        let shared = folders.first().cloned().unwrap_or_default();
        let mut failed = None;
        for folder in folders {
            let made = match folder == shared {
                // Whoever shares the git folder sees what waits in it.
                true => {
                    atomic::create_shared(&self.state).and_then(|()| atomic::create_shared(&folder))
                }
                false => spool::create_private(&folder).and_then(|()| plain(&folder).map(drop)),
            };
            match made.and_then(|()| spool::keep(&folder, waiting)) {
                Ok(()) => return Ok(folder),
                Err(error) => failed = failed.or(Some((folder, error))),
            }
        }
        Err(failed.unwrap_or_else(|| (shared, io::ErrorKind::NotFound.into())))
    }
}

impl Found {
    /// Adds what lies in a folder and has a standing in this record.
    fn add(
        &mut self,
        folder: &Path,
        standing: impl Fn(&SpooledEvent, u32) -> Option<Standing>,
    ) -> io::Result<()> {
        if !plain(folder)? {
            return Ok(());
        }
        for path in own::list(folder)? {
            if path.extension().is_none_or(|e| e != "json") {
                continue;
            }
            let read =
                |found: own::Own| Ok((SpooledEvent::read(&path, &found.bytes)?, found.owner));
            // What is gone by now was folded in a moment ago.
            let Some(read) =
                own::read(&path, MOST_BYTES).and_then(|it| it.map(read).transpose()).transpose()
            else {
                continue;
            };
            match read {
                Ok((waiting, owner)) => {
                    let Some(standing) = standing(&waiting, owner) else { continue };
                    self.events.push(Spooled { path, waiting, owner, standing });
                }
                Err(error) => self.fault(&path, &error),
            }
        }
        Ok(())
    }

    fn fault(&mut self, path: &Path, error: &io::Error) {
        let owner = fs::symlink_metadata(path).ok();
        let owner = owner.map(|meta| std::os::unix::fs::MetadataExt::uid(&meta));
        let owner = owner.filter(|owner| *owner != own::user()).map(own::name_of);
        let of = owner.map_or(String::new(), |owner| format!(" of {owner}"));
        let said = format!("what waits{of} in {} can't be read: {error}", path.display());
        let _ = writeln!(self.faults, "{}", line(&said));
    }
}

/// Returns whether a folder of the spool is there, behind no link itself or with the folder above it.
fn plain(folder: &Path) -> io::Result<bool> {
    Ok(folder.parent().map_or(Ok(true), own::is_there)? && own::is_there(folder)?)
}

/// Reads the event that waits; none where it is not the one that its file is named by, or can't be read.
pub(crate) fn event(store: &Store, waiting: &SpooledEvent) -> Option<Event> {
    let event = store.read_event(&waiting.event).ok()?;
    (event.id.as_ref() == Some(&waiting.id)).then_some(event)
}

/// Keeps an event in the spool because the record could not take it; returns what to tell the person.
pub(crate) fn keep(
    session: &Session<'_>,
    id: &IncidentId,
    event: &Event,
    why: &Failure,
) -> Result<String, Failure> {
    let place = keep_in_spool(session, id, event)?;
    let why = why.render(session.terminal.color_err);
    let next = "the next verb that writes puts it into the record";
    Ok(format!("{why}The event is safe in {}; {next}.\n", place.display()))
}

/// Keeps an event in the spool because its verb was cut off; returns the failure that says so.
pub(crate) fn keep_cut_off(
    session: &Session<'_>,
    id: &IncidentId,
    event: &Event,
    why: Failure,
) -> Failure {
    match keep_in_spool(session, id, event) {
        Ok(place) => why.help(format!(
            "the event is safe in {}; the next verb that writes puts it into {}",
            place.display(),
            if id.as_str() == INBOX_ID { "the inbox" } else { id.as_str() }
        )),
        Err(failure) => why.beside(failure),
    }
}

fn keep_in_spool(
    session: &Session<'_>,
    id: &IncidentId,
    event: &Event,
) -> Result<PathBuf, Failure> {
    session.spool(&waiting(session, id, event)?).map_err(|(folder, error)| {
        Failure::new(format!("the event could not be kept anywhere: {}: {error}", folder.display()))
            .help(
                "write it down elsewhere; then free the disk, or name another folder with `-C DIR`",
            )
    })
}

/// Keeps a copy of an event that is about to be written, for what git is in the middle of may throw it away.
pub(crate) fn copy(session: &Session<'_>, id: &IncidentId, event: &Event) {
    // Without a copy less can be brought back; the write itself is safe.
    let _ = waiting(session, id, event).map(|waiting| session.spool(&waiting));
}

fn waiting(session: &Session<'_>, id: &IncidentId, event: &Event) -> Result<SpooledEvent, Failure> {
    let name = event.id.clone().ok_or_else(|| Failure::new("the event has no id to be kept by"))?;
    Ok(SpooledEvent {
        record: session.store.root().to_owned(),
        within: session.within(),
        incident: id.clone(),
        id: name,
        typed: session.masked_again(typed()),
        event: edit::event_text(event),
    })
}

/// Returns the command line as it was typed, but for bytes that are no text.
fn typed() -> String {
    let words = std::env::args_os().skip(1);
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
