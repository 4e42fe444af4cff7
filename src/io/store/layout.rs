//! The names of a record's files and folders, relative to the record.

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
    [SETTINGS, "incidents", POLICIES, CUSTOMERS, CLAIMS, MEASUREMENTS, MAINTENANCE, ADJUSTMENTS];
