//! Files in which a merge without the driver left both sides: put together by meaning, from the best that is known.

use super::merge_driver::{MergedFile, TextVersions, beside};
use super::target::is_of_record;
use crate::compute::merge::marked;
use crate::io::git::{Blob, CommitId, ConflictedFile, Repo};
use crate::io::store::{INBOX, SETTINGS, files};
use crate::session::Failure;
use crate::session::Session;
use crate::session::commit_note::CommitNote;
use crate::session::written::FileWrite;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of a record that are in a conflict, and those that a commit has with marks in them.
struct ConflictRepair<'a> {
    session: &'a Session<'a>,
    repo: &'a Repo,
    /// What to tell of files that are still in a conflict, or became whole.
    notes: Vec<String>,
    writes: Vec<FileWrite>,
    /// The files to stage, for the index has several versions of them.
    stages: Vec<PathBuf>,
}

/// Puts such files together; returns what to tell of it.
pub(super) fn repair(session: &Session<'_>, repo: &Repo) -> Result<Vec<String>, Failure> {
    let unmerged = repo.unmerged()?;
    let (notes, writes, stages) = (vec![], vec![], vec![]);
    let mut repair = ConflictRepair { session, repo, notes, writes, stages };
    let marked = repair.marked(&unmerged);
    for (path, file) in &unmerged {
        if is_of_record(session, repo, path) {
            repair.unmerged_file(path, file)?;
        }
    }
    for path in marked {
        repair.marked_file(&path)?;
    }
    repair.write()?;
    Ok(repair.notes)
}

