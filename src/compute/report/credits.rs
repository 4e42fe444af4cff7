//! The report of credits: its lines and totals, and for each line how it came about.

pub mod cost;
mod explain;
mod lines;
pub mod values;
pub mod what_if;
mod words;

pub use lines::{LineAtFee, MoneySums, adjustment, line_of, lines, unmatched};

use super::completeness::WaitingEvent;
pub use crate::compute::credits::Status;
use crate::compute::credits::{Disposition, StepKind, UnmatchedKind};
use crate::compute::downtime::AffectedInterval;
use crate::model::diagnostic::SourcePlace;
use crate::model::incident::names::string_enum;
use crate::model::incident::{IncidentId, Name};
use crate::model::money::{Currency, Money};
use crate::model::sla::{Denominator, Period, PublicTerms};
use crate::model::time::{Instant, Span, Zone};
use chrono::NaiveDate;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use values::{ExactNumber, Percentage, UptimeRatio, text};

string_enum! {
    /// What a line comes of.
    LineKind, "kind of line" {
        /// A promise.
        Policy = "policy",
        /// A policy that gives of free will.
        Goodwill = "goodwill",
        /// An amount that was booked by hand.
        Adjustment = "adjustment",
    }
}

/// The JSON of `credits`.
#[derive(Clone, Debug, Serialize)]
pub struct CreditsReport {
    /// What it is about, and what it was computed from.
    #[serde(flatten)]
    pub heading: CreditsHeading,
    /// The lines, in the order of the table's rows, then policy and window.
    pub lines: Vec<CreditLineReport>,
    /// What stands behind them.
    #[serde(flatten)]
    pub tail: CreditsTail,
}

/// What stands behind the lines of credits.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CreditsTail {
    /// The sums of rounded lines, by currency.
    pub totals: Vec<CurrencyTotal>,
    /// The names and rows that meet nothing.
    pub unmatched: Vec<UnmatchedReport>,
    /// The events that wait in the spool.
    pub spooled: Vec<WaitingEvent>,
}

/// A name or a row that meets nothing.
#[derive(Clone, Debug, Serialize)]
pub struct UnmatchedReport {
    /// What it is: a region, a resource, a customer, a service, a claim or an adjustment.
    pub kind: UnmatchedKind,
    /// The name that meets nothing; of a claim or adjustment the customer's.
    pub name: String,
    /// The service that it is about, where it is about one.
    pub service: Option<String>,
    /// The name that may have been meant.
    pub near: Option<String>,
    /// What is wrong, in words.
    pub says: String,
    /// Where it stands.
    pub source: SourcePlace,
}

/// What a report of credits is about, and what it was computed from.
#[derive(Clone, Debug, Serialize)]
pub struct CreditsHeading {
    /// The version of this report's fields.
    pub version: u32,
    /// The period: `2026-06`, `2026-Q2` or `2026`.
    pub period: Period,
    /// What the record was read from.
    pub record: RecordState,
    /// The tool and its version.
    pub tool: &'static str,
    /// The version of the time zone database.
    pub tzdata: &'static str,
    /// Every file that was read.
    pub inputs: Vec<InputFile>,
}

