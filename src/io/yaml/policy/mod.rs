//! Reads `sla/<id>.yaml` into a policy: an unknown key or an impossible value is an error, because
//! money hangs on it.

mod duration_promise;
mod measure;
mod scheme;

#[cfg(test)]
mod tests;

use super::fields::{self, Diagnostics, FieldReader, list, parsed, text, word};
use super::incident::date;
use super::node::{self, Node, NodeKind};
use crate::model::diagnostic::{Diagnostic, Level, Location, Spanned};
use crate::model::incident::Name;
use crate::model::incident::names::UnknownValue;
use crate::model::money::{self, Currency, Exact, Rounding};
use crate::model::sla::{
    AtLeast, BreachRight, ByCurrency, Cap, ClaimFrom, ClaimRule, ClaimTime, Commitment,
    CompareRule, MeasureKind, Policy, PolicyKind, PublicTerms, Scheme, Stacking, TermsSource,
    Unscoped,
};
use crate::model::time::{self, Span, duration};
use chrono::NaiveDate;
use num_traits::Zero;

/// A policy and what is wrong in its file.
#[derive(Clone, Debug)]
pub struct PolicyRead {
    /// The policy, where nothing kept it from being read.
    pub policy: Option<Policy>,
    /// What is wrong, in the order of the file.
    pub problems: Diagnostics,
}

/// Reads the text of a policy; `name` is that of its file, without its ending.
///
/// # Errors
/// The one problem that keeps the whole file from being read, such as a syntax error.
pub fn read(name: Name, text: &str) -> Result<PolicyRead, Diagnostic> {
    let root = node::read(text)?;
    let mut problems = vec![];
    let Some(fields) = FieldReader::open(&root, "a policy", &mut problems) else {
        return Err(problems.remove(0).help("begin the file with `title: ...`"));
    };
    let policy = policy(name, fields, &mut problems);
    for problem in problems.iter_mut().filter(|p| p.code == "unknown-key") {
        problem.level = Level::Error;
    }
    problems.sort_by_key(|p| p.place);
    for problem in problems.iter_mut().filter(|p| p.message.ends_with("needs `timezone`")) {
        problem.help = Some("name the zone of its months, as `timezone: Europe/Paris`".to_owned());
    }
    let sound = problems.iter().all(|p| p.level != Level::Error);
    Ok(PolicyRead { policy: sound.then_some(policy), problems })
}

fn policy(name: Name, mut f: FieldReader<'_, '_>, problems: &mut Diagnostics) -> Policy {
    let place = f.place();
    let id = f.take("id").and_then(|n| word(n, problems)).map_or(name, |p| p.value);
    let zone = f.need("timezone", problems).and_then(|n| parsed(n, problems, time::read_zone));
    let window = f.need("window", problems).and_then(|n| word(n, problems));
    let measure =
        f.take("measure").map_or_else(|| Some(measure::default()), |n| measure::read(n, problems));
    let mut measure = measure.unwrap_or_else(measure::default);
    let commitment = f.need("commitment", problems).and_then(|n| match &mut measure.kind {
        MeasureKind::Duration(promise) => duration_promise::commitment(n, promise, problems),
        _ => commitment(n, problems),
    });
    let scheme = f.need("credit", problems).and_then(|n| scheme::read(n, problems));
    let title = f.take("title").and_then(|n| text(n, problems));
    let policy = Policy {
        public: public(&mut f, title.clone(), problems),
        title: title.unwrap_or_else(|| id.to_string()),
        id,
        kind: read_or(&mut f, "kind", PolicyKind::Sla, problems),
        incidents: f.take("incidents").map_or(vec![], |n| list(n, problems, word)),
        source: f.take("source").and_then(|n| source(n, problems)),
        effective_from: f.take("effective").and_then(|n| effective(n, problems)),
        services: f.take("services").map_or(vec![], |n| list(n, problems, word)),
        plans: f.take("plans").map_or(vec![], |n| list(n, problems, text)),
        requires: f.take("requires").map_or(vec![], |n| list(n, problems, word)),
        group: f.take("group").and_then(|n| word(n, problems)),
        stacking: read_or(&mut f, "stacking", Stacking::Best, problems),
        window: window.map_or(crate::model::sla::Window::Month, |p| p.value),
        zone: zone.map_or(time::Zone::UTC, |p| p.value),
        unscoped: read_or(&mut f, "unscoped", Unscoped::Review, problems),
        measure,
        exclude: f.take("exclude").and_then(|n| measure::exclude(n, problems)).unwrap_or_default(),
        compare: f.take("compare").and_then(|n| compare(n, problems)).unwrap_or(CompareRule::Exact),
        // What could not be read has reported why, and keeps the whole policy back.
        commitment: commitment.unwrap_or_else(|| Spanned { value: everything(), place }),
        scheme: scheme.unwrap_or(Spanned { value: Scheme::Shortfall, place }),
        caps: f.take("caps").map_or(vec![], |n| list(n, problems, cap)),
        minimum: f.take("minimum").and_then(|n| minimum(n, problems)),
        rounding: read_or(&mut f, "rounding", Rounding::HalfUp, problems),
        claim: f.take("claim").and_then(|n| claim(n, problems)).unwrap_or(ClaimRule::Automatic),
        rights: f.take("rights").map_or(vec![], |n| list(n, problems, right)),
        place,
    };
    f.close(problems);
    contradictions(&policy, problems);
    policy
}

