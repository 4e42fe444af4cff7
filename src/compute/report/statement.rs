//! The statement of a customer: how each line came about, as a page that one can follow.
//!
//! Its public form is built from an allow-list: what is not named here as fit for customers is left out.

use super::VERSION;
use super::credits::{
    BoundaryEvent, CreditInterval, CreditLineReport, CreditStep, CreditsReport, CurrencyTotal,
    PolicyTerms, UptimeSums, WindowBounds,
};
use crate::model::money::{self, Currency};
use crate::model::settings::Settings;
use crate::model::time::{Instant, OffsetTime, Zone};
use serde::Serialize;

/// The statement of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Statement {
    /// The version of this report's fields.
    pub version: u32,
    /// internal or public.
    pub audience: &'static str,
    /// The customer.
    pub customer: String,
    /// The period: `2026-06`, `2026-Q2` or `2026`.
    pub period: String,
    /// The commit that the record was read from.
    pub commit: Option<String>,
    /// Whether files of the record differ from the commit.
    pub dirty: bool,
    /// The tool and its version.
    pub tool: String,
    /// The version of the time zone database.
    pub tzdata: String,
    /// The lines, in their order.
    pub lines: Vec<StatementLine>,
    /// The sums of rounded lines, by currency.
    pub totals: Vec<CurrencyTotal>,
}

