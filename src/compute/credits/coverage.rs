//! Which values the bands of a policy's table leave out, or claim twice.

use super::scheme::in_seconds;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::money::{Exact, count, exactly, ratio, whole};
use crate::model::sla::{
    Band, BandYield, Commitment, CompareRule, FeeShare, Granularity, Policy, Scheme, StateWeight,
};
use crate::model::time::Span;
use crate::model::time::duration::words;
use num_traits::{Pow, Zero};
use std::collections::BTreeSet;

/// Returns what is wrong with a policy's table, if it has one.
pub(super) fn table(policy: &Policy) -> Vec<Diagnostic> {
    let scheme = match &policy.scheme.value {
        Scheme::Consecutive { then, .. } => then,
        scheme => scheme,
    };
    match scheme {
        Scheme::Bands(bands) => of_uptime(policy, bands),
        Scheme::DurationBands { bands, .. } => of_downtime(policy, &in_seconds(bands)),
        _ => vec![],
    }
}

fn of_uptime(policy: &Policy, bands: &[Band<Exact>]) -> Vec<Diagnostic> {
    let commitment = &policy.commitment.value;
    let place = policy.scheme.place;
    if bands.is_empty() {
        return vec![dead(place, "the table is empty: a breach yields nothing".to_owned())];
    }
    let pieces = pieces(bands, &[Exact::zero(), commitment.percent.clone()]);
    let in_breach = |piece: &&ValuePiece| !commitment.is_met(&piece.inside);
    let pieces: Vec<_> =
        pieces.iter().filter(in_breach).filter(|p| p.occurs(uptime_step(policy))).collect();
    let show = |at: &Exact| format!("{} %", exactly(at));
    let mut found = holes(bands, &pieces, show, |piece| {
        match bands.iter().any(|b| b.range.is_under(&piece.inside)) {
            // Above every band no credit is due.
            false => PieceGap::None,
            true if bands.iter().all(|b| b.range.is_under(&piece.inside)) => {
                let and_it = if piece.is_point() { " and exactly that" } else { "" };
                PieceGap::Beyond(place, format!("uptime below {}{and_it}", show(&piece.high)))
            }
            true => PieceGap::Between,
        }
    });
    found.extend(overlaps(bands, &pieces));
    found.extend(dead_top(bands, &pieces, commitment, place));
    found.extend(bands.iter().filter_map(|band| unreachable(band, &pieces)));
    found
}

fn of_downtime(policy: &Policy, bands: &[Band<Exact>]) -> Vec<Diagnostic> {
    let pieces = pieces(bands, &[Exact::zero()]);
    let pieces: Vec<_> = pieces.iter().filter(|p| p.occurs(downtime_step(policy))).collect();
    let show = |at: &Exact| words(Span::seconds(count(at)));
    let last = bands.iter().max_by_key(|b| b.range.high.as_ref().map(|bound| bound.at.clone()));
    let place = last.map_or(policy.scheme.place, |band| band.place);
    let mut found = holes(bands, &pieces, show, |piece| {
        match bands.iter().any(|b| b.range.is_over(&piece.inside)) {
            // Below every band no credit is due.
            false => PieceGap::None,
            true if bands.iter().all(|b| b.range.is_over(&piece.inside)) => {
                PieceGap::Beyond(place, "downtime past the last band".to_owned())
            }
            true => PieceGap::Between,
        }
    });
    found.extend(overlaps(bands, &pieces));
    found
}

/// Returns how far apart the uptimes in percent lie that are looked up.
fn uptime_step(policy: &Policy) -> Option<Exact> {
    match policy.compare {
        CompareRule::Exact => None,
        CompareRule::Places(places, _) => Some(Pow::pow(ratio(1, 10), places)),
    }
}

/// Returns how far apart the downtimes in seconds lie that are looked up.
fn downtime_step(policy: &Policy) -> Option<Exact> {
    let weights = &policy.measure.weights;
    let states = [&weights.down, &weights.degraded, &weights.maintenance];
    let is_whole = |w: &StateWeight| matches!(w, StateWeight::Part(part) if part.is_integer());
    match policy.measure.granularity {
        // Weighted time is exact.
        _ if policy.measure.kind.is_measured() || !states.into_iter().all(is_whole) => None,
        Granularity::Exact => Some(whole(1)),
        _ => Some(whole(60)),
    }
}

/// A stretch of values, or a single one, in which no band begins or ends.
struct ValuePiece {
    low: Exact,
    high: Exact,
    /// A value of it.
    inside: Exact,
}

impl ValuePiece {
    fn is_point(&self) -> bool {
        self.low == self.high
    }

    /// Returns whether one of the values that lie so far apart, from zero on, is in it.
    fn occurs(&self, step: Option<Exact>) -> bool {
        let Some(step) = step.filter(|step| !step.is_zero()) else { return true };
        if self.is_point() {
            return (&self.low / &step).is_integer();
        }
        let next = ((&self.low / &step).floor() + whole(1)) * step;
        next < self.high
    }
}

