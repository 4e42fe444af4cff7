//! What stands in the way of closing a period.

use super::PeriodClose;
use super::reckoning::ReckonedPeriod;
use crate::compute::report::credits::closing::{CloseObstacle, closing_file, lines_file};
use crate::compute::report::credits::{CreditLineReport, Status};
use crate::io::store::files;
use crate::model::sla::Period;
use crate::model::time::OffsetTime;
use crate::session::Failure;

/// How many doubtful lines an obstacle names.
const MOST_NAMED: usize = 10;

fn obstacle(says: impl Into<String>, next: impl Into<String>) -> CloseObstacle {
    CloseObstacle { says: says.into(), next: Some(next.into()) }
}

/// Returns the failure of a period that can't be closed, with all that stands in the way.
pub(super) fn refused(period: Period, obstacles: &[CloseObstacle]) -> Failure {
    let failure = match obstacles {
        [only] => {
            return with(Failure::new(format!("{period} can't be closed: {}", only.says)), only);
        }
        several => Failure::new(format!(
            "{period} can't be closed: {} things are in the way",
            several.len()
        )),
    };
    obstacles
        .iter()
        .fold(failure, |failure, obstacle| with(failure.help(obstacle.says.clone()), obstacle))
}

fn with(failure: Failure, obstacle: &CloseObstacle) -> Failure {
    obstacle.next.iter().fold(failure, |failure, next| failure.help(next.clone()))
}

impl PeriodClose<'_> {
    /// Returns everything that stands in the way, the doubtful lines that nobody has accepted too.
    pub(super) fn obstacles(
        &self,
        reckoned: &ReckonedPeriod,
        doubtful: &[&CreditLineReport],
    ) -> Result<Vec<CloseObstacle>, Failure> {
        let mut found: Vec<CloseObstacle> = vec![];
        found.extend(self.not_over());
        found.extend(self.nothing_to_close(reckoned));
        found.extend(self.in_git()?);
        found.extend(self.people());
        found.extend(self.other_files()?);
        found.extend(unaccepted(doubtful));
        Ok(found)
    }

    /// Returns that the window hasn't passed, by the clocks of every policy that has lines in it.
    fn not_over(&self) -> Option<CloseObstacle> {
        let (period, inputs) = (self.args.period, &self.books.loaded.inputs);
        let policies = inputs.policies.iter().map(|policy| &policy.fact);
        let own = policies.filter(|policy| policy.window == period.window());
        let zones = own.map(|policy| policy.zone).chain([inputs.settings.zone]);
        let (end, zone) = zones.map(|zone| (period.bounds(zone).1, zone)).max_by_key(|it| it.0)?;
        let now = self.session.now;
        (now < end).then(|| {
            obstacle(
                format!(
                    "it ends at {}, and now it is {}",
                    OffsetTime::in_zone(end, zone),
                    OffsetTime::in_zone(now, zone)
                ),
                "close it when it is over",
            )
        })
    }

    fn nothing_to_close(&self, reckoned: &ReckonedPeriod) -> Option<CloseObstacle> {
        let policies = self.books.loaded.inputs.policies.iter();
        let mut windows: Vec<_> = policies.map(|policy| policy.fact.window.to_string()).collect();
        windows.sort();
        windows.dedup();
        reckoned.lines.is_empty().then(|| {
            obstacle(
                "it has no line",
                format!("the windows of the policies are: {}", windows.join(", ")),
            )
        })
    }

    fn in_git(&self) -> Result<Vec<CloseObstacle>, Failure> {
        let record = &self.books.record;
        let Some((repo, commit)) = self.books.repo().zip(record.commit.as_ref()) else {
            return Ok(vec![obstacle(
                "the record is in no commit, and a closed period names the one that it is read from",
                "commit it: git add -A, then git commit",
            )]);
        };
        let mut found = vec![];
        if record.dirty {
            found.push(obstacle(
                "files that money hangs on are in no commit, or differ from it",
                "commit them, or put them back: git status",
            ));
        }
        if !repo.shallow_ends()?.is_empty() {
            found.push(obstacle(
                "this clone is shallow: who wrote what its lines hang on can't be told",
                "bring the rest: git fetch --unshallow",
            ));
        }
        let head = repo.resolve(commit)?;
        if !self.args.local && !repo.remote_names()?.is_empty() && !repo.is_at_a_remote(&head)? {
            let short = commit.get(..10).unwrap_or(commit);
            found.push(obstacle(
                format!(
                    "the commit {short} is at no remote, so that nobody else could reckon it again"
                ),
                "push it: recount sync; or close it all the same: --local",
            ));
        }
        Ok(found)
    }

    fn people(&self) -> Vec<CloseObstacle> {
        let mut found = vec![];
        if self.approved_by.is_empty() {
            found.push(obstacle("nobody approves it", "--approved-by NAME"));
        }
        if self.session.person().is_none() {
            found
                .push(obstacle("git doesn't know who you are", "git config user.name 'Your name'"));
        }
        found
    }

    /// Returns files that are in the way, or that were closed once and are gone.
    fn other_files(&self) -> Result<Vec<CloseObstacle>, Failure> {
        let mut found = vec![];
        let file = lines_file(self.args.period);
        let there = files::exists(&self.session.store.root().join(&file));
        if self.before.is_none() && there.unwrap_or(true) {
            found.push(obstacle(
                format!(
                    "{file} is there, without the {} of a closed period",
                    closing_file(self.args.period)
                ),
                "a closed period takes its place: move it away",
            ));
        }
        let closed = &self.books.loaded.inputs.closed;
        for period in closed.corrected_alone() {
            let file = closing_file(period);
            found.push(obstacle(
                format!("a later period corrects {period}, and {file} is gone"),
                format!(
                    "bring it back: git log -- {file}, then git checkout COMMIT -- {file} {}",
                    lines_file(period)
                ),
            ));
        }
        Ok(found)
    }
}

/// Returns the doubtful lines that nobody has accepted.
fn unaccepted(doubtful: &[&CreditLineReport]) -> Option<CloseObstacle> {
    let first = doubtful.first()?;
    let word = |line: &CreditLineReport| match line.status {
        Status::Review => "review",
        _ => "uncertain",
    };
    let named = doubtful.iter().take(MOST_NAMED);
    let named: Vec<_> =
        named.map(|line| format!("{} ({})", line.accepted_name(), word(line))).collect();
    let more = match doubtful.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let count = match doubtful {
        [_] => "a line is doubtful".to_owned(),
        several => format!("{} lines are doubtful", several.len()),
    };
    Some(obstacle(
        format!("{count}: {}{more}", named.join(", ")),
        format!(
            "settle them in the record, or say why they are right: --accept '{}' --reason TEXT",
            first.accepted_name()
        ),
    ))
}
