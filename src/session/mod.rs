//! What every verb works with: the record, the clock and the terminal; and the finding of incidents.

pub(crate) mod as_of;
pub(crate) mod command_line;
pub(crate) mod commit_note;
pub(crate) mod completeness;
pub(crate) mod event_names;
mod every_incident;
pub(crate) mod failure;
mod folding;
pub(crate) mod found_record;
pub(crate) mod mended;
pub(crate) mod merge_driver;
pub(crate) mod missing;
pub(crate) mod open_incidents;
pub(crate) mod output;
pub(crate) mod output_file;
pub(crate) mod overwritten;
pub(crate) mod revisions;
pub(crate) mod secrets;
mod settings_change;
pub(crate) mod spooled;
mod sync_behind;
#[cfg(test)]
mod tests;
pub(crate) mod transaction;
pub(crate) mod typed_words;
pub(crate) mod written;

pub(crate) use every_incident::LoadedAll;
pub use failure::Failure;
pub use output::Output;

use crate::cli::Global;
use crate::compute::timeline::Timeline;
use crate::io::clock;
use crate::io::git::{CommitId, GitError, Repo};
use crate::io::prompt::{self, Terminal};
use crate::io::render::diagnostic::{self, SourceFile};
use crate::io::render::table::TableStyle;
use crate::io::render::text::line;
use crate::io::spool::SpooledEvent;
use crate::io::store::local_state;
use crate::io::store::{
    INBOX, INBOX_ID, Incidents, LoadedIncident, SETTINGS, Store, StoreError, files,
};
use crate::io::user;
use crate::model::diagnostic::{Diagnostic, Level};
use crate::model::incident::{Action, Event, Handles, Incident, IncidentId, Name};
use crate::model::settings::FORMAT;
use crate::model::time::Instant;
use crate::session::found_record::FoundRecord;
use crate::session::mended::Repair;
use crate::session::spooled::SPARE;
use std::path::{Path, PathBuf};

/// The record, the clock and the terminal.
pub(crate) struct Session<'g> {
    pub(crate) global: &'g Global,
    pub(crate) now: Instant,
    pub(crate) store: Store,
    pub(crate) terminal: Terminal,
    /// The git repository that the record lies in.
    pub(crate) repo: Option<Repo>,
    /// Why git refuses to use the repository that the record lies in, where it does.
    pub(crate) refused: Option<GitError>,
    /// The folder for the lock, the spool and what `undo` needs: in the git folder that all work trees share.
    pub(crate) state: PathBuf,
    /// The commit that the record is read at; none for the working tree.
    pub(crate) past: Option<CommitId>,
    /// What to tell the person about the record as a whole.
    pub(crate) remarks: String,
    /// What to tell of events that wait and don't count; the remarks end with it.
    pub(crate) uncounted: String,
    /// Whether the record does not lie here or above.
    pub(crate) is_elsewhere: bool,
}

impl<'g> Session<'g> {
    /// Opens the record that the current folder, or `-C`, stands in.
    pub(crate) fn open(global: &'g Global) -> Result<Self, Failure> {
        let now = clock::now().map_err(Failure::new)?;
        let FoundRecord { store, is_elsewhere } = found_record::find(global)?;
        Ok(Self { is_elsewhere, ..Self::at(global, now, store)? })
    }

    /// Opens a record that was found.
    pub(crate) fn at(global: &'g Global, now: Instant, store: Store) -> Result<Self, Failure> {
        let terminal = Terminal::look();
        let mut remarks = String::new();
        let (mut folder, mut refused) = (None, None);
        // A repository that git refuses must not keep an event out of its file; its lock is the same one.
        let repo = Repo::find(store.root()).unwrap_or_else(|trouble| {
            remarks = format!("warning: {trouble}\n");
            folder = Repo::folder(store.root());
            refused = folder.is_some().then_some(trouble);
            None
        });
        let folder = repo.as_ref().map(|repo| repo.common_dir().to_owned()).or(folder);
        let state = folder.map_or(store.root().join(SPARE), |git| git.join("recount"));
        let (past, uncounted) = (None, String::new());
        let session = Self {
            global,
            now,
            store,
            terminal,
            repo,
            refused,
            state,
            past,
            remarks,
            uncounted,
            is_elsewhere: false,
        };
        let settings = session.store.root().join(SETTINGS);
        let shown = session.store.settings_problems.iter();
        let shown = session.rendered(&settings, &session.store.settings_text, shown);
        let uncounted = session.uncounted();
        Ok(Self { remarks: session.remarks.clone() + &shown + &uncounted, uncounted, ..session })
    }

