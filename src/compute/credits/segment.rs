//! Parts of impact, and what becomes of each: counted, or cut out by a rule.

use crate::compute::downtime::{Boundary, IntervalSet};
use crate::model::diagnostic::Location;
use crate::model::incident::{Attribution, Name, Share, State};
use crate::model::money::Exact;
use crate::model::time::Instant;
use std::cmp::Reverse;
use std::fmt;

/// A part of the impact of one incident on one service.
#[derive(Clone, Debug)]
pub struct ImpactSegment<'a> {
    /// The incident's place in the inputs.
    pub incident: usize,
    /// The service.
    pub service: &'a Name,
    /// What the service was.
    pub state: State,
    /// The part of requests or customers hit.
    pub share: Option<Share>,
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
    pub disposition: Disposition,
}

/// What becomes of a part of impact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// It counts.
    Counted,
    /// Its state has no weight.
    Weightless,
    /// Whose doing it was excludes it.
    Attribution {
        /// Whose it was.
        whose: Attribution,
        /// The event that says so; none where the incident does.
        said_at: Option<Location>,
    },
    /// It lies before the milestone from which on time counts.
    BeforeStart,
    /// The milestone from which on time counts was not marked.
    NeverStarted,
    /// Another incident counts at the same time.
    Overlap(usize),
    /// Planned maintenance excuses it: its place in the inputs.
    Maintenance(usize),
    /// It lies outside the service hours.
    OutsideHours,
    /// Its interval is too short.
    TooShort,
    /// It lies in another window.
    OutsideWindow,
    /// The customer had no subscription then.
    OutsideSubscription,
}

impl fmt::Display for Disposition {
    /// Writes the name of the rule that decided.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Counted => "counted",
            Self::Weightless => "weight",
            Self::Attribution { .. } => "attribution",
            Self::BeforeStart | Self::NeverStarted => "starts-at",
            Self::Overlap(_) => "overlap",
            Self::Maintenance(_) => "maintenance",
            Self::OutsideHours => "service-hours",
            Self::TooShort => "min-duration",
            Self::OutsideWindow => "window",
            Self::OutsideSubscription => "subscription",
        })
    }
}

/// An interval of time and what becomes of impact in it.
#[derive(Clone, Debug)]
pub(super) struct Cut {
    pub(super) from: Instant,
    pub(super) to: Instant,
    pub(super) disposition: Disposition,
}

impl ImpactSegment<'_> {
    /// Returns whether it counts, as far as is known yet.
    pub fn is_live(&self) -> bool {
        self.disposition == Disposition::Counted
    }

    fn part(&self, from: Instant, to: Instant, disposition: Disposition) -> Self {
        Self { from, to, disposition, ..self.clone() }
    }
}

/// Returns the time in which some segment counts.
pub(super) fn live(segments: &[ImpactSegment<'_>]) -> IntervalSet {
    IntervalSet::union(segments.iter().filter(|p| p.is_live()).map(|p| (p.from, p.to)))
}

/// Cuts out what lies outside some time.
pub(super) fn outside(kept: &IntervalSet, disposition: &Disposition) -> Vec<Cut> {
    let all = IntervalSet::union([(Instant::MIN, Instant::MAX)]);
    inside(&all.without(kept), disposition)
}

/// Cuts out what lies within some time.
pub(super) fn inside(cover: &IntervalSet, disposition: &Disposition) -> Vec<Cut> {
    let parts = cover.parts().iter().copied();
    parts.map(|(from, to)| Cut { from, to, disposition: disposition.clone() }).collect()
}

/// Splits the counted segments that are `concerned` at cuts, which are in order and apart.
///
/// A segment that an earlier rule took out is left alone: the first rule of the order in which credits are
/// computed is the one that a line cites, and no time is taken out twice.
pub(super) fn cut(
    segments: &mut Vec<ImpactSegment<'_>>,
    cuts: &[Cut],
    concerned: impl Fn(&ImpactSegment<'_>) -> bool,
) {
    for segment in std::mem::take(segments) {
        if !segment.is_live() || !concerned(&segment) {
            segments.push(segment);
            continue;
        }
        let mut at = segment.from;
        let first = cuts.partition_point(|c| c.to <= segment.from);
        for cut in cuts.iter().skip(first).take_while(|c| c.from < segment.to) {
            let (from, to) = (cut.from.max(at), cut.to.min(segment.to));
            if at < from {
                segments.push(segment.part(at, from, Disposition::Counted));
            }
            segments.push(segment.part(from, to, cut.disposition.clone()));
            at = to;
        }
        if at < segment.to {
            segments.push(segment.part(at, segment.to, Disposition::Counted));
        }
    }
}

/// Leaves at each instant one counted segment: the heaviest, and the first of those that weigh the same.
///
/// A customer whose service is down is not down twice because two incidents say so: each second counts once.
/// It counts with the heaviest weight, since an outage that overlaps a slowdown is an outage. Between the
/// edges of all segments the set of those under way does not change, and so neither does the heaviest. Of those
/// that weigh the same a `certain` one comes first: under it, what is not known of others changes nothing.
pub(super) fn unite(
    segments: &mut Vec<ImpactSegment<'_>>,
    certain: impl Fn(&ImpactSegment<'_>) -> bool,
) {
    let mut edges: Vec<_> =
        segments.iter().filter(|p| p.is_live()).flat_map(|p| [p.from, p.to]).collect();
    edges.sort_unstable();
    edges.dedup();
    let mut order: Vec<usize> =
        segments.iter().enumerate().filter(|(_, p)| p.is_live()).map(|(i, _)| i).collect();
    order.sort_by_key(|i| segments.get(*i).map(|p| Reverse(p.from)));
    let mut cuts: Vec<Vec<Cut>> = vec![vec![]; segments.len()];
    let mut active: Vec<(usize, &ImpactSegment<'_>)> = vec![];
    for (from, to) in edges.iter().copied().zip(edges.iter().copied().skip(1)) {
        active.retain(|(_, p)| p.to > from);
        while let Some(i) = order.pop_if(|i| segments.get(*i).is_some_and(|p| p.from <= from)) {
            active.extend(segments.get(i).map(|p| (i, p)));
        }
        let heaviest = active.iter().max_by_key(|(i, p)| (&p.weight, certain(p), Reverse(*i)));
        let Some((winner, segment)) = heaviest else { continue };
        for (i, _) in active.iter().filter(|(i, _)| i != winner) {
            if let Some(cuts) = cuts.get_mut(*i) {
                add(cuts, Cut { from, to, disposition: Disposition::Overlap(segment.incident) });
            }
        }
    }
    let mut united = vec![];
    for (segment, cuts) in std::mem::take(segments).into_iter().zip(&cuts) {
        let mut one = vec![segment];
        cut(&mut one, cuts, |_| true);
        united.append(&mut one);
    }
    *segments = united;
}

/// Adds a cut, or lengthens the last one where it goes on.
fn add(cuts: &mut Vec<Cut>, next: Cut) {
    let goes_on = |last: &&mut Cut| last.to == next.from && last.disposition == next.disposition;
    match cuts.last_mut().filter(goes_on) {
        Some(last) => last.to = next.to,
        None => cuts.push(next),
    }
}
