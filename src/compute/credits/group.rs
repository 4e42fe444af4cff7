//! Policies of one group: the best line alone, or all of them.

use super::CreditLine;
use super::verdict::Status;
use crate::model::incident::Name;
use crate::model::money::Exact;
use crate::model::sla::Stacking;
use num_traits::{Signed, Zero};

/// Leaves of each group's lines the best one, unless all its policies add up.
pub(super) fn settle(lines: Vec<CreditLine<'_>>) -> Vec<CreditLine<'_>> {
    let mut settled: Vec<CreditLine<'_>> = vec![];
    let mut groups: Vec<(&Name, Vec<CreditLine<'_>>)> = vec![];
    for line in lines {
        match line.policy.fact.group.as_ref().map(|group| &group.value) {
            None => settled.push(line),
            Some(name) => match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, members)) => members.push(line),
                None => groups.push((name, vec![line])),
            },
        }
    }
    for (_, members) in groups {
        if members.iter().all(|line| line.policy.fact.stacking == Stacking::Sum) {
            settled.extend(members);
        } else {
            settled.extend(best(members));
        }
    }
    settled
}

/// Returns the one line of a group: the best of what is due by itself, with what a claim could bring on top; where
/// nothing is due, the best that waits for a claim. One in review may turn out better than all, and comes before them.
fn best(mut members: Vec<CreditLine<'_>>) -> Option<CreditLine<'_>> {
    let waits = |l: &CreditLine<'_>| l.verdict.status == Status::ClaimPending;
    let worth = |l: &CreditLine<'_>| (l.verdict.credit.clone(), l.verdict.extend_days);
    let is_due = |l: &CreditLine<'_>| {
        !waits(l) && (l.verdict.credit.is_positive() || l.verdict.extend_days > 0)
    };
    let place = |l: &CreditLine<'_>| {
        let first = match l.verdict.status {
            Status::Review => 3,
            _ if is_due(l) => 2,
            Status::ClaimPending => 1,
            _ => 0,
        };
        (first, worth(l), rank(l.verdict.status))
    };
    members.sort_by(|a, b| {
        place(b).cmp(&place(a)).then_with(|| a.policy.fact.id.cmp(&b.policy.fact.id))
    });
    let mut members = members.into_iter();
    let mut winner = members.next()?;
    let others: Vec<_> = members.collect();
    if is_due(&winner) {
        let waiting = others.iter().filter(|l| waits(l)).map(|l| &l.verdict.credit).max();
        let more = waiting.map(|credit| credit - &winner.verdict.credit);
        winner.pending = more.filter(Exact::is_positive).unwrap_or_else(Exact::zero);
    }
    winner.lesser =
        others.into_iter().map(|l| (l.policy.fact.id.clone(), l.verdict.credit)).collect();
    Some(winner)
}

/// Returns how near to a credit a status is, where two lines are worth the same.
fn rank(status: Status) -> usize {
    match status {
        Status::Ineligible => 0,
        other => 1 + Status::ALL.iter().position(|s| *s == other).unwrap_or(0),
    }
}
