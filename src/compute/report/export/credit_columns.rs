//! The columns of a line of credits, in the CSV, in the workbook and in an export.

use super::ExportKind::{Boolean, Date, Decimal, Integer, Text, Time};
use super::{ExportColumn, ExportKind};

const fn column(name: &'static str, kind: ExportKind, meaning: &'static str) -> ExportColumn {
    ExportColumn { name, kind, meaning }
}

/// The columns of a line of credits, in order.
pub const CREDIT_COLUMNS: &[ExportColumn] = &[
    column("kind", Text, "policy, goodwill, adjustment or correction"),
    column("customer", Text, "The customer"),
    column("service", Text, "The service"),
    column("plan", Text, "The plan"),
    column("region", Text, "The region"),
    column("resource", Text, "The resource"),
    column("policy", Text, "The policy"),
    column("policy_sha256", Text, "The SHA-256 of the policy's file"),
    column("window_start", Time, "When the window begins"),
    column("window_end", Time, "When the window ends"),
    column("uptime_percent", Decimal, "The uptime in percent, to six places"),
    column("uptime_exact", Text, "The same as a ratio of whole numbers"),
    column("counted_seconds", Decimal, "How much downtime counts"),
    column("excluded_seconds", Decimal, "How much was left out"),
    column("status", Text, "What came of it: no-breach, credit, capped, review ..."),
    column("band", Text, "The band that was met"),
    column("percent", Decimal, "The credit in percent of the fee"),
    column("fee", Decimal, "The fee"),
    column("currency", Text, "The currency of all amounts"),
    column("credit", Decimal, "What is owed"),
    column("uncertain", Boolean, "Whether other times within the bounds change it"),
    column("credit_min", Decimal, "The least that can be owed"),
    column("credit_max", Decimal, "The most that can be owed"),
    column("extend_days", Integer, "By how many days the service is prolonged"),
    column("claim_by", Date, "The last day on which it can be claimed"),
    column("incidents", Text, "The incidents that count, with blanks between"),
    column("reason", Text, "Why"),
    column("approved_by", Text, "Who approved it"),
    column("commit", Text, "The commit that the record was read from"),
    column("pending", Decimal, "What is owed once it is claimed"),
    column("uncertain_review", Boolean, "Whether other times within the bounds make it a review"),
    column("rights", Text, "Other rights that it gives"),
    column("incidents_held", Integer, "How many incidents kept what was promised"),
    column("incidents_in_breach", Integer, "How many incidents broke it"),
    column("share_percent", Decimal, "The part of the whole that this is, in percent"),
    column("line", Text, "The line's name, the same from period to period"),
    column("corrects", Text, "The closed period that it corrects"),
    column("corrected_status", Text, "What came of the line that it corrects"),
];
