//! What git is in the middle of, where a commit would become part of it or be in its way.

use super::error::{GitError, NotCommitted};
use super::files;
use super::repo::{Engine, Repo};

/// Something of git's that has begun and not ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InProgress {
    /// What it is, with its article.
    pub(crate) what: &'static str,
    /// How to end it.
    pub(crate) end: String,
    /// Whether a file that is changed meanwhile would be in its way, or lost when it is given up.
    pub(crate) needs_clean_files: bool,
}

/// What each leaves in the git folder while it lasts, and the command that it belongs to.
const SIGNS: [(&str, &str, &str); 8] = [
    ("MERGE_HEAD", "a merge", "git merge"),
    ("CHERRY_PICK_HEAD", "a cherry-pick", "git cherry-pick"),
    ("REVERT_HEAD", "a revert", "git revert"),
    ("rebase-merge", "a rebase", "git rebase"),
    ("rebase-apply/applying", "a git am", "git am"),
    ("rebase-apply", "a rebase", "git rebase"),
    ("sequencer", "a cherry-pick or revert of several commits", "git cherry-pick"),
    ("BISECT_LOG", "a bisect", "git bisect"),
];

impl InProgress {
    /// Returns what a sign stands for; one of several goes on to the next.
    fn new(what: &'static str, command: &str, several: bool) -> Self {
        let end = match command {
            "git bisect" => "end it with git bisect reset".to_owned(),
            _ => {
                format!("finish it with {command} --continue, or give it up with {command} --abort")
            }
        };
        // The others go on over a changed file, and leave it alone.
        let needs_clean_files =
            several || !matches!(what, "a merge" | "a cherry-pick" | "a revert");
        Self { what, end, needs_clean_files }
    }

    /// Returns how to end it where a file was changed meanwhile and not committed.
    fn end_with_change(&self) -> String {
        let end = &self.end;
        match self.what {
            "a rebase" => format!(
                "{end}\nit goes on once what is changed is staged, with git add; --abort throws the change away"
            ),
            _ => end.clone(),
        }
    }
}

impl Repo {
    /// Returns what git is in the middle of; none where it is at rest.
    ///
    /// # Errors
    /// What git says where it must be asked.
    pub(crate) fn in_progress(&self) -> Result<Option<InProgress>, GitError> {
        // The index of a `git commit -a` or `git commit FILE` whose hook we are called from.
        if self.index_file.extension().is_some_and(|extension| extension == "lock") {
            let end = "it ends when its hook does".to_owned();
            return Ok(Some(InProgress { what: "a git commit", end, needs_clean_files: true }));
        }
        for (sign, what, command) in SIGNS {
            if self.has_file(sign)? || self.has_pseudo_ref(sign)? {
                let several = self.has_file("sequencer")?;
                return Ok(Some(InProgress::new(what, command, several)));
            }
        }
        Ok(None)
    }

    /// Refuses while git is in the middle of something that a commit would become part of.
    pub(super) fn at_rest(&self) -> Result<(), NotCommitted> {
        self.in_progress()?.map_or(Ok(()), |in_progress| {
            Err(NotCommitted::new(format!(
                "{} is in progress: the change is on the disk and goes into the next commit after it",
                in_progress.what
            ))
            .next(in_progress.end_with_change())
            .every())
        })
    }

    /// Returns whether somebody is about to write the index.
    pub(crate) fn is_index_locked(&self) -> bool {
        let mut lock = self.index_file.clone().into_os_string();
        lock.push(".lock");
        std::fs::symlink_metadata(lock).is_ok()
    }

    /// Returns whether something of that name lies in the git folder.
    fn has_file(&self, name: &str) -> Result<bool, GitError> {
        let path = self.git_dir.join(name);
        files::exists(&path).map_err(|error| GitError::at(&path, &error))
    }

    /// Returns whether git has such a name where it may lie outside of a file.
    fn has_pseudo_ref(&self, name: &str) -> Result<bool, GitError> {
        if matches!(self.engine, Engine::Library(_)) || !name.ends_with("_HEAD") {
            return Ok(false);
        }
        Ok(self.git("rev-parse").ask(["-q", "--verify", name])?.ok)
    }
}
