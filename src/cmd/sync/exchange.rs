//! One sync: brings what others recorded, and takes to them what was recorded here.

use super::at_work;
use super::joining::{JoinedTree, RecordMerge};
use super::noticed::RecordStep;
use super::repair;
use super::target::{SyncTarget, is_of_record};
use super::words;
use crate::cli::Global;
use crate::compute::report::sync::SyncReport;
use crate::io::git::{CheckoutOutcome, CommitId, PushOutcome, Repo};
use crate::io::store::sync_state::{self, LastSync};
use crate::session::Failure;
use crate::session::Session;
use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

/// How often to begin again where others push meanwhile.
const TRIES: u64 = 8;

/// Whether a round of a sync did all that there was to do.
enum RoundEnd {
    Done,
    /// Somebody else was at work meanwhile.
    Again,
}

/// A sync that goes on.
struct SyncRun<'a> {
    session: &'a Session<'a>,
    repo: &'a Repo,
    target: SyncTarget,
    /// Whether a verb has started it behind itself.
    behind: bool,
    /// Whether to start again from a remote whose history was rewritten.
    onto: bool,
    /// The remote's last commit that was known before, if any was.
    known: Option<CommitId>,
    report: SyncReport,
}

/// What came of a sync.
pub(super) struct SyncedRecord {
    pub(super) report: SyncReport,
    /// What to tell the person on the standard error.
    pub(super) remarks: String,
}

/// Syncs once; `behind` a verb, where nobody is there to be asked.
pub(super) fn synced(global: &Global, onto: bool, behind: bool) -> Result<SyncedRecord, Failure> {
    let session = Session::open(global)?;
    let Some(repo) = &session.repo else {
        return Err(Failure::new(
            "this record is in no git repository that could be used, so there is nothing to sync",
        )
        .help("make one: git init"));
    };
    // One that is under way behind a verb beats this one, or is beaten; and none begins for what this one writes.
    let lock = if behind { None } else { sync_state::lock_for_sync(&session.state).ok().flatten() };
    session.mend_merge_driver();
    // Where nobody is there to see it, what a person is settling is left alone.
    let repaired = if behind { vec![] } else { repair::repair(&session, repo)? };
    let told = |failure| repaired.iter().fold(failure, |f: Failure, note| f.help(note.clone()));
    let target = SyncTarget::find(&session, repo).map_err(told)?;
    let waited = session.transact(|transaction| {
        transaction.commit(BTreeSet::new(), "sync: what waited for a commit\n")
    })?;
    let report = SyncReport::begun(target.there.remote.clone(), target.there.branch.clone());
    let report = SyncReport { notes: repaired, ..report };
    let known = known_tip(&session, repo, &target)?;
    let mut sync = SyncRun { session: &session, repo, target, behind, onto, known, report };
    sync.run()?;
    drop(lock);
    let remarks = session.remarks.clone() + &waited.remarks;
    Ok(SyncedRecord { report: sync.report, remarks })
}

/// Returns the last commit of the remote's branch that is known here.
fn known_tip(
    session: &Session<'_>,
    repo: &Repo,
    target: &SyncTarget,
) -> Result<Option<CommitId>, Failure> {
    let last = sync_state::last_sync(&session.state);
    let is_same =
        |last: &LastSync| last.remote == target.there.remote && last.branch == target.there.branch;
    if let Some(last) = last.filter(is_same)
        && let Some(tip) = repo.commit_at(&last.tip)?
    {
        return Ok(Some(tip));
    }
    Ok(repo.commit_at(&target.there.tracking())?)
}

