//! Parts of impact, and what becomes of each: counted, or cut out by a rule.

use crate::compute::downtime::{Boundary, IntervalSet};
use crate::model::diagnostic::Location;
use crate::model::incident::{Attribution, Name, Share, State};
use crate::model::money::Exact;
use crate::model::time::Instant;
use std::cmp::Reverse;

/// A part of the impact of one incident on one service.
#[derive(Clone, Debug)]
pub struct ImpactSegment<'a> {
    /// The incident's place in the books.
    pub incident: usize,
    /// The service.
    pub service: &'a Name,
    /// What the service was.
    pub state: State,
    /// The part of requests or customers hit.
    pub share: Option<&'a Share>,
    /// How much each second counts.
    pub weight: Exact,
    /// Where the whole impact began.
    pub start: Boundary<'a>,
    /// Where the whole impact ended; none where the record has no end for it.
    pub end: Option<Boundary<'a>>,
    /// Where this part begins.
    pub from: Instant,
    /// Where this part ends.
    pub to: Instant,
    /// What becomes of it.
    pub fate: Disposition,
}

/// What becomes of a part of impact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It counts.
    Counted,
    /// Its state has no weight.
    Weightless,
    /// Whose doing it was excludes it.
    Attribution(Attribution, Option<Location>),
    /// It lies before the milestone from which on time counts.
    BeforeStart,
    /// The milestone from which on time counts was not marked.
    NeverStarted,
    /// Another incident counts at the same time.
    Overlap(usize),
    /// Planned maintenance excuses it: its place in the books.
    Maintenance(usize),
    /// It lies outside the service hours.
    OutsideHours,
    /// Its stretch is too short.
    TooShort,
    /// It lies in another window.
    OutsideWindow,
    /// The customer had no subscription then.
    OutsideSubscription,
}

/// A stretch of time and what becomes of impact in it.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) from: Instant,
    pub(super) to: Instant,
    pub(super) fate: Disposition,
}

impl ImpactSegment<'_> {
    /// Returns whether it counts, as far as is known yet.
    pub fn is_live(&self) -> bool {
        self.fate == Disposition::Counted
    }

    fn part(&self, from: Instant, to: Instant, fate: Disposition) -> Self {
        Self { from, to, fate, ..self.clone() }
    }
}

/// Returns the time in which some piece counts.
pub(super) fn live(pieces: &[ImpactSegment<'_>]) -> IntervalSet {
    IntervalSet::union(pieces.iter().filter(|p| p.is_live()).map(|p| (p.from, p.to)))
}

/// Marks what lies outside some time.
pub(super) fn outside(kept: &IntervalSet, fate: &Disposition) -> Vec<Cut> {
    let all = IntervalSet::union([(Instant::MIN, Instant::MAX)]);
    inside(&all.without(kept), fate)
}

/// Marks what lies within some time.
pub(super) fn inside(cover: &IntervalSet, fate: &Disposition) -> Vec<Cut> {
    let mark = |(from, to): &(Instant, Instant)| Cut { from: *from, to: *to, fate: fate.clone() };
    cover.parts().iter().map(mark).collect()
}

/// Splits the counted pieces that are `concerned` at marks, which are in order and apart.
pub(super) fn mark(
    pieces: &mut Vec<ImpactSegment<'_>>,
    marks: &[Cut],
    concerned: impl Fn(&ImpactSegment<'_>) -> bool,
) {
    for piece in std::mem::take(pieces) {
        if !piece.is_live() || !concerned(&piece) {
            pieces.push(piece);
            continue;
        }
        let mut at = piece.from;
        let first = marks.partition_point(|m| m.to <= piece.from);
        for mark in marks.iter().skip(first).take_while(|m| m.from < piece.to) {
            let (from, to) = (mark.from.max(at), mark.to.min(piece.to));
            if at < from {
                pieces.push(piece.part(at, from, Disposition::Counted));
            }
            pieces.push(piece.part(from, to, mark.fate.clone()));
            at = to;
        }
        if at < piece.to {
            pieces.push(piece.part(at, piece.to, Disposition::Counted));
        }
    }
}

/// Leaves at each instant one counted piece: the heaviest, and the first of those that weigh the same.
pub(super) fn unite(pieces: &mut Vec<ImpactSegment<'_>>) {
    let mut cuts: Vec<_> =
        pieces.iter().filter(|p| p.is_live()).flat_map(|p| [p.from, p.to]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut order: Vec<usize> =
        pieces.iter().enumerate().filter(|(_, p)| p.is_live()).map(|(i, _)| i).collect();
    order.sort_by_key(|i| pieces.get(*i).map(|p| Reverse(p.from)));
    let mut marks: Vec<Vec<Cut>> = vec![vec![]; pieces.len()];
    let mut active: Vec<(usize, &ImpactSegment<'_>)> = vec![];
    for (from, to) in cuts.iter().copied().zip(cuts.iter().copied().skip(1)) {
        active.retain(|(_, p)| p.to > from);
        while let Some(i) = order.pop_if(|i| pieces.get(*i).is_some_and(|p| p.from <= from)) {
            active.extend(pieces.get(i).map(|p| (i, p)));
        }
        let heaviest = active.iter().max_by_key(|(i, p)| (&p.weight, Reverse(*i)));
        let Some((winner, piece)) = heaviest else { continue };
        for (i, _) in active.iter().filter(|(i, _)| i != winner) {
            if let Some(marks) = marks.get_mut(*i) {
                add(marks, Cut { from, to, fate: Disposition::Overlap(piece.incident) });
            }
        }
    }
    let mut united = vec![];
    for (piece, marks) in std::mem::take(pieces).into_iter().zip(&marks) {
        let mut one = vec![piece];
        mark(&mut one, marks, |_| true);
        united.append(&mut one);
    }
    *pieces = united;
}

/// Adds a mark, or lengthens the last one where it goes on.
fn add(marks: &mut Vec<Cut>, next: Cut) {
    match marks.last_mut().filter(|last| last.to == next.from && last.fate == next.fate) {
        Some(last) => last.to = next.to,
        None => marks.push(next),
    }
}
