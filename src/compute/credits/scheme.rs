//! What a scheme yields for a breach, before caps and rounding.

use super::earlier::{self, EarlierWindow};
use super::tally::Tally;
use super::terms::{LineTerms, SchemeOutcome, SchemeYield};
use crate::model::money::{Exact, Rounding, count, exactly, of_hundred, ratio, whole};
use crate::model::sla::measure::part_of;
use crate::model::sla::{
    Band, BandRange, BandYield, Basis, BlockMode, Blocks, Bound, CalendarLength, Commitment, Count,
    FeeShare, Free, LostTime, Scheme, Steps,
};
use crate::model::time::Span;
use crate::model::time::duration::words;
use num_traits::{One, Signed, Zero};

/// Returns what a scheme yields in breach; `percent` is the uptime that is looked up.
pub(super) fn scheme_outcome(
    scheme: &Scheme,
    terms: &LineTerms<'_>,
    tally: &Tally,
    percent: &Exact,
) -> SchemeOutcome {
    match scheme {
        Scheme::Bands(bands) => by_band(bands, percent, BandRange::is_over, |band| {
            outcome(&band.outcome, (band.range.high.as_ref(), Some(percent)), terms)
        })
        .unwrap_or_else(|what| terms.outcome(what, no_band("uptime"))),
        Scheme::DurationBands { bands, count: Count::Incident } => by_incident(bands, terms, tally),
        Scheme::PerBreach(each) => by_breach(each, terms, tally),
        Scheme::DurationBands { bands, count: Count::Cumulative } => {
            let bands = in_seconds(bands);
            by_band(&bands, &tally.counted, BandRange::is_under, |band| {
                outcome(&band.outcome, (None, None), terms)
            })
            .unwrap_or_else(|what| terms.outcome(what, no_band("downtime")))
        }
        Scheme::Blocks(blocks) => by_blocks(blocks, terms, tally),
        Scheme::PerDay { percent, over } => by_days(percent, *over, terms, tally),
        Scheme::LostTime(lost) => by_lost_time(lost, terms, tally),
        Scheme::Steps(steps) => by_steps(steps, terms, percent),
        Scheme::Shortfall => {
            let points = short_of(&terms.policy.commitment.value, percent);
            let says = format!("{} points short of the commitment, of the fee", exactly(&points));
            terms.outcome(SchemeYield::Money(&terms.fee * of_hundred(&points)), says)
        }
        Scheme::GreaterOf { percent } => by_greater(percent, terms, tally),
        Scheme::ClockHours { over } => by_clock_hours(*over, terms, tally),
        Scheme::Ladder { percents, within } => by_ladder(percents, *within, terms, tally),
        Scheme::Consecutive { windows, then } => {
            let needed = usize::try_from(*windows).unwrap_or(usize::MAX).saturating_sub(1);
            let in_a_row =
                tally.earlier.iter().take_while(|w| **w == EarlierWindow::Breach).count();
            if in_a_row < needed {
                let says = format!("{} windows in breach in a row, of {windows}", in_a_row + 1);
                return terms.outcome(SchemeYield::Money(Exact::zero()), says);
            }
            let outcome = scheme_outcome(then, terms, tally, percent);
            let says = format!("{windows} windows in a row in breach: {}", outcome.says);
            SchemeOutcome { says, ..outcome }
        }
    }
}

