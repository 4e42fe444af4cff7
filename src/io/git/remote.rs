//! Other repositories: what they have, bringing it here and taking it there, by the user's own `git` program.

use super::error::GitError;
use super::object::{CommitId, ObjectId};
use super::program::GitCall;
use super::repo::{Engine, Repo};
use std::time::Duration;

/// How long git may take over a network.
const NETWORK: Duration = Duration::from_secs(300);

/// A branch of a remote that a branch of this repository is brought together with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RemoteBranch {
    /// The remote's name.
    pub(crate) remote: String,
    /// The branch's name there.
    pub(crate) branch: String,
}

impl RemoteBranch {
    /// Returns the ref that holds what is known of it here.
    pub(crate) fn tracking(&self) -> String {
        format!("refs/remotes/{}/{}", self.remote, self.branch)
    }
}

/// How a push ended that git and the network did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PushOutcome {
    /// The remote has it.
    Pushed,
    /// Somebody else pushed first.
    Beaten,
    /// The remote does not take it, in its own words.
    Refused(String),
}

/// What went wrong on the way to a remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RemoteError {
    /// It can't be reached, in git's words.
    Unreachable(String),
    /// It doesn't let us in, in git's words.
    Forbidden(String),
    /// Anything else.
    Git(GitError),
}

impl From<GitError> for RemoteError {
    fn from(error: GitError) -> Self {
        let why = error.why.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| why.contains(word));
        if has(&[
            "permission denied",
            "authentication failed",
            "403",
            "could not read username",
            "could not read password",
            "access denied",
            "terminal prompts disabled",
        ]) {
            return Self::Forbidden(error.why);
        }
        if has(&[
            "could not resolve",
            "unable to access",
            "could not read from remote",
            "connection",
            "unreachable",
            "timed out",
            "more than",
            "does not appear to be a git repository",
            "unexpected disconnect",
            "early eof",
            "hung up",
            "repository not found",
            "does not exist",
        ]) {
            return Self::Unreachable(error.why);
        }
        Self::Git(error)
    }
}

impl Repo {
    /// Returns the names of the remotes.
    ///
    /// # Errors
    /// Where the configuration can't be read.
    pub(crate) fn remote_names(&self) -> Result<Vec<String>, GitError> {
        if let Engine::Library(library) = &self.engine {
            let names = library.remotes()?;
            return Ok(names
                .iter()
                .filter_map(|name| name.ok().flatten().map(str::to_owned))
                .collect());
        }
        let names = self.git("remote").run::<&str>([])?;
        Ok(String::from_utf8_lossy(&names).lines().map(str::to_owned).collect())
    }

    /// Returns the remote and the branch that a branch follows, as far as the configuration says so.
    ///
    /// # Errors
    /// Where the configuration can't be read.
    pub(crate) fn upstream(
        &self,
        branch: &str,
    ) -> Result<(Option<String>, Option<String>), GitError> {
        let value = |key: &str| -> Result<Option<String>, GitError> {
            let asked = self.git("config").ask(["--get", &format!("branch.{branch}.{key}")])?;
            let text = asked.ok.then(|| asked.stdout()).transpose()?;
            Ok(text.map(|text| String::from_utf8_lossy(&text).trim_end().to_owned()))
        };
        let merge = value("merge")?;
        let merge = merge.and_then(|name| Some(name.strip_prefix("refs/heads/")?.to_owned()));
        Ok((value("remote")?.filter(|name| name != "."), merge))
    }

