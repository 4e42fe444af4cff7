//! What to tell people of a sync that could not do all.

use super::target::SyncTarget;
use crate::compute::timeline::same_outage::SameOutage;
use crate::io::git::{ChangingCommit, GitError, RemoteError};
use crate::io::store::sync_state;
use crate::model::time::{Instant, Span, duration};
use crate::session::Failure;
use crate::session::Session;
use std::collections::BTreeMap;

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

/// Tells that two incidents may be one.
pub(super) fn same_outage(pair: &SameOutage<'_>) -> String {
    let (first, second) = (&pair.first.id, &pair.second.id);
    let services: Vec<_> = pair.services.iter().map(|name| name.as_str()).collect();
    format!(
        "{first} and {second} are both open and both about {}: if it is one outage, recount join {first} {second}",
        services.join(", ")
    )
}

/// People whose machines have clocks that are off: what they wrote lies ahead of now, or before what it was made from.
pub(super) struct OffClocks {
    now: Instant,
    /// By how much each is ahead, and behind.
    off: BTreeMap<String, [Span; 2]>,
}

impl OffClocks {
    pub(super) fn at(now: Instant) -> Self {
        Self { now, off: BTreeMap::new() }
    }

    /// Takes note of when somebody wrote something, and when what it was made from was written.
    pub(super) fn see(&mut self, person: &str, at: Instant, after: Option<Instant>) {
        let ahead = at.since(self.now);
        let behind = after.map_or(Span::ZERO, |after| after.since(at));
        let known = self.off.entry(person.to_owned()).or_insert([Span::ZERO; 2]);
        let [most_ahead, most_behind] = known;
        *most_ahead = ahead.max(*most_ahead);
        *most_behind = behind.max(*most_behind);
    }

    /// Tells of those that are off by more than clocks are.
    pub(super) fn told(&self) -> Vec<String> {
        let people = self.off.iter();
        people.filter_map(|(person, off)| self.told_of(person, *off)).collect()
    }

    fn told_of(&self, person: &str, [ahead, behind]: [Span; 2]) -> Option<String> {
        let machine = format!("The clock of {person}'s machine is");
        // Whoever builds on what lies ahead of now is behind it, with a clock that is right.
        let latest = self.off.values().map(|[ahead, _]| *ahead).max().unwrap_or(Span::ZERO);
        if ahead > CLOCK {
            return Some(format!(
                "{machine} {} ahead of this one: times logged there, or here, may be off.",
                duration::words(ahead)
            ));
        }
        (behind > CLOCK && latest <= CLOCK).then(|| {
            format!(
                "{machine} {} behind the others: times logged there may be off.",
                duration::words(behind)
            )
        })
    }
}
