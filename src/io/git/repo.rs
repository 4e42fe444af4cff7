//! Finding and opening repositories.

use super::config::{GitConfig, GitEnv};
use super::error::GitError;
use super::files;
use super::program::GitCall;
use rustix::fs::OFlags;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long to wait for a lock of git's.
const PATIENCE: Duration = Duration::from_secs(5);

/// What speaks to the repository.
pub(super) enum Engine {
    Library(git2::Repository),
    Program,
}

/// A git repository that has a working tree.
pub(crate) struct Repo {
    pub(super) engine: Engine,
    pub(super) workdir: PathBuf,
    pub(super) git_dir: PathBuf,
    pub(super) common_dir: PathBuf,
    pub(super) index_file: PathBuf,
    pub(super) objects_dir: PathBuf,
    pub(super) settings: GitConfig,
    pub(super) patience: Duration,
}

impl Repo {
    /// Opens the repository that `dir` lies in, or none where it lies in none.
    ///
    /// `GIT_DIR` and its like are honoured as git honours them.
    ///
    /// # Errors
    /// Where there is a repository that git refuses to use, such as another user's.
    pub(crate) fn find(dir: &Path) -> Result<Option<Self>, GitError> {
        let env = GitEnv::read();
        let opened = env.open(dir);
        if let Ok(library) = &opened
            && !library.is_bare()
            && holds(library.path(), dir)
        {
            return Err(Self::embedded(library.path()));
        }
        match opened {
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
    pub(crate) fn folder(dir: &Path) -> Option<PathBuf> {
        let env = GitEnv::read();
        let mut from = dir.to_owned();
        let git_dir = loop {
            let found = git2::Repository::discover_path(&from, env.ceilings()).ok()?;
            if !holds(&found, dir) {
                break found;
            }
            // Upwards alone, so that there is an end.
            let above = found.parent().filter(|above| from.starts_with(above) && from != *above)?;
            from = above.to_owned();
        };
        const MOST_BYTES: u64 = 64 << 10;
        let common = files::read_ordinary(&git_dir.join("commondir"), OFlags::empty(), MOST_BYTES);
        let common = common.ok().flatten().and_then(|bytes| String::from_utf8(bytes).ok());
        Some(common.map_or(git_dir.clone(), |path| git_dir.join(path.trim_end())))
    }

    /// Makes a repository in `dir`, or opens the one that is there already.
    ///
    /// # Errors
    /// Where the folder can't be written.
    pub(crate) fn init(dir: &Path) -> Result<Self, GitError> {
        let env = GitEnv::read();
        let mut options = git2::RepositoryInitOptions::new();
        let branch = git2::Config::open_default()
            .and_then(|config| config.get_string("init.defaultBranch"))
            .unwrap_or_else(|_| "main".to_owned());
        options.initial_head(&branch);
        let library = git2::Repository::init_opts(dir, &options)?;
        Self::with_library(library, &env)
    }

    /// Returns the names of the hooks that git would run here, in order.
    pub(crate) fn hooks(&self) -> Vec<String> {
        let folder = std::fs::read_dir(self.common_dir.join("hooks"));
        let names = folder.into_iter().flatten().flatten();
        let names = names.filter_map(|entry| entry.file_name().into_string().ok());
        let mut names: Vec<_> = names.filter(|name| !name.ends_with(".sample")).collect();
        names.sort();
        names
    }

    /// Returns the top folder of the working tree.
    pub(crate) fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// Returns the git folder of this working tree.
    pub(crate) fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Returns the git folder that all working trees of the repository share.
    pub(crate) fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// Starts a call of `git VERB` in this repository.
    pub(super) fn git(&self, verb: &str) -> GitCall {
        GitCall::from(&self.workdir, verb)
            .within(&self.git_dir, &self.workdir)
            .env("GIT_INDEX_FILE", &self.index_file)
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
        if holds(&git_dir, dir) {
            return Err(Self::embedded(&git_dir));
        }
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

    fn embedded(git_dir: &Path) -> GitError {
        let place = git_dir.display();
        let why = "the record lies in it, so a clone may have brought it, with settings that run programs";
        GitError::new(format!("{place} is laid out like a git folder: {why}"))
            .next("move the record out of it, or remove HEAD, objects and refs there")
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

/// Returns whether a git folder holds the folder that it was found from: a bare repository that lies in a work tree,
/// as any clone can bring one.
fn holds(git_dir: &Path, dir: &Path) -> bool {
    match (git_dir.canonicalize(), dir.canonicalize()) {
        (Ok(git_dir), Ok(dir)) => dir.starts_with(git_dir),
        _ => false,
    }
}
