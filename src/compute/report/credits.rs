//! The report of credits: its lines and totals, and for each line how it came about.

mod explain;
mod lines;
mod words;

pub use lines::lines;
pub(super) use lines::sums;

use serde::Serialize;

/// The JSON of `credits`.
#[derive(Clone, Debug, Serialize)]
pub struct CreditsReport {
    /// The version of this report's fields.
    pub version: u32,
    /// The period: `2026-06`, `2026-Q2` or `2026`.
    pub period: String,
    /// What the record was read from.
    pub record: RecordState,
    /// The tool and its version.
    pub tool: String,
    /// The version of the time zone database.
    pub tzdata: String,
    /// Every file that was read.
    pub inputs: Vec<InputFile>,
    /// The lines, in the order customer, service, plan, region, resource, policy, window.
    pub lines: Vec<CreditLineReport>,
    /// The sums of rounded lines, by currency.
    pub totals: Vec<CurrencyTotal>,
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

/// What the report says beside its lines.
#[derive(Clone, Debug)]
pub struct CreditsHeading {
    /// The period.
    pub period: String,
    /// What the record was read from.
    pub record: RecordState,
    /// Every file that was read.
    pub inputs: Vec<InputFile>,
    /// The version of the time zone database.
    pub tzdata: String,
}

/// One line: a subscription, a policy and a window.
#[derive(Clone, Debug, Serialize)]
pub struct CreditLineReport {
    /// policy, goodwill, adjustment or correction.
    pub kind: &'static str,
    /// The customer.
    pub customer: String,
    /// The service, or `*`; empty for an adjustment that names none.
    pub service: String,
    /// The policy's id; null for an adjustment.
    pub policy: Option<String>,
    /// The SHA-256 of the policy's file; null for an adjustment.
    pub policy_sha256: Option<String>,
    /// The window.
    pub window: WindowBounds,
    /// The uptime in percent to six places, for the eye; null where it is not known.
    pub uptime_percent: Option<String>,
    /// The uptime as an exact ratio.
    pub uptime_exact: Option<String>,
    /// The downtime that counts, in seconds.
    pub counted_seconds: Option<String>,
    /// The downtime that policy excludes by maintenance or attribution, in seconds.
    pub excluded_seconds: Option<String>,
    /// What became of it: `credit`, `no-breach`, `review`, ...
    pub status: &'static str,
    /// The bounds of the band that holds, as the policy writes them.
    pub band: Option<String>,
    /// The credit before rounding in percent of the fee, to six places.
    pub percent: Option<String>,
    /// The window's fee.
    pub fee: Option<String>,
    /// The currency.
    pub currency: &'static str,
    /// The credit, rounded.
    pub credit: String,
    /// Whether another time within the bounds would change the status or the amount.
    pub uncertain: bool,
    /// The least that the credit can be.
    pub credit_min: String,
    /// The most that the credit can be.
    pub credit_max: String,
    /// The days added to the term.
    pub extend_days: u32,
    /// The day before which a claim must be received.
    pub claim_by: Option<String>,
    /// The plan.
    pub plan: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The resource.
    pub resource: Option<String>,
    /// The incidents whose impact counts.
    pub incidents: Vec<String>,
    /// Why it is so, where that takes words: why a line is in review, or what an adjustment is for.
    pub reason: Option<String>,
    /// Who approved an adjustment.
    pub approved_by: Option<String>,
    /// How it came about.
    #[serde(skip)]
    pub explanation: Explanation,
}

/// The bounds of a window.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct WindowBounds {
    /// Its first instant.
    pub start: String,
    /// The first instant after it.
    pub end: String,
}

/// What is owed in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CurrencyTotal {
    /// The currency.
    pub currency: &'static str,
    /// The sum of the lines that do not wait for a claim.
    pub credit: String,
    /// The sum of those that do.
    pub pending: String,
}

/// How a line came about: the JSON of `credits --explain`.
#[derive(Clone, Debug, Serialize)]
pub struct ExplainedCredits<'a> {
    /// The version of this report's fields.
    pub version: u32,
    /// The period.
    pub period: &'a str,
    /// What the record was read from.
    pub record: &'a RecordState,
    /// The tool and its version.
    pub tool: &'a str,
    /// The version of the time zone database.
    pub tzdata: &'a str,
    /// Every file that was read.
    pub inputs: &'a [InputFile],
    /// The lines that were asked for.
    pub lines: Vec<ExplainedLine<'a>>,
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
    /// The rows of the subscription, as `file:line:column`.
    pub rows: Vec<String>,
    /// The events that the intervals begin and end at, in order.
    pub events: Vec<BoundaryEvent>,
    /// Every interval of impact, and whether it counts.
    pub intervals: Vec<CreditInterval>,
    /// From the counted time to the uptime.
    pub sums: Option<UptimeSums>,
    /// From the uptime to the credit, step by step.
    pub steps: Vec<CreditStep>,
}

