//! Which incidents a record holds, and where they lie.
//!
//! What can't be read is not nothing: whatever keeps a folder from being read is told beside what was found.

use super::{INBOX, INBOX_ID, Store, StoreError, failed, files};
use crate::model::incident::IncidentId;
use std::io;
use std::path::{Path, PathBuf};

/// The incidents of a record, as far as its folders can be read.
#[derive(Debug, Default)]
pub struct Incidents {
    /// Their ids.
    pub ids: Vec<IncidentId>,
    /// Why some folder of incidents can't be read; what lies in it is not known.
    pub unreadable: Vec<StoreError>,
}

/// The folders in a folder, in order, and those that can't be told.
#[derive(Default)]
pub(super) struct Subfolders {
    pub(super) found: Vec<PathBuf>,
    pub(super) unreadable: Vec<StoreError>,
}

impl Store {
    /// Returns the file of an incident, whether it exists or not.
    pub fn incident_path(&self, id: &IncidentId) -> PathBuf {
        // Whoever reads it there is told why it can't be found.
        self.located(id).unwrap_or_else(|_| self.usual_path(id))
    }

    /// Returns where the file of an incident lies as a rule; the disk isn't looked at.
    pub fn usual_path(&self, id: &IncidentId) -> PathBuf {
        if id.as_str() == INBOX_ID {
            return self.root.join(INBOX);
        }
        let year: String = id.as_str().chars().take_while(char::is_ascii_digit).collect();
        let year = if year.is_empty() { "undated" } else { &year };
        self.incidents_folder().join(year).join(id.as_str()).join("incident.yaml")
    }

    /// Finds the file of an incident in the folders of all years; the usual one where there is none.
    ///
    /// # Errors
    /// A folder that can't be read, so that the file may be in it.
    pub(super) fn located(&self, id: &IncidentId) -> Result<PathBuf, StoreError> {
        let usual = self.usual_path(id);
        let exists = |path: &Path| files::exists(path).map_err(failed(path));
        if id.as_str() == INBOX_ID || exists(&usual)? {
            return Ok(usual);
        }
        let years = self.subfolders(&self.incidents_folder());
        for year in years.found {
            let path = year.join(id.as_str()).join("incident.yaml");
            if exists(&path)? {
                return Ok(path);
            }
        }
        years.unreadable.into_iter().next().map_or(Ok(usual), Err)
    }

    /// Returns all incidents, in the order of their ids.
    pub fn incidents(&self) -> Incidents {
        self.incidents_with(|_| true)
    }

    /// Returns the incidents for whose ids `wanted` holds, in order: of the folders `incidents/<year>/<id>` that
    /// hold an `incident.yaml`, be it one that can't be read.
    pub fn incidents_with(&self, wanted: impl Fn(&IncidentId) -> bool) -> Incidents {
        let (folders, mut unreadable) = self.folders();
        let mut ids = vec![];
        for (id, folder) in folders.into_iter().filter(|(id, _)| wanted(id)) {
            let path = folder.join("incident.yaml");
            match files::exists(&path) {
                Ok(true) => ids.push(id),
                Ok(false) => {}
                Err(error) => unreadable.push(failed(&path)(error)),
            }
        }
        ids.sort();
        ids.dedup();
        Incidents { ids, unreadable }
    }

    /// Returns the files of incidents that nothing reads, for another year has a folder of the same name.
    pub fn unread(&self) -> Vec<PathBuf> {
        let unread = |(id, folder): (IncidentId, PathBuf)| {
            let path = folder.join("incident.yaml");
            let other = self.located(&id).is_ok_and(|read| read != path);
            // What can't be looked at is told where incidents are listed.
            (other && files::exists(&path).unwrap_or(false)).then_some(path)
        };
        self.folders().0.into_iter().filter_map(unread).collect()
    }

    /// Returns the folders that may hold an incident, and why others can't be read.
    pub(super) fn folders(&self) -> (Vec<(IncidentId, PathBuf)>, Vec<StoreError>) {
        let years = self.subfolders(&self.incidents_folder());
        let mut unreadable = years.unreadable;
        let mut folders = vec![];
        for year in years.found {
            let inside = self.subfolders(&year);
            unreadable.extend(inside.unreadable);
            folders.extend(inside.found.into_iter().filter_map(|f| Some((id_of(&f)?, f))));
        }
        (folders, unreadable)
    }

