//! The folder that a site is written into: it holds the site's own files, and whatever else people put there.
//!
//! A list in the folder names the files of the site, so that none of another's is overwritten and none of its own stays
//! behind. What they were made from is remembered in the tool's own state, never in the folder, for that is published.

use super::files::if_there;
use super::{atomic, output, own};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The name of the list.
pub const LIST: &str = ".recount-site.json";
/// The folder of the incidents' pages.
pub const PAGES: &str = "incidents";
/// How many bytes the list, and what is remembered, may have.
const MOST_BYTES: u64 = 64 << 20;
/// How many folders are remembered.
const MOST_FOLDERS: usize = 8;
/// Up to how many files are synced one by one; more are synced with the whole file system at once.
const FEW: usize = 32;

/// The files of a site, as its folder lists them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteList {
    /// The version of the list.
    pub version: u32,
    /// Whose edition it is: internal or public.
    pub edition: String,
    /// The files, from the folder on.
    pub files: BTreeSet<String>,
}

/// What is remembered of a file: what it was made from, and how the file system knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct RememberedFile {
    key: String,
    stamp: [i64; 6],
}

/// The folder of a site.
#[derive(Debug)]
pub struct SiteFolder {
    root: PathBuf,
    list: Option<SiteList>,
    memory: PathBuf,
    known: BTreeMap<String, RememberedFile>,
    written: Mutex<Vec<PathBuf>>,
}

impl SiteFolder {
    /// Opens the folder at a resolved path, whether it is there or not; `memory` is where it is remembered.
    ///
    /// # Errors
    /// What the file system says of the list; one that is no list of ours.
    pub fn open(root: &Path, memory: PathBuf) -> io::Result<Self> {
        let list = own::read(&root.join(LIST), MOST_BYTES)?;
        let list = list.map(|list| serde_json::from_slice(&list.bytes)).transpose()?;
        let known = if own::is_mine(&memory) { remembered(&memory) } else { None };
        let known = known.unwrap_or_default();
        Ok(Self { root: root.to_owned(), list, memory, known, written: Mutex::default() })
    }

    /// Returns the edition that lies there; none where there is no site.
    pub fn edition(&self) -> Option<&str> {
        self.list.as_ref().map(|list| list.edition.as_str())
    }

    /// Returns whether something lies at the place of a file that the site did not put there.
    ///
    /// # Errors
    /// What the file system says where that can't be told.
    pub fn is_anothers(&self, name: &str) -> io::Result<bool> {
        let is_ours = self.list.as_ref().is_some_and(|list| list.files.contains(name));
        Ok(!is_ours && if_there(fs::symlink_metadata(self.root.join(name)))?.is_some())
    }

    /// Returns whether a file still is what was made from what `key` stands for.
    pub fn is_current(&self, name: &str, key: &str) -> bool {
        let known = self.known.get(name).filter(|known| known.key == key);
        known.is_some_and(|known| stamp(&self.root.join(name)) == Some(known.stamp))
    }

    /// Makes the folders, and lists the files that will be written beside those that are there: whatever happens
    /// next, no file of the site is unknown to it.
    ///
    /// # Errors
    /// Whatever the file system says; a link in the place of a folder.
    pub fn announce(&mut self, edition: &str, files: &BTreeSet<String>) -> io::Result<()> {
        let mut list = self.list.clone().unwrap_or_default();
        (list.version, list.edition) = (1, edition.to_owned());
        list.files.extend(files.iter().cloned());
        for folder in files.iter().filter_map(|name| name.rsplit_once('/')).map(|(f, _)| f) {
            let mut path = self.root.clone();
            for part in folder.split('/') {
                path.push(part);
                own::is_there(&path)?;
            }
        }
        let folders: BTreeSet<_> = files
            .iter()
            .map(|name| atomic::folder_of(&self.root.join(name)).map(Path::to_owned))
            .collect::<Result<_, _>>()?;
        for folder in &folders {
            atomic::create_folders(folder)?;
            output::remove_left(folder);
        }
        self.set_list(list)
    }

    /// Writes a file where it holds something else; returns whether it did.
    ///
    /// # Errors
    /// Whatever the file system says; the old contents are then unharmed.
    pub fn put(&self, name: &str, bytes: &[u8]) -> io::Result<bool> {
        let path = self.root.join(name);
        if holds(&path, bytes)? {
            return Ok(false);
        }
        output::replace_unsynced(&path, bytes)?;
        if let Ok(mut written) = self.written.lock() {
            written.push(path);
        }
        Ok(true)
    }