/// The terms that a line was computed by.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyTerms {
    /// What the policy is called.
    pub title: String,
    /// The policy's file.
    pub path: String,
    /// Where the terms were read.
    pub url: Option<String>,
    /// When they were read.
    pub read_on: Option<String>,
    /// The first day on which this version is in force.
    pub effective_from: Option<String>,
    /// The zone of the window.
    pub timezone: &'static str,
}

/// An event at which an interval begins or ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BoundaryEvent {
    /// The incident.
    pub incident: String,
    /// The incident's title; internal unless it has a public one.
    pub title: String,
    /// The title that customers may read.
    pub public_title: Option<String>,
    /// The event's id.
    pub event: Option<String>,
    /// The nominal time.
    pub at: String,
    /// The earliest time that it can have been.
    pub earliest: String,
    /// The latest time that it can have been.
    pub latest: String,
    /// What happened.
    pub text: String,
    /// Whether customers may read the text.
    pub public: bool,
    /// Where the record says it, as `file:line:column`.
    pub source: String,
}

/// An interval of impact, and whether it counts.
#[derive(Clone, Debug, Serialize)]
pub struct CreditInterval {
    /// The incident.
    pub incident: String,
    /// The service.
    pub service: String,
    /// Where it begins.
    pub start: String,
    /// Where it ends; null where the record has no end for it.
    pub end: Option<String>,
    /// Its length in seconds; null without an end.
    pub seconds: Option<i64>,
    /// down, degraded or maintenance.
    pub state: &'static str,
    /// The part of requests or customers hit, as it was written.
    pub share: Option<String>,
    /// How much each second counts, from 0 to 1.
    pub weight: String,
    /// Whether it counts.
    pub counted: bool,
    /// The rule that decided: `counted`, `maintenance`, `attribution`, `overlap`, ...
    pub rule: &'static str,
    /// The same in words.
    pub says: String,
    /// Where the rule stands, as `file:line:column`.
    pub source: Option<String>,
    /// The id of the event at which the impact began.
    pub start_event: Option<String>,
    /// The id of the event at which the impact ended.
    pub end_event: Option<String>,
}

/// From the counted time to the uptime.
#[derive(Clone, Debug, Serialize)]
pub struct UptimeSums {
    /// The length of the window in seconds.
    pub window_seconds: i64,
    /// What the counted time is divided by, in seconds.
    pub denominator_seconds: String,
    /// The rule for it.
    pub denominator: String,
    /// The downtime that counts, in seconds.
    pub counted_seconds: String,
    /// The downtime that policy excludes, in seconds.
    pub excluded_seconds: String,
    /// How parts of minutes count, or how requests were weighed.
    pub counting: String,
    /// The uptime as an exact ratio.
    pub uptime_exact: String,
    /// The uptime in percent to six places.
    pub uptime_percent: String,
    /// The uptime that is looked up, where it is rounded first.
    pub compared_percent: Option<String>,
}

/// One step from the uptime to the credit.
#[derive(Clone, Debug, Serialize)]
pub struct CreditStep {
    /// `scope`, `commitment`, `requires`, `fee`, `scheme`, `cap`, `minimum`, `claim`, `rounding`, `group`, `uncertainty`.
    pub name: &'static str,
    /// What it does, in words.
    pub says: String,
    /// The exact amount after it, where it has one.
    pub amount: Option<String>,
    /// Where the rule stands, as `file:line:column`.
    pub source: Option<String>,
}

impl CreditsReport {
    /// Returns how the lines came about.
    pub fn explained(&self) -> ExplainedCredits<'_> {
        let explain = |line| ExplainedLine { line, explanation: &line.explanation };
        ExplainedCredits {
            version: self.version,
            period: &self.period,
            record: &self.record,
            tool: &self.tool,
            tzdata: &self.tzdata,
            inputs: &self.inputs,
            lines: self.lines.iter().map(explain).collect(),
        }
    }
}
