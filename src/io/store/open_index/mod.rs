//! Which incidents are open, without reading all of them each time.
//!
//! What was found is remembered beside the git directory, with the stamp of every file that was read. At
//! the next look a file is read again where its stamp, or what git's index says of it, is another. So the
//! answer is right after `git pull` and `git checkout` (the index tells), after folders came and went (the
//! years' folders tell), and after edits by hand of what was open, of the latest incidents, and of all that
//! is staged or committed. An edit by hand that opens an old incident again, and that git has not been told
//! of, is seen by a look at the [`whole`](Look::whole) alone, which asks the file system for every file.

mod cache;
#[cfg(test)]
mod tests;

use super::{Incidents, RecordLock, Store, StoreError, atomic, own};
use crate::compute::timeline::Timeline;
use crate::model::incident::IncidentId;
use cache::{Cache, FileStamp, KnownIncident, checksum, number, title};
use rayon::prelude::*;
use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How many of the latest incidents are looked at each time.
const LATEST: usize = 200;
/// From how many incidents on several threads look at them.
const MANY: usize = 500;

/// Shows what git's index says of the files below `incidents/`: their paths from there and their stamps;
/// false where it can't.
pub type ShowIndexed<'a> = &'a dyn Fn(&mut dyn FnMut(&[u8], [u32; 6])) -> bool;

/// A look at the record.
pub struct OpenIndex<'a> {
    /// The record.
    pub store: &'a Store,
    /// The folder for what is remembered of this working tree.
    pub folder: &'a Path,
    /// The folder of the record's lock.
    pub shared: &'a Path,
    /// What tells one content of git's index from others.
    pub mark: Option<String>,
    /// What git's index says.
    pub indexed: ShowIndexed<'a>,
}

/// Two memories: of all that is looked at each time, and of everything.
struct CachedBefore {
    watched: Option<Cache>,
    /// The file of the watched, by which a change by another process shows.
    file: Option<FileStamp>,
}