    /// Refuses to count by files of a version that this program doesn't know: its numbers would miss something.
    ///
    /// Writing goes on: an event of an older program is an event.
    pub(crate) fn may_count(&self) -> Result<(), Failure> {
        let format = self.store.settings().format;
        if format <= FORMAT {
            return Ok(());
        }
        let version = env!("CARGO_PKG_VERSION");
        Err(Failure::new(format!(
            "{SETTINGS} says `format: {format}`, and recount {version} counts files up to format {FORMAT}"
        ))
        .help("install a newer recount: numbers of this one would miss something")
        .help("`recount log`, `show` and `list` work meanwhile"))
    }

    /// Returns the time to give commits where the clock is fixed, so that replays make the same commits.
    pub(crate) fn fixed_now(&self) -> Option<Instant> {
        fixed(self.now)
    }

    /// Returns how to draw tables on the standard output.
    pub(crate) fn style(&self) -> TableStyle {
        output::style(self.global, self.terminal)
    }

    /// Reads one incident, with its events that wait in the spool.
    pub(crate) fn load(&self, id: &IncidentId) -> Result<LoadedIncident, Failure> {
        Ok(self.read(id)??)
    }

    /// Reads one incident, with its events that wait in the spool, or returns what is wrong with its file.
    pub(crate) fn read(
        &self,
        id: &IncidentId,
    ) -> Result<Result<LoadedIncident, StoreError>, Failure> {
        if let Some(commit) = &self.past {
            return self.read_at(commit, id);
        }
        let mut loaded = self.store.load(id);
        if let Ok(loaded) = &mut loaded {
            self.add_spooled(loaded);
        }
        Ok(loaded)
    }

    /// Returns the name of the commit that the record is read at; none for the working tree.
    pub(crate) fn past_name(&self) -> Option<String> {
        self.past.as_ref().map(|commit| commit.as_str().to_owned())
    }

    /// Returns all incidents, in the order of their ids.
    pub(crate) fn incidents(&self) -> Result<Incidents, Failure> {
        self.incidents_with(&|_| true)
    }

    fn incidents_with(&self, wanted: &dyn Fn(&IncidentId) -> bool) -> Result<Incidents, Failure> {
        let Some(commit) = &self.past else { return Ok(self.store.incidents_with(wanted)) };
        let ids = self.ids_at(commit)?.into_iter().filter(wanted).collect();
        Ok(Incidents { ids, unreadable: vec![] })
    }

    /// Returns the short names of the incidents whose ids can be read.
    pub(crate) fn handles(&self) -> Handles {
        Handles::of(&self.incidents().unwrap_or_default().ids)
    }

    fn add_spooled(&self, loaded: &mut LoadedIncident) {
        fold_in(&self.store, &self.waiting(), loaded);
    }

    /// Renders the problems of a file that weigh at least so much.
    pub(crate) fn problems(&self, loaded: &LoadedIncident, least: Level) -> String {
        problems(&self.store, loaded, least, self.terminal.color_err)
    }

    /// Renders a problem of a file with its line.
    pub(crate) fn problem(&self, path: &Path, text: &str, found: &Diagnostic) -> String {
        let path = self.store.relative(path).display().to_string();
        diagnostic::problem(&path, text, found, self.terminal.color_err)
    }

