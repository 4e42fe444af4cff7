//! The windows before one: what schemes and rights ask about them, and what became of each.

use super::review::ReviewReason;
use super::verdict::Status;
use crate::model::sla::{CalendarLength, Cap, Period, Policy, Scheme};

/// What became of a window before the one that a line is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EarlierWindow {
    /// The promise was kept, or there was none.
    Kept,
    /// It was in breach.
    Breach,
    /// It is in review.
    Unknown,
}

impl EarlierWindow {
    /// Returns what a window was by what became of its line.
    pub fn of(status: Status) -> Self {
        match status {
            Status::Review => Self::Unknown,
            status if status.is_breach() => Self::Breach,
            _ => Self::Kept,
        }
    }
}

/// Only a slip in a length of time reaches further back.
const MOST: usize = 1_000;

fn before(period: Period) -> impl Iterator<Item = Period> {
    std::iter::successors(period.previous(), |p| p.previous()).take(MOST)
}

/// Returns how many windows before one began in a time before its end.
fn count_within(within: CalendarLength, period: Period) -> usize {
    let first = within.before(period.end_day());
    before(period).take_while(|p| p.first_day() >= first).count()
}

/// Returns how many windows before one a policy's scheme asks about.
fn asked_by_scheme(policy: &Policy, period: Period) -> usize {
    match &policy.scheme.value {
        Scheme::Ladder { within, .. } => count_within(*within, period),
        Scheme::Consecutive { windows, .. } => {
            usize::try_from(*windows).unwrap_or(1).saturating_sub(1)
        }
        _ => 0,
    }
}

/// Returns the windows before one that a policy's scheme or its rights ask about, the latest first.
pub(super) fn asked(policy: &Policy, period: Period) -> Vec<Period> {
    let rights = policy.rights.iter().map(|right| count_within(right.value.within, period));
    let count = rights.fold(asked_by_scheme(policy, period), usize::max);
    before(period).take(count).collect()
}

/// Returns how many of the windows before one that began in a time before its end were in breach.
pub(super) fn breaches(earlier: &[EarlierWindow], period: Period, within: CalendarLength) -> usize {
    let asked = earlier.iter().take(count_within(within, period));
    asked.filter(|window| **window == EarlierWindow::Breach).count()
}

/// Returns why a line is in review where its scheme asks about a window that is.
///
/// Once a row of breaches has ended, what was before it decides nothing; and a right is no money.
pub(super) fn doubt(
    earlier: &[EarlierWindow],
    policy: &Policy,
    period: Period,
) -> Option<ReviewReason> {
    let row = matches!(policy.scheme.value, Scheme::Consecutive { .. });
    let asked = earlier.iter().zip(before(period)).take(asked_by_scheme(policy, period));
    let mut asked = asked.skip_while(|(window, _)| row && **window == EarlierWindow::Breach);
    let unknown = |(window, _): &(&EarlierWindow, Period)| **window == EarlierWindow::Unknown;
    let found = if row { asked.next().filter(unknown) } else { asked.find(unknown) };
    found.map(|(_, period)| ReviewReason::Earlier(period))
}

/// Returns whether a policy looks back at earlier windows: its scheme, its rights or a cap.
pub fn looks_back(policy: &Policy) -> bool {
    let by_scheme = match policy.scheme.value {
        Scheme::Ladder { .. } => true,
        Scheme::Consecutive { windows, .. } => windows > 1,
        _ => false,
    };
    let mut caps = policy.caps.iter();
    by_scheme
        || !policy.rights.is_empty()
        || caps.any(|cap| matches!(cap.value, Cap::PercentOfWindows { windows, .. } if windows > 1))
}
