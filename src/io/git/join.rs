//! Two histories: how they stand to each other, and joining them without a look at the work tree.

use super::error::GitError;
use super::object::{CommitId, ObjectId};
use super::read::Blob;
use super::repo::Repo;
use crate::model::time::Instant;
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a walk through history, a merge or a checkout may take.
const WALK: Duration = Duration::from_secs(300);

/// How many commits each of two histories has that the other lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AheadBehind {
    pub(crate) ahead: u64,
    pub(crate) behind: u64,
}

/// A commit and the files that it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChangingCommit {
    pub(crate) commit: CommitId,
    /// When it was made, by its committer's clock.
    pub(crate) at: Instant,
    pub(crate) author: String,
    pub(crate) parents: Vec<CommitId>,
    /// The first line of its message.
    pub(crate) subject: String,
    /// The files, from the top of the work tree on.
    pub(crate) paths: Vec<String>,
}

/// A file that git could not merge: what it was, and what either side has.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConflictedFile {
    pub(crate) base: Option<Blob>,
    pub(crate) ours: Option<Blob>,
    pub(crate) theirs: Option<Blob>,
}

impl ConflictedFile {
    /// Puts a version where its stage in the index belongs.
    pub(super) fn put(&mut self, stage: u8, blob: Blob) {
        match stage {
            1 => self.base = Some(blob),
            2 => self.ours = Some(blob),
            _ => self.theirs = Some(blob),
        }
    }
}

/// What came of a merge of trees.
#[derive(Clone, Debug)]
pub(crate) struct MergedTree {
    tree: ObjectId,
    /// What git could not merge, by path.
    pub(crate) conflicts: BTreeMap<String, ConflictedFile>,
}

/// What the work tree did with a commit that it was to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CheckoutOutcome {
    /// It is there.
    Done,
    /// The branch is somewhere else by now.
    Moved,
    /// Something in it is in the way, in git's words.
    InTheWay(String),
}

/// Two commits to be merged, and how.
pub(crate) struct TreeMerge<'a> {
    /// What they have in common; git looks for it where it is absent.
    pub(crate) base: Option<&'a CommitId>,
    pub(crate) ours: &'a CommitId,
    pub(crate) theirs: &'a CommitId,
    /// The command of the merge driver.
    pub(crate) driver: Option<&'a str>,
}