    /// Renders problems of one file with their lines, one after another.
    pub(crate) fn rendered<'p>(
        &self,
        path: &Path,
        text: &str,
        found: impl IntoIterator<Item = &'p Diagnostic>,
    ) -> String {
        let path = self.store.relative(path).display().to_string();
        let source = SourceFile::new(&path, text, self.terminal.color_err);
        found.into_iter().map(|p| source.problem(p)).collect()
    }

    /// Finds the incident that a name means: its id, or any part of it that no other has.
    pub(crate) fn find(&self, name: &str) -> Result<IncidentId, Failure> {
        if name == INBOX_ID {
            return Ok(name.parse()?);
        }
        if let Some(whole) = self.whole(name)? {
            return Ok(whole);
        }
        let wanted = name.to_lowercase();
        let found = self.incidents_with(&|id| id.as_str().to_lowercase().contains(&wanted))?;
        let near: Vec<_> = found.ids.iter().collect();
        match near.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(self.not_found(
                Failure::new(format!("no incident has `{name}` in its id"))
                    .help("see them with `recount list`"),
                &found.unreadable,
            )),
            several if self.terminal.can_ask => self.ask(several),
            several => Err(listed(
                &format!("`{name}` could be any of {} incidents", several.len()),
                several,
            )),
        }
    }

    /// Returns the incident of exactly that id.
    fn whole(&self, name: &str) -> Result<Option<IncidentId>, Failure> {
        let Ok(id) = name.parse::<IncidentId>() else { return Ok(None) };
        let is_there = match &self.past {
            Some(_) => self.incidents()?.ids.contains(&id),
            // One that can't be looked at may well be there: reading it tells what is wrong.
            None => files::exists(&self.store.incident_path(&id)).unwrap_or(true),
        };
        Ok(is_there.then_some(id))
    }

    /// Finds the incident that `-i` or the environment names.
    pub(crate) fn named_incident(&self) -> Result<Option<IncidentId>, Failure> {
        if let Some(name) = &self.global.incident {
            return self.find(name).map(Some);
        }
        let found = user::incident().map(|name| self.find(&name)).transpose();
        found.map_err(|failure| failure.help(format!("{} names it", user::INCIDENT)))
    }

    /// Finds the incident that `-i` or the environment names, or else the only open one.
    pub(crate) fn current(&self) -> Result<IncidentId, Failure> {
        if let Some(id) = self.named_incident()? {
            return Ok(id);
        }
        let found = self.open_incidents()?;
        let open: Vec<_> = found.ids.iter().collect();
        match open.as_slice() {
            several if !found.unreadable.is_empty() => {
                self.perhaps_open(several, &found.unreadable)
            }
            [one] => Ok((*one).clone()),
            [] => self.closed_ones(),
            several if self.terminal.can_ask => self.ask(several),
            several => Err(open_incidents::several_open(several)),
        }
    }

    /// Finds the incident named by position, by `-i`, or else the only open one.
    pub(crate) fn named_or_current(&self, name: Option<&str>) -> Result<IncidentId, Failure> {
        match name {
            Some(name) => self.find(name),
            None => self.current(),
        }
    }

    /// Returns ` of FOLDER` where the record does not lie here or above; a person may think of another.
    pub(crate) fn of_elsewhere(&self) -> String {
        let folder = self.store.root().display().to_string();
        if self.is_elsewhere { format!(" of {}", line(&folder)) } else { String::new() }
    }

    /// Returns how many of the record's files wait for a commit.
    pub(crate) fn uncommitted(&self) -> usize {
        let waiting = local_state::waiting(&self.state);
        waiting.iter().filter(|path| files::is_within(self.store.root(), path)).count()
    }

    /// Returns today's date in the record's zone.
    pub(crate) fn today(&self) -> chrono::NaiveDate {
        self.now.local(self.store.settings().zone).date_naive()
    }

    /// Returns the name of the person at the keyboard, as git knows it.
    pub(crate) fn person(&self) -> Option<String> {
        self.repo.as_ref().and_then(Repo::person)
    }

    /// Returns whether there is an inbox, be it one that can't be read.
    pub(crate) fn has_inbox(&self) -> bool {
        files::exists(&self.store.root().join(INBOX)).unwrap_or(true)
    }

    /// Returns the event of that id.
    pub(crate) fn event<'l>(
        &self,
        incident: &'l Incident,
        id: &Name,
    ) -> Result<&'l Event, Failure> {
        let absent = || Failure::new(format!("the event {id} is not in {}", incident.id));
        incident.event(id.as_str()).ok_or_else(absent)
    }

    /// Returns the action of that id.
    pub(crate) fn action<'l>(
        &self,
        incident: &'l Incident,
        id: &str,
    ) -> Result<&'l Action, Failure> {
        let absent = || Failure::new(format!("the action {id} is not in {}", incident.id));
        incident.action(id).ok_or_else(absent)
    }

    /// Returns an incident's timeline.
    pub(crate) fn timeline<'a>(&self, incident: &'a Incident) -> Timeline<'a> {
        Timeline::of(incident, self.store.settings())
    }

    pub(crate) fn ask(&self, ids: &[&IncidentId]) -> Result<IncidentId, Failure> {
        let items: Vec<_> = ids.iter().map(ToString::to_string).collect();
        let chosen = prompt::choose("Which incident", &items)?;
        match ids.get(chosen) {
            Some(id) => Ok((*id).clone()),
            None => Err(Failure::new("nothing was chosen")),
        }
    }

    /// Returns what was typed, or asks for it on a terminal, or says which flag to give.
    pub(crate) fn or_ask(
        &self,
        typed: Option<String>,
        question: &str,
        flag: &str,
    ) -> Result<String, Failure> {
        match typed.filter(|t| !t.trim().is_empty()) {
            Some(text) => Ok(text),
            None if self.terminal.can_ask => Ok(self.masked(prompt::write(question)?)),
            None => {
                let failure = Failure::new(format!("{question}? There is no terminal to ask on"));
                Err(missing(failure.help(format!("give {flag}")), flag))
            }
        }
    }
}

