//! What git's configuration and environment say, as git itself reads them.

use super::error::GitError;
use super::files::SharedMode;
use super::program::GitCall;
use git2::{Repository, RepositoryOpenFlags};
use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The variables of the environment that git gives a meaning to.
///
/// libgit2 sees to the rest of them when it opens a repository.
pub(super) struct GitEnv {
    git_dir: bool,
    ceilings: Vec<PathBuf>,
    index_file: Option<OsString>,
    objects_dir: Option<OsString>,
    config: bool,
}

impl GitEnv {
    /// Reads them.
    pub(super) fn read() -> Self {
        let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
        let overrides = [
            "GIT_CONFIG_COUNT",
            "GIT_CONFIG_PARAMETERS",
            "GIT_CONFIG_GLOBAL",
            "GIT_CONFIG_SYSTEM",
            "GIT_CONFIG_NOSYSTEM",
        ];
        Self {
            git_dir: set("GIT_DIR").is_some(),
            ceilings: set("GIT_CEILING_DIRECTORIES")
                .map(|list| env::split_paths(&list).collect())
                .unwrap_or_default(),
            index_file: set("GIT_INDEX_FILE"),
            objects_dir: set("GIT_OBJECT_DIRECTORY"),
            config: overrides.iter().any(|name| env::var_os(name).is_some()),
        }
    }

    /// Opens the repository that the environment names, else the one that `dir` lies in.
    pub(super) fn open(&self, dir: &Path) -> Result<Repository, git2::Error> {
        if self.git_dir {
            return Repository::open_from_env();
        }
        Repository::open_ext(dir, RepositoryOpenFlags::FROM_ENV, &self.ceilings)
    }

    /// Returns the folders above which no repository is looked for.
    pub(super) fn ceilings(&self) -> &[PathBuf] {
        &self.ceilings
    }

    /// Returns whether the environment configures git in a way that libgit2 doesn't see.
    pub(super) fn overrides_config(&self) -> bool {
        self.config
    }

    /// Returns where the index lies.
    pub(super) fn index_file(&self, workdir: &Path, git_dir: &Path) -> PathBuf {
        self.index_file.as_ref().map_or_else(|| git_dir.join("index"), |path| workdir.join(path))
    }

    /// Returns where new objects go.
    pub(super) fn objects_dir(&self, workdir: &Path, common_dir: &Path) -> PathBuf {
        self.objects_dir
            .as_ref()
            .map_or_else(|| common_dir.join("objects"), |path| workdir.join(path))
    }
}

/// The settings that a commit depends on.
pub(super) struct GitConfig {
    values: HashMap<String, String>,
}

/// The keys that are read; of a repeated one the last counts.
const KEYS: [&str; 13] = [
    "author.email",
    "author.name",
    "commit.gpgsign",
    "committer.email",
    "committer.name",
    "core.attributesfile",
    "core.autocrlf",
    "core.filemode",
    "core.logallrefupdates",
    "core.sharedrepository",
    "merge.recount.driver",
    "user.email",
    "user.name",
];

impl GitConfig {
    /// Reads them through libgit2, or through git where libgit2 would not see all of them.
    pub(super) fn from_library(library: &Repository) -> Result<Self, GitError> {
        let config = library.config()?.snapshot()?;
        let conditional = config.entries(Some("^includeif\\.hasconfig"))?.next().is_some();
        if conditional {
            return Self::from_program(library.path());
        }
        let value = |key: &&str| {
            let entry = config.get_entry(key).ok()?;
            // A key without a value means true.
            let value = if entry.has_value() { entry.value().ok()? } else { "true" };
            Some(((*key).to_owned(), value.to_owned()))
        };
        Ok(Self { values: KEYS.iter().filter_map(value).collect() })
    }

    /// Reads them through the `git` program.
    pub(super) fn from_program(git_dir: &Path) -> Result<Self, GitError> {
        let git = GitCall::from(git_dir, "config").env("GIT_DIR", git_dir);
        let listed = git.run(["--list", "-z", "--includes"])?;
        let text = String::from_utf8_lossy(&listed);
        let pair = |line: &str| {
            // A key without a value means true.
            let (key, value) = line.split_once('\n').unwrap_or((line, "true"));
            KEYS.contains(&key).then(|| (key.to_owned(), value.to_owned()))
        };
        Ok(Self { values: text.split('\0').filter_map(pair).collect() })
    }

    /// Returns the value of a key.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        self.values.get(key).map(String::as_str)
    }

    fn truth(&self, key: &str, absent: bool) -> bool {
        match self.text(key).map(str::to_ascii_lowercase).as_deref() {
            None => absent,
            Some("true" | "yes" | "on") => true,
            Some("false" | "no" | "off" | "") => false,
            Some(number) => number.parse::<i64>().map_or(absent, |number| number != 0),
        }
    }

    /// Returns whether commits are signed.
    pub(super) fn signs(&self) -> bool {
        self.truth("commit.gpgsign", false)
    }

    /// Returns whether the executable bit of a file in the working tree means something.
    pub(super) fn trusts_mode(&self) -> bool {
        self.truth("core.filemode", true)
    }

    /// Returns whether line ends are converted without an attribute saying so.
    pub(super) fn converts_lines(&self) -> bool {
        self.text("core.autocrlf").is_some_and(|value| value.eq_ignore_ascii_case("input"))
            || self.truth("core.autocrlf", false)
    }

    /// Returns the file of attributes that holds for all repositories, if one is set.
    pub(super) fn attributes_file(&self) -> Option<PathBuf> {
        let path = self.text("core.attributesfile")?;
        match (path.strip_prefix("~/"), env::home_dir()) {
            (Some(rest), Some(home)) => Some(home.join(rest)),
            _ => Some(PathBuf::from(path)),
        }
    }

    /// Returns whether moves of a ref are logged.
    pub(super) fn logs_refs(&self) -> bool {
        self.text("core.logallrefupdates").is_some_and(|value| value.eq_ignore_ascii_case("always"))
            || self.truth("core.logallrefupdates", true)
    }

    /// Returns who else may use the repository's files.
    pub(super) fn shared(&self) -> SharedMode {
        SharedMode::parse(self.text("core.sharedrepository"))
    }
}