fn everything() -> Commitment {
    Commitment { percent: money::whole(100), above: false }
}

/// Reports what each key allows and all of them together do not.
fn contradictions(policy: &Policy, problems: &mut Diagnostics) {
    let mut refuse = |place: Location, message: &str| {
        problems.push(Diagnostic::error("contradiction", place, message));
    };
    if policy.kind == PolicyKind::Goodwill && policy.incidents.is_empty() {
        refuse(policy.place, "a goodwill policy needs `incidents`: it is for those that it names");
    }
    duration_promise::contradictions(policy, &mut refuse);
    if !policy.measure.kind.is_measured() {
        return;
    }
    if policy.scheme.value.needs_intervals() {
        let scheme = policy.scheme.value.as_str();
        let message = format!("`{scheme}` asks when downtime was, which measurements do not say");
        refuse(policy.scheme.place, &message);
    }
    if policy.exclude.maintenance.is_some() || !policy.exclude.attribution.is_empty() {
        refuse(policy.place, "`exclude` is for downtime; leave such rows out of the measurements");
    }
    if let ClaimRule::Within { from: ClaimFrom::IncidentEnd, place, .. } = &policy.claim {
        refuse(*place, "measurements have no incident whose end could begin a claim's time");
    }
}

/// Reads one of some words, with a default.
fn read_or<T: std::str::FromStr<Err = UnknownValue>>(
    f: &mut FieldReader<'_, '_>,
    key: &'static str,
    default: T,
    problems: &mut Diagnostics,
) -> T {
    f.take(key).and_then(|n| word(n, problems)).map_or(default, |p| p.value)
}

/// Reads what customers may read; a name of the file or an id is nothing for them.
fn public(
    f: &mut FieldReader<'_, '_>,
    title: Option<String>,
    problems: &mut Diagnostics,
) -> PublicTerms {
    let said = f.take("public").and_then(|node| {
        let mut f = FieldReader::open(node, "`public`", problems)?;
        let mut said = |key| f.take(key).and_then(|n| text(n, problems));
        let terms =
            PublicTerms { title: said("title"), summary: said("summary"), url: said("url") };
        f.close(problems);
        Some(terms)
    });
    let said = said.unwrap_or_default();
    PublicTerms { title: said.title.or(title), ..said }
}

fn source(node: &Node<'_>, problems: &mut Diagnostics) -> Option<TermsSource> {
    let mut f = FieldReader::open(node, "a source", problems)?;
    let url = f.take("url").and_then(|n| text(n, problems));
    let read_on = f.take("read_on").and_then(|n| date(n, problems));
    f.close(problems);
    Some(TermsSource { url, read_on })
}

