//! Corrections: what a later change makes of the lines of a period that was closed before.
//!
//! A correction is what the line gives now, less what was closed, less every correction of it in any closed file: so a
//! correction that was posted twice is taken back by the next one.

use super::closing::Closing;
use super::{CreditLineReport, CreditsHeading, Explanation, InputFile, LineKind, Status};
use super::{WindowBounds, values::ExactNumber};
use crate::compute::credits::{ClosedPeriods, ClosedSum, EarlierWindow, StandingLine};
use crate::model::line_name::LineName;
use crate::model::money::{Currency, Money, exactly};
use num_traits::Zero;
use std::collections::{BTreeMap, HashMap};

/// How many changed files a correction names.
const MOST_FILES: usize = 3;
/// How much of a commit's name is shown.
const SHOWN: usize = 10;

/// A closed period, and its lines as they are now.
#[derive(Clone, Copy, Debug)]
pub struct RecomputedPeriod<'a> {
    /// What stands beside the closed lines.
    pub closing: &'a Closing,
    /// The lines as they are now.
    pub lines: &'a [CreditLineReport],
    /// What they were computed from.
    pub heading: &'a CreditsHeading,
}

/// What the lines of a period are now, by name and currency.
struct LinesNow<'a> {
    /// In the order of the first of each.
    order: Vec<(LineName, Currency)>,
    now: BTreeMap<(LineName, Currency), LineNow<'a>>,
}

/// What lines of one name and currency are now.
struct LineNow<'a> {
    like: &'a CreditLineReport,
    sum: ClosedSum,
    is_alone: bool,
}

impl RecomputedPeriod<'_> {
    /// Returns the corrections that make of what stands closed what is now: the lines in their order, then those that
    /// are no more.
    pub fn corrections(&self, closed: &ClosedPeriods) -> Vec<CreditLineReport> {
        let LinesNow { order, now } = self.now();
        let statuses: HashMap<&LineName, Status> =
            self.lines.iter().map(|line| (&line.line, line.status)).collect();
        let period = self.closing.period;
        let gone = closed.sums(period).map(|(key, _)| key).filter(|key| !now.contains_key(*key));
        let keys = order.iter().chain(gone);
        let correction = |key: &(LineName, Currency)| {
            let before = closed.sum(period, key).cloned().unwrap_or_else(ClosedSum::zero);
            let standing = closed.line(period, &key.0);
            let line = now.get(key);
            let status = statuses.get(&key.0).copied();
            let after = line.map_or_else(ClosedSum::zero, |line| line.sum.clone());
            let is_told = line.is_some() || status.is_none();
            let turns = key.0.policy.is_some() && is_told && turns(standing, status);
            let found = FoundChange { key, standing, line, status, before, after };
            (!found.difference().is_zero() || turns).then(|| self.correction(&found))
        };
        keys.filter_map(correction).collect()
    }

    fn now(&self) -> LinesNow<'_> {
        let (mut order, mut now) = (vec![], BTreeMap::<_, LineNow<'_>>::new());
        for like in self.lines {
            let key = (like.line.clone(), like.currency);
            match now.get_mut(&key) {
                Some(known) => {
                    known.sum.add(&like.sum());
                    known.is_alone = false;
                }
                None => {
                    order.push(key.clone());
                    now.insert(key, LineNow { like, sum: like.sum(), is_alone: true });
                }
            }
        }
        LinesNow { order, now }
    }

    fn correction(&self, found: &FoundChange<'_>) -> CreditLineReport {
        let (name, currency) = found.key;
        let money = |amount| Money { amount, currency: *currency };
        let difference = found.difference();
        let credit = money(difference.credit);
        let base = match found.line {
            Some(line) => line.like.clone(),
            None => gone(found, self.heading, credit.clone()),
        };
        // Only of a line that is due by itself its bounds are those of what is due.
        let bounds = found.line.filter(|line| {
            line.is_alone && line.like.uncertain && line.like.status != Status::ClaimPending
        });
        let bound = |of: fn(&CreditLineReport) -> &Money| {
            bounds.map_or(credit.clone(), |l| money(&of(l.like).amount - &found.before.credit))
        };
        CreditLineReport {
            kind: LineKind::Correction,
            status: Status::Credit,
            percent: None,
            credit_min: bound(|line| &line.credit_min),
            credit_max: bound(|line| &line.credit_max),
            pending: money(difference.pending),
            extend_days: difference.extend_days,
            uncertain_review: base.uncertain_review || found.status == Some(Status::Review),
            reason: Some(self.reason(found)),
            approved_by: None,
            line: name.clone(),
            corrects: Some(self.closing.period),
            // Where there is no such line any more, nothing is promised.
            corrected_status: Some(found.status.unwrap_or(Status::Ineligible)),
            credit,
            ..base
        }
    }

    /// Returns both commits, what was, what is, and what changed between them.
    fn reason(&self, found: &FoundChange<'_>) -> String {
        let commit = |name: &str| name.get(..SHOWN).unwrap_or(name).to_owned();
        let now = self.heading.record.commit.as_deref().map_or("no commit".to_owned(), commit);
        let amount = |sum: &ClosedSum| {
            let currency = found.key.1;
            let money = |amount| Money { amount, currency };
            let mut told = format!("{} {currency}", money(sum.credit.clone()));
            if !sum.pending.is_zero() {
                told += &format!(" and {} that wait for a claim", money(sum.pending.clone()));
            }
            if sum.extend_days != 0 {
                told += &format!(" and {} days", sum.extend_days);
            }
            told
        };
        let word = |status: Option<Status>| {
            status.map_or(" (no such line)".to_owned(), |status| format!(" ({status})"))
        };
        format!(
            "{} was closed at {} and stood at {}{}; at {now} it is {}{}; {}",
            self.closing.period,
            commit(&self.closing.commit),
            amount(&found.before),
            word(found.standing.map(|line| line.status)),
            amount(&found.after),
            word(found.status),
            self.changes(found)
        )
    }

    /// Returns what of the line and of the files that were read is another since the period was closed.
    fn changes(&self, found: &FoundChange<'_>) -> String {
        let Closing { inputs, tool, tzdata, .. } = self.closing;
        let mut told = vec![];
        let fee = found.standing.and_then(|line| line.fee.as_ref());
        let fee_now = found.line.and_then(|line| line.like.fee.as_ref()).map(|fee| &fee.amount);
        if let (Some(was), Some(is)) = (fee, fee_now)
            && was != is
        {
            told.push(format!("the fee {} → {}", exactly(was), ExactNumber(is.clone())));
        }
        let mut files = changed_files(inputs, &self.heading.inputs);
        files.sort_by_key(|path| !found.is_near(path));
        told.extend(files.iter().take(MOST_FILES).map(|path| (*path).to_owned()));
        if let Some(more) = files.len().checked_sub(MOST_FILES).filter(|more| *more > 0) {
            told.push(format!("{more} more"));
        }
        if tool != self.heading.tool {
            told.push(format!("{tool} → {}", self.heading.tool));
        }
        if tzdata != self.heading.tzdata {
            told.push(format!("time zones {tzdata} → {}", self.heading.tzdata));
        }
        match told.is_empty() {
            true => "changed: periods before it".to_owned(),
            false => format!("changed: {}", told.join(", ")),
        }
    }
}