/// What the record was read from.
#[derive(Clone, Debug, Serialize)]
pub struct RecordState {
    /// The commit; null where there is none.
    pub commit: Option<String>,
    /// Whether files of the record differ from the commit.
    pub dirty: bool,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct InputFile {
    /// The file, relative to the record.
    pub path: String,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

/// One line: a subscription, a policy and a window.
#[derive(Clone, Debug, Serialize)]
pub struct CreditLineReport {
    /// What it comes of.
    pub kind: LineKind,
    /// The customer.
    pub customer: String,
    /// The service, or `*`; empty for an adjustment that names none.
    pub service: String,
    /// The policy's id; null for an adjustment.
    pub policy: Option<Name>,
    /// The SHA-256 of the policy's file; null for an adjustment.
    pub policy_sha256: Option<String>,
    /// The window.
    pub window: WindowBounds<Instant>,
    /// The uptime in percent; null where it is not known.
    pub uptime_percent: Option<Percentage>,
    /// The uptime as an exact ratio.
    pub uptime_exact: Option<UptimeRatio>,
    /// The downtime that counts, in seconds.
    pub counted_seconds: Option<ExactNumber>,
    /// The downtime that policy excludes by maintenance or attribution, in seconds.
    pub excluded_seconds: Option<ExactNumber>,
    /// How many incidents a promise about durations was held against; null for every other promise.
    pub incidents_held: Option<usize>,
    /// How many of them took too long.
    pub incidents_in_breach: Option<usize>,
    /// How many of a hundred were in time; null where it is not known.
    pub share_percent: Option<Percentage>,
    /// What became of it.
    pub status: Status,
    /// The bounds of the band that holds, as the policy writes them.
    pub band: Option<String>,
    /// The credit before rounding in percent of the fee.
    pub percent: Option<Percentage>,
    /// The window's fee.
    pub fee: Option<Money>,
    /// The currency.
    pub currency: Currency,
    /// The credit, rounded.
    pub credit: Money,
    /// What waits for a claim, of this line or on top of it.
    pub pending: Money,
    /// Whether another time within the bounds would change the status or the amount.
    pub uncertain: bool,
    /// The least that the credit can be.
    pub credit_min: Money,
    /// The most that the credit can be.
    pub credit_max: Money,
    /// Whether at some times within the bounds the policy has no outcome; the least and the most leave these out.
    pub uncertain_review: bool,
    /// The days added to the term.
    pub extend_days: u32,
    /// What else the breach gives the customer a right to.
    pub rights: Vec<String>,
    /// The day before which a claim must be received.
    pub claim_by: Option<NaiveDate>,
    /// The plan.
    pub plan: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// The incidents whose impact counts.
    pub incidents: Vec<IncidentId>,
    /// Why it is so, where that takes words: why a line is in review, or what an adjustment is for.
    pub reason: Option<String>,
    /// Who approved an adjustment.
    pub approved_by: Option<String>,
    /// How it came about.
    #[serde(skip)]
    pub explanation: Explanation,
}

/// The bounds of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WindowBounds<T> {
    /// Its first instant.
    pub start: T,
    /// The first instant after it.
    pub end: T,
}

/// What is owed in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: Currency,
    /// The sum of the lines that do not wait for a claim.
    pub credit: Money,
    /// The sum of those that do.
    pub pending: Money,
}

/// How a line came about: the JSON of `credits --explain`.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedCredits<'a> {
    /// What it is about, and what it was computed from.
    #[serde(flatten)]
    pub heading: &'a CreditsHeading,
    /// The lines that were asked for.
    pub lines: Vec<ExplainedLine<'a>>,
    /// The events that wait in the spool.
    pub spooled: &'a [WaitingEvent],
}

/// A line and how it came about.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedLine<'a> {
    /// The line.
    #[serde(flatten)]
    pub line: &'a CreditLineReport,
    /// How it came about.
    pub explanation: &'a Explanation,
}

/// How a line came about.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Explanation {
    /// The policy's terms.
    pub terms: Option<PolicyTerms>,
    /// The rows of the subscription.
    pub rows: Vec<SourcePlace>,
    /// The events that the intervals begin and end at, in order.
    pub events: Vec<BoundaryEvent>,
    /// Every interval of impact, and whether it counts.
    pub intervals: Vec<CreditInterval>,
    /// From the counted time to the uptime.
    pub sums: Option<UptimeSums>,
    /// From the uptime to the credit, step by step.
    pub steps: Vec<CreditStep<ExactNumber>>,
}

/// The terms that a line was computed by.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyTerms {
    /// What the policy is called.
    pub title: String,
    /// What customers may read of it.
    pub public: PublicTerms,
    /// The policy's file.
    pub path: String,
    /// Where the terms were read.
    pub url: Option<String>,
    /// When they were read.
    pub read_on: Option<NaiveDate>,
    /// The first day on which this version is in force.
    pub effective_from: Option<NaiveDate>,
    /// The zone of the window.
    #[serde(serialize_with = "text")]
    pub timezone: Zone,
}