impl ConflictRepair<'_> {
    /// Returns the files that the index has in one version and that can't be read for the marks in them.
    fn marked(&self, unmerged: &BTreeMap<String, ConflictedFile>) -> Vec<PathBuf> {
        let root = self.session.store.root();
        // One that can't be read may well be open.
        let open = self.session.open_at_a_glance().into_iter();
        let unreadable = open.filter_map(|id| self.session.store.load(&id).err());
        let incidents = unreadable.filter_map(|error| error.path().map(Path::to_owned));
        let named = [SETTINGS, INBOX].map(|name| root.join(name));
        let is_marked = |path: &PathBuf| {
            let text = self.session.store.text(path).ok().flatten();
            text.is_some_and(|text| marked::is_marked(&text))
        };
        let is_unmerged = |path: &PathBuf| unmerged.keys().any(|known| self.full(known) == *path);
        let all = incidents.chain(named).filter(|path| !is_unmerged(path));
        all.filter(is_marked).collect()
    }

    /// Returns where a file lies.
    fn full(&self, path: &str) -> PathBuf {
        let top = self.repo.workdir();
        top.canonicalize().unwrap_or_else(|_| top.to_owned()).join(path)
    }

    /// Puts a file together of which the index has several versions.
    fn unmerged_file(&mut self, path: &str, file: &ConflictedFile) -> Result<(), Failure> {
        let full = self.full(path);
        let Ok(text) = self.session.store.text(&full) else {
            self.notes.push(format!(
                "{path} is in a conflict, and no text: choose a version of it yourself"
            ));
            return Ok(());
        };
        let (Some(text), Some(ours), Some(theirs)) = (text, &file.ours, &file.theirs) else {
            self.notes.push(format!(
                "{path} was removed on one side and changed on the other: keep it with git add, or remove it with git rm"
            ));
            return Ok(());
        };
        let base = file.base.as_ref().map(|base| self.text(base)).transpose()?;
        let (ours, theirs) = (self.text(ours)?, self.text(theirs)?);
        let stages = TextVersions { base, ours, theirs };
        let versions = match marked::is_marked(&text) {
            // A driver that could not be run leaves our side, to which something may have been added since.
            false => Some(TextVersions { ours: text.clone(), ..stages }),
            true if stages.made(&text) => Some(stages),
            true => marked_sides(&text).map(|sides| TextVersions { base: stages.base, ..sides }),
        };
        if self.put_together(&full, &text, versions) {
            self.stages.push(full);
        }
        Ok(())
    }

    /// Puts a file together that has marks in it and that the index has in one version.
    fn marked_file(&mut self, path: &Path) -> Result<(), Failure> {
        let Some(text) = self.session.store.text(path)? else { return Ok(()) };
        for pair in self.repo.merges_of(path)? {
            let base = self.repo.common(&pair.ours, &pair.theirs)?;
            let at = |commit: &CommitId| self.session.committed_at(commit, path);
            let (Some(ours), Some(theirs)) = (at(&pair.ours), at(&pair.theirs)) else { continue };
            let versions = TextVersions { base: base.and_then(|base| at(&base)), ours, theirs };
            if versions.made(&text) {
                self.put_together(path, &text, Some(versions));
                return Ok(());
            }
        }
        self.put_together(path, &text, marked_sides(&text));
        Ok(())
    }

    /// Makes one text of several versions; returns whether that could be done.
    fn put_together(&mut self, path: &Path, text: &str, versions: Option<TextVersions>) -> bool {
        let shown = self.session.store.relative(path).display().to_string();
        let Some(versions) = versions else {
            self.notes.push(format!(
                "{shown} has marks of a merge that nothing closes: take them away by hand, and git add it"
            ));
            return false;
        };
        let before = Some(text.to_owned());
        match versions.merged(path) {
            Ok(MergedFile::Whole(merged)) => {
                self.notes
                    .push(format!("{shown}: a merge had left both sides; they are together now"));
                self.writes.push(FileWrite::plain(path.to_owned(), before, merged));
            }
            Ok(MergedFile::Theirs) => {
                let beside = beside(path, &versions.ours);
                self.notes.push(format!(
                    "{shown}: both sides changed the same; theirs stands, ours is {}",
                    self.session.store.relative(&beside).display()
                ));
                if files::exists(&beside).is_ok_and(|there| !there) {
                    self.writes.push(FileWrite::plain(beside.clone(), None, versions.ours));
                }
                self.writes.push(FileWrite::plain(path.to_owned(), before, versions.theirs));
                self.stages.push(beside);
            }
            Err(failure) => {
                self.notes.push(format!("{}; mend it by hand, and git add it", failure.summary()));
                return false;
            }
        }
        true
    }

    /// Writes what was put together, and ends the merge where nothing else is in a conflict.
    fn write(&mut self) -> Result<(), Failure> {
        if self.writes.is_empty() {
            return Ok(());
        }
        let session = self.session;
        let note =
            CommitNote::documents("sync", "what a merge had left in two versions".to_owned());
        let saved = session
            .transact(|transaction| transaction.save_files(&self.writes, None, None, &note))?;
        if self.stages.is_empty() {
            self.notes.extend(saved.remarks.lines().map(str::to_owned));
            return Ok(());
        }
        if saved.commit.is_none() {
            self.repo.stage(&self.stages)?;
        }
        let is_merge = self.repo.commit_at("MERGE_HEAD")?.is_some();
        if is_merge && self.repo.unmerged()?.is_empty() {
            self.repo.conclude_merge(session.fixed_now())?;
            self.notes.push("The merge is committed.".to_owned());
        }
        Ok(())
    }

    fn text(&self, blob: &Blob) -> Result<String, Failure> {
        Ok(String::from_utf8_lossy(&self.repo.read(blob)?).into_owned())
    }
}

impl TextVersions {
    /// Returns whether a text with marks was made of these.
    fn made(&self, text: &str) -> bool {
        let Self { base, ours, theirs } = self;
        marked::is_made_of(text, &[base.as_deref().unwrap_or_default(), ours, theirs])
    }
}

/// Reads both sides of the marks.
fn marked_sides(text: &str) -> Option<TextVersions> {
    let marked::MarkedSides { base, ours, theirs } = marked::sides(text)?;
    Some(TextVersions { base, ours, theirs })
}
