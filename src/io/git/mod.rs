//! One commit for one change, and reading what was committed.
//!
//! What libgit2 can do, it does. Signing, filters, and repositories that libgit2
//! can't open (SHA-256, reftable, partial clones) go through the `git` program.
//! Nothing here reads or writes the files of a record itself: a change is on the
//! disk before git hears of it, so that whatever git refuses is merely [`NotCommitted`].

mod attributes;
mod bytes;
mod cache_tree;
mod commit;
mod config;
mod disk;
mod history;
mod in_progress;
mod index;
mod index_checksum;
mod index_patch;
mod object;
mod paths;
mod pending;
mod program;
mod read;
mod refs;
mod staged;
mod sync_pool;
#[cfg(test)]
mod tests;
mod tree;

pub use commit::{CommitOutcome, CommitRequest, Committed};
pub use history::HistoryEntry;
pub use in_progress::InProgress;
pub use index_checksum::{IndexChecksum, IndexTransition};
pub use read::{Blob, ListedFile};

use config::{GitConfig, GitEnv};
use program::GitCall;
use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long to wait for a lock of git's.
const PATIENCE: Duration = Duration::from_secs(5);

/// The name of a commit, as git prints it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommitId(object::ObjectId);

impl CommitId {
    /// Returns the whole name, in lower-case hexadecimal.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Returns the first ten digits, for people.
    pub fn short(&self) -> &str {
        self.as_str().get(..10).unwrap_or(self.as_str())
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why git could not be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitError {
    /// What is wrong, in plain words.
    pub why: String,
    /// What to do about it.
    pub next: Option<String>,
}

/// Why a change was not committed.
///
/// The change is on the disk, and goes into the next commit of the same paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCommitted {
    /// What is wrong, in plain words.
    pub why: String,
    /// What to do about it.
    pub next: Option<String>,
    /// Whether it keeps every change from being committed, whatever its files are.
    pub every: bool,
}

impl GitError {
    fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), next: None }
    }

    fn at(path: &Path, error: &io::Error) -> Self {
        let place = path.display();
        let next = match error.kind() {
            ErrorKind::PermissionDenied => {
                let folder = path.parent().unwrap_or(path).display();
                Some(format!("see who may write there: ls -la '{folder}'"))
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Some("make room on the disk: df -h shows how full it is".to_owned())
            }
            ErrorKind::ReadOnlyFilesystem => {
                Some("its file system is mounted read-only: mount shows it".to_owned())
            }
            _ => None,
        };
        Self { why: format!("{place}: {error}"), next }
    }

    fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }
}

impl NotCommitted {
    fn new(why: impl Into<String>) -> Self {
        GitError::new(why).into()
    }

    fn at(path: &Path, error: &io::Error) -> Self {
        GitError::at(path, error).into()
    }

    fn next(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }

    /// Says that it keeps every change from being committed.
    fn every(self) -> Self {
        Self { every: true, ..self }
    }
}

impl From<GitError> for NotCommitted {
    fn from(error: GitError) -> Self {
        Self { why: error.why, next: error.next, every: false }
    }
}

impl From<git2::Error> for GitError {
    fn from(error: git2::Error) -> Self {
        Self::new(format!("git: {}", error.message()))
            .next("git fsck tells whether the repository is whole")
    }
}

impl From<git2::Error> for NotCommitted {
    fn from(error: git2::Error) -> Self {
        GitError::from(error).into()
    }
}

impl fmt::Display for GitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        say(f, &self.why, self.next.as_deref())
    }
}

impl fmt::Display for NotCommitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        say(f, &self.why, self.next.as_deref())
    }
}

fn say(f: &mut fmt::Formatter<'_>, why: &str, next: Option<&str>) -> fmt::Result {
    f.write_str(why)?;
    next.map_or(Ok(()), |next| write!(f, "\n{next}"))
}

impl std::error::Error for GitError {}
impl std::error::Error for NotCommitted {}

/// What speaks to the repository.
enum Engine {
    Library(git2::Repository),
    Program,
}

/// A git repository that has a working tree.
pub struct Repo {
    engine: Engine,
    workdir: PathBuf,
    git_dir: PathBuf,
    common_dir: PathBuf,
    index_file: PathBuf,
    objects_dir: PathBuf,
    settings: GitConfig,
    patience: Duration,
}

