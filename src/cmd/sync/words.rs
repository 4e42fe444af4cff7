//! What to tell people of a sync that could not do all.

use super::target::SyncTarget;
use crate::io::git::{ChangingCommit, GitError, RemoteError};
use crate::io::store::sync_state;
use crate::model::time::{Instant, Span, duration};
use crate::session::Failure;
use crate::session::Session;
use std::collections::{BTreeMap, HashMap};

/// How many commits are named.
const MOST_NAMED: usize = 5;
/// How far a clock may be off before it is told.
const CLOCK: Span = Span::seconds(120);

/// Returns why the remote could not be asked.
pub(super) fn failed(error: &RemoteError, session: &Session<'_>, target: &SyncTarget) -> Failure {
    let remote = &target.there.remote;
    match error {
        RemoteError::Unreachable(why) => {
            let failure = Failure::new(format!("{remote} can't be reached: {why}"));
            failure
                .help(offline(session))
                .help(format!("see its address: git remote get-url {remote}"))
        }
        RemoteError::Forbidden(why) => Failure::new(format!("{remote} doesn't let you in: {why}"))
            .help(offline(session))
            .help(format!("try your key or password with git itself: git ls-remote {remote}")),
        RemoteError::Git(GitError { why, next }) => {
            let failure = Failure::new(why.clone());
            next.iter().fold(failure, |failure, next| failure.help(next.clone()))
        }
    }
}

/// Tells that nothing is lost, and how old the last sync is.
fn offline(session: &Session<'_>) -> String {
    let last = sync_state::last_sync(&session.state).map(|last| {
        format!("; the last sync was {} ago", duration::words(session.now.since(last.at())))
    });
    format!(
        "what is recorded here is safe, and goes with the next sync{}",
        last.unwrap_or_default()
    )
}

/// Tells of commits that are not the record's alone.
pub(super) fn foreign(commits: &[&ChangingCommit], target: &SyncTarget) -> String {
    let named = commits.iter().take(MOST_NAMED);
    let named: Vec<_> = named.map(|it| format!("{} {}", it.commit.short(), it.subject)).collect();
    let more = commits.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "Not pushed, for these commits change other files than the record's: {}{more}. \
         Push them yourself when they are ready: git push {} {}:{}",
        named.join(", "),
        target.there.remote,
        target.local,
        target.there.branch
    )
}

/// Tells that the remote takes no push.
pub(super) fn refused(why: &str, target: &SyncTarget) -> String {
    let lower = why.to_lowercase();
    let is_protected = lower.contains("protect") || lower.contains("hook declined");
    let next = match is_protected {
        true => {
            "If the branch is protected, name another in recount.yaml: `sync: {branch: incidents}`."
        }
        false => "What is recorded here is safe, and goes with the next sync.",
    };
    format!("Not pushed, for {} doesn't take it: {why}. {next}", target.shown())
}

/// Returns the failure of a remote whose history was rewritten.
pub(super) fn rewritten(target: &SyncTarget) -> Failure {
    let shown = target.shown();
    Failure::new(format!("the history of {shown} was rewritten: what was there before is no longer in it"))
        .help("nothing was merged or pushed, for that would bring back what was taken out")
        .help("to start again from the remote, and keep what you have not pushed yet: recount sync --onto")
}

/// Tells of authors whose clocks are off: their commits lie ahead of now, or before what they were made from.
pub(super) fn clocks(came: &[ChangingCommit], now: Instant) -> Vec<String> {
    let times: HashMap<_, _> = came.iter().map(|it| (&it.commit, it.at)).collect();
    let mut off: BTreeMap<&str, (Span, &str)> = BTreeMap::new();
    for commit in came {
        let parents = commit.parents.iter().filter_map(|parent| times.get(parent));
        let ahead = commit.at.since(now);
        let behind = parents.map(|at| at.since(commit.at)).max().unwrap_or(Span::ZERO);
        let (span, side) = if ahead > behind { (ahead, "ahead of") } else { (behind, "behind") };
        let known = off.entry(&commit.author).or_insert((Span::ZERO, side));
        if span > known.0 {
            *known = (span, side);
        }
    }
    let told = off.into_iter().filter(|(_, (span, _))| *span > CLOCK);
    told.map(|(author, (span, side))| {
        format!("The clock of {author}'s machine is {} {side} the others: times logged there may be off.", duration::words(span))
    })
    .collect()
}
