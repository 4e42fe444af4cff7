//! Policies of one group: the best line alone, or all of them.

use super::CreditLine;
use super::verdict::Status;
use crate::model::incident::Name;
use crate::model::sla::Stacking;

/// Leaves of each group's lines the best one, unless all its policies add up. A line in review stays
/// beside it: it may turn out to be the better one.
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

fn best(members: Vec<CreditLine<'_>>) -> Vec<CreditLine<'_>> {
    let (mut kept, mut known): (Vec<_>, Vec<_>) =
        members.into_iter().partition(|l| l.verdict.status == Status::Review);
    known.sort_by(|a, b| {
        let worth = |l: &CreditLine<'_>| {
            (l.verdict.credit.clone(), l.verdict.extend_days, rank(l.verdict.status))
        };
        worth(b).cmp(&worth(a)).then_with(|| a.policy.fact.id.cmp(&b.policy.fact.id))
    });
    let mut known = known.into_iter();
    let Some(mut winner) = known.next() else { return kept };
    winner.lesser = known.map(|l| (l.policy.fact.id.clone(), l.verdict.credit)).collect();
    kept.push(winner);
    kept
}

/// Returns how near to a credit a status is, where two lines are worth the same.
fn rank(status: Status) -> usize {
    match status {
        Status::Ineligible => 0,
        other => 1 + Status::ALL.iter().position(|s| *s == other).unwrap_or(0),
    }
}
