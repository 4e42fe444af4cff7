//! The statement of a customer: how each line came about, as a page that one can follow.
//!
//! Its public form is built from the allow-list alone.

use super::credits::values::{ExactNumber, text};
use super::credits::{
    BoundaryEvent, CreditInterval, CreditLineReport, CreditStep, CreditsReport, CurrencyTotal,
    LineKind, UptimeSums, WindowBounds,
};
use super::{VERSION, allow_list};
use crate::compute::credits::Status;
use crate::compute::downtime::{AffectedInterval, IntervalEnd};
use crate::model::diagnostic::SourcePlace;
use crate::model::incident::{Audience, Name};
use crate::model::money::{Currency, Money};
use crate::model::settings::Settings;
use crate::model::sla::Period;
use crate::model::time::{Instant, OffsetTime, Span, Zone};
use chrono::NaiveDate;
use serde::Serialize;

/// The statement of a customer.
#[derive(Clone, Debug, Serialize)]
pub struct Statement<'r> {
    /// The version of this report's fields.
    pub version: u32,
    /// Who may read it.
    pub audience: Audience,
    /// The customer.
    pub customer: &'r str,
    /// The period: `2026-06`, `2026-Q2` or `2026`.
    pub period: Period,
    /// The commit that the record was read from.
    pub commit: Option<&'r str>,
    /// Whether files of the record differ from the commit.
    pub dirty: bool,
    /// The tool and its version.
    pub tool: &'static str,
    /// The version of the time zone database.
    pub tzdata: &'static str,
    /// The lines, in their order.
    pub lines: Vec<StatementLine<'r>>,
    /// The sums of rounded lines, by currency.
    pub totals: &'r [CurrencyTotal],
}

/// One line of a statement.
#[derive(Clone, Debug, Serialize)]
pub struct StatementLine<'r> {
    /// What it comes of.
    pub kind: LineKind,
    /// The service, by the name that the reader knows.
    pub service: Option<&'r str>,
    /// The plan.
    pub plan: Option<&'r str>,
    /// The region.
    pub region: Option<&'r str>,
    /// The resource.
    pub resource: Option<&'r str>,
    /// What the terms are called.
    pub title: Option<&'r str>,
    /// What the terms promise, as customers read it.
    pub summary: Option<&'r str>,
    /// Where the terms can be read.
    pub url: Option<&'r str>,
    /// When they were read; internal.
    pub read_on: Option<NaiveDate>,
    /// The first day on which they were in force; internal.
    pub effective_from: Option<NaiveDate>,
    /// The policy's file; internal.
    pub policy: Option<&'r str>,
    /// The SHA-256 of the policy's file.
    pub policy_sha256: Option<&'r str>,
    /// The rows of the subscription; internal.
    pub rows: &'r [SourcePlace],
    /// The zone of all times.
    #[serde(serialize_with = "text")]
    pub timezone: Zone,
    /// The window.
    pub window: WindowBounds<OffsetTime>,
    /// What happened.
    pub events: Vec<StatementEvent<'r>>,
    /// Every interval of impact, and whether it counts.
    pub intervals: Vec<StatementInterval<'r>>,
    /// From the counted time to the uptime.
    pub sums: Option<&'r UptimeSums>,
    /// From the uptime to the credit.
    pub steps: Vec<CreditStep<Money>>,
    /// What became of the line.
    pub status: Status,
    /// The credit.
    pub credit: &'r Money,
    /// The currency.
    pub currency: Currency,
    /// The days added to the term.
    pub extend_days: i64,
    /// The day before which a claim must be received.
    pub claim_by: Option<NaiveDate>,
    /// Why it is so; internal.
    pub reason: Option<&'r str>,
    /// Who approved it; internal.
    pub approved_by: Option<&'r str>,
}