impl OpenIndex<'_> {
    /// Returns the open incidents, the latest first, from as few files as will do.
    pub fn quick(&self) -> Incidents {
        let before = self.before();
        match self.glance(&before) {
            Some(ids) => Incidents { ids, unreadable: vec![] },
            None => self.survey(before, false),
        }
    }

    /// Returns the open incidents, the latest first, and asks the file system for every file.
    pub fn whole(&self) -> Incidents {
        self.survey(self.before(), true)
    }

    /// Has an incident looked at from now on, for it is about to be written; the record's lock is held.
    pub fn watch(&self, id: &IncidentId) {
        let Some(mut watched) = self.before().watched else { return };
        let Some(name) = self.name(id).filter(|name| !watched.incidents.contains_key(name)) else {
            return;
        };
        watched.incidents.insert(name, KnownIncident { stamp: None, open: false });
        watched.others = None;
        if watched.save(&self.watched_file(), &self.title()).is_err() {
            // Without the memory everything is looked at.
            let _ = fs::remove_file(self.watched_file());
        }
    }

    /// Notes that a commit of ours alone made the index what it is now; the record's lock is held.
    pub fn advance(&self, from: &str, to: &str) {
        let Some(mut watched) = self.before().watched else { return };
        if watched.mark.as_deref() == Some(from) {
            watched.mark = Some(to.to_owned());
            // Where it can't be noted, the next look compares more than it need.
            let _ = watched.save(&self.watched_file(), &self.title());
        }
    }

    fn before(&self) -> CachedBefore {
        let path = self.watched_file();
        let file = FileStamp::of(&path);
        CachedBefore { watched: Cache::load(&path, &self.title()), file }
    }

    /// Answers from what is watched, where neither git nor anyone else added or removed anything.
    fn glance(&self, before: &CachedBefore) -> Option<Vec<IncidentId>> {
        let old = before.watched.as_ref()?;
        if old.mark != self.mark && !self.others_are_the_same(old) {
            return None;
        }
        let mut unreadable = vec![];
        let years = self.years(&mut unreadable);
        if !unreadable.is_empty() {
            return None;
        }
        let same =
            |(name, stamp): (&String, &FileStamp)| old.years.get(name) == Some(&Some(*stamp));
        if years.len() != old.years.len() || !years.iter().all(same) {
            return None;
        }
        let now = self.now();
        let mut new = Cache { mark: self.mark.clone(), ..old.clone() };
        for (name, known) in &mut new.incidents {
            *known = recheck(self.store, name, *known, now);
        }
        let open = open(&new);
        let news = |(name, known): (&String, &KnownIncident)| {
            old.incidents.get(name).is_none_or(|was| {
                was.open != known.open || was.stamp.is_none() && known.stamp.is_some()
            })
        };
        if new.mark != old.mark || new.incidents.iter().any(news) {
            self.save(before, None, &new);
        }
        Some(open)
    }

    /// Looks at everything that may have changed, or at everything.
    fn survey(&self, before: CachedBefore, whole: bool) -> Incidents {
        let _ = atomic::create_shared(self.folder);
        let now = self.now();
        // Before anything is looked at: what git writes from now on makes another sum.
        let index = self.index();
        let mut old = Cache::load(&self.all_file(), &self.title()).unwrap_or_default();
        let sure = match &before.watched {
            Some(watched) => {
                old.incidents.extend(watched.incidents.clone());
                if whole { BTreeSet::new() } else { self.untouched(&old, watched, &index) }
            }
            None => BTreeSet::new(),
        };
        let mut unreadable = vec![];
        let years = self.years(&mut unreadable);
        let mut names = vec![];
        for (year, stamp) in &years {
            names.extend(self.names(year, *stamp, &old, &mut unreadable));
        }
        let store = self.store;
        let look = |name: String| {
            let known = match old.incidents.get(&name) {
                Some(known) if sure.contains(&name) => *known,
                Some(known) => recheck(store, &name, *known, now),
                None => recheck(store, &name, KnownIncident { stamp: None, open: false }, now),
            };
            (name, known)
        };
        let incidents = match names.len() {
            // For few, other threads take longer to begin than this one to end.
            ..MANY => names.into_iter().map(look).collect(),
            _ => {
                super::ready_threads();
                names.into_par_iter().map(look).collect()
            }
        };
        let settled = |(year, stamp): (String, FileStamp)| (year, now.settled(stamp));
        let new = Cache {
            mark: self.mark.clone(),
            others: None,
            years: years.into_iter().map(settled).collect(),
            incidents,
        };
        let open = open(&new);
        if !unreadable.is_empty() {
            // What is not known is not remembered.
            return Incidents { ids: open, unreadable };
        }
        let mut watched = watched(&new);
        watched.others = index.map(|index| {
            let others = index.iter().filter(|(name, _)| !watched.incidents.contains_key(*name));
            others.fold(0_u64, |sum, (name, stamp)| sum.wrapping_add(number(&(name, stamp))))
        });
        self.save(&before, Some((&old, &new)), &watched);
        Incidents { ids: open, unreadable }
    }

    /// Returns what git's index says of the incidents; none where it can't be read.
    fn index(&self) -> Option<HashMap<String, [u32; 6]>> {
        let mut index = HashMap::new();
        let read = (self.indexed)(&mut |path, stamp| {
            if let Some(name) = incident(path) {
                index.insert(name.to_owned(), stamp);
            }
        });
        read.then_some(index)
    }

    /// Returns whether git's index says the same as before of every incident that isn't watched.
    fn others_are_the_same(&self, watched: &Cache) -> bool {
        let mut sum = 0_u64;
        let read = (self.indexed)(&mut |path, stamp| {
            let other = incident(path).filter(|name| !watched.incidents.contains_key(*name));
            if let Some(name) = other {
                sum = sum.wrapping_add(number(&(name, stamp)));
            }
        });
        read && watched.others == Some(sum)
    }

    /// Returns the incidents that git has not touched since they were read.
    fn untouched(
        &self,
        old: &Cache,
        watched: &Cache,
        index: &Option<HashMap<String, [u32; 6]>>,
    ) -> BTreeSet<String> {
        let same = |name: &str, stamp: FileStamp| match index {
            _ if watched.mark == self.mark => true,
            Some(index) => index.get(name) == Some(&stamp.0),
            None => false,
        };
        let others =
            old.incidents.iter().filter(|(name, _)| !watched.incidents.contains_key(*name));
        let sure =
            others.filter(|(name, known)| known.stamp.is_some_and(|stamp| same(name, stamp)));
        sure.map(|(name, _)| name.clone()).collect()
    }

    /// Returns the folders of incidents in a year's folder.
    fn names(
        &self,
        year: &str,
        stamp: FileStamp,
        old: &Cache,
        unreadable: &mut Vec<StoreError>,
    ) -> Vec<String> {
        let below = format!("{year}/");
        if old.years.get(year) == Some(&Some(stamp)) {
            let known = old.incidents.range(below.clone()..);
            let known = known.map(|(name, _)| name).take_while(|name| name.starts_with(&below));
            return known.cloned().collect();
        }
        let folders = self.store.subfolders(&self.store.incidents_folder().join(year));
        unreadable.extend(folders.unreadable);
        let names = folders.found.iter().filter_map(|folder| folder.file_name()?.to_str());
        names.map(|name| format!("{below}{name}")).filter(|name| id(name).is_some()).collect()
    }

    fn years(&self, unreadable: &mut Vec<StoreError>) -> BTreeMap<String, FileStamp> {
        let folders = self.store.subfolders(&self.store.incidents_folder());
        unreadable.extend(folders.unreadable);
        let named = |folder: PathBuf| {
            let name = folder.file_name()?.to_str()?.to_owned();
            (!name.contains(char::is_whitespace)).then_some((name, FileStamp::of(&folder)?))
        };
        folders.found.into_iter().filter_map(named).collect()
    }

    /// Remembers, unless another process did so in the meantime.
    fn save(&self, before: &CachedBefore, all: Option<(&Cache, &Cache)>, watched: &Cache) {
        let Ok(_lock) = RecordLock::take(self.shared, Duration::ZERO) else { return };
        if FileStamp::of(&self.watched_file()) != before.file {
            return;
        }
        let title = self.title();
        // What can't be remembered is found again the next time.
        if let Some((old, new)) = all
            && (&old.incidents, &old.years) != (&new.incidents, &new.years)
            && new.save(&self.all_file(), &title).is_err()
        {
            return;
        }
        if before.watched.as_ref() != Some(watched) {
            let _ = watched.save(&self.watched_file(), &title);
        }
    }

    /// Returns the time by the clock of the file system.
    fn now(&self) -> ReadTime {
        let omitted = Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT };
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let touched = || {
            let mut options = File::options();
            let file = own::open(options.create(true).append(true), &self.file("now")).ok()?;
            futimens(&file, &Timestamps { last_access: omitted, last_modification: now }).ok()?;
            file.metadata().ok()
        };
        ReadTime(touched().map_or(0, |meta| FileStamp::from(&meta).latest()))
    }

    fn name(&self, id: &IncidentId) -> Option<String> {
        let path = self.store.incident_path(id);
        let folder = path.parent()?.strip_prefix(self.store.incidents_folder()).ok()?;
        folder.to_str().map(str::to_owned)
    }

    fn title(&self) -> String {
        title(&self.store.settings_text)
    }

    fn watched_file(&self) -> PathBuf {
        self.file("open")
    }

    fn all_file(&self) -> PathBuf {
        self.file("incidents")
    }

    /// Returns a file of this record's own, for a repository may hold several.
    fn file(&self, name: &str) -> PathBuf {
        let record = checksum(&self.store.root().to_string_lossy());
        self.folder.join(format!("{name}-{record}"))
    }
}

