//! The names of a record's files and folders, relative to the record.

use crate::model::sla::Period;
use std::path::Path;

/// The file that makes a folder a record.
pub const SETTINGS: &str = "recount.yaml";
/// The file for events whose incident is not known yet.
pub const INBOX: &str = "inbox.yaml";
/// The id by which the inbox is read as if it were an incident.
pub const INBOX_ID: &str = "inbox";
/// The table of subscriptions.
pub const CUSTOMERS: &str = "customers.csv";
/// The table of claims.
pub const CLAIMS: &str = "claims.csv";
/// The planned windows.
pub const MAINTENANCE: &str = "maintenance.yaml";
/// The folder of what is booked by hand and of closed periods.
pub const CREDITS: &str = "credits";
/// Goodwill, and corrections by hand.
pub const ADJUSTMENTS: &str = "credits/adjustments.csv";
/// The folder of policies.
pub const POLICIES: &str = "sla";
/// How the name of a policy's file may end.
pub const POLICY_ENDINGS: [&str; 2] = ["yaml", "yml"];
/// The folder of measurements.
pub const MEASUREMENTS: &str = "measurements";

/// Every file and folder that money hangs on; beside the incidents lie documents too.
pub const BASIS_OF_CREDITS: [&str; 8] =
    [SETTINGS, "incidents", POLICIES, CUSTOMERS, CLAIMS, MEASUREMENTS, MAINTENANCE, CREDITS];

/// Returns whether no money hangs on a file though it lies in the folder of closed periods, such as a workbook.
pub fn is_spare_in_credits(path: &Path) -> bool {
    let is_inside = path.parent().is_some_and(|folder| folder.ends_with(CREDITS));
    is_inside && !path.ends_with(ADJUSTMENTS) && closed_period(path).is_none()
}

/// Returns the period whose lines or closing a file of the folder of closed periods is.
pub fn closed_period(path: &Path) -> Option<Period> {
    let ending = path.extension()?.to_str()?;
    let is_closed = ending == "csv" || ending == "yaml";
    path.file_stem()?.to_str().filter(|_| is_closed)?.parse().ok()
}