fn effective(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Spanned<NaiveDate>> {
    let mut f = FieldReader::open(node, "`effective`", problems)?;
    let from = f.need("from", problems);
    let from = from.and_then(|n| Some(Spanned { value: date(n, problems)?, place: n.place }));
    f.close(problems);
    from
}

fn commitment(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Spanned<Commitment>> {
    let mut f = FieldReader::open(node, "a commitment", problems)?;
    let at_least = f.take("at_least").map(|n| uptime(n, problems));
    let above = f.take("above").map(|n| uptime(n, problems));
    let of_durations = [f.take("at_most"), f.take("share")].into_iter().flatten().next();
    f.close(problems);
    if let Some(node) = of_durations {
        let message = "`at_most` and `share` promise a duration: `measure: {kind: duration, name: time_to_recover}`";
        problems.push(Diagnostic::error("contradiction", node.place, message));
        return None;
    }
    let value = match (at_least, above) {
        (Some(percent), None) => Commitment { percent: percent?, above: false },
        (None, Some(percent)) => Commitment { percent: percent?, above: true },
        _ => {
            let message = "a commitment is either `{at_least: 99.9}` or `{above: 99.9}`";
            problems.push(Diagnostic::error("value", node.place, message));
            return None;
        }
    };
    Some(Spanned { value, place: node.place })
}

/// Reads an uptime in percent, from 0 to 100.
fn uptime(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Exact> {
    let read = |text: &str| match money::decimal(text) {
        Ok(percent) if percent <= money::whole(100) => Ok(percent),
        Ok(_) => Err(UnknownValue(format!("`{text}` is more than 100 percent"))),
        Err(error) => Err(error),
    };
    parsed(node, problems, read).map(|p| p.value)
}

fn compare(node: &Node<'_>, problems: &mut Diagnostics) -> Option<CompareRule> {
    if let NodeKind::Text(_) = node.what {
        let only = |text: &str| match text {
            "exact" => Ok(CompareRule::Exact),
            other => {
                Err(format!("`{other}` is neither `exact` nor `{{places: 1, mode: half-up}}`"))
            }
        };
        return parsed(node, problems, only).map(|p| p.value);
    }
    let mut f = FieldReader::open(node, "`compare`", problems)?;
    let places = f.need("places", problems).and_then(|n| number(n, 0..=12, problems));
    let mode = f.need("mode", problems).and_then(|n| word(n, problems));
    f.close(problems);
    Some(CompareRule::Places(places?, mode?.value))
}

fn cap(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Spanned<Cap>> {
    let mut f = FieldReader::open(node, "a cap", problems)?;
    let percent = f.take("percent").map(|n| exact(n, problems));
    let windows = f.take("windows").map(|n| number(n, 2..=120, problems));
    let amount = f.take("amount").map(|n| by_currency(n, problems, exact));
    f.close(problems);
    let value = match (percent, windows, amount) {
        (Some(percent), None, None) => Cap::Percent(percent?),
        (Some(percent), Some(windows), None) => {
            Cap::PercentOfWindows { percent: percent?, windows: windows? }
        }
        (None, None, Some(amount)) => Cap::Amount(amount?),
        _ => {
            let message = "a cap is one of `{percent: 100}`, `{percent: 50, windows: 12}` and `{amount: 500.00}`";
            problems.push(Diagnostic::error("value", node.place, message));
            return None;
        }
    };
    Some(Spanned { value, place: node.place })
}

/// Reads a value, or a map of one for each of some currencies.
fn by_currency<T>(
    node: &Node<'_>,
    problems: &mut Diagnostics,
    read: impl Fn(&Node<'_>, &mut Diagnostics) -> Option<T>,
) -> Option<ByCurrency<T>> {
    let NodeKind::Map(entries) = &node.what else {
        return read(node, problems).map(ByCurrency::Any);
    };
    let mut each = vec![];
    for entry in entries {
        let currency = entry.key.parse::<Currency>().map_err(|error| {
            problems.push(Diagnostic::error("value", entry.place, error.to_string()));
        });
        let value = read(&entry.value, problems);
        each.extend(currency.ok().zip(value));
    }
    if entries.is_empty() {
        let message = "name a currency and its amount, as `{USD: 500.00}`";
        problems.push(Diagnostic::error("value", node.place, message));
    }
    (!each.is_empty()).then_some(ByCurrency::Each(each))
}

fn minimum(
    node: &Node<'_>,
    problems: &mut Diagnostics,
) -> Option<Spanned<ByCurrency<AtLeast<Exact>>>> {
    let least = |n: &Node<'_>, problems: &mut Diagnostics| {
        at_least(n, problems, money::decimal).map(|p| p.value)
    };
    let value = by_currency(node, problems, least)?;
    Some(Spanned { value, place: node.place })
}

fn right(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Spanned<BreachRight>> {
    let mut f = FieldReader::open(node, "a right", problems)?;
    let name = f.need("right", problems).and_then(|n| text(n, problems));
    let breaches = f.need("breaches", problems).and_then(|n| number(n, 1..=1_000, problems));
    let within = f.need("within", problems).and_then(|n| word(n, problems));
    f.close(problems);
    let value = BreachRight { name: name?, breaches: breaches?, within: within?.value };
    Some(Spanned { value, place: node.place })
}

fn claim(node: &Node<'_>, problems: &mut Diagnostics) -> Option<ClaimRule> {
    let mut f = FieldReader::open(node, "`claim`", problems)?;
    let automatic = f.take("automatic").and_then(|n| fields::truth(n, problems));
    let within = f.take("within");
    let calendar = f.take("calendar");
    let length = within.map(|n| claim_time(n, calendar, problems));
    let from = f.take("from").and_then(|n| word(n, problems)).map(|p| p.value);
    f.close(problems);
    match (automatic, length, from) {
        (None | Some(true), None, None) if calendar.is_none() => Some(ClaimRule::Automatic),
        (None | Some(false), Some(length), from) => {
            let from = from.unwrap_or(ClaimFrom::PeriodEnd);
            Some(ClaimRule::Within { length: length?, from, place: node.place })
        }
        _ => {
            let message =
                "a claim is either `{automatic: true}` or `{within: 60d, from: period-end}`";
            problems.push(Diagnostic::error("value", node.place, message));
            None
        }
    }
}

/// Reads how long there is to claim: of the calendar, in business days, or `unlimited`.
fn claim_time(
    node: &Node<'_>,
    calendar: Option<&Node<'_>>,
    problems: &mut Diagnostics,
) -> Option<ClaimTime> {
    if node.text().is_some_and(|text| text.contains("business")) {
        return measure::business_days(node, calendar, problems).map(ClaimTime::Business);
    }
    if let Some(calendar) = calendar {
        let message = "`calendar` goes with `within: 10 business days`";
        problems.push(Diagnostic::error("contradiction", calendar.place, message));
    }
    if node.text() == Some("unlimited") {
        return Some(ClaimTime::Unlimited);
    }
    word(node, problems).map(|p| ClaimTime::Calendar(p.value))
}

/// Reads a lower limit with its sign, such as `>= 5m`; without one it is reached by itself.
fn at_least<T, E: std::fmt::Display>(
    node: &Node<'_>,
    problems: &mut Diagnostics,
    read: impl Fn(&str) -> Result<T, E>,
) -> Option<Spanned<AtLeast<T>>> {
    let limit = |text: &str| {
        let found = text.strip_prefix(">=").map(|t| (t, false));
        let found = found.or_else(|| text.strip_prefix('>').map(|t| (t, true)));
        let Some((limit, strict)) = found else {
            return Err(format!(
                "`{text}` needs a sign before it: write `>= {text}` or `> {text}`"
            ));
        };
        let limit = read(limit.trim()).map_err(|e| e.to_string())?;
        Ok(AtLeast { limit, strict })
    };
    parsed(node, problems, limit)
}

/// Reads a decimal of zero or more.
fn exact(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Exact> {
    parsed(node, problems, money::decimal).map(|p| p.value)
}

/// Reads a decimal of more than zero.
fn positive(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Exact> {
    let read = |text: &str| match money::decimal(text) {
        Ok(number) if number.is_zero() => Err(UnknownValue(more_than_nothing(text))),
        read => read,
    };
    parsed(node, problems, read).map(|p| p.value)
}

/// Reads a length of more than nothing.
fn length(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Span> {
    let read = |text: &str| match duration::read_span(text) {
        Ok(Span::ZERO) => Err(more_than_nothing(text)),
        read => read.map_err(|e| e.to_string()),
    };
    parsed(node, problems, read).map(|p| p.value)
}

/// Reads a length, which may be nothing.
fn span(node: &Node<'_>, problems: &mut Diagnostics) -> Option<Span> {
    parsed(node, problems, duration::read_span).map(|p| p.value)
}

fn more_than_nothing(text: &str) -> String {
    format!("`{text}` must be more than nothing here")
}

/// Reads a whole number within a range.
fn number(
    node: &Node<'_>,
    range: std::ops::RangeInclusive<u32>,
    problems: &mut Diagnostics,
) -> Option<u32> {
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let read = |text: &str| {
        let number = text.parse::<u32>().ok().filter(|n| digits(text) && range.contains(n));
        let (least, most) = (range.start(), range.end());
        number.ok_or_else(|| format!("`{text}` is not a whole number from {least} to {most}"))
    };
    parsed(node, problems, read).map(|p| p.value)
}

/// Reads a scheme by its name alone, with its defaults.
fn bare_scheme(name: &str) -> Result<Scheme, String> {
    match name {
        "lost_time" => Ok(Scheme::LostTime(crate::model::sla::LostTime::default())),
        "shortfall" => Ok(Scheme::Shortfall),
        other => Err(format!(
            "`{other}` cannot stand by its name alone: write it in full, as `{{{other}: ...}}`"
        )),
    }
}
