//! The verbs that count: durations, statistics and credits.

use super::shared::{AsOfArgs, PresetArgs, SelectionArgs};
use crate::compute::stats::By;
use crate::model::sla::Period;
use clap::{Args, Subcommand, ValueHint};
use std::path::PathBuf;

/// `recount metrics`
#[derive(Args, Debug)]
pub struct MetricsArgs {
    /// The incidents; all of them where none is named
    #[arg(value_name = "INCIDENT")]
    pub names: Vec<String>,
    /// By whose definitions.
    #[command(flatten)]
    pub house: PresetArgs,
    /// Put the definitions of all houses side by side
    #[arg(long, conflicts_with = "preset")]
    pub compare: bool,
    /// As of when.
    #[command(flatten)]
    pub as_of: AsOfArgs,
}

/// `recount stats`
#[derive(Args, Debug)]
pub struct StatsArgs {
    /// Group them by month, quarter, severity, service, cause, class or fields.NAME
    #[arg(long)]
    pub by: Option<By>,
    /// Which incidents count.
    #[command(flatten)]
    pub counted: SelectionArgs,
    /// Hold them against those of another period, such as 2018 or 2018-Q4
    #[arg(long, value_name = "PERIOD")]
    pub against: Option<String>,
    /// Only these durations
    #[arg(long = "duration", value_name = "NAME", value_delimiter = ',')]
    pub durations: Vec<String>,
}

/// `recount why`
#[derive(Args, Debug)]
pub struct WhyArgs {
    /// The number: time_to_detect, downtime apps, started, mttr, median time_to_recover, incidents ...
    #[arg(value_name = "NUMBER")]
    pub number: Vec<String>,
    /// Ask for the number of many incidents, grouped by month, quarter, severity, service, cause, class or fields.NAME
    #[arg(long)]
    pub by: Option<By>,
    /// Which incidents count.
    #[command(flatten)]
    pub counted: SelectionArgs,
    /// The period that a change is held against, such as 2018 or 2018-Q4
    #[arg(long, value_name = "PERIOD")]
    pub against: Option<String>,
}

/// `recount credits`
#[derive(Args, Debug)]
pub struct CreditsArgs {
    /// A month, a quarter or a year: 2026-06, 2026-Q2 or 2026
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<Period>,
    /// Only lines of this customer
    #[arg(long = "customer", value_name = "CUSTOMER")]
    pub only_customers: Vec<String>,
    /// Only lines by this policy
    #[arg(long = "policy", value_name = "POLICY")]
    pub policies: Vec<String>,
    /// Only lines for this service
    #[arg(long = "service", value_name = "SERVICE")]
    pub services: Vec<String>,
    /// Read the customers from this table in place of customers.csv
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub customers: Option<PathBuf>,
    /// As of when.
    #[command(flatten)]
    pub as_of: AsOfArgs,
    /// Of the CSV only these columns, in this order
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Show how each line of this customer came about, down to the events
    #[arg(long, value_name = "CUSTOMER", conflicts_with = "only_customers")]
    pub explain: Option<String>,
    /// With --explain: only what the customer may read
    #[arg(long, requires = "explain")]
    pub public: bool,
    /// Show what would have been owed beside what is: resolved=07:00 or recovered-30m of the incident -i, or policy=FILE
    #[arg(long = "what-if", value_name = "CHANGE", conflicts_with_all = ["explain", "columns", "output"])]
    pub what_if: Vec<String>,
    /// Show what each incident cost, split over detection, diagnosis, repair and recovery
    #[arg(long, conflicts_with_all = ["what_if", "explain", "columns", "output"])]
    pub cost: bool,
    /// Exit with 1 where a line is in breach, or in review
    #[arg(long)]
    pub fail_on_breach: bool,
    /// Write the answer into this file; its ending names the format
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
}

/// `recount sla`
#[derive(Debug, Subcommand)]
pub enum SlaVerb {
    /// List the policies, and what they promise
    List,
    /// Find holes, overlaps, bands that nothing can reach, and slips
    Check,
}