    /// Returns the branch that HEAD is on, also where a rebase has taken HEAD off it; none where it is detached.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn current_branch(&self) -> Result<Option<String>, GitError> {
        let (branch, _) = self.head_ref()?;
        let name = branch.or_else(|| {
            ["rebase-merge/head-name", "rebase-apply/head-name"].iter().find_map(|file| {
                let bytes = super::files::read_ordinary(
                    &self.git_dir.join(file),
                    rustix::fs::OFlags::empty(),
                    4096,
                );
                String::from_utf8(bytes.ok()??).ok()
            })
        });
        Ok(name.and_then(|name| Some(name.trim().strip_prefix("refs/heads/")?.to_owned())))
    }

    /// Returns the commit that a ref is at; none where there is no such ref.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn commit_at(&self, name: &str) -> Result<Option<CommitId>, GitError> {
        if let Engine::Library(library) = &self.engine
            && let Ok(found) = library.revparse_single(&format!("{name}^{{commit}}"))
        {
            return Ok(Some(CommitId(found.id().into())));
        }
        let answer = self.git("rev-parse").ask([
            "-q",
            "--verify",
            "--end-of-options",
            &format!("{name}^{{commit}}"),
        ])?;
        if !answer.ok {
            return Ok(None);
        }
        Ok(ObjectId::parse(String::from_utf8_lossy(&answer.stdout()?).trim()).map(CommitId))
    }

    /// Brings what a branch of a remote has; returns its last commit, none where the remote has no such branch.
    ///
    /// # Errors
    /// Where the remote can't be reached, or doesn't let us in.
    pub(crate) fn fetch(
        &self,
        from: &RemoteBranch,
        asks: bool,
    ) -> Result<Option<CommitId>, RemoteError> {
        let refs = format!("+refs/heads/{}:{}", from.branch, from.tracking());
        let call = self.network("fetch", asks);
        let asked = call.ask([
            "-q",
            "--no-tags",
            "--no-write-fetch-head",
            "--end-of-options",
            &from.remote,
            &refs,
        ])?;
        if !asked.ok {
            let error = asked.error();
            if error.why.contains("couldn't find remote ref") {
                return Ok(None);
            }
            return Err(error.into());
        }
        Ok(self.commit_at(&from.tracking())?)
    }

    /// Brings more of a branch's past into a shallow clone.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub(crate) fn deepen(
        &self,
        from: &RemoteBranch,
        by: Option<u32>,
        asks: bool,
    ) -> Result<(), RemoteError> {
        let depth = by.map_or("--unshallow".to_owned(), |by| format!("--deepen={by}"));
        let refs = format!("+refs/heads/{}:{}", from.branch, from.tracking());
        let call = self.network("fetch", asks);
        call.run([
            "-q",
            "--no-tags",
            "--no-write-fetch-head",
            &depth,
            "--end-of-options",
            &from.remote,
            &refs,
        ])?;
        Ok(())
    }

    /// Takes a commit to a branch of a remote.
    ///
    /// # Errors
    /// As [`Self::fetch`].
    pub(crate) fn push(
        &self,
        commit: &CommitId,
        to: &RemoteBranch,
        asks: bool,
    ) -> Result<PushOutcome, RemoteError> {
        let refs = format!("{commit}:refs/heads/{}", to.branch);
        let asked = self.network("push", asks).ask([
            "--porcelain",
            "--end-of-options",
            &to.remote,
            &refs,
        ])?;
        if asked.ok {
            return Ok(PushOutcome::Pushed);
        }
        let said = String::from_utf8_lossy(&asked.stdout).into_owned();
        let error = asked.error();
        let rejected = said.lines().find(|line| line.starts_with('!'));
        let Some(reason) = rejected.and_then(|line| line.split('\t').next_back()) else {
            return Err(error.into());
        };
        let beaten = [
            "fetch first",
            "non-fast-forward",
            "stale info",
            "cannot lock ref",
            "failed to update ref",
            "incorrect old value",
        ];
        if beaten.iter().any(|word| reason.contains(word)) {
            return Ok(PushOutcome::Beaten);
        }
        // What the remote's hooks say is more than the word for it.
        let lines = error.why.trim_start_matches("git push: ").split("; ");
        let more: Vec<_> = lines.filter_map(|line| line.strip_prefix("remote:")).collect();
        let words = if more.is_empty() {
            reason.to_owned()
        } else {
            format!("{reason}: {}", more.concat().trim())
        };
        Ok(PushOutcome::Refused(words))
    }

    /// Notes what a branch follows, where it follows nothing yet.
    ///
    /// # Errors
    /// Where the configuration can't be written.
    pub(crate) fn follow(&self, branch: &str, what: &RemoteBranch) -> Result<(), GitError> {
        self.git("config").run([&format!("branch.{branch}.remote"), &what.remote])?;
        let merge = format!("refs/heads/{}", what.branch);
        self.git("config").run([&format!("branch.{branch}.merge"), &merge])?;
        Ok(())
    }

    /// Starts a call that goes over the network; it `asks` for passwords where somebody is there to be asked.
    fn network(&self, verb: &str, asks: bool) -> GitCall {
        let call = GitCall::as_the_user(&self.workdir, verb);
        let call = call.within(&self.git_dir, &self.workdir).limit(NETWORK);
        if asks { call } else { call.without_questions() }
    }
}