/// Reads an incident again if its file is another.
fn recheck(store: &Store, name: &str, known: KnownIncident, now: ReadTime) -> KnownIncident {
    let path = store.incidents_folder().join(name).join("incident.yaml");
    match FileStamp::of(&path) {
        // What can't be looked at may well be open.
        None => KnownIncident { stamp: None, open: !matches!(store.text(&path), Ok(None)) },
        Some(stamp) if known.stamp == Some(stamp) => known,
        Some(stamp) => KnownIncident { stamp: now.settled(stamp), open: is_open(store, name) },
    }
}

fn is_open(store: &Store, name: &str) -> bool {
    let Some(id) = id(name) else { return false };
    // What can't be read may well be open: better to ask than to pass it over.
    store
        .load(&id)
        .map_or(true, |loaded| Timeline::of(&loaded.read.incident, store.settings()).is_open())
}

/// Returns the year and id of the incident that a path in git's index is the file of.
fn incident(path: &[u8]) -> Option<&str> {
    str::from_utf8(path.strip_suffix(b"/incident.yaml")?).ok()
}

/// When a look began, in nanoseconds; 0 where that is not known.
#[derive(Clone, Copy)]
struct ReadTime(u64);

impl ReadTime {
    /// Returns the stamp of a file that can't change any more without a new one.
    fn settled(self, stamp: FileStamp) -> Option<FileStamp> {
        (stamp.latest().saturating_add(stamp.tick()) < self.0).then_some(stamp)
    }
}

/// Returns what is to be looked at each time: what is open or in doubt, and the latest.
fn watched(all: &Cache) -> Cache {
    let latest = all.incidents.keys().rev().take(LATEST).collect::<BTreeSet<_>>();
    let is = |(name, known): &(&String, &KnownIncident)| {
        known.open || known.stamp.is_none() || latest.contains(name)
    };
    let incidents = all.incidents.iter().filter(is);
    Cache {
        mark: all.mark.clone(),
        others: None,
        years: all.years.clone(),
        incidents: incidents.map(|(name, known)| (name.clone(), *known)).collect(),
    }
}

fn open(memory: &Cache) -> Vec<IncidentId> {
    let open = memory.incidents.iter().filter(|(_, known)| known.open);
    let mut ids: Vec<_> = open.filter_map(|(name, _)| id(name)).collect();
    ids.sort();
    ids.dedup();
    ids.reverse();
    ids
}

fn id(name: &str) -> Option<IncidentId> {
    name.rsplit('/').next()?.parse().ok()
}