    /// Removes the files of the site that it no longer has, puts everything on the disk and remembers what the
    /// files were made from; returns how many were removed.
    ///
    /// # Errors
    /// Whatever the file system says.
    pub fn finish(mut self, edition: &str, keys: &BTreeMap<String, String>) -> io::Result<usize> {
        let list = self.list.clone().unwrap_or_default();
        let old = list.files.iter().filter(|name| !keys.contains_key(*name) && is_site_name(name));
        let mut removed = 0_usize;
        for name in old {
            let path = self.root.join(name);
            if is_below_folders(&self.root, name)? && if_there(fs::remove_file(&path))?.is_some() {
                removed = removed.saturating_add(1);
            }
        }
        self.sync()?;
        let files = keys.keys().cloned().collect();
        self.set_list(SiteList { version: 1, edition: edition.to_owned(), files })?;
        self.remember(keys);
        Ok(removed)
    }

    fn set_list(&mut self, list: SiteList) -> io::Result<()> {
        if self.list.as_ref() != Some(&list) {
            let json = serde_json::to_vec(&list).map_err(io::Error::other)?;
            atomic::replace_itself(&self.root.join(LIST), &json)?;
            self.list = Some(list);
        }
        Ok(())
    }

    /// Puts what was written on the disk: a few files one by one, many at once.
    fn sync(&self) -> io::Result<()> {
        let written = self.written.lock().map(|all| all.clone()).unwrap_or_default();
        let folders: BTreeSet<_> = written.iter().filter_map(|path| path.parent()).collect();
        if written.len() > FEW && sync_file_system(&self.root)? {
            return Ok(());
        }
        written.par_iter().try_for_each(|path| File::open(path)?.sync_all())?;
        folders.into_iter().try_for_each(|folder| File::open(folder)?.sync_all())
    }

    /// Remembers what the files were made from. Where that can't be done, the next run makes all of them.
    fn remember(&self, keys: &BTreeMap<String, String>) {
        let entry = |(name, key): (&String, &String)| {
            let stamp = stamp(&self.root.join(name))?;
            Some((name.clone(), RememberedFile { key: key.clone(), stamp }))
        };
        let known: BTreeMap<_, _> = keys.iter().filter_map(entry).collect();
        let Some(folder) = self.memory.parent() else { return };
        if known == self.known || atomic::create_shared(folder).is_err() {
            return;
        }
        if let Ok(json) = serde_json::to_vec(&known)
            && atomic::replace_unsynced(&self.memory, &json).is_ok()
        {
            forget_oldest(folder, &self.memory);
        }
    }
}

/// What the names of what is remembered begin with.
const MEMORY: &str = "site-";

/// Returns the name under which the folder of that digest is remembered.
pub fn memory_name(digest: &str) -> String {
    format!("{MEMORY}{digest}.json")
}

fn remembered(memory: &Path) -> Option<BTreeMap<String, RememberedFile>> {
    serde_json::from_slice(&own::read(memory, MOST_BYTES).ok()??.bytes).ok()
}

/// Forgets the folders that were written longest ago: builds may write into a new one each time.
fn forget_oldest(folder: &Path, newest: &Path) {
    let Ok(found) = fs::read_dir(folder) else { return };
    let is_ours = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.is_some_and(|n| n.starts_with(MEMORY) && n.ends_with(".json")) && path != newest
    };
    let found = found.filter_map(|entry| Some(entry.ok()?.path())).filter(is_ours);
    let mut found: Vec<_> =
        found.filter_map(|path| Some((fs::metadata(&path).ok()?.mtime(), path))).collect();
    found.sort();
    let many = found.len().saturating_add(1).saturating_sub(MOST_FOLDERS);
    for (_, path) in found.iter().take(many).filter(|(_, path)| own::is_mine(path)) {
        let _ = fs::remove_file(path);
    }
}

/// Returns whether a name is one that a site's file can have: a list can come from anybody.
pub fn is_site_name(name: &str) -> bool {
    let is_plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains('\\');
    let depth = name.split('/').count();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    depth <= 3
        && name.split('/').all(is_plain)
        && matches!(ending, Some("html" | "js" | "json" | "xml"))
}