impl Repo {
    /// Returns how many commits each of two lacks.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn ahead_behind(
        &self,
        ours: &CommitId,
        theirs: &CommitId,
    ) -> Result<AheadBehind, GitError> {
        let range = format!("{ours}...{theirs}");
        let line = self.git("rev-list").limit(WALK).line(["--left-right", "--count", &range])?;
        let mut counts = line.split_whitespace().filter_map(|count| count.parse().ok());
        match (counts.next(), counts.next()) {
            (Some(ahead), Some(behind)) => Ok(AheadBehind { ahead, behind }),
            _ => Err(GitError::new(format!("git rev-list printed no counts: {line}"))),
        }
    }

    /// Returns whether a commit is in the past of another; false where it isn't known at all.
    ///
    /// # Errors
    /// Where git can't be run.
    pub(crate) fn is_ancestor(&self, old: &CommitId, new: &CommitId) -> Result<bool, GitError> {
        Ok(self
            .git("merge-base")
            .limit(WALK)
            .ask(["--is-ancestor", old.as_str(), new.as_str()])?
            .ok)
    }

    /// Returns the last commit that two have in common.
    ///
    /// # Errors
    /// Where git can't be run.
    pub(crate) fn common(
        &self,
        one: &CommitId,
        other: &CommitId,
    ) -> Result<Option<CommitId>, GitError> {
        let asked = self.git("merge-base").limit(WALK).ask([one.as_str(), other.as_str()])?;
        let printed = String::from_utf8_lossy(&asked.stdout);
        Ok(ObjectId::parse(printed.trim()).filter(|_| asked.ok).map(CommitId))
    }

    /// Returns the commits of one that no branch of a remote has, as far as is known here.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn commits_between(
        &self,
        remote: &str,
        of: &CommitId,
    ) -> Result<Vec<ChangingCommit>, GitError> {
        self.commits([of.to_string(), "--not".to_owned(), format!("--remotes={remote}")])
    }

    /// Returns the commits of one that another lacks.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn commits_beside(
        &self,
        without: &CommitId,
        of: &CommitId,
    ) -> Result<Vec<ChangingCommit>, GitError> {
        self.commits([of.to_string(), format!("^{without}")])
    }

    /// Returns commits but for merges, the oldest first.
    fn commits<const N: usize>(&self, of: [String; N]) -> Result<Vec<ChangingCommit>, GitError> {
        let mut args = vec![
            "--no-mailmap".to_owned(),
            "--no-merges".to_owned(),
            // Git would read `.mailmap` in the work tree, which may be a pipe that nobody writes to.
            "--no-mailmap".to_owned(),
            "--reverse".to_owned(),
            "-z".to_owned(),
            "--name-only".to_owned(),
            "--no-renames".to_owned(),
        ];
        args.push("--format=%x01%H%x02%ct%x02%an%x02%P%x02%s".to_owned());
        args.extend(of);
        let printed = self.git("log").limit(WALK).run(args)?;
        let text = String::from_utf8_lossy(&printed);
        Ok(text.split('\u{1}').skip(1).filter_map(changing_commit).collect())
    }

    /// Returns the files in which two commits differ, from the top of the work tree on.
    ///
    /// # Errors
    /// Where the repository can't be read.
    pub(crate) fn changed_paths(
        &self,
        old: &CommitId,
        new: &CommitId,
    ) -> Result<Vec<String>, GitError> {
        let args = ["-r", "-z", "--name-only", "--no-renames", old.as_str(), new.as_str()];
        let printed = self.git("diff-tree").limit(WALK).run(args)?;
        let text = String::from_utf8_lossy(&printed).into_owned();
        Ok(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
    }

    /// Merges two commits into a tree.
    ///
    /// # Errors
    /// Where git can't: it is older than 2.38, or the two have no past in common.
    pub(crate) fn merge_trees(&self, merge: &TreeMerge<'_>) -> Result<MergedTree, GitError> {
        let mut args = vec!["--write-tree".to_owned(), "-z".to_owned(), "--no-messages".to_owned()];
        args.extend(merge.base.map(|base| format!("--merge-base={base}")));
        args.extend([merge.ours.to_string(), merge.theirs.to_string()]);
        let mut call = self.git("merge-tree").limit(WALK);
        if let Some(driver) = merge.driver {
            call = call.config(&format!("merge.recount.driver={driver}"));
        }
        let asked = call.ask(args)?;
        let printed = String::from_utf8_lossy(&asked.stdout).into_owned();
        let mut lines = printed.split('\0');
        let Some(tree) = lines.next().and_then(|tree| ObjectId::parse(tree.trim())) else {
            let error = asked.error();
            let is_old = error.why.contains("usage:") || error.why.contains("unknown option");
            return Err(if is_old {
                GitError::new("this git is too old to merge by itself")
                    .next("install git 2.40 or newer, or use git pull: the merge driver serves it")
            } else {
                error
            });
        };
        let mut conflicts: BTreeMap<String, ConflictedFile> = BTreeMap::new();
        for (path, stage, blob) in lines.map_while(conflicted) {
            conflicts.entry(path).or_default().put(stage, blob);
        }
        Ok(MergedTree { tree, conflicts })
    }

    /// Puts files into a merged tree: each path with its bytes, or none to take it out.
    ///
    /// # Errors
    /// Where the repository can't be written.
    pub(crate) fn settle(
        &self,
        merged: MergedTree,
        files: &BTreeMap<String, Option<Blob>>,
    ) -> Result<MergedTree, GitError> {
        let folder = tempfile::tempdir_in(&self.git_dir)
            .map_err(|error| GitError::at(&self.git_dir, &error))?;
        let index = folder.path().join("index");
        let git = |verb: &str| self.git(verb).limit(WALK).env("GIT_INDEX_FILE", &index);
        git("read-tree").run([merged.tree.as_str()])?;
        let line = |(path, blob): (&String, &Option<Blob>)| match blob {
            Some(blob) => format!("100644 {} 0\t{path}\0", blob.name()),
            None => format!("0 {}\t{path}\0", merged.tree.zero()),
        };
        let lines: String = files.iter().map(line).collect();
        git("update-index").input(lines).run(["-z", "--index-info"])?;
        let printed = git("write-tree").line::<&str>([])?;
        let tree = ObjectId::parse(&printed)
            .ok_or_else(|| GitError::new(format!("git write-tree printed no tree: {printed}")))?;
        Ok(MergedTree { tree, conflicts: BTreeMap::new() })
    }

    /// Writes a commit of a merged tree on some parents.
    ///
    /// # Errors
    /// Where git can't write or sign it.
    pub(crate) fn commit_tree(
        &self,
        tree: &MergedTree,
        parents: &[&CommitId],
        message: &str,
        when: Option<Instant>,
    ) -> Result<CommitId, GitError> {
        let mut args = vec!["-F".to_owned(), "-".to_owned()];
        if self.settings.signs() {
            args.push("-S".to_owned());
        }
        args.extend(parents.iter().flat_map(|parent| ["-p".to_owned(), parent.to_string()]));
        args.push(tree.tree.to_string());
        let mut call =
            self.git("commit-tree").limit(WALK).config("i18n.commitEncoding=UTF-8").input(message);
        if let Some(at) = when {
            let date = format!("@{} +0000", at.epoch());
            call = call.env("GIT_AUTHOR_DATE", &date).env("GIT_COMMITTER_DATE", &date);
        }
        let printed = call.line(args)?;
        ObjectId::parse(&printed)
            .map(CommitId)
            .ok_or_else(|| GitError::new(format!("git commit-tree printed no commit: {printed}")))
    }

    /// Moves the branch and the work tree forward to a commit.
    ///
    /// # Errors
    /// Where git can't be run.
    pub(crate) fn go_forward(&self, to: &CommitId) -> Result<CheckoutOutcome, GitError> {
        let asked = self.git("merge").limit(WALK).env("GIT_MERGE_AUTOEDIT", "no").ask([
            "-q",
            "--ff-only",
            "--no-autostash",
            to.as_str(),
        ])?;
        if asked.ok {
            return Ok(CheckoutOutcome::Done);
        }
        let error = asked.error();
        let moved = ["Not possible to fast-forward", "Diverging branches", "cannot lock ref"];
        if moved.iter().any(|word| error.why.contains(word)) {
            return Ok(CheckoutOutcome::Moved);
        }
        Ok(CheckoutOutcome::InTheWay(error.why))
    }

    /// Moves the branch and the work tree to a commit that need not be ahead, and keeps what was changed in the work tree.
    ///
    /// # Errors
    /// Where git can't be run.
    pub(crate) fn start_again_from(&self, to: &CommitId) -> Result<CheckoutOutcome, GitError> {
        let asked = self.git("reset").limit(WALK).ask(["-q", "--keep", to.as_str()])?;
        Ok(if asked.ok {
            CheckoutOutcome::Done
        } else {
            CheckoutOutcome::InTheWay(asked.error().why)
        })
    }
}

/// Reads one commit of a log.
fn changing_commit(text: &str) -> Option<ChangingCommit> {
    let (head, paths) = text.split_once('\0').unwrap_or((text, ""));
    let mut facts = head.splitn(5, '\u{2}');
    let commit = ObjectId::parse(facts.next()?).map(CommitId)?;
    let at = Instant::saturating(facts.next()?.parse().ok()?);
    let author = facts.next()?.to_owned();
    let parents = facts.next()?.split(' ').filter_map(ObjectId::parse).map(CommitId).collect();
    let subject = facts.next()?.to_owned();
    let paths = paths.split('\0').map(|path| path.trim_start_matches('\n'));
    let paths = paths.filter(|path| !path.is_empty()).map(str::to_owned).collect();
    Some(ChangingCommit { commit, at, author, parents, subject, paths })
}

/// Reads one line about a conflict: mode, blob, stage and path.
pub(super) fn conflicted(line: &str) -> Option<(String, u8, Blob)> {
    let (facts, path) = line.split_once('\t')?;
    let mut words = facts.split(' ').skip(1);
    let blob = Blob(ObjectId::parse(words.next()?)?);
    Some((path.to_owned(), words.next()?.parse().ok()?, blob))
}