/// A line whose closed period says something else than is now.
struct FoundChange<'a> {
    key: &'a (LineName, Currency),
    standing: Option<&'a StandingLine>,
    line: Option<&'a LineNow<'a>>,
    /// What became of the line of that name; none where there is no such line.
    status: Option<Status>,
    before: ClosedSum,
    after: ClosedSum,
}

impl FoundChange<'_> {
    fn difference(&self) -> ClosedSum {
        self.after.less(&self.before)
    }

    /// Returns whether a file is one that the line itself was read from.
    fn is_near(&self, path: &str) -> bool {
        let Some(LineNow { like, .. }) = self.line else { return false };
        let is_policy = like.explanation.terms.as_ref().is_some_and(|terms| terms.path == path);
        let is_row = like.explanation.rows.iter().any(|row| row.path == path);
        let of_incident = |id: &str| path.split('/').any(|part| part == id);
        is_policy || is_row || like.incidents.iter().any(|id| of_incident(id.as_str()))
    }
}

/// Returns whether those that look back at the window see another one.
fn turns(standing: Option<&StandingLine>, status: Option<Status>) -> bool {
    let was = standing.map_or(EarlierWindow::Kept, StandingLine::earlier);
    was != status.map_or(EarlierWindow::Kept, EarlierWindow::of)
}

/// Returns the files that were read and are others, new or gone; closed periods are no facts.
fn changed_files<'a>(before: &'a [InputFile], now: &'a [InputFile]) -> Vec<&'a str> {
    let by_path = |files: &'a [InputFile]| -> BTreeMap<&'a str, &'a str> {
        let is_fact = |file: &&InputFile| {
            !file.path.starts_with("credits/") || file.path == "credits/adjustments.csv"
        };
        files.iter().filter(is_fact).map(|f| (f.path.as_str(), f.sha256.as_str())).collect()
    };
    let (before, now) = (by_path(before), by_path(now));
    let mut changed: Vec<_> = now
        .iter()
        .filter(|(path, hash)| before.get(*path) != Some(*hash))
        .map(|(p, _)| *p)
        .collect();
    changed.extend(before.keys().filter(|path| !now.contains_key(*path)));
    changed
}

/// Returns a line that is no more, as far as what was closed tells of it.
fn gone(found: &FoundChange<'_>, heading: &CreditsHeading, credit: Money) -> CreditLineReport {
    let (name, currency) = found.key;
    let window = found.standing.map(|line| line.window);
    let (start, end) =
        window.unwrap_or_else(|| heading.period.bounds(crate::model::time::Zone::UTC));
    CreditLineReport {
        kind: LineKind::Correction,
        customer: name.key.customer.clone(),
        service: name.key.service.clone(),
        policy: name.policy.clone(),
        policy_sha256: None,
        window: WindowBounds { start, end },
        uptime_percent: None,
        uptime_exact: None,
        counted_seconds: None,
        excluded_seconds: None,
        incidents_held: None,
        incidents_in_breach: None,
        share_percent: None,
        status: Status::Credit,
        band: None,
        percent: None,
        fee: None,
        currency: *currency,
        pending: Money { amount: Zero::zero(), currency: *currency },
        uncertain: false,
        credit_min: credit.clone(),
        credit_max: credit.clone(),
        uncertain_review: false,
        extend_days: 0,
        rights: vec![],
        claim_by: None,
        plan: name.key.plan.clone(),
        region: name.key.region.clone(),
        resource: name.key.resource.clone(),
        incidents: vec![],
        reason: None,
        approved_by: None,
        line: name.clone(),
        corrects: None,
        corrected_status: None,
        explanation: Explanation::default(),
        credit,
    }
}