/// Adds that what `flag` begins with is missing, where that is a flag or a word for a person to fill in.
pub(crate) fn missing(failure: Failure, flag: &str) -> Failure {
    let words = flag.split([',', '.']).next().unwrap_or_default();
    let fits = words.starts_with("--") || words.chars().next().is_some_and(char::is_uppercase);
    if fits { failure.or_by(Repair::Missing(words.to_owned())) } else { failure }
}

/// Returns the time to give commits where the clock is fixed at `now`; none where git is to take its own.
pub(crate) fn fixed(now: Instant) -> Option<Instant> {
    // Git takes no commit from before 1970.
    clock::is_fixed().then_some(now.max(Instant::saturating(0)))
}

/// Adds an incident's events that wait in the spool, each once.
pub(crate) fn fold_in(store: &Store, waiting: &[SpooledEvent], loaded: &mut LoadedIncident) {
    let incident = &mut loaded.read.incident;
    for waiting in waiting.iter().filter(|w| w.incident == incident.id) {
        if incident.event(waiting.id.as_str()).is_none() {
            incident.events.extend(spooled::event(store, waiting));
        }
    }
}

/// Renders the problems of a file that weigh at least so much.
pub(crate) fn problems(
    store: &Store,
    loaded: &LoadedIncident,
    least: Level,
    color: bool,
) -> String {
    let path = store.relative(&loaded.path).display().to_string();
    let heavy = loaded.read.problems.iter().filter(|p| p.level >= least);
    let source = SourceFile::new(&path, &loaded.text, color);
    heavy.map(|p| source.problem(p)).collect()
}

pub(crate) fn listed(message: &str, ids: &[&IncidentId]) -> Failure {
    const MOST: usize = 10;
    let failure = ids.iter().take(MOST).fold(Failure::new(message), |f, id| f.help(id.as_str()));
    match ids.len().saturating_sub(MOST) {
        0 => failure,
        more => failure.help(format!("and {more} more: see `recount list`")),
    }
}
