//! When a customer must ask for a credit, and whether that was done.

use super::tally::Tally;
use super::terms::LineTerms;
use super::verdict::{StepKind, Verdict};
use crate::model::sla::{ClaimFrom, ClaimRule, ClaimTime};
use chrono::NaiveDate;

/// How a claim stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ClaimState {
    /// It came in time, or nobody need ask.
    InTime,
    /// It came too late.
    Late,
    /// None has come.
    NotYet,
}

/// Returns how a claim stands, and says so in the verdict.
pub(super) fn claim(verdict: &mut Verdict, terms: &LineTerms<'_>, tally: &Tally) -> ClaimState {
    let ClaimRule::Within { length, from, place } = &terms.policy.claim else {
        return ClaimState::InTime;
    };
    let end_of_period = terms.period.end_day();
    // The day that begins with the midnight from which on it is counted.
    let (since, what) = match from {
        ClaimFrom::PeriodEnd => (end_of_period, "the end of the period"),
        ClaimFrom::IncidentEnd => (
            tally.ended.and_then(|day| day.succ_opt()).unwrap_or(end_of_period),
            "the end of the day on which the incident ended",
        ),
    };
    // The first day that is too late.
    let by = first_day_too_late(length, since, terms);
    verdict.claim_by = by;
    let (stand, how) = match (terms.claimed, by) {
        (None, _) => (ClaimState::NotYet, "none was received yet".to_owned()),
        (Some(day), Some(by)) if day >= by => {
            (ClaimState::Late, format!("received on {day}, too late"))
        }
        (Some(day), _) => (ClaimState::InTime, format!("received on {day}")),
    };
    let says = match by {
        Some(by) => format!("a claim must be received before {by}, {length} from {what}: {how}"),
        None => format!("a claim must be received, at whatever time: {how}"),
    };
    verdict.step(StepKind::Claim, says, *place);
    stand
}

fn first_day_too_late(
    length: &ClaimTime,
    since: NaiveDate,
    terms: &LineTerms<'_>,
) -> Option<NaiveDate> {
    match length {
        ClaimTime::Calendar(length) => Some(length.after(since)),
        ClaimTime::Business(days) => {
            let calendar = terms.settings.calendar(&days.calendar)?;
            days.last_from(since, calendar).succ_opt()
        }
        ClaimTime::Unlimited => None,
    }
}