/// Returns whether a file lies in folders of the site itself, behind no link.
fn is_below_folders(root: &Path, name: &str) -> io::Result<bool> {
    let mut path = root.to_owned();
    let Some((folder, _)) = name.rsplit_once('/') else { return Ok(true) };
    for part in folder.split('/') {
        path.push(part);
        if !if_there(fs::symlink_metadata(&path))?.is_some_and(|found| found.is_dir()) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Returns whether an ordinary file holds exactly these bytes.
fn holds(path: &Path, bytes: &[u8]) -> io::Result<bool> {
    let Some(found) = if_there(fs::symlink_metadata(path))? else { return Ok(false) };
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if !found.is_file() || found.len() != size {
        return Ok(false);
    }
    let old = if_there(own::read(path, size))?.flatten();
    Ok(old.is_some_and(|old| old.bytes == bytes))
}

/// Returns what the file system says of an ordinary file: when it changed and was modified, its size and number.
fn stamp(path: &Path) -> Option<[i64; 6]> {
    let found = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    Some([
        found.ctime(),
        found.ctime_nsec(),
        found.mtime(),
        found.mtime_nsec(),
        number(found.len()),
        number(found.ino()),
    ])
}

/// Puts a whole file system on the disk; returns whether that can be done here.
#[cfg(target_os = "linux")]
fn sync_file_system(folder: &Path) -> io::Result<bool> {
    rustix::fs::syncfs(File::open(folder)?)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    struct Place {
        home: tempfile::TempDir,
    }

    fn put(path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        atomic::replace_itself(path.as_ref(), bytes.as_ref()).unwrap();
    }

    impl Place {
        fn new() -> Self {
            Self { home: tempfile::tempdir().unwrap() }
        }

        fn open(&self) -> SiteFolder {
            let memory = self.home.path().join("state").join(memory_name("a"));
            SiteFolder::open(&self.home.path().join("out"), memory).unwrap()
        }

        fn at(&self, name: &str) -> PathBuf {
            self.home.path().join("out").join(name)
        }

        /// Writes a site of these files, each made from its own text; returns how many were written and removed.
        fn write(&self, files: &[(&str, &str)]) -> (usize, usize) {
            let mut folder = self.open();
            folder
                .announce("internal", &files.iter().map(|(n, _)| (*n).to_owned()).collect())
                .unwrap();
            let stale = files.iter().filter(|(name, text)| !folder.is_current(name, text));
            let written = stale.filter(|(name, text)| folder.put(name, text.as_bytes()).unwrap());
            let written = written.count();
            let keys = files.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())).collect();
            (written, folder.finish("internal", &keys).unwrap())
        }
    }

    #[test]
    fn only_what_changed_is_written_and_what_is_gone_is_removed() {
        let place = Place::new();
        let all = [("index.html", "one"), ("incidents/a.html", "a"), ("incidents/b.html", "b")];
        assert_eq!(place.write(&all), (3, 0));
        assert_eq!(place.write(&all), (0, 0));
        put(place.at("incidents/b.html"), "somebody's");
        put(place.at("CNAME"), "example.com");
        assert_eq!(place.write(&all), (1, 0), "what somebody changed is made anew");
        assert_eq!(place.write(&all[..2]), (0, 1));
        assert!(!place.at("incidents/b.html").exists() && place.at("CNAME").exists());
        fs::remove_dir_all(place.home.path().join("state")).unwrap();
        assert_eq!(
            place.write(&all[..2]),
            (0, 0),
            "the same bytes are not written without a memory"
        );
        assert!(place.open().is_anothers("CNAME").unwrap());
        assert!(!place.open().is_anothers("index.html").unwrap());
        assert!(!place.open().is_anothers("statistics.html").unwrap());
    }

    #[test]
    fn a_list_from_anybody_removes_nothing_outside() {
        let place = Place::new();
        place.write(&[("index.html", "one")]);
        let other = place.home.path().join("other");
        fs::create_dir(&other).unwrap();
        put(other.join("x.html"), "");
        put(place.home.path().join("y.html"), "");
        symlink(&other, place.at("link")).unwrap();
        put(place.at(".git.json"), "");
        let names = ["../y.html", "link/x.html", ".git.json", "/etc/x.html", "index.html"];
        let files = names.iter().map(|n| (*n).to_owned()).collect();
        let list = SiteList { version: 1, edition: "internal".to_owned(), files };
        put(place.at(LIST), serde_json::to_vec(&list).unwrap());
        assert_eq!(place.write(&[("index.html", "two")]), (1, 0));
        assert!(other.join("x.html").exists() && place.home.path().join("y.html").exists());
        assert!(place.at(".git.json").exists());
    }

    #[test]
    fn a_link_in_the_place_of_a_folder_is_not_written_through() {
        let place = Place::new();
        fs::create_dir_all(place.at("")).unwrap();
        let other = place.home.path().join("other");
        fs::create_dir(&other).unwrap();
        symlink(&other, place.at("incidents")).unwrap();
        let mut folder = place.open();
        assert!(folder.announce("internal", &["incidents/a.html".to_owned()].into()).is_err());
        fs::remove_file(place.at("incidents")).unwrap();
        symlink(place.home.path().join("victim"), place.at("index.html")).unwrap();
        put(place.home.path().join("victim"), "old");
        assert_eq!(place.write(&[("index.html", "new")]), (1, 0));
        assert_eq!(fs::read_to_string(place.home.path().join("victim")).unwrap(), "old");
        assert_eq!(fs::read_to_string(place.at("index.html")).unwrap(), "new");
    }
}
