//! Where a site goes: a folder that holds this edition of it, or none yet, and nothing that it may not replace.

use crate::compute::report::site_written::SiteWritten;
use crate::io::render::text;
use crate::io::store::output::Target;
use crate::io::store::site::{self, LIST, PAGES, SiteFolder};
use crate::io::store::{StoreError, files};
use crate::model::digest;
use crate::model::incident::Audience;
use crate::session::output::typed;
use crate::session::output_file::forbidden;
use crate::session::{Failure, Session};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// The folder of a site, while the site is written.
pub(super) struct SitePlace {
    /// As it was typed.
    typed: PathBuf,
    root: PathBuf,
    folder: SiteFolder,
    audience: Audience,
    /// The site's files, and what stands for what each is made from.
    kept: BTreeMap<String, String>,
    written: usize,
}

/// What became of it.
pub(super) struct PlaceDone(pub(super) SiteWritten);

impl SitePlace {
    /// Opens the folder that a person named.
    ///
    /// # Errors
    /// A folder that is git's or the record's own, or that holds another edition; whatever the file system says.
    pub(super) fn open(
        session: &Session<'_>,
        named: &Path,
        audience: Audience,
    ) -> Result<Self, Failure> {
        let path = typed(session.global, named);
        let failed = |error| failed(&path, error);
        let root = resolved(&path).map_err(failed)?;
        let shown = shown(named);
        for inner in [root.join(LIST), root.join(PAGES).join(LIST)] {
            if let Some(what) = forbidden(session, &inner).map_err(failed)? {
                return Err(Failure::new(format!("{shown} is {what}: nothing was written"))
                    .help("name a folder of the site's own"));
            }
        }
        if root == session.store.root() {
            return Err(Failure::new(format!("{shown} is the record itself: nothing was written"))
                .help("name a folder of the site's own, such as -o site"));
        }
        let memory = site::memory_name(&digest::sha256(root.display().to_string()));
        let folder = SiteFolder::open(&root, session.state.join(memory)).map_err(failed)?;
        if let Some(there) = folder.edition().filter(|there| *there != audience.as_str()) {
            let there = text::line(there);
            return Err(Failure::new(format!(
                "{shown} holds the {there} edition of a site: nothing was written"
            ))
            .help(
                "name another folder: pages of one edition must not stay among those of the other",
            ));
        }
        let kept = BTreeMap::new();
        Ok(Self { typed: named.to_owned(), root, folder, audience, kept, written: 0 })
    }

    /// Refuses to replace what the site did not put there; then the folder knows its files.
    pub(super) fn announce(&mut self, names: BTreeSet<String>) -> Result<(), Failure> {
        let shown = shown(&self.typed);
        for name in &names {
            if self.folder.is_anothers(name).map_err(|e| failed(&self.root, e))? {
                let file = text::line(name);
                return Err(Failure::new(format!(
                    "{shown} has {file} already, which no site put there: nothing was written"
                ))
                .help("name another folder, or move the file away"));
            }
        }
        self.folder.announce(self.audience.as_str(), &names).map_err(|e| failed(&self.root, e))
    }

    /// Returns whether a file still is what was made from what `key` stands for.
    pub(super) fn is_current(&self, name: &str, key: &str) -> bool {
        self.folder.is_current(name, key)
    }

    /// Returns the folder, for several threads to write into.
    pub(super) fn folder(&self) -> &SiteFolder {
        &self.folder
    }

    /// Writes a file where it holds something else.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        let wrote = self.folder.put(name, bytes).map_err(|e| failed(&self.root.join(name), e))?;
        self.count(usize::from(wrote));
        Ok(())
    }

    /// Counts files that were written.
    pub(super) fn count(&mut self, files: usize) {
        self.written = self.written.saturating_add(files);
    }

    /// Keeps a file, and what stands for what it is made from.
    pub(super) fn keep(&mut self, name: String, key: String) {
        self.kept.insert(name, key);
    }

    /// Removes what the site no longer has, and makes it safe on the disk.
    pub(super) fn finish(self) -> Result<PlaceDone, Failure> {
        let Self { typed, root, folder, audience, kept, written } = self;
        let removed =
            folder.finish(audience.as_str(), &kept).map_err(|error| failed(&root, error))?;
        let unchanged = kept.len().saturating_sub(written);
        let folder = typed.display().to_string();
        Ok(PlaceDone(SiteWritten {
            written,
            unchanged,
            removed,
            ..SiteWritten::of(folder, audience)
        }))
    }
}

/// Returns that a file of the site can't be written.
pub(super) fn failed(path: &Path, error: io::Error) -> Failure {
    StoreError::Io { doing: "write", path: path.to_owned(), error }.into()
}

fn shown(path: &Path) -> String {
    text::line(&path.display().to_string())
}

/// Returns where a folder is, or will be.
fn resolved(path: &Path) -> io::Result<PathBuf> {
    if files::exists(path)? && !path.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    match Target::of(&path.join(LIST))? {
        Target::File(list) if list.file_name().is_some_and(|name| name == LIST) => {
            Ok(list.parent().map(Path::to_owned).unwrap_or_default())
        }
        _ => Err(io::Error::other(format!("its {LIST} is a link: remove it"))),
    }
}
