//! The uptime of policies that are measured in requests, not in time.

use super::impact::{Subject, Trouble};
use super::tally::{Counted, Tally};
use crate::customer::{Measured, Measurement};
use crate::downtime::Cover;
use crate::money::{Exact, whole};
use crate::place::Filed;
use crate::sla::{MeasureKind, Partial, Policy};
use crate::time::{Instant, Span};
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// Returns the tally of measurements.
///
/// The counted downtime is the unavailable share of the window.
pub(super) fn of<'b>(
    files: &[Filed<Vec<Measurement>>],
    policy: &Policy,
    subject: &Subject<'b>,
) -> Counted<'b> {
    let held = subject.held.common(&Cover::union([subject.window]));
    let within = |at: Instant| held.length_between(at, at.plus(Span::seconds(1))) > Span::ZERO;
    let rows = files.iter().flat_map(|f| &f.fact);
    let rows: Vec<_> =
        rows.filter(|r| subject.services.contains(&&r.service) && within(r.start)).collect();
    let time = match policy.measure.partial {
        Partial::Available => subject.window.1.since(subject.window.0),
        Partial::Excluded => held.length(),
    };
    let uptime = match policy.measure.kind {
        MeasureKind::ErrorRate { interval } => error_rate(&rows, interval, subject.window.0, time),
        MeasureKind::Requests | MeasureKind::Downtime => requests(&rows),
        MeasureKind::Scores => scores(&rows),
    };
    let (uptime, trouble) = match uptime {
        Ok(uptime) => (uptime, None),
        Err(trouble) => (Exact::one(), Some(trouble)),
    };
    let denominator = whole(time.as_seconds());
    let tally = Tally {
        counted: (Exact::one() - &uptime) * &denominator,
        excluded: Exact::zero(),
        calendar: denominator.clone(),
        denominator,
        uptime,
        incidents: vec![],
        times: 0,
        ended: None,
        trouble,
        earlier: vec![],
    };
    Counted { tally, pieces: vec![] }
}

/// Returns 1 − the mean over all intervals; one without a row is good. Of several services the worst
/// counts in each interval.
fn error_rate(
    rows: &[&Measurement],
    interval: Span,
    start: Instant,
    time: Span,
) -> Result<Exact, Trouble> {
    let mut intervals: BTreeMap<i64, Vec<(&Measurement, Exact)>> = BTreeMap::new();
    for row in rows {
        let rate = match &row.value {
            Measured::ErrorRate(rate) => rate.clone(),
            Measured::Requests { total, bad } if !total.is_zero() => bad / total,
            Measured::Requests { .. } => Exact::zero(),
            Measured::Score { .. } => continue,
        };
        let number = row.start.since(start).as_seconds().div_euclid(interval.as_seconds());
        let known = intervals.entry(number).or_default();
        if known.iter().any(|(other, _)| other.service == row.service) {
            return Err(Trouble::MeasuredTwice);
        }
        known.push((row, rate));
    }
    if intervals.is_empty() || time <= Span::ZERO {
        return Err(Trouble::NotMeasured);
    }
    let worst =
        |known: &Vec<(&Measurement, Exact)>| known.iter().map(|(_, rate)| rate).max().cloned();
    let sum = intervals.values().filter_map(worst).fold(Exact::zero(), |sum, rate| sum + rate);
    Ok(Exact::one() - sum * whole(interval.as_seconds()) / whole(time.as_seconds()))
}

fn requests(rows: &[&Measurement]) -> Result<Exact, Trouble> {
    let counts = rows.iter().filter_map(|row| match &row.value {
        Measured::Requests { total, bad } => Some((total, bad)),
        Measured::ErrorRate(_) | Measured::Score { .. } => None,
    });
    let (total, bad) =
        counts.fold((Exact::zero(), Exact::zero()), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    if total.is_zero() { Err(Trouble::NotMeasured) } else { Ok(Exact::one() - bad / total) }
}

fn scores(rows: &[&Measurement]) -> Result<Exact, Trouble> {
    let scores = rows.iter().filter_map(|row| match &row.value {
        Measured::Score { total, score } => Some((total, total * score)),
        Measured::ErrorRate(_) | Measured::Requests { .. } => None,
    });
    let (total, well) =
        scores.fold((Exact::zero(), Exact::zero()), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    if total.is_zero() { Err(Trouble::NotMeasured) } else { Ok(well / total) }
}
