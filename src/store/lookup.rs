//! Which incidents are open, without reading all of them each time.
//!
//! Two files beside the git directory remember it. The first holds the open incidents and a key: the commit
//! that HEAD is at, and when git's index and the folders of the incidents last changed. As long as the key holds,
//! no incident was added, removed or changed but by us, by git behind a moved HEAD, or by hand. Where it does
//! not, the second tells of every file when it was read last; those that changed since are read again.
//!
//! A hand that reopens an incident that was over, and commits nothing, is seen by `status` and by the next
//! commit, not by the next `log`.

use super::{Store, atomic};
use crate::incident::IncidentId;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// What tells one state of a file from another: its size, when it changed, and its inode.
type Stamp = (u64, i64, i64, u64);

/// What the record looked like when its open incidents were last known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The commit that HEAD is at; empty where there is none.
    head: String,
    /// git's index, and the folders that hold incidents.
    stamps: Vec<(PathBuf, Option<Stamp>)>,
}

impl Key {
    /// Returns the commit that HEAD was at; empty where there was none.
    pub fn head(&self) -> &str {
        &self.head
    }
}

#[derive(Serialize, Deserialize)]
struct Open {
    key: Key,
    ids: Vec<String>,
}

/// The memory of one record.
#[derive(Debug)]
pub struct Lookup<'s> {
    store: &'s Store,
    /// The file of the open incidents; that of all files stands beside it.
    open: PathBuf,
    all: PathBuf,
}

impl<'s> Lookup<'s> {
    /// Returns the memory that lies in `state`, the folder that all work trees share.
    pub fn new(store: &'s Store, state: &Path) -> Self {
        let root = store.root().as_os_str().as_encoded_bytes();
        // Work trees of one repository have a memory each.
        let name = root.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
        let open = state.join(format!("open-{name:016x}.json"));
        Self { store, all: open.with_extension("all.json"), open }
    }

    /// Returns the key of the record as it is now.
    pub fn key(&self, head: &str, index: &Path) -> Key {
        let incidents = self.store.root().join("incidents");
        let years = super::subfolders(&incidents);
        let watched = [index.to_owned(), incidents].into_iter().chain(years);
        let stamp = |path: PathBuf| {
            let found = fs::metadata(&path).ok().map(|m| stamp(&m));
            (path, found)
        };
        Key { head: head.to_owned(), stamps: watched.map(stamp).collect() }
    }

    /// Returns the incidents that were open when the record last had this key.
    pub fn remembered(&self, key: &Key) -> Option<Vec<IncidentId>> {
        let open: Open = serde_json::from_slice(&fs::read(&self.open).ok()?).ok()?;
        if open.key != *key {
            return None;
        }
        open.ids.iter().map(|id| id.parse().ok()).collect()
    }

    /// Returns the incidents that are open, and remembers them; reads the files that changed since it last did.
    pub fn read(&self, key: &Key, is_open: impl Fn(&IncidentId) -> bool + Sync) -> Vec<IncidentId> {
        let known = self.known();
        let now = |id: IncidentId| {
            let stamp = stamp(&fs::metadata(self.store.incident_path(&id)).ok()?);
            let open = match known.get(id.as_str()) {
                Some((then, open)) if *then == stamp => *open,
                _ => is_open(&id),
            };
            Some((id, (stamp, open)))
        };
        let all: Vec<_> = self.store.ids().into_par_iter().filter_map(now).collect();
        let open: Vec<_> =
            all.iter().filter(|(_, (_, open))| *open).map(|(id, _)| id.clone()).collect();
        let all: HashMap<_, _> = all.iter().map(|(id, known)| (id.as_str(), known)).collect();
        // A memory that can't be kept costs time alone.
        let _ = serde_json::to_vec(&all).map(|json| atomic::replace_unsynced(&self.all, &json));
        let _ = self.remember(key, &open);
        open
    }

    /// Returns what is remembered of each file that had been still for a while when it was read: one that
    /// changes twice within a tick of the clock shows it once.
    fn known(&self) -> HashMap<String, (Stamp, bool)> {
        let Ok(written) = fs::metadata(&self.all) else { return HashMap::new() };
        let bytes = fs::read(&self.all).unwrap_or_default();
        let mut known: HashMap<String, (Stamp, bool)> =
            serde_json::from_slice(&bytes).unwrap_or_default();
        known.retain(|_, (stamp, _)| stamp.1 + 1 < written.mtime());
        known
    }

    /// Remembers the open incidents.
    ///
    /// # Errors
    /// What the file system says; the memory is then as it was.
    pub fn remember(&self, key: &Key, open: &[IncidentId]) -> io::Result<()> {
        let ids = open.iter().map(ToString::to_string).collect();
        let json = serde_json::to_vec(&Open { key: key.clone(), ids })?;
        atomic::replace_unsynced(&self.open, &json)
    }
}

fn stamp(found: &Metadata) -> Stamp {
    (found.size(), found.mtime(), found.mtime_nsec(), found.ino())
}
