//! Which branch of which remote a record is brought together with, and which files are the record's.

use crate::io::git::{RemoteBranch, Repo};
use crate::session::Failure;
use crate::session::Session;
use std::path::Path;

/// The files and folders of a record, where the rest of the repository may be somebody else's.
const OF_A_RECORD: [&str; 13] = [
    "recount.yaml",
    "incidents",
    "inbox.yaml",
    "sla",
    "customers.csv",
    "measurements",
    "maintenance.yaml",
    "claims.csv",
    "credits",
    "reports",
    "templates",
    ".recount",
    ".gitattributes",
];

/// The branch here, and the one of a remote that it is brought together with.
pub(super) struct SyncTarget {
    /// The branch of this repository.
    pub(super) local: String,
    /// The branch of the remote.
    pub(super) there: RemoteBranch,
    /// Whether the branch follows it already.
    pub(super) follows: bool,
}

impl SyncTarget {
    /// Finds the branch that the settings, or else the current branch, name.
    pub(super) fn find(session: &Session<'_>, repo: &Repo) -> Result<Self, Failure> {
        let detached = || {
            Failure::new("no branch is checked out (HEAD is detached), so there is none to sync")
                .help("go back to one, such as: git switch main")
        };
        let local = repo.current_branch()?.ok_or_else(detached)?;
        let (followed, branch) = repo.upstream(&local)?;
        let settings = &session.store.settings().sync;
        let names = repo.remote_names()?;
        let usual = || match names.as_slice() {
            [only] => Some(only.clone()),
            several => several.iter().find(|name| *name == "origin").cloned(),
        };
        let remote = settings.remote.clone().or(followed.clone()).or_else(usual);
        let remote = remote.ok_or_else(|| no_remote(&names))?;
        if !names.contains(&remote) {
            return Err(Failure::new(format!("git knows no remote {remote}"))
                .help(format!("name its address: git remote add {remote} URL")));
        }
        let follows = followed.is_some() && branch.is_some();
        let own = branch.filter(|_| followed.as_ref() == Some(&remote));
        let branch = settings.branch.clone().or(own).unwrap_or_else(|| local.clone());
        Ok(Self { local, there: RemoteBranch { remote, branch }, follows })
    }

    /// Returns how people name it.
    pub(super) fn shown(&self) -> String {
        format!("{}/{}", self.there.remote, self.there.branch)
    }
}

fn no_remote(names: &[String]) -> Failure {
    match names {
        [] => Failure::new("this repository has no remote to sync with")
            .help("name one: git remote add origin URL")
            .help("everything but `sync` works without"),
        several => {
            Failure::new(format!("there are {} remotes: {}", several.len(), several.join(", ")))
                .help("say in recount.yaml which it is: `sync: {remote: NAME}`")
        }
    }
}

/// Returns whether a file is the record's, by its path from the top of the repository on.
pub(super) fn is_of_record(session: &Session<'_>, repo: &Repo, path: &str) -> bool {
    let top = repo.workdir();
    let top = top.canonicalize().unwrap_or_else(|_| top.to_owned());
    let root = session.store.root();
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let full = top.join(path);
    let Ok(inner) = full.strip_prefix(&root) else { return false };
    let first = inner.iter().next().and_then(|first| first.to_str()).unwrap_or_default();
    // A record in a folder of its own has all that is in it.
    root != top || OF_A_RECORD.iter().any(|name| is_named(first, name))
}

/// Returns whether a name is that of a file, or of the version of it that a merge left beside it.
fn is_named(name: &str, file: &str) -> bool {
    name.strip_prefix(file).is_some_and(|rest| rest.is_empty() || rest.starts_with(".ours-"))
}

/// Returns a path as it stands in the record.
pub(super) fn file_name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}
