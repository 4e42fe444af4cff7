//! What all branches and tags together hold: each version of a file, each message; and the repositories beyond.

use super::error::GitError;
use super::object::{CommitId, ObjectId};
use super::paths::relative;
use super::read::Blob;
use super::repo::{Engine, Repo};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

/// How long git may take to walk all that there ever was.
const WALK: Duration = Duration::from_secs(600);
/// How many commits git is asked about at once.
const MOST_ASKED: usize = 200;

/// A version of a file that some commit brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileVersion {
    /// The commit that brought it.
    pub(crate) commit: CommitId,
    /// The bytes.
    pub(crate) blob: Blob,
    /// The file's path from the top of the working tree, as git prints it.
    pub(crate) path: String,
}

/// A commit's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommitMessage {
    pub(crate) commit: CommitId,
    pub(crate) text: String,
}

/// Another repository that this one fetches from or pushes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    pub(crate) name: String,
    pub(crate) url: String,
}

impl Repo {
    /// Returns the versions that files of a folder have had on any branch or tag, the newest first.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn versions_below(&self, folder: &Path) -> Result<Vec<FileVersion>, GitError> {
        let folder = relative(self, folder)?;
        let folder = if folder.is_empty() { b".".as_slice() } else { &folder };
        // A `.mailmap` of the work tree is not to be opened: it may be a pipe.
        let flags = [
            "--no-mailmap",
            "--all",
            "-m",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--full-history",
        ];
        let mut args: Vec<&OsStr> = flags.iter().map(OsStr::new).collect();
        args.extend(["--format=%H"].map(OsStr::new));
        args.extend(self.head()?.is_some().then_some(OsStr::new("HEAD")));
        args.extend([OsStr::new("--"), OsStr::from_bytes(folder)]);
        let printed = self.git("log").config("log.showRoot=true").limit(WALK).run(args)?;
        let (mut versions, mut commit) = (vec![], None);
        for line in String::from_utf8_lossy(&printed).lines() {
            match line.strip_prefix(':') {
                None => commit = ObjectId::parse(line).map(CommitId).or(commit),
                Some(changed) => versions.extend(version(changed, commit.as_ref())),
            }
        }
        Ok(versions)
    }

    /// Returns the messages of all commits of any branch or tag, the newest first.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn messages(&self) -> Result<Vec<CommitMessage>, GitError> {
        let mut args = vec!["--all", "-z", "--encoding=UTF-8", "--format=%H%n%B"];
        args.extend(self.head()?.is_some().then_some("HEAD"));
        let printed = self.git("log").limit(WALK).run(args)?;
        let message = |text: &str| {
            let (commit, text) = text.split_once('\n')?;
            Some(CommitMessage {
                commit: CommitId(ObjectId::parse(commit)?),
                text: text.to_owned(),
            })
        };
        Ok(String::from_utf8_lossy(&printed).split('\0').filter_map(message).collect())
    }

    /// Keeps bytes as an object that nothing names yet, and returns its name.
    ///
    /// # Errors
    /// Where the repository can't be written.
    pub(crate) fn keep_blob(&self, bytes: &[u8]) -> Result<Blob, GitError> {
        match &self.engine {
            Engine::Library(library) => Ok(Blob(library.blob(bytes)?.into())),
            Engine::Program => {
                let name = self.git("hash-object").input(bytes).line(["-w", "--stdin"])?;
                let unknown = || GitError::new("git hash-object: it printed no name");
                ObjectId::parse(&name).map(Blob).ok_or_else(unknown)
            }
        }
    }

    /// Returns the remotes.
    ///
    /// # Errors
    /// Where the configuration can't be read.
    pub(crate) fn remotes(&self) -> Result<Vec<Remote>, GitError> {
        let names = self.git("remote").run::<&str>([])?;
        let names = String::from_utf8_lossy(&names).into_owned();
        let remote = |name: &str| {
            let url = self.git("remote").line(["get-url", "--", name])?;
            Ok(Remote { name: name.to_owned(), url })
        };
        names.lines().map(remote).collect()
    }

    /// Returns the branches, tags and remotes' branches that have any of some commits; of very many, the first and the
    /// last are looked for.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn refs_with(&self, commits: &[CommitId]) -> Result<BTreeSet<String>, GitError> {
        if commits.is_empty() {
            return Ok(BTreeSet::new());
        }
        let some = commits.iter().take(MOST_ASKED).chain(commits.iter().rev().take(MOST_ASKED));
        let mut args = vec!["--format=%(refname:short)".to_owned()];
        args.extend(some.map(|commit| format!("--contains={commit}")));
        let printed = self.git("for-each-ref").limit(WALK).run(args)?;
        Ok(String::from_utf8_lossy(&printed).lines().map(str::to_owned).collect())
    }
}

impl Blob {
    /// Returns its name, as git prints it.
    pub(crate) fn name(&self) -> &str {
        self.0.as_str()
    }
}

/// Reads what `git log --raw` prints of a changed file: modes, names before and after, what was done, and the path.
fn version(changed: &str, commit: Option<&CommitId>) -> Option<FileVersion> {
    let (facts, path) = changed.split_once('\t')?;
    let mut words = facts.split(' ').skip(1);
    let is_file = words.next()?.starts_with("100");
    let blob = ObjectId::parse(words.nth(1)?)?;
    let is_there = is_file && blob.zero() != blob.as_str();
    is_there.then_some(FileVersion {
        commit: commit?.clone(),
        blob: Blob(blob),
        path: path.trim_matches('"').to_owned(),
    })
}