/// One line of a statement.
#[derive(Clone, Debug, Serialize)]
pub struct StatementLine {
    /// policy, goodwill, adjustment or correction.
    pub kind: &'static str,
    /// The service, by the name that the reader knows.
    pub service: Option<String>,
    /// The plan.
    pub plan: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// What the terms are called.
    pub title: Option<String>,
    /// Where the terms can be read.
    pub url: Option<String>,
    /// When they were read.
    pub read_on: Option<String>,
    /// The first day on which they were in force.
    pub effective_from: Option<String>,
    /// The policy's file; internal.
    pub policy: Option<String>,
    /// The SHA-256 of the policy's file.
    pub policy_sha256: Option<String>,
    /// The rows of the subscription, as `file:line:column`; internal.
    pub rows: Vec<String>,
    /// The zone of all times.
    pub timezone: &'static str,
    /// The window.
    pub window: WindowBounds,
    /// What happened.
    pub events: Vec<StatementEvent>,
    /// Every interval of impact, and whether it counts.
    pub intervals: Vec<StatementInterval>,
    /// From the counted time to the uptime.
    pub sums: Option<UptimeSums>,
    /// From the uptime to the credit.
    pub steps: Vec<StatementStep>,
    /// What became of the line.
    pub status: &'static str,
    /// The credit.
    pub credit: String,
    /// The currency.
    pub currency: &'static str,
    /// The days added to the term.
    pub extend_days: u32,
    /// The day before which a claim must be received.
    pub claim_by: Option<String>,
    /// Why it is so; internal.
    pub reason: Option<String>,
    /// Who approved it; internal.
    pub approved_by: Option<String>,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub struct StatementEvent {
    /// The nominal time.
    pub at: String,
    /// The earliest time that it can have been.
    pub earliest: String,
    /// The latest time that it can have been.
    pub latest: String,
    /// The incident's title.
    pub title: Option<String>,
    /// What happened.
    pub text: String,
    /// The event's id; internal.
    pub event: Option<String>,
    /// Where the record says it; internal.
    pub source: Option<String>,
}

/// An interval of impact.
#[derive(Clone, Debug, Serialize)]
pub struct StatementInterval {
    /// Where it begins.
    pub start: String,
    /// Where it ends; null where the record has no end for it.
    pub end: Option<String>,
    /// Its length in seconds.
    pub seconds: Option<i64>,
    /// The service, by the name that the reader knows.
    pub service: Option<String>,
    /// down, degraded or maintenance.
    pub state: &'static str,
    /// How much each second counts, from 0 to 1.
    pub weight: String,
    /// Whether it counts.
    pub counted: bool,
    /// The rule that decided, in words.
    pub why: String,
    /// The ids of the events at its ends; internal.
    pub events: Vec<String>,
    /// Where the rule stands; internal.
    pub source: Option<String>,
}

/// One step from the uptime to the credit.
#[derive(Clone, Debug, Serialize)]
pub struct StatementStep {
    /// `commitment`, `fee`, `scheme`, `cap`, ...
    pub name: &'static str,
    /// What it does.
    pub says: String,
    /// The exact amount after it.
    pub amount: Option<String>,
    /// Where the rule stands; internal.
    pub source: Option<String>,
}

/// Returns the statement for those who may read everything.
pub fn internal(report: &CreditsReport) -> Statement {
    let inside = |line: &CreditLineReport| {
        let zone = zone(line);
        let explanation = &line.explanation;
        let service = |id: &str| Some(id.to_owned());
        StatementLine {
            policy: explanation.terms.as_ref().map(|t| t.path.clone()),
            rows: explanation.rows.clone(),
            events: explanation.events.iter().map(|e| happening(e, zone)).collect(),
            intervals: explanation.intervals.iter().map(|i| interval(i, zone, service)).collect(),
            steps: explanation.steps.iter().map(|s| reason(s, line.currency)).collect(),
            reason: line.reason.clone(),
            approved_by: line.approved_by.clone(),
            ..plain(line, Some(line.service.clone()), zone)
        }
    };
    statement(report, "internal", report.lines.iter().map(inside).collect())
}

/// Returns the statement that the customer may read: public names, titles and events, times and numbers.
pub fn public(report: &CreditsReport, settings: &Settings) -> Statement {
    let named = |id: &str| settings.service(id).and_then(|s| s.public.clone());
    let outside = |line: &CreditLineReport| {
        let zone = zone(line);
        let explanation = &line.explanation;
        let events = explanation.events.iter().filter(|e| e.public);
        let service = if line.service == "*" { Some("*".to_owned()) } else { named(&line.service) };
        StatementLine {
            events: events.map(|e| public_happening(e, zone)).collect(),
            intervals: explanation
                .intervals
                .iter()
                .map(|i| public_stretch(i, zone, named))
                .collect(),
            steps: explanation
                .steps
                .iter()
                .filter_map(|s| public_reason(s, line.currency))
                .collect(),
            ..plain(line, service, zone)
        }
    };
    statement(report, "public", report.lines.iter().map(outside).collect())
}

fn statement(
    report: &CreditsReport,
    audience: &'static str,
    lines: Vec<StatementLine>,
) -> Statement {
    Statement {
        version: VERSION,
        audience,
        customer: report.lines.first().map(|l| l.customer.clone()).unwrap_or_default(),
        period: report.period.clone(),
        commit: report.record.commit.clone(),
        dirty: report.record.dirty,
        tool: report.tool.clone(),
        tzdata: report.tzdata.clone(),
        lines,
        totals: report.totals.clone(),
    }
}

/// Returns what every reader may see of a line: the terms, the window, the numbers.
fn plain(line: &CreditLineReport, service: Option<String>, zone: Zone) -> StatementLine {
    let terms = line.explanation.terms.as_ref();
    let of = |get: fn(&PolicyTerms) -> &Option<String>| terms.and_then(|t| get(t).clone());
    StatementLine {
        kind: line.kind,
        service,
        plan: line.plan.clone(),
        region: line.region.clone(),
        resource: line.resource.clone(),
        title: terms.map(|t| t.title.clone()),
        url: of(|t| &t.url),
        read_on: of(|t| &t.read_on),
        effective_from: of(|t| &t.effective_from),
        policy: None,
        policy_sha256: line.policy_sha256.clone(),
        rows: vec![],
        timezone: zone.name(),
        window: WindowBounds {
            start: local(&line.window.start, zone),
            end: local(&line.window.end, zone),
        },
        events: vec![],
        intervals: vec![],
        sums: line.explanation.sums.clone(),
        steps: vec![],
        status: line.status,
        credit: line.credit.clone(),
        currency: line.currency,
        extend_days: line.extend_days,
        claim_by: line.claim_by.clone(),
        reason: None,
        approved_by: None,
    }
}

fn zone(line: &CreditLineReport) -> Zone {
    let named = line.explanation.terms.as_ref().and_then(|t| t.timezone.parse().ok());
    named.unwrap_or(Zone::UTC)
}

/// Returns a time of the report on the clocks of a zone, with its offset.
fn local(text: &str, zone: Zone) -> String {
    match text.parse::<chrono::DateTime<chrono::Utc>>() {
        Ok(at) => OffsetTime::in_zone(Instant::saturating(at.timestamp()), zone).to_string(),
        Err(_) => text.to_owned(),
    }
}

fn happening(event: &BoundaryEvent, zone: Zone) -> StatementEvent {
    StatementEvent {
        title: Some(event.title.clone()),
        event: event.event.clone(),
        source: Some(event.source.clone()),
        ..public_happening(event, zone)
    }
}

/// Returns a public event: its times, its text and the public title.
fn public_happening(event: &BoundaryEvent, zone: Zone) -> StatementEvent {
    StatementEvent {
        at: local(&event.at, zone),
        earliest: local(&event.earliest, zone),
        latest: local(&event.latest, zone),
        title: event.public_title.clone(),
        text: event.text.clone(),
        event: None,
        source: None,
    }
}

fn interval(
    interval: &CreditInterval,
    zone: Zone,
    service: impl Fn(&str) -> Option<String>,
) -> StatementInterval {
    let events = [&interval.start_event, &interval.end_event];
    StatementInterval {
        why: interval.says.clone(),
        events: events.into_iter().flatten().cloned().collect(),
        source: interval.source.clone(),
        ..public_stretch(interval, zone, service)
    }
}

fn public_stretch(
    interval: &CreditInterval,
    zone: Zone,
    service: impl Fn(&str) -> Option<String>,
) -> StatementInterval {
    let why = match interval.rule {
        "counted" | "weight" | "attribution" | "starts-at" | "service-hours" | "min-duration"
        | "window" | "subscription" => interval.says.as_str(),
        // These name what only the record knows: another incident, the title of planned work.
        "overlap" => "counted once, with other impact at the same time",
        "maintenance" => "planned maintenance",
        rule => rule,
    };
    StatementInterval {
        start: local(&interval.start, zone),
        end: interval.end.as_deref().map(|end| local(end, zone)),
        seconds: interval.seconds,
        service: service(&interval.service),
        state: interval.state,
        weight: interval.weight.clone(),
        counted: interval.counted,
        why: why.to_owned(),
        events: vec![],
        source: None,
    }
}

fn reason(step: &CreditStep, currency: &str) -> StatementStep {
    let CreditStep { name, says, amount, source } = step.clone();
    StatementStep { name, says, amount: amount.map(|a| padded(a, currency)), source }
}

/// Returns an amount with at least the places of its currency: 388.80 for 388.8.
fn padded(amount: String, currency: &str) -> String {
    let currency = currency.parse::<Currency>();
    let shown = currency.ok().zip(money::signed_decimal(&amount).ok()).map(|(currency, exact)| {
        let shown = currency.show(&exact);
        (money::signed_decimal(&shown).ok() == Some(exact)).then_some(shown)
    });
    shown.flatten().unwrap_or(amount)
}

/// Returns a step as customers may read it; one that is not known to be fit for them is left out.
fn public_reason(step: &CreditStep, currency: &str) -> Option<StatementStep> {
    let says = match step.name {
        "commitment" | "requires" | "fee" | "scheme" | "cap" | "minimum" | "claim" | "rounding"
        | "uncertainty" => step.says.as_str(),
        "scope" => "some impact was for others",
        "group" => "another policy of the same group gives no more",
        "review" => "a person looks at this line before anything is owed",
        _ => return None,
    };
    Some(StatementStep { says: says.to_owned(), source: None, ..reason(step, currency) })
}