/// An event.
#[derive(Clone, Debug, Serialize)]
pub struct StatementEvent<'r> {
    /// The nominal time.
    pub at: OffsetTime,
    /// The earliest time that it can have been.
    pub earliest: OffsetTime,
    /// The latest time that it can have been.
    pub latest: OffsetTime,
    /// The incident's title.
    pub title: Option<&'r str>,
    /// What happened.
    pub text: &'r str,
    /// The event's id; internal.
    pub event: Option<&'r Name>,
    /// Where the record says it; internal.
    pub source: Option<&'r SourcePlace>,
}

/// An interval of impact.
#[derive(Clone, Debug, Serialize)]
pub struct StatementInterval<'r> {
    /// When it was, and the state; its share is internal, and so is null.
    #[serde(flatten)]
    pub affected: AffectedInterval<OffsetTime>,
    /// Its length in seconds.
    pub seconds: Option<Span>,
    /// The service, by the name that the reader knows.
    pub service: Option<&'r str>,
    /// How much each second counts, from 0 to 1.
    pub weight: &'r ExactNumber,
    /// Whether it counts.
    pub counted: bool,
    /// The rule that decided, in words.
    pub why: &'r str,
    /// The ids of the events at its ends; internal.
    pub events: Vec<&'r Name>,
    /// Where the rule stands; internal.
    pub source: Option<&'r SourcePlace>,
}

/// Returns the statement for those who may read everything.
pub fn internal(report: &CreditsReport) -> Statement<'_> {
    statement(report, Audience::Internal, report.lines.iter().map(internal_line).collect())
}

fn internal_line(line: &CreditLineReport) -> StatementLine<'_> {
    let (zone, explanation) = (zone(line), &line.explanation);
    let step = |step: &CreditStep<ExactNumber>| CreditStep {
        source: step.source.clone(),
        ..public_step(step, &step.says, line.currency)
    };
    let terms = explanation.terms.as_ref();
    StatementLine {
        title: terms.map(|t| t.title.as_str()),
        url: terms.and_then(|t| t.url.as_deref()),
        read_on: terms.and_then(|t| t.read_on),
        effective_from: terms.and_then(|t| t.effective_from),
        policy: terms.map(|t| t.path.as_str()),
        rows: &explanation.rows,
        events: explanation.events.iter().map(|e| event(e, zone)).collect(),
        intervals: explanation.intervals.iter().map(|i| interval(i, zone)).collect(),
        steps: explanation.steps.iter().map(step).collect(),
        reason: line.reason.as_deref(),
        approved_by: line.approved_by.as_deref(),
        ..plain(line, Some(&line.service))
    }
}

/// Returns the statement that the customer may read: public names, titles and events, times and numbers.
pub fn public<'r>(report: &'r CreditsReport, settings: &'r Settings) -> Statement<'r> {
    let line = |line| public_line(line, settings);
    statement(report, Audience::Public, report.lines.iter().map(line).collect())
}

fn public_line<'r>(line: &'r CreditLineReport, settings: &'r Settings) -> StatementLine<'r> {
    let named = |id: &str| allow_list::service_name(settings, id);
    let terms = line.explanation.terms.as_ref().map(|t| &t.public);
    let (zone, explanation) = (zone(line), &line.explanation);
    let events = explanation.events.iter().filter(|e| e.public);
    let interval = |i: &'r CreditInterval| {
        public_interval(i, zone, named(i.service.as_str()), allow_list::rule(i))
    };
    let step = |step: &CreditStep<ExactNumber>| {
        public_step(step, allow_list::step(step.name, &step.says), line.currency)
    };
    StatementLine {
        title: terms.and_then(|t| t.title.as_deref()),
        url: terms.and_then(|t| t.url.as_deref()),
        events: events.map(|e| public_event(e, zone)).collect(),
        intervals: explanation.intervals.iter().map(interval).collect(),
        steps: explanation.steps.iter().map(step).collect(),
        ..plain(line, if line.service == "*" { Some("*") } else { named(&line.service) })
    }
}