impl SyncRun<'_> {
    /// Returns whether somebody is there to be asked for a password.
    fn asks(&self) -> bool {
        self.session.terminal.can_ask && !self.behind
    }

    fn run(&mut self) -> Result<(), Failure> {
        for round in 1..=TRIES {
            match self.round()? {
                RoundEnd::Done => return Ok(()),
                // Those who beat each other wait for different times.
                RoundEnd::Again => thread::sleep(Duration::from_millis(
                    round * (20 + u64::from(std::process::id() % 50)),
                )),
            }
        }
        self.report
            .notes
            .push("others pushed again and again: run `recount sync` once more".to_owned());
        self.count()
    }

    fn round(&mut self) -> Result<RoundEnd, Failure> {
        let tip = self
            .repo
            .fetch(&self.target.there, self.asks())
            .map_err(|e| words::failed(&e, self.session, &self.target))?;
        let head = self.head()?;
        let Some(tip) = tip else { return self.first_push(&head) };
        if let Some(left) = self.left_behind(&head, &tip)? {
            return self.rewritten(&left, &head, &tip);
        }
        if head == tip {
            self.known = Some(tip.clone());
            return self.push(&tip, Some(&tip));
        }
        self.relate(&head, &tip)?;
        let between = self.repo.ahead_behind(&head, &tip)?;
        self.report.fetched = self.report.fetched.max(between.behind);
        let new = match (between.ahead, between.behind) {
            (_, 0) => head.clone(),
            (0, _) => tip.clone(),
            _ => self.joined(&head, &tip)?,
        };
        if new != head && matches!(self.go_to(&head, &new)?, RoundEnd::Again) {
            return Ok(RoundEnd::Again);
        }
        let step = RecordStep { session: self.session, repo: self.repo, old: &head, new: &tip };
        step.clocks()?.into_iter().for_each(|note| self.note(note));
        self.known = Some(tip.clone());
        self.push(&new, Some(&tip))
    }

    /// Returns the last commit that we have of what the remote had and has no longer; none where it has all of it.
    fn left_behind(&self, head: &CommitId, tip: &CommitId) -> Result<Option<CommitId>, Failure> {
        let Some(known) = &self.known else { return Ok(None) };
        if known == tip || self.repo.is_ancestor(known, tip)? {
            return Ok(None);
        }
        // Whoever rewrote it here has none of it left.
        let common = self.repo.common(head, known)?;
        Ok(match common {
            Some(common) if !self.repo.is_ancestor(&common, tip)? => Some(common),
            _ => None,
        })
    }

    /// Returns the last commit of the branch here.
    fn head(&self) -> Result<CommitId, Failure> {
        let head = self.repo.commit_at(&format!("refs/heads/{}", self.target.local))?;
        head.ok_or_else(|| {
            Failure::new(format!("the branch {} has no commit yet", self.target.local))
                .help("record something first, or take over what the remote has: git pull")
        })
    }

    /// Pushes to a remote that has no such branch yet.
    fn first_push(&mut self, head: &CommitId) -> Result<RoundEnd, Failure> {
        if self.known.is_some() && !self.onto {
            return Err(Failure::new(format!("{} was removed on the remote", self.target.shown()))
                .help("push it anew if that was a mistake: recount sync --onto"));
        }
        let end = self.push(head, None)?;
        if !self.target.follows && self.report.ahead == 0 {
            self.repo.follow(&self.target.local, &self.target.there)?;
        }
        Ok(end)
    }

    /// Sees to it that two histories have something in common.
    fn relate(&self, head: &CommitId, tip: &CommitId) -> Result<(), Failure> {
        let failed = |e| words::failed(&e, self.session, &self.target);
        for by in [Some(100), Some(2_000), None] {
            if self.repo.common(head, tip)?.is_some() {
                return Ok(());
            }
            if self.repo.shallow_ends()?.is_empty() {
                break;
            }
            self.repo.deepen(&self.target.there, by, self.asks()).map_err(failed)?;
        }
        if self.repo.common(head, tip)?.is_some() {
            return Ok(());
        }
        Err(Failure::new(format!(
            "{} and the branch {} here have no commit in common: they are two records",
            self.target.shown(),
            self.target.local
        ))
        .help("see that the remote is the right one: git remote -v")
        .help("to make one of both for good: git pull --allow-unrelated-histories --no-rebase"))
    }

    /// Merges the remote's history with ours into a commit.
    fn joined(&mut self, head: &CommitId, tip: &CommitId) -> Result<CommitId, Failure> {
        let merge = RecordMerge {
            session: self.session,
            repo: self.repo,
            base: None,
            ours: head,
            theirs: tip,
        };
        let JoinedTree { tree, notes } = merge.join()?;
        self.report.notes.extend(notes);
        let message = format!("sync: merge {}\n", self.target.shown());
        let parents = [head, tip];
        Ok(self.repo.commit_tree(&tree, &parents, &message, self.session.fixed_now())?)
    }

    /// Brings the branch and the work tree to a commit, unless something is in the way there.
    fn go_to(&mut self, head: &CommitId, new: &CommitId) -> Result<RoundEnd, Failure> {
        let step = RecordStep { session: self.session, repo: self.repo, old: head, new };
        for field in step.unsettled()? {
            if !self.report.unsettled.contains(&field) {
                self.report.unsettled.push(field);
            }
        }
        if let Some(in_progress) = self.repo.in_progress()? {
            self.report.behind = self.repo.ahead_behind(head, new)?.behind;
            self.report.is_held_up = true;
            let why = format!(
                "The files here are behind: {} is in progress; {}.",
                in_progress.what, in_progress.end
            );
            self.note(why);
            return Ok(RoundEnd::Done);
        }
        if let Some(what) = self.at_work(head, new)? {
            self.report.behind = self.repo.ahead_behind(head, new)?.behind;
            self.report.is_held_up = true;
            self.note(format!("The files here are behind, for {what}."));
            return Ok(RoundEnd::Done);
        }
        let gone = if self.repo.is_ancestor(head, new)? {
            self.repo.go_forward(new)?
        } else {
            self.repo.start_again_from(new)?
        };
        match gone {
            CheckoutOutcome::Done => {
                self.report.merged = true;
                step.same_outage()?.into_iter().for_each(|note| self.note(note));
                Ok(RoundEnd::Done)
            }
            CheckoutOutcome::Moved => Ok(RoundEnd::Again),
            // Git says the same where a verb has written and is about to commit.
            CheckoutOutcome::InTheWay(_) if self.head()? != *head => Ok(RoundEnd::Again),
            CheckoutOutcome::InTheWay(why) => {
                self.report.behind = self.repo.ahead_behind(head, new)?.behind;
                self.report.is_held_up = true;
                self.note(format!(
                    "The files here are behind, for what was changed by hand is in the way: {why}"
                ));
                self.note("Commit or stash that, and run `recount sync` again.".to_owned());
                Ok(RoundEnd::Done)
            }
        }
    }

    /// Returns what somebody is at, where a sync that nobody asked for must not change files.
    fn at_work(&self, head: &CommitId, new: &CommitId) -> Result<Option<String>, Failure> {
        if !self.behind {
            return Ok(None);
        }
        at_work::look(self.session, self.repo, [head, new])
    }

    /// Pushes a commit where all that goes with it is the record's.
    fn push(&mut self, new: &CommitId, tip: Option<&CommitId>) -> Result<RoundEnd, Failure> {
        if tip == Some(new) {
            self.report.ahead = 0;
            self.note_sync(new)?;
            return Ok(RoundEnd::Done);
        }
        let unpushed = self.repo.commits_between(&self.target.there.remote, new)?;
        let is_foreign = |path: &String| !is_of_record(self.session, self.repo, path);
        let foreign: Vec<_> =
            unpushed.iter().filter(|commit| commit.paths.iter().any(is_foreign)).collect();
        let count = match tip {
            Some(tip) => self.repo.ahead_behind(new, tip)?.ahead,
            None => unpushed.len().try_into().unwrap_or(u64::MAX),
        };
        if !foreign.is_empty() {
            self.report.ahead = count;
            self.note(words::foreign(&foreign, &self.target));
            return Ok(RoundEnd::Done);
        }
        let pushed = self.repo.push(new, &self.target.there, self.asks());
        match pushed.map_err(|e| words::failed(&e, self.session, &self.target))? {
            PushOutcome::Beaten => Ok(RoundEnd::Again),
            PushOutcome::Pushed => {
                self.report.pushed += count;
                self.report.ahead = 0;
                self.note_sync(new)?;
                // What was recorded meanwhile goes too.
                let is_more = !self.report.is_held_up && self.head()? != *new;
                Ok(if is_more { RoundEnd::Again } else { RoundEnd::Done })
            }
            PushOutcome::Refused(why) => {
                self.report.ahead = count;
                self.note(words::refused(&why, &self.target));
                Ok(RoundEnd::Done)
            }
        }
    }

    /// Stops where the remote's history was rewritten, or starts again from it with what was not pushed yet.
    fn rewritten(
        &mut self,
        left: &CommitId,
        head: &CommitId,
        tip: &CommitId,
    ) -> Result<RoundEnd, Failure> {
        if !self.onto {
            return Err(words::rewritten(&self.target));
        }
        let own = self.repo.ahead_behind(head, left)?.ahead;
        let new = if own == 0 {
            tip.clone()
        } else {
            let (base, ours) = (Some(left), head);
            let merge =
                RecordMerge { session: self.session, repo: self.repo, base, ours, theirs: tip };
            let JoinedTree { tree, notes } = merge.join()?;
            self.report.notes.extend(notes);
            let message = "sync: what was recorded before history was rewritten\n";
            // The old history is no parent, for it may hold what was taken out.
            self.repo.commit_tree(&tree, &[tip], message, self.session.fixed_now())?
        };
        if matches!(self.go_to(head, &new)?, RoundEnd::Again) {
            return Ok(RoundEnd::Again);
        }
        self.known = Some(tip.clone());
        self.push(&new, Some(tip))
    }

    fn note(&mut self, note: String) {
        if !self.report.notes.contains(&note) {
            self.report.notes.push(note);
        }
    }

    /// Counts what is left to do.
    fn count(&mut self) -> Result<(), Failure> {
        if let Some(tip) = self.repo.commit_at(&self.target.there.tracking())? {
            let between = self.repo.ahead_behind(&self.head()?, &tip)?;
            (self.report.ahead, self.report.behind) = (between.ahead, between.behind);
        }
        Ok(())
    }

    /// Notes where the remote is now.
    fn note_sync(&self, tip: &CommitId) -> Result<(), Failure> {
        let last = LastSync {
            epoch: self.session.now.epoch(),
            remote: self.target.there.remote.clone(),
            branch: self.target.there.branch.clone(),
            tip: tip.as_str().to_owned(),
        };
        sync_state::note_sync(&self.session.state, &last).map_err(|error| {
            Failure::new(format!("all is synced, but that can't be noted: {error}"))
        })
    }
}