/// An event at which an interval begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BoundaryEvent {
    /// The incident.
    pub incident: IncidentId,
    /// The incident's title; internal unless it has a public one.
    pub title: String,
    /// The title that customers may read.
    pub public_title: Option<String>,
    /// The event's id.
    pub event: Option<Name>,
    /// The nominal time.
    pub at: Instant,
    /// The earliest time that it can have been.
    pub earliest: Instant,
    /// The latest time that it can have been.
    pub latest: Instant,
    /// What happened.
    pub text: String,
    /// Whether customers may read the text.
    pub public: bool,
    /// Where the record says it.
    pub source: SourcePlace,
}

/// An interval of impact, and whether it counts.
#[derive(Clone, Debug)]
pub struct CreditInterval {
    /// The incident.
    pub incident: IncidentId,
    /// The service.
    pub service: Name,
    /// The part of its impact that one rule decided about.
    pub affected: AffectedInterval,
    /// How much each second counts, from 0 to 1.
    pub weight: ExactNumber,
    /// Whether it counts.
    pub counted: bool,
    /// The rule that decided.
    pub rule: Disposition,
    /// The same in words.
    pub says: String,
    /// Where the rule stands.
    pub source: Option<SourcePlace>,
}

impl Serialize for CreditInterval {
    /// Writes the interval's own values among those of the decision, its length and the events at its ends too.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let AffectedInterval { start, end, state, share } = &self.affected;
        let mut fields = serializer.serialize_struct("CreditInterval", 14)?;
        fields.serialize_field("incident", &self.incident)?;
        fields.serialize_field("service", &self.service)?;
        fields.serialize_field("start", start)?;
        fields.serialize_field("end", end)?;
        fields.serialize_field("seconds", &self.affected.length())?;
        fields.serialize_field("state", state)?;
        fields.serialize_field("share", share)?;
        fields.serialize_field("weight", &self.weight)?;
        fields.serialize_field("counted", &self.counted)?;
        fields.serialize_field("rule", &self.rule)?;
        fields.serialize_field("says", &self.says)?;
        fields.serialize_field("source", &self.source)?;
        fields.serialize_field("start_event", &start.event)?;
        fields.serialize_field("end_event", &end.as_ref().and_then(|end| end.event.as_ref()))?;
        fields.end()
    }
}

/// From the counted time to the uptime.
#[derive(Clone, Debug, Serialize)]
pub struct UptimeSums {
    /// The length of the window in seconds.
    pub window_seconds: Span,
    /// What the counted time is divided by, in seconds.
    pub denominator_seconds: ExactNumber,
    /// The rule for it.
    pub denominator: Denominator,
    /// The downtime that counts, in seconds.
    pub counted_seconds: ExactNumber,
    /// The downtime that policy excludes, in seconds.
    pub excluded_seconds: ExactNumber,
    /// How parts of minutes count, or how requests were weighed.
    pub counting: &'static str,
    /// The uptime as an exact ratio.
    pub uptime_exact: UptimeRatio,
    /// The uptime in percent.
    pub uptime_percent: Percentage,
    /// The uptime that is looked up, where it is rounded first.
    pub compared_percent: Option<ExactNumber>,
}

/// One step from the uptime to the credit; a statement shows its amount as money.
#[derive(Clone, Debug, Serialize)]
pub struct CreditStep<A> {
    /// What sort of step it is.
    pub name: StepKind,
    /// What it does, in words.
    pub says: String,
    /// The exact amount after it, where it has one.
    pub amount: Option<A>,
    /// Where the rule stands.
    pub source: Option<SourcePlace>,
}

impl CreditsReport {
    /// Returns how the lines came about.
    pub fn explained(&self) -> ExplainedCredits<'_> {
        let explain = |line| ExplainedLine { line, explanation: &line.explanation };
        ExplainedCredits {
            heading: &self.heading,
            lines: self.lines.iter().map(explain).collect(),
            spooled: &self.tail.spooled,
        }
    }
}
