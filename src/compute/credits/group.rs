//! Policies of one group: the best line alone, or all of them.

use super::verdict::Status;
use super::{CreditInputs, CreditLine};
use crate::model::sla::{Policy, Stacking};

/// Leaves of each group's lines the best one, unless all its policies add up. A line in review stays
/// beside it: it may turn out to be the better one.
pub(super) fn settle<'b>(
    inputs: &'b CreditInputs,
    lines: Vec<CreditLine<'b>>,
) -> Vec<CreditLine<'b>> {
    let policy = |line: &CreditLine<'_>| Some(&inputs.policies.get(line.policy?)?.fact);
    let group = |line: &CreditLine<'_>| policy(line)?.group.as_ref().map(|g| g.value.clone());
    let mut settled: Vec<CreditLine<'b>> = vec![];
    let mut groups: Vec<(crate::model::incident::Name, Vec<CreditLine<'b>>)> = vec![];
    for line in lines {
        match group(&line) {
            None => settled.push(line),
            Some(name) => match groups.iter_mut().find(|(known, _)| *known == name) {
                Some((_, members)) => members.push(line),
                None => groups.push((name, vec![line])),
            },
        }
    }
    for (_, members) in groups {
        let adds_up = |p: &Policy| p.stacking == Stacking::Sum;
        if members.iter().filter_map(policy).all(adds_up) {
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
        worth(b).cmp(&worth(a)).then_with(|| a.policy_id.cmp(&b.policy_id))
    });
    let mut known = known.into_iter();
    let Some(mut winner) = known.next() else { return kept };
    winner.lesser = known.filter_map(|l| Some((l.policy_id?, l.verdict.credit))).collect();
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
