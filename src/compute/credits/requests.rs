//! The uptime of policies that are measured in requests, not in time.

use super::review::ReviewReason;
use super::subject::Subject;
use super::tally::{CountedTally, Tally};
use crate::compute::downtime::IntervalSet;
use crate::model::customer::{MeasuredValue, MeasurementRow};
use crate::model::diagnostic::Sourced;
use crate::model::money::{Exact, whole};
use crate::model::sla::{MeasureKind, Partial, Policy};
use crate::model::time::{Instant, Span};
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// Returns the tally of measurements.
///
/// The counted downtime is the unavailable share of the window.
pub(super) fn measured_requests<'b>(
    files: &[Sourced<Vec<MeasurementRow>>],
    policy: &Policy,
    subject: &Subject<'b>,
) -> CountedTally<'b> {
    let held = subject.held.common(&IntervalSet::union([subject.window]));
    let within = |at: Instant| held.length_between(at, at.plus(Span::seconds(1))) > Span::ZERO;
    let rows = files.iter().flat_map(|f| &f.fact);
    let rows: Vec<_> =
        rows.filter(|r| subject.services.contains(&&r.service) && within(r.start)).collect();
    let time = match policy.measure.partial {
        Partial::Available => subject.window.1.since(subject.window.0),
        Partial::Excluded => held.length(),
    };
    let uptime = match &policy.measure.kind {
        MeasureKind::ErrorRate { interval } => error_rate(&rows, *interval, subject.window.0, time),
        MeasureKind::Scores => scores(&rows),
        _ => requests(&rows),
    };
    let (uptime, review) = match uptime {
        Ok(uptime) => (uptime, None),
        Err(review) => (Exact::one(), Some(review)),
    };
    let denominator = whole(time.as_seconds());
    let tally = Tally {
        counted: (Exact::one() - &uptime) * &denominator,
        excluded: Exact::zero(),
        calendar: denominator.clone(),
        denominator,
        uptime,
        incidents: vec![],
        held: vec![],
        times: 0,
        ended: None,
        review,
        earlier: vec![],
    };
    CountedTally { tally, segments: vec![] }
}

/// Returns 1 − the mean over all intervals; one without a row is good. Of several services the worst
/// counts in each interval.
fn error_rate(
    rows: &[&MeasurementRow],
    interval: Span,
    start: Instant,
    time: Span,
) -> Result<Exact, ReviewReason> {
    let mut intervals: BTreeMap<i64, Vec<(&MeasurementRow, Exact)>> = BTreeMap::new();
    for row in rows {
        let rate = match &row.value {
            MeasuredValue::ErrorRate(rate) => rate.clone(),
            MeasuredValue::Requests { total, bad } if !total.is_zero() => bad / total,
            MeasuredValue::Requests { .. } => Exact::zero(),
            MeasuredValue::Score { .. } => continue,
        };
        let number = row.start.since(start).as_seconds().div_euclid(interval.as_seconds());
        let known = intervals.entry(number).or_default();
        if known.iter().any(|(other, _)| other.service == row.service) {
            return Err(ReviewReason::MeasuredTwice);
        }
        known.push((row, rate));
    }
    // Nothing measured is not all well: without a single row nobody was looking.
    if intervals.is_empty() || time <= Span::ZERO {
        return Err(ReviewReason::NotMeasured);
    }
    let worst =
        |known: &Vec<(&MeasurementRow, Exact)>| known.iter().map(|(_, rate)| rate).max().cloned();
    let sum = intervals.values().filter_map(worst).fold(Exact::zero(), |sum, rate| sum + rate);
    Ok(Exact::one() - sum * whole(interval.as_seconds()) / whole(time.as_seconds()))
}

fn requests(rows: &[&MeasurementRow]) -> Result<Exact, ReviewReason> {
    let counts = rows.iter().filter_map(|row| match &row.value {
        MeasuredValue::Requests { total, bad } => Some((total, bad)),
        MeasuredValue::ErrorRate(_) | MeasuredValue::Score { .. } => None,
    });
    let (total, bad) =
        counts.fold((Exact::zero(), Exact::zero()), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    if total.is_zero() { Err(ReviewReason::NotMeasured) } else { Ok(Exact::one() - bad / total) }
}

fn scores(rows: &[&MeasurementRow]) -> Result<Exact, ReviewReason> {
    let scores = rows.iter().filter_map(|row| match &row.value {
        MeasuredValue::Score { total, score } => Some((total, total * score)),
        MeasuredValue::ErrorRate(_) | MeasuredValue::Requests { .. } => None,
    });
    let (total, well) =
        scores.fold((Exact::zero(), Exact::zero()), |sum, row| (sum.0 + row.0, sum.1 + row.1));
    if total.is_zero() { Err(ReviewReason::NotMeasured) } else { Ok(well / total) }
}