    /// Returns the folders in a folder of incidents; links to folders inside the record are as good. What has no
    /// name of a year or an incident is passed over.
    pub(super) fn subfolders(&self, folder: &Path) -> Subfolders {
        let mut all = Subfolders::default();
        let listed = match files::list_kinds(&self.root, folder) {
            Ok(listed) => listed,
            Err(error) => {
                all.unreadable.push(failed(folder)(error));
                return all;
            }
        };
        for (path, is_folder) in listed {
            match is_folder {
                Ok(true) => all.found.push(path),
                Err(error) if id_of(&path).is_some() => all.unreadable.push(failed(&path)(error)),
                Ok(false) if is_dated(&path) => {
                    let error = io::Error::from(io::ErrorKind::NotADirectory);
                    all.unreadable.push(failed(&path)(error));
                }
                _ => {}
            }
        }
        all
    }

    pub(super) fn incidents_folder(&self) -> PathBuf {
        self.root.join("incidents")
    }
}

/// Returns the id that a folder's name is; the name of a year could be one too.
fn id_of(folder: &Path) -> Option<IncidentId> {
    folder.file_name()?.to_str()?.parse().ok()
}

/// Returns whether a name is that of a year's folder or an incident's, so that a file of it is none.
fn is_dated(path: &Path) -> bool {
    let dated = |id: IncidentId| id.as_str().starts_with(|c: char| c.is_ascii_digit());
    id_of(path).is_some_and(dated)
}

/// The text of a file, or why it can't be read.
pub type TextOrWhy = Result<String, StoreError>;

/// Returns the Markdown files beside an incident and their texts, in the order of their names.
///
/// # Errors
/// A folder that can't be read; and for each, a file that can't be, or that is no text.
pub fn documents(store: &Store, id: &IncidentId) -> Result<Vec<(PathBuf, TextOrWhy)>, StoreError> {
    let path = store.located(id)?;
    let Some(folder) = path.parent() else { return Ok(vec![]) };
    let mut paths = files::list(store.root(), folder).map_err(failed(folder))?;
    paths.retain(|p| p.extension().is_some_and(|e| e == "md"));
    // One that goes in between is absent.
    let read = |p: PathBuf| Some((p.clone(), store.text(&p).transpose()?));
    Ok(paths.into_iter().filter_map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::super::atomic;
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    fn record() -> (tempfile::TempDir, Store) {
        let home = tempfile::tempdir().unwrap();
        let write = |path: &str| atomic::replace(&home.path().join(path), b"title: X\n").unwrap();
        write("recount.yaml");
        write("incidents/2018/2018-01-02-a/incident.yaml");
        write("incidents/2019/2019-01-02-b/incident.yaml");
        write("incidents/2019/2019-03-04-c/incident.yaml");
        write("incidents/README.md");
        let store = Store::with_settings(home.path(), String::new());
        (home, store)
    }

    /// Returns the ids, and the last names of what can't be read.
    fn found(store: &Store) -> (Vec<String>, Vec<String>) {
        let all = store.incidents();
        let name = |e: &StoreError| e.path().unwrap().file_name().unwrap().to_str().unwrap().into();
        (
            all.ids.iter().map(ToString::to_string).collect(),
            all.unreadable.iter().map(name).collect(),
        )
    }

    #[test]
    fn what_cannot_be_read_is_told_beside_what_can() {
        let (home, store) = record();
        let incidents = home.path().join("incidents");
        let all = ["2018-01-02-a", "2019-01-02-b", "2019-03-04-c"].map(str::to_owned).to_vec();
        assert_eq!(found(&store), (all.clone(), vec![]));
        symlink("gone", incidents.join("2017")).unwrap();
        atomic::replace(&incidents.join("2020"), b"").unwrap();
        symlink("loop", incidents.join("2019/loop")).unwrap();
        assert_eq!(found(&store), (all, ["2017", "2020", "loop"].map(str::to_owned).to_vec()));
        fs::remove_dir_all(&incidents).unwrap();
        assert_eq!(found(&store), (vec![], vec![]));
        atomic::replace(&incidents, b"").unwrap();
        assert_eq!(found(&store), (vec![], vec!["incidents".to_owned()]));
        assert!(store.load(&"2018-01-02-a".parse().unwrap()).is_err());
    }

    #[test]
    fn an_incident_that_may_be_in_a_year_that_cannot_be_read_is_not_absent() {
        let (home, store) = record();
        let id = "2018-09-09-moved".parse().unwrap();
        assert_eq!(store.located(&id).unwrap(), store.usual_path(&id));
        symlink("gone", home.path().join("incidents/2017")).unwrap();
        assert!(store.located(&id).is_err());
        assert!(store.file_or_inbox(&id).is_err());
        let path = "incidents/2019/2018-09-09-moved/incident.yaml";
        atomic::replace(&home.path().join(path), b"").unwrap();
        assert_eq!(store.located(&id).unwrap(), home.path().join(path));
    }
}