impl Repo {
    /// Opens the repository that `dir` lies in, or none where it lies in none.
    ///
    /// `GIT_DIR` and its like are honoured as git honours them.
    ///
    /// # Errors
    /// Where there is a repository that git refuses to use, such as another user's.
    pub fn find(dir: &Path) -> Result<Option<Self>, GitError> {
        let env = GitEnv::read();
        match env.open(dir) {
            Ok(library) => Self::with_library(library, &env).map(Some),
            Err(error) if error.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(error) => Self::with_program(dir, &env).map(Some).map_err(|refusal| {
                if error.code() == git2::ErrorCode::Owner {
                    return Self::foreign(dir, &refusal);
                }
                let why = format!("{} ({})", refusal.why, error.message());
                GitError { why, ..refusal }
            }),
        }
    }

    /// Returns the git folder that all working trees share of the repository that `dir` lies in, also where
    /// git refuses to use it.
    pub fn folder(dir: &Path) -> Option<PathBuf> {
        let git_dir = git2::Repository::discover_path(dir, GitEnv::read().ceilings()).ok()?;
        let common = std::fs::read_to_string(git_dir.join("commondir")).ok();
        Some(common.map_or(git_dir.clone(), |path| git_dir.join(path.trim_end())))
    }

    /// Makes a repository in `dir`, or opens the one that is there already.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub fn init(dir: &Path) -> Result<Self, GitError> {
        let env = GitEnv::read();
        let mut options = git2::RepositoryInitOptions::new();
        let branch = git2::Config::open_default()
            .and_then(|config| config.get_string("init.defaultBranch"))
            .unwrap_or_else(|_| "main".to_owned());
        options.initial_head(&branch);
        let library = git2::Repository::init_opts(dir, &options)?;
        Self::with_library(library, &env)
    }

    /// Returns the name under which commits are authored, where git knows one.
    pub fn person(&self) -> Option<String> {
        config::part(self, config::PersonRole::Author, "name")
    }

    /// Returns the top folder of the working tree.
    pub fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// Returns the git folder of this working tree.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Returns the git folder that all working trees of the repository share.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    fn with_library(library: git2::Repository, env: &GitEnv) -> Result<Self, GitError> {
        let git_dir = library.path().to_owned();
        let Some(workdir) = library.workdir().map(Path::to_owned) else {
            return Err(Self::bare(&git_dir));
        };
        let common_dir = library.commondir().to_owned();
        let settings = if env.overrides_config() {
            GitConfig::from_program(&git_dir)?
        } else {
            GitConfig::from_library(&library)?
        };
        Ok(Self {
            index_file: env.index_file(&workdir, &git_dir),
            objects_dir: env.objects_dir(&workdir, &common_dir),
            engine: Engine::Library(library),
            workdir,
            git_dir,
            common_dir,
            settings,
            patience: PATIENCE,
        })
    }

    fn with_program(dir: &Path, env: &GitEnv) -> Result<Self, GitError> {
        let ask = |what: &str| -> Result<PathBuf, GitError> {
            let args = ["--path-format=absolute", what];
            GitCall::from(dir, "rev-parse").line(args).map(PathBuf::from)
        };
        let git_dir = ask("--git-dir")?;
        let workdir = ask("--show-toplevel").map_err(|_| Self::bare(&git_dir))?;
        let common_dir = ask("--git-common-dir")?;
        Ok(Self {
            index_file: env.index_file(&workdir, &git_dir),
            objects_dir: env.objects_dir(&workdir, &common_dir),
            engine: Engine::Program,
            settings: GitConfig::from_program(&git_dir)?,
            workdir,
            git_dir,
            common_dir,
            patience: PATIENCE,
        })
    }

    fn bare(git_dir: &Path) -> GitError {
        let place = git_dir.display();
        GitError::new(format!("{place} is a bare repository: it has no working tree for a record"))
            .next("run recount in a clone of it")
    }

    fn foreign(dir: &Path, refusal: &GitError) -> GitError {
        let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        let place = dir.display();
        if !refusal.why.contains("dubious ownership") {
            return refusal.clone();
        }
        let path = refusal.why.split('\'').nth(1).map_or_else(|| place.to_string(), str::to_owned);
        GitError::new(format!("{path} belongs to another user, so git refuses to use it"))
            .next(format!("if you trust it: git config --global --add safe.directory '{path}'"))
    }
}