/// Cuts all values from zero on at each bound of a band, and at some others; the last piece has no end of its own.
fn pieces(bands: &[Band<Exact>], others: &[Exact]) -> Vec<ValuePiece> {
    let bounds = bands.iter().flat_map(|b| [&b.range.low, &b.range.high]).flatten();
    let cuts: BTreeSet<Exact> = bounds.map(|b| b.at.clone()).chain(others.to_vec()).collect();
    let mut found: Vec<ValuePiece> = vec![];
    let mut before: Option<Exact> = None;
    for at in &cuts {
        let between = before.replace(at.clone()).map(|low| stretch(low, at.clone()));
        let point = ValuePiece { low: at.clone(), high: at.clone(), inside: at.clone() };
        found.extend(between.into_iter().chain([point]));
    }
    found.extend(before.map(|low| stretch(low.clone(), low + whole(3600))));
    found
}

fn stretch(low: Exact, high: Exact) -> ValuePiece {
    let inside = (&low + &high) / whole(2);
    ValuePiece { low, high, inside }
}

/// Where a piece lies that no band holds.
enum PieceGap {
    /// Where nothing is owed.
    None,
    /// Between two bands.
    Between,
    /// Past the last band; where to tell it, and how.
    Beyond(Location, String),
}

/// Returns the holes: values that no band holds, those that follow one another as one.
fn holes(
    bands: &[Band<Exact>],
    pieces: &[&ValuePiece],
    show: impl Fn(&Exact) -> String,
    gap: impl Fn(&ValuePiece) -> PieceGap,
) -> Vec<Diagnostic> {
    let held = |piece: &ValuePiece| bands.iter().any(|b| b.range.holds(&piece.inside));
    let mut found = vec![];
    for run in pieces.chunk_by(|a, b| !held(a) && !held(b)) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        if held(first) {
            continue;
        }
        match gap(last) {
            PieceGap::None => {}
            PieceGap::Beyond(place, what) => found.push(hole(place, what)),
            PieceGap::Between => {
                let above = bands.iter().filter(|b| b.range.is_under(&last.inside));
                let next = above.min_by_key(|b| b.range.low.as_ref().map(|bound| bound.at.clone()));
                let place = next.map_or(Location::default(), |band| band.place);
                let what = match first.low == last.high {
                    true => format!("exactly {}", show(&first.low)),
                    false => format!("{} to {}", show(&first.low), show(&last.high)),
                };
                found.push(hole(place, what));
            }
        }
    }
    found
}

fn hole(place: Location, what: String) -> Diagnostic {
    Diagnostic::warning("hole", place, format!("no band is for {what}")).help(
        "lines there are in review; state a band for it, with `percent: 0` if nothing is owed",
    )
}

/// Returns each two bands that hold one value.
fn overlaps(bands: &[Band<Exact>], pieces: &[&ValuePiece]) -> Vec<Diagnostic> {
    let mut order: Vec<&Band<Exact>> = bands.iter().collect();
    order.sort_by_key(|b| b.range.low.as_ref().map(|bound| bound.at.clone()));
    let mut rest = order.as_slice();
    let mut found = vec![];
    while let Some((a, later)) = rest.split_first() {
        let both = |b: &&&Band<Exact>| {
            pieces.iter().any(|p| a.range.holds(&p.inside) && b.range.holds(&p.inside))
        };
        found.extend(later.iter().filter(both).map(|b| overlap(a, b)));
        rest = later;
    }
    found
}

fn overlap(a: &Band<Exact>, b: &Band<Exact>) -> Diagnostic {
    let message = format!("this band overlaps `{}` on line {}", a.label, a.place.line);
    Diagnostic::warning("overlap", b.place, message).help("lines in both are in review")
}

/// Returns the dead band between the highest band and the commitment.
fn dead_top(
    bands: &[Band<Exact>],
    pieces: &[&ValuePiece],
    commitment: &Commitment,
    place: Location,
) -> Option<Diagnostic> {
    let above = |piece: &&&ValuePiece| bands.iter().all(|b| b.range.is_over(&piece.inside));
    let mut dead_pieces = pieces.iter().filter(above);
    let first = dead_pieces.next()?;
    let promised = exactly(&commitment.percent);
    let last = dead_pieces.next_back().unwrap_or(first);
    let message = match first.low == last.high {
        true => {
            format!("uptime of exactly {} % is in breach and yields nothing", exactly(&first.low))
        }
        false => {
            let low = exactly(&first.low);
            format!("uptime from {low} % to {promised} % is in breach and yields nothing")
        }
    };
    Some(dead(place, message))
}

fn dead(place: Location, message: String) -> Diagnostic {
    Diagnostic::warning("dead-band", place, message)
        .help("a band with `percent: 0` states it outright")
}

/// Returns a band that holds no uptime in breach, though it yields something.
fn unreachable(band: &Band<Exact>, pieces: &[&ValuePiece]) -> Option<Diagnostic> {
    let yields_nothing = match &band.outcome {
        BandYield::Share(FeeShare::Part(part)) => part.of_one().is_zero(),
        BandYield::ExtendDays(days) => *days == 0,
        _ => false,
    };
    let reached = pieces.iter().any(|piece| band.range.holds(&piece.inside));
    let message = format!("`{}` is never reached: no uptime in it is in breach", band.label);
    (!reached && !yields_nothing).then(|| {
        Diagnostic::warning("unreachable", band.place, message)
            .help("raise the commitment, or drop the band")
    })
}
