//! Reads what is owed for a breach.

use super::{bare_scheme, exact, length, number, positive, read_or, span};
use crate::io::yaml::fields::{Diagnostics, FieldReader, list, parsed, word};
use crate::io::yaml::node::{Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Spanned};
use crate::model::incident::names::UnknownValue;
use crate::model::money::{self, Exact};
use crate::model::sla::{
    Band, BandRange, BandYield, Basis, BlockMode, Blocks, Bound, Count, FeePart, FeeShare, Free,
    LostTime, Scheme, StepMode, Steps,
};
use crate::model::time::Span;
use crate::model::time::duration::read_span;

/// The words that name a scheme.
const SCHEMES: [&str; 12] = [
    "bands",
    "per_breach",
    "duration_bands",
    "blocks",
    "per_day",
    "lost_time",
    "steps",
    "shortfall",
    "greater_of",
    "clock_hours",
    "ladder",
    "consecutive",
];

/// Reads a map with exactly one scheme.
pub(super) fn read(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Spanned<Scheme>> {
    let mut f = FieldReader::open(node, "`credit`", problems)?;
    let named = node_keys(node);
    let found: Vec<_> = SCHEMES.into_iter().filter(|s| named.contains(s)).collect();
    for scheme in SCHEMES {
        f.take(scheme);
    }
    f.close(problems);
    let [name] = found.as_slice() else {
        let message = format!("`credit` takes exactly one scheme: {}", SCHEMES.join(", "));
        problems.push(Diagnostic::error("value", node.place, message));
        return None;
    };
    let inner = node.get(name)?;
    Some(Spanned { value: scheme(name, inner, problems)?, place: inner.place })
}

fn node_keys<'n>(node: &'n Node<'_>) -> Vec<&'n str> {
    match &node.what {
        NodeKind::Map(entries) => entries.iter().map(|e| e.key.as_ref()).collect(),
        _ => vec![],
    }
}

fn scheme(name: &str, node: &Node<'_>, problems: &mut Diagnostics) -> Option<Scheme> {
    match name {
        "bands" => Some(Scheme::Bands(list(node, problems, |n, p| band(n, p, super::uptime)))),
        "duration_bands" => duration_bands(node, problems),
        "per_breach" => per_breach(node, problems),
        "blocks" => blocks(node, problems).map(Scheme::Blocks),
        "per_day" => per_day(node, problems),
        "lost_time" => lost_time(node, problems).map(Scheme::LostTime),
        "steps" => steps(node, "`steps`", problems).map(Scheme::Steps),
        "shortfall" => {
            FieldReader::open(node, "`shortfall`", problems)?.close(problems);
            Some(Scheme::Shortfall)
        }
        "greater_of" => {
            let mut f = FieldReader::open(node, "`greater_of`", problems)?;
            let percent = f.need("percent", problems).and_then(|n| exact(n, problems));
            f.close(problems);
            Some(Scheme::GreaterOf { percent: percent? })
        }
        "clock_hours" => {
            let mut f = FieldReader::open(node, "`clock_hours`", problems)?;
            let over = f.need("over", problems).and_then(|n| span(n, problems));
            f.close(problems);
            Some(Scheme::ClockHours { over: over? })
        }
        "ladder" => ladder(node, problems),
        _ => consecutive(node, problems),
    }
}

/// Reads a list of bands, or a map of `count` and `bands`.
fn duration_bands(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Scheme> {
    let (list_node, count) = match &node.what {
        NodeKind::Map(_) => {
            let mut f = FieldReader::open(node, "`duration_bands`", problems)?;
            let count = read_or(&mut f, "count", Count::Cumulative, problems);
            let bands = f.need("bands", problems);
            f.close(problems);
            (bands?, count)
        }
        _ => (node, Count::Cumulative),
    };
    let bands = list(list_node, problems, |n, p| band(n, p, span));
    refuse_plus(&bands, problems);
    let extends = |b: &&Band<Span>| matches!(b.outcome, BandYield::ExtendDays(_));
    let some = bands.iter().filter(extends).count();
    if count == Count::Incident && some > 0 && some < bands.len() {
        let message =
            "with `count: incident` the outcomes are added: all of them money, or all of them days";
        problems.push(Diagnostic::error("value", node.place, message));
    }
    Some(Scheme::DurationBands { bands, count })
}

/// Reads what each incident that took too long yields: any outcome of a band.
fn per_breach(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Scheme> {
    let mut f = FieldReader::open(node, "`per_breach`", problems)?;
    let outcome = outcome(node, &mut f, problems);
    f.close(problems);
    if matches!(outcome, Some(BandYield::PercentPlus { .. })) {
        let message = "`plus` counts steps below a band's upper bound, and there is none here";
        problems.push(Diagnostic::error("value", node.place, message));
    }
    outcome.map(Scheme::PerBreach)
}

/// Reads a band on values that `value` reads.
fn band<T: PartialOrd>(
    node: &Node<'_>,
    problems: &mut Diagnostics,
    value: impl Fn(&Node<'_>, &mut Diagnostics) -> Option<T>,
) -> Option<Band<T>> {
    let mut f = FieldReader::open(node, "a band", problems)?;
    let mut label = vec![];
    let mut bound =
        |key: &'static str, inclusive, f: &mut FieldReader<'_, '_>, p: &mut Diagnostics| {
            let node = f.take(key)?;
            label.push(format!("{key} {}", node.text().unwrap_or_default()));
            Some(Bound { at: value(node, p)?, inclusive })
        };
    let lows = [bound("at_least", true, &mut f, problems), bound("above", false, &mut f, problems)];
    let highs = [bound("below", false, &mut f, problems), bound("at_most", true, &mut f, problems)];
    let place = node.place;
    let outcome = outcome(node, &mut f, problems);
    f.close(problems);
    let range = range(lows, highs).map_err(|message| {
        problems.push(Diagnostic::error("value", place, message));
    });
    let (range, outcome) = (range.ok()?, outcome?);
    if matches!(outcome, BandYield::PercentPlus { .. }) && range.high.is_none() {
        let message = "`plus` counts steps below the band's upper bound, and this one has none";
        problems.push(Diagnostic::error("value", place, message));
        return None;
    }
    Some(Band { range, outcome, label: label.join(", "), place })
}

fn range<T: PartialOrd>(
    lows: [Option<Bound<T>>; 2],
    highs: [Option<Bound<T>>; 2],
) -> Result<BandRange<T>, &'static str> {
    let ([at_least, above], [below, at_most]) = (lows, highs);
    if (at_least.is_some() && above.is_some()) || (below.is_some() && at_most.is_some()) {
        return Err("a band has one lower and one upper bound");
    }
    let range = BandRange { low: at_least.or(above), high: below.or(at_most) };
    match (&range.low, &range.high) {
        (None, None) => Err("a band needs a bound: at_least, above, below or at_most"),
        (Some(low), Some(high))
            if low.at > high.at || (low.at == high.at && !(low.inclusive && high.inclusive)) =>
        {
            Err("nothing lies in this band: its lower bound is not below its upper one")
        }
        _ => Ok(range),
    }
}

fn refuse_plus(bands: &[Band<Span>], problems: &mut Diagnostics) {
    for band in bands.iter().filter(|b| matches!(b.outcome, BandYield::PercentPlus { .. })) {
        let message = "`plus` counts steps of uptime, and these bands are of downtime";
        problems.push(Diagnostic::error("value", band.place, message));
    }
}

/// Reads the one outcome of a band, of which `percent` may be followed by `plus`.
fn outcome(
    node: &Node<'_>,
    f: &mut FieldReader<'_, '_>,
    problems: &mut Diagnostics,
) -> Option<BandYield> {
    let percent = f.take("percent").map(|n| exact(n, problems));
    let plus = f.take("plus").map(|n| steps(n, "`plus`", problems));
    let fraction = f.take("fraction").map(|n| fraction(n, problems));
    let days = f.take("days").map(|n| exact(n, problems));
    let month_days = f.take("month_days").map(|n| positive(n, problems));
    let hours = f.take("hours").map(|n| exact(n, problems));
    let month_hours = f.take("month_hours").map(|n| positive(n, problems));
    let amount = f.take("amount").map(|n| super::by_currency(n, problems, exact));
    let extend = f.take("extend_days").map(|n| number(n, 0..=100_000, problems));
    let stray = (plus.is_some() && percent.is_none())
        || (month_days.is_some() && days.is_none())
        || (month_hours.is_some() && hours.is_none());
    let many = [&percent, &fraction, &days, &hours].map(Option::is_some);
    let many = many.into_iter().chain([amount.is_some(), extend.is_some()]);
    let count = many.filter(|given| *given).count();
    if stray || count != 1 {
        let message = "a band yields one of percent (with plus), fraction, days (with month_days), \
                       hours (with month_hours), amount, extend_days";
        problems.push(Diagnostic::error("value", node.place, message));
        return None;
    }
    match (percent, fraction, days, hours) {
        (Some(percent), ..) => match plus {
            Some(plus) => Some(BandYield::PercentPlus { percent: percent?, plus: plus? }),
            None => Some(BandYield::Share(FeeShare::Part(FeePart::Percent(percent?)))),
        },
        (_, Some(fraction), ..) => {
            Some(BandYield::Share(FeeShare::Part(FeePart::Fraction(fraction?))))
        }
        (_, _, Some(days), _) => {
            let month_days = month_days.flatten();
            Some(BandYield::Share(FeeShare::Days { days: days?, month_days }))
        }
        (_, _, _, Some(hours)) => {
            let month_hours = month_hours.flatten();
            Some(BandYield::Share(FeeShare::Hours { hours: hours?, month_hours }))
        }
        _ => match (amount, extend) {
            (Some(amount), _) => Some(BandYield::Amount(amount?)),
            (_, extend) => Some(BandYield::ExtendDays(extend??)),
        },
    }
}

fn fraction(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Exact> {
    parsed(node, problems, money::fraction).map(|p| p.value)
}

/// Reads either `percent` or `fraction`.
fn part(
    node: &Node<'_>,
    f: &mut FieldReader<'_, '_>,
    problems: &mut Diagnostics,
) -> Option<FeePart> {
    let percent = f.take("percent").map(|n| exact(n, problems));
    let fraction = f.take("fraction").map(|n| fraction(n, problems));
    match (percent, fraction) {
        (Some(percent), None) => Some(FeePart::Percent(percent?)),
        (None, Some(fraction)) => Some(FeePart::Fraction(fraction?)),
        _ => {
            let message = "either `percent` or `fraction` says how much of the fee it is";
            problems.push(Diagnostic::error("value", node.place, message));
            None
        }
    }
}

fn steps(node: &Node<'_>, what: &'static str, problems: &mut Diagnostics) -> Option<Steps> {
    let mut f = FieldReader::open(node, what, problems)?;
    let part = part(node, &mut f, problems);
    let per = f.need("per", problems).and_then(|n| positive(n, problems));
    let mode = f.need("mode", problems).and_then(|n| word::<StepMode>(n, problems));
    f.close(problems);
    Some(Steps { part: part?, per: per?, mode: mode?.value })
}

fn blocks(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Blocks> {
    let mut f = FieldReader::open(node, "`blocks`", problems)?;
    let share = block_share(node, &mut f, problems);
    let per = f.need("per", problems).and_then(|n| length(n, problems));
    let mode = f.need("mode", problems).and_then(|n| word::<BlockMode>(n, problems));
    let count = read_or(&mut f, "count", Count::Cumulative, problems);
    let round_to = f.take("round_to").and_then(|n| length(n, problems));
    let free = f.take("free").and_then(|n| parsed(n, problems, free)).map(|p| p.value);
    let first = f.take("first").and_then(|n| crate::io::yaml::fields::truth(n, problems));
    f.close(problems);
    let first = first.unwrap_or(false);
    Some(Blocks { share: share?, per: per?, mode: mode?.value, count, round_to, free, first })
}

/// Reads what each block yields: exactly one of percent, fraction, days and hours.
fn block_share(
    node: &Node<'_>,
    f: &mut FieldReader<'_, '_>,
    problems: &mut Diagnostics,
) -> Option<FeeShare> {
    let percent = f.take("percent").map(|n| exact(n, problems));
    let fraction = f.take("fraction").map(|n| fraction(n, problems));
    let days = f.take("days").map(|n| exact(n, problems));
    let month_days = f.take("month_days").map(|n| positive(n, problems));
    let hours = f.take("hours").map(|n| exact(n, problems));
    let month_hours = f.take("month_hours").map(|n| positive(n, problems));
    let stray =
        (month_days.is_some() && days.is_none()) || (month_hours.is_some() && hours.is_none());
    match (percent, fraction, days, hours) {
        _ if stray => {}
        (Some(percent), None, None, None) => {
            return Some(FeeShare::Part(FeePart::Percent(percent?)));
        }
        (None, Some(fraction), None, None) => {
            return Some(FeeShare::Part(FeePart::Fraction(fraction?)));
        }
        (None, None, Some(days), None) => {
            return Some(FeeShare::Days { days: days?, month_days: month_days.flatten() });
        }
        (None, None, None, Some(hours)) => {
            return Some(FeeShare::Hours { hours: hours?, month_hours: month_hours.flatten() });
        }
        _ => {}
    }
    let message = "a block yields one of percent, fraction, days (with month_days) and hours (with month_hours)";
    problems.push(Diagnostic::error("value", node.place, message));
    None
}

/// Reads a length, or a percentage of the denominator.
fn free(text: &str) -> Result<Free, String> {
    match text.strip_suffix('%') {
        Some(percent) => {
            money::decimal(percent.trim()).map(Free::Percent).map_err(|e| e.to_string())
        }
        None => read_span(text).map(Free::Length).map_err(|e| e.to_string()),
    }
}

fn per_day(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Scheme> {
    let mut f = FieldReader::open(node, "`per_day`", problems)?;
    let percent = f.need("percent", problems).and_then(|n| exact(n, problems));
    let over = f.need("over", problems).and_then(|n| span(n, problems));
    f.close(problems);
    Some(Scheme::PerDay { percent: percent?, over: over? })
}

fn lost_time(node: &Node<'_>, problems: &mut Diagnostics) -> Option<LostTime> {
    let mut f = FieldReader::open(node, "`lost_time`", problems)?;
    let times = f.take("times").map(|n| exact(n, problems));
    let beyond = f.take("beyond").and_then(|n| super::uptime(n, problems));
    let round_up_to = f.take("round_up_to").and_then(|n| length(n, problems));
    let month_hours = f.take("month_hours").and_then(|n| positive(n, problems));
    let round_factor = f.take("round_factor").and_then(|n| number(n, 0..=12, problems));
    let rate = f.take("rate").and_then(|n| parsed(n, problems, hourly));
    f.close(problems);
    let basis = match rate {
        None => Basis::Fee { month_hours, round_factor },
        Some(_) if month_hours.is_none() && round_factor.is_none() => Basis::HourlyRate,
        Some(rate) => {
            let message = "`rate: hourly` divides by nothing, so `month_hours` and `round_factor` \
                           have no place beside it";
            problems.push(Diagnostic::error("contradiction", rate.place, message));
            return None;
        }
    };
    let times = times.unwrap_or_else(|| Some(money::whole(1)))?;
    Some(LostTime { times, beyond, round_up_to, basis })
}

fn hourly(text: &str) -> Result<(), UnknownValue> {
    match text {
        "hourly" => Ok(()),
        other => Err(UnknownValue(format!("`rate: {other}` is not known: it is `rate: hourly`"))),
    }
}

fn ladder(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Scheme> {
    let mut f = FieldReader::open(node, "`ladder`", problems)?;
    let percents = f.need("percents", problems).map(|n| list(n, problems, exact));
    let within = f.need("within", problems).and_then(|n| word(n, problems));
    f.close(problems);
    let percents = percents?;
    if percents.is_empty() {
        let message = "a ladder needs at least one percentage";
        problems.push(Diagnostic::error("value", node.place, message));
        return None;
    }
    Some(Scheme::Ladder { percents, within: within?.value })
}

fn consecutive(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Scheme> {
    let mut f = FieldReader::open(node, "`consecutive`", problems)?;
    let windows = f.need("windows", problems).and_then(|n| number(n, 2..=120, problems));
    let then = f.need("then", problems).and_then(|n| then(n, problems));
    f.close(problems);
    Some(Scheme::Consecutive { windows: windows?, then: Box::new(then?) })
}

fn then(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Scheme> {
    if node.text().is_some() {
        return parsed(node, problems, bare_scheme).map(|p| p.value);
    }
    let scheme = read(node, problems)?;
    if matches!(scheme.value, Scheme::Consecutive { .. } | Scheme::Ladder { .. }) {
        let message = "`then` takes a scheme that looks at one window alone";
        problems.push(Diagnostic::error("value", scheme.place, message));
        return None;
    }
    Some(scheme.value)
}