/// Returns the outcomes of each incident's own time, added.
fn by_incident(bands: &[Band<Span>], terms: &LineTerms<'_>, tally: &Tally) -> SchemeOutcome {
    let bands = in_seconds(bands);
    let (mut money, mut days, mut labels) = (Exact::zero(), 0_u32, vec![]);
    for time in &tally.incidents {
        let found = by_band(&bands, time, BandRange::is_under, |band| {
            outcome(&band.outcome, (None, None), terms)
        });
        match found.map(|found| (found.what, found.band)) {
            Ok((SchemeYield::Money(more), band)) => {
                money += more;
                labels.extend(band);
            }
            Ok((SchemeYield::Days(more), band)) => {
                days = days.saturating_add(more);
                labels.extend(band);
            }
            // Of money that is due, nothing is.
            Err(SchemeYield::Money(_)) => {}
            Ok((what, _)) | Err(what) => return terms.outcome(what, no_band("incident")),
        }
    }
    let says = match labels.as_slice() {
        [] => "no incident is in a band".to_owned(),
        found => format!("each incident by itself: {}", found.join("; ")),
    };
    let what = if days > 0 { SchemeYield::Days(days) } else { SchemeYield::Money(money) };
    terms.outcome(what, says)
}

/// Returns the same for each incident that took too long.
fn by_breach(each: &BandYield, terms: &LineTerms<'_>, tally: &Tally) -> SchemeOutcome {
    let late = tally.held.iter().filter(|held| held.is_breach).count();
    let (what, says) = outcome(each, (None, None), terms);
    let what = match what {
        SchemeYield::Money(amount) => {
            SchemeYield::Money(amount * whole(i64::try_from(late).unwrap_or(i64::MAX)))
        }
        SchemeYield::Days(days) => {
            SchemeYield::Days(days.saturating_mul(u32::try_from(late).unwrap_or(u32::MAX)))
        }
        other => other,
    };
    terms.outcome(what, format!("{late} incidents × {says}"))
}

fn by_days(percent: &Exact, over: Span, terms: &LineTerms<'_>, tally: &Tally) -> SchemeOutcome {
    let amount = &terms.fee * of_hundred(percent) * whole(tally.times);
    let (days, over, percent) = (tally.times, words(over), exactly(percent));
    let says = format!("{days} days with a stretch longer than {over} × {percent} % of the fee");
    terms.outcome(SchemeYield::Money(amount), says)
}

fn by_steps(steps: &Steps, terms: &LineTerms<'_>, percent: &Exact) -> SchemeOutcome {
    let commitment = &terms.policy.commitment.value;
    let points = short_of(commitment, percent);
    let number = steps.count(&points);
    let amount = &terms.fee * steps.part.of_one() * &number;
    let says = format!(
        "{} points short of {} % = {} steps of {} ({}) × {} of the fee",
        exactly(&points),
        exactly(&commitment.percent),
        exactly(&number),
        exactly(&steps.per),
        steps.mode,
        steps.part
    );
    terms.outcome(SchemeYield::Money(amount), says)
}

fn by_greater(percent: &Exact, terms: &LineTerms<'_>, tally: &Tally) -> SchemeOutcome {
    let lost = (Exact::one() - &tally.uptime) * whole(100);
    let says = format!(
        "the greater of {} % and the unavailable {} %, of the fee",
        exactly(percent),
        exactly(&lost)
    );
    terms.outcome(SchemeYield::Money(&terms.fee * of_hundred(&lost.max(percent.clone()))), says)
}

fn no_band(what: &str) -> String {
    format!("not one band of the table for this {what}")
}

/// Returns how many percentage points an uptime is short of the commitment; none where it is not.
fn short_of(commitment: &Commitment, percent: &Exact) -> Exact {
    (&commitment.percent - percent).max(Exact::zero())
}

/// Returns bands of downtime with their bounds in seconds.
pub(super) fn in_seconds(bands: &[Band<Span>]) -> Vec<Band<Exact>> {
    let bound = |b: &Bound<Span>| Bound { at: whole(b.at.as_seconds()), inclusive: b.inclusive };
    let band = |b: &Band<Span>| Band {
        range: BandRange {
            low: b.range.low.as_ref().map(bound),
            high: b.range.high.as_ref().map(bound),
        },
        outcome: b.outcome.clone(),
        label: b.label.clone(),
        place: b.place,
    };
    bands.iter().map(band).collect()
}