fn statement<'r>(
    report: &'r CreditsReport,
    audience: Audience,
    lines: Vec<StatementLine<'r>>,
) -> Statement<'r> {
    Statement {
        version: VERSION,
        audience,
        customer: report.lines.first().map(|l| l.customer.as_str()).unwrap_or_default(),
        period: report.heading.period,
        commit: report.heading.record.commit.as_deref(),
        dirty: report.heading.record.dirty,
        tool: report.heading.tool,
        tzdata: report.heading.tzdata,
        lines,
        totals: &report.tail.totals,
    }
}

/// Returns what every reader may see of a line: the window, the numbers.
fn plain<'r>(line: &'r CreditLineReport, service: Option<&'r str>) -> StatementLine<'r> {
    let zone = zone(line);
    let local = |at| OffsetTime::in_zone(at, zone);
    StatementLine {
        kind: line.kind,
        service,
        plan: line.plan.as_deref(),
        region: line.region.as_deref(),
        resource: line.resource.as_deref(),
        title: None,
        summary: line.explanation.terms.as_ref().and_then(|t| t.public.summary.as_deref()),
        url: None,
        read_on: None,
        effective_from: None,
        policy: None,
        policy_sha256: line.policy_sha256.as_deref(),
        rows: &[],
        timezone: zone,
        window: WindowBounds { start: local(line.window.start), end: local(line.window.end) },
        events: vec![],
        intervals: vec![],
        sums: line.explanation.sums.as_ref(),
        steps: vec![],
        status: line.status,
        credit: &line.credit,
        currency: line.currency,
        extend_days: line.extend_days,
        claim_by: line.claim_by,
        reason: None,
        approved_by: None,
    }
}

/// Returns the zone of the terms; an adjustment has none.
fn zone(line: &CreditLineReport) -> Zone {
    line.explanation.terms.as_ref().map_or(Zone::UTC, |t| t.timezone)
}

fn event(event: &BoundaryEvent, zone: Zone) -> StatementEvent<'_> {
    StatementEvent {
        title: Some(&event.title),
        event: event.event.as_ref(),
        source: Some(&event.source),
        ..public_event(event, zone)
    }
}

/// Returns a public event: its times, its text and the public title.
fn public_event(event: &BoundaryEvent, zone: Zone) -> StatementEvent<'_> {
    let local = |at: Instant| OffsetTime::in_zone(at, zone);
    StatementEvent {
        at: local(event.at),
        earliest: local(event.earliest),
        latest: local(event.latest),
        title: event.public_title.as_deref(),
        text: &event.text,
        event: None,
        source: None,
    }
}

fn interval(interval: &CreditInterval, zone: Zone) -> StatementInterval<'_> {
    let AffectedInterval { start, end, .. } = &interval.affected;
    let events = [Some(start), end.as_ref()].map(|end| end.and_then(|end| end.event.as_ref()));
    StatementInterval {
        events: events.into_iter().flatten().collect(),
        source: interval.source.as_ref(),
        ..public_interval(interval, zone, Some(interval.service.as_str()), &interval.says)
    }
}

fn public_interval<'r>(
    interval: &'r CreditInterval,
    zone: Zone,
    service: Option<&'r str>,
    why: &'r str,
) -> StatementInterval<'r> {
    let AffectedInterval { start, end, state, .. } = &interval.affected;
    let local = |end: &IntervalEnd| OffsetTime::in_zone(end.at, zone);
    let (start, end) = (local(start), end.as_ref().map(local));
    StatementInterval {
        affected: AffectedInterval { start, end, state: *state, share: None },
        seconds: interval.affected.length(),
        service,
        weight: &interval.weight,
        counted: interval.counted,
        why,
        events: vec![],
        source: None,
    }
}

fn public_step(
    step: &CreditStep<ExactNumber>,
    says: &str,
    currency: Currency,
) -> CreditStep<Money> {
    let amount = step.amount.as_ref().map(|a| Money { amount: a.0.clone(), currency });
    CreditStep { name: step.name, says: says.to_owned(), amount, source: None }
}
