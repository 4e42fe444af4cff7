//! Which files of its folder a record reads: none of them is a place for what is told of the record.

use super::files;
use super::layout::{CLAIMS, CUSTOMERS, INBOX, MAINTENANCE, MEASUREMENTS, POLICIES, SETTINGS};
use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The files at the top.
const FILES: [&str; 5] = [SETTINGS, INBOX, CUSTOMERS, CLAIMS, MAINTENANCE];
/// The folders that are the record's with all that is in them.
const FOLDERS: [&str; 5] =
    [POLICIES, MEASUREMENTS, "credits", super::templates::FOLDER, ".recount"];
/// The folders that hold documents which people write in, and room for more.
const DOCUMENTS: [&str; 2] = ["incidents", "reports"];
/// The folder beside an incident for what was attached to its events.
const ATTACHED: &str = "files";

/// Returns whether the record in `root` reads the file at a resolved path, or would once it is there: by its
/// name, in whichever case, or as another name of one that it reads.
///
/// # Errors
/// What the file system says where that can't be told.
pub fn reads(root: &Path, path: &Path, found: Option<&Metadata>) -> io::Result<bool> {
    let is_there = found.is_some();
    if path.strip_prefix(root).is_ok_and(|inner| is_named(inner, is_there)) {
        return Ok(true);
    }
    // A folder of the record may be a link to another one.
    for name in FOLDERS.iter().chain(&DOCUMENTS) {
        let Some(folder) = files::if_there(fs::canonicalize(root.join(name)))? else { continue };
        let inner = path.strip_prefix(&folder).map(|inner| Path::new(name).join(inner));
        if inner.is_ok_and(|inner| is_named(&inner, is_there)) {
            return Ok(true);
        }
    }
    let file = found.filter(|found| found.is_file());
    file.map_or(Ok(false), |file| is_another_name(root, file))
}

/// Returns whether a path in a record's folder names what the record reads.
fn is_named(inner: &Path, is_there: bool) -> bool {
    let names: Vec<_> = inner.iter().map(|name| name.to_string_lossy().to_lowercase()).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    match names.as_slice() {
        [one] => [&FILES[..], &FOLDERS, &DOCUMENTS].iter().any(|all| all.contains(one)),
        [top, ..] if FOLDERS.contains(top) => true,
        [top, .., file] if DOCUMENTS.contains(top) => {
            *file == "incident.yaml"
                || names.get(3) == Some(&ATTACHED)
                || is_there && file.ends_with(".md")
        }
        _ => false,
    }
}

/// Returns whether a file is one that the record reads: under another name by a link or a mount, or in a folder
/// whose name is written otherwise.
fn is_another_name(root: &Path, found: &Metadata) -> io::Result<bool> {
    let mut search = Search { root, file: identity(found), seen: BTreeSet::new() };
    for name in FILES {
        if search.is_it(&root.join(name))? {
            return Ok(true);
        }
    }
    for name in FOLDERS.iter().chain(&DOCUMENTS) {
        if search.is_below(&root.join(name))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The device and the number by which the file system knows a file.
fn identity(meta: &Metadata) -> (u64, u64) {
    (meta.dev(), meta.ino())
}

/// A search for a file among those that a record reads.
struct Search<'r> {
    root: &'r Path,
    file: (u64, u64),
    /// The folders that were gone through, each once: links may lead in circles.
    seen: BTreeSet<(u64, u64)>,
}

impl Search<'_> {
    fn is_it(&self, path: &Path) -> io::Result<bool> {
        let found = files::if_there(fs::metadata(path)).map_err(|error| at(path, &error))?;
        Ok(found.is_some_and(|found| identity(&found) == self.file))
    }

    fn is_below(&mut self, folder: &Path) -> io::Result<bool> {
        let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let found = files::if_there(fs::metadata(&folder)).map_err(|e| at(&folder, &e))?;
            let Some(found) = found.filter(|found| self.seen.insert(identity(found))) else {
                continue;
            };
            if !found.is_dir() {
                continue;
            }
            for entry in fs::read_dir(&folder).map_err(|error| at(&folder, &error))? {
                let (path, kind) = entry.and_then(|e| Ok((e.path(), e.file_type()?)))?;
                let inner = path.strip_prefix(self.root).unwrap_or(&path);
                if kind.is_dir() || kind.is_symlink() {
                    folders.push(path.clone());
                }
                if !kind.is_dir() && is_named(inner, true) && self.is_it(&path)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Returns whether two files are one.
pub fn is_same(one: &Metadata, other: &Metadata) -> bool {
    identity(one) == identity(other)
}

fn at(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::store::atomic;
    use std::os::unix::fs::symlink;

    #[test]
    fn what_the_record_reads_is_told_by_its_name() {
        let always = [
            "recount.yaml",
            "Recount.YAML",
            "inbox.yaml",
            "customers.csv",
            "claims.csv",
            "maintenance.yaml",
            "sla",
            "sla/new.yaml",
            "measurements/a.csv",
            "credits/2026-01.csv",
            "templates/parts/a.md",
            ".recount/spool/a.json",
            "incidents",
            "incidents/2026/x/incident.yaml",
            "INCIDENTS/2026/x/Incident.yaml",
            "incidents/2026/x/files/graph.png",
            "incidents/2026/x/files",
        ];
        for name in always {
            assert!(is_named(Path::new(name), false), "{name}");
        }
        for name in ["incidents/2026/x/brief.md", "reports/2026-Q1/availability.md"] {
            assert!(is_named(Path::new(name), true) && !is_named(Path::new(name), false), "{name}");
        }
        for name in [
            "page.html",
            "brief.md",
            "incidents/2026/x/page.html",
            "slas/a.yaml",
            "new/recount.yaml",
        ] {
            assert!(!is_named(Path::new(name), true), "{name}");
        }
    }

    #[test]
    fn another_name_of_a_file_that_the_record_reads_is_known() {
        let home = tempfile::tempdir().unwrap();
        let home = fs::canonicalize(home.path()).unwrap();
        let root = home.join("record");
        let write = |name: &str| atomic::replace(&home.join(name), b"x").unwrap();
        write("record/recount.yaml");
        write("record/incidents/2026/x/incident.yaml");
        write("record/incidents/2026/x/page.html");
        write("record/data/table.csv");
        write("record/templates/parts/a.md");
        write("record/policies/a.yaml");
        let link = |name: &str, to: &str| fs::hard_link(home.join(name), home.join(to)).unwrap();
        link("record/incidents/2026/x/incident.yaml", "one");
        link("record/templates/parts/a.md", "two");
        link("record/incidents/2026/x/page.html", "page");
        symlink("data/table.csv", root.join("customers.csv")).unwrap();
        symlink("policies", root.join("sla")).unwrap();
        symlink("..", root.join("incidents/2026/again")).unwrap();
        let read = |name: &str| {
            let path = home.join(name);
            let found = files::if_there(fs::metadata(&path)).unwrap();
            reads(&root, &path, found.as_ref()).unwrap()
        };
        for name in ["one", "two", "record/data/table.csv", "record/policies/new.yaml"] {
            assert!(read(name), "{name}");
        }
        for name in ["page", "new", "record/incidents/2026/x/page.html", "record/data/new.csv"] {
            assert!(!read(name), "{name}");
        }
        symlink("claims.csv", root.join("claims.csv")).unwrap();
        let found = fs::metadata(home.join("page")).unwrap();
        assert!(reads(&root, &home.join("page"), Some(&found)).is_err(), "it can't be told");
    }
}