/// Returns what the one band that holds a value yields. A value past all bands on the good side is in a
/// dead band: in breach, but short of where the table begins, and no credit is due. Anywhere else it is in a
/// hole, which the contract leaves open: nobody may guess there.
fn by_band(
    bands: &[Band<Exact>],
    value: &Exact,
    is_good: impl Fn(&BandRange<Exact>, &Exact) -> bool,
    outcome: impl Fn(&Band<Exact>) -> (SchemeYield, String),
) -> Result<SchemeOutcome, SchemeYield> {
    let mut holding = bands.iter().filter(|b| b.range.holds(value));
    match (holding.next(), holding.next()) {
        (Some(band), None) => {
            let (what, says) = outcome(band);
            let says = format!("band {}: {says}", band.label);
            Ok(SchemeOutcome { what, band: Some(band.label.clone()), says, place: band.place })
        }
        (Some(_), Some(_)) => Err(SchemeYield::Overlap),
        (None, _) if bands.iter().all(|b| is_good(&b.range, value)) => {
            Err(SchemeYield::Money(Exact::zero()))
        }
        (None, _) => Err(SchemeYield::Hole),
    }
}

/// Returns what a band yields, and how.
fn outcome(
    outcome: &BandYield,
    (high, percent): (Option<&Bound<Exact>>, Option<&Exact>),
    terms: &LineTerms<'_>,
) -> (SchemeYield, String) {
    let fee = &terms.fee;
    let (amount, says) = match outcome {
        BandYield::Share(share) => share_of_fee(share, terms),
        BandYield::Amount(amount) => match amount.get(terms.row.currency) {
            Some(amount) => (amount.clone(), "a fixed amount".to_owned()),
            None => return (SchemeYield::NoAmount, "a fixed amount".to_owned()),
        },
        BandYield::ExtendDays(days) => {
            return (SchemeYield::Days(*days), format!("{days} days added to the term, no money"));
        }
        BandYield::PercentPlus { percent: base, plus } => {
            let below = high.zip(percent);
            let points = below.map_or_else(Exact::zero, |(high, percent)| &high.at - percent);
            let number = plus.count(&points);
            let part = of_hundred(base) + plus.part.of_one() * &number;
            let says = format!(
                "{} % and {} steps of {} × {}",
                exactly(base),
                exactly(&number),
                exactly(&plus.per),
                plus.part
            );
            (fee * part, says)
        }
    };
    (SchemeYield::Money(amount), says)
}

/// Returns so much of the fee, and how it is said.
fn share_of_fee(share: &FeeShare, terms: &LineTerms<'_>) -> (Exact, String) {
    let fee = &terms.fee;
    match share {
        FeeShare::Part(part) => (fee * part.of_one(), format!("{part} of the fee")),
        FeeShare::Days { days, month_days } => {
            let of = month_days.clone().unwrap_or_else(|| whole(terms.period.days()));
            let says = format!("{} days of {}", exactly(days), exactly(&of));
            (fee * days / of, says)
        }
        FeeShare::Hours { hours, month_hours } => {
            let of = month_hours.clone().unwrap_or_else(|| &terms.window_seconds / whole(3600));
            let says = format!("{} hours of {}", exactly(hours), exactly(&of));
            (fee * hours / of, says)
        }
    }
}

/// Returns the number of blocks in a time.
fn blocks_in(blocks: &Blocks, time: &Exact, denominator: &Exact) -> Exact {
    // In the order of the terms: the time is rounded, then freed, and only the rest is cut into blocks.
    let time = match blocks.round_to {
        Some(to) => {
            let to = whole(to.as_seconds());
            Rounding::HalfUp.to_places(&(time / &to), 0) * to
        }
        None => time.clone(),
    };
    let free = match &blocks.free {
        None => Exact::zero(),
        Some(Free::Length(span)) => whole(span.as_seconds()),
        Some(Free::Percent(percent)) => of_hundred(percent) * denominator,
    };
    let past = time - free;
    if !past.is_positive() {
        return Exact::zero();
    }
    let number = past / whole(blocks.per.as_seconds());
    let number = match blocks.mode {
        BlockMode::Floor => number.floor(),
        BlockMode::Ceil => number.ceil(),
    };
    number + whole(i64::from(blocks.first))
}

fn by_blocks(blocks: &Blocks, terms: &LineTerms<'_>, tally: &Tally) -> SchemeOutcome {
    let number = match blocks.count {
        Count::Cumulative => blocks_in(blocks, &tally.counted, &tally.denominator),
        Count::Incident => {
            let each = tally.incidents.iter();
            each.fold(Exact::zero(), |sum, own| sum + blocks_in(blocks, own, &tally.denominator))
        }
    };
    let (each, share) = share_of_fee(&blocks.share, terms);
    let per = words(blocks.per);
    let says = format!("{} blocks of {per} × {share}", count(&number));
    terms.outcome(SchemeYield::Money(each * number), says)
}

fn by_lost_time(lost: &LostTime, terms: &LineTerms<'_>, tally: &Tally) -> SchemeOutcome {
    let mut time = tally.counted.clone();
    // The promise allows a part of the calendar time, not of what is left of it without maintenance.
    if let Some(beyond) = &lost.beyond {
        let allowed = (Exact::one() - of_hundred(beyond)) * &tally.calendar;
        time = (time - allowed).max(Exact::zero());
    }
    if let Some(to) = lost.round_up_to {
        let to = whole(to.as_seconds());
        time = (time / &to).ceil() * to;
    }
    let (times, seconds) = (&lost.times, exactly(&time));
    match &lost.basis {
        Basis::HourlyRate => {
            let Some(rate) = terms.hourly_rate() else { return no_rate(terms) };
            let hours = &time / whole(3600);
            let amount = times * &hours * rate;
            let says = format!("{} × {} h × {}", exactly(times), exactly(&hours), exactly(rate));
            terms.outcome(SchemeYield::Money(amount), says)
        }
        Basis::Fee { month_hours, round_factor } => {
            let of = month_hours.as_ref().map(|hours| hours * whole(3600));
            let of = of.unwrap_or_else(|| tally.denominator.clone());
            // Where the terms round the factor, it is the factor that is rounded, before the fee makes it money.
            let mut factor = times * part_of(&time, &of);
            if let Some(places) = round_factor {
                factor = Rounding::HalfUp.to_places(&factor, *places);
            }
            let of = exactly(&of);
            let says = format!("{} × {seconds} s ÷ {of} s of the fee", exactly(times));
            terms.outcome(SchemeYield::Money(&terms.fee * factor), says)
        }
    }
}

fn by_clock_hours(over: Span, terms: &LineTerms<'_>, tally: &Tally) -> SchemeOutcome {
    let Some(rate) = terms.hourly_rate() else { return no_rate(terms) };
    let over = words(over);
    let says = format!("{} clock hours with more than {over} × {}", tally.times, exactly(rate));
    terms.outcome(SchemeYield::Money(rate * whole(tally.times)), says)
}

fn no_rate(terms: &LineTerms<'_>) -> SchemeOutcome {
    terms.outcome(SchemeYield::NoHourlyRate, "the row has no hourly rate".to_owned())
}

fn by_ladder(
    percents: &[Exact],
    within: CalendarLength,
    terms: &LineTerms<'_>,
    tally: &Tally,
) -> SchemeOutcome {
    // This window is the next after those in breach; past the ladder's end its last step holds on.
    let earlier = earlier::breaches(&tally.earlier, terms.period, within);
    let percent = percents.get(earlier).or(percents.last());
    let percent = percent.cloned().unwrap_or_else(|| ratio(0, 1));
    let says = format!(
        "breach {} within the ladder's time: {} % of the fee",
        earlier + 1,
        exactly(&percent)
    );
    terms.outcome(SchemeYield::Money(&terms.fee * of_hundred(&percent)), says)
}
