//! The command line as types; no logic.

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Tells the story of an incident and counts it again.
///
/// Events go into YAML files in a git repository; durations, SLA credits and postmortems come out.
#[derive(Debug, Parser)]
#[command(name = "recount", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Begin with `recount init`, then `recount declare \"What is broken\"`. \
Times can be typed as 12:56, -7m, ~3am GMT, 2019-01-24 13:56 Europe/Paris and more: see `recount log --help`.")]
pub struct Cli {
    /// What holds for every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// What holds for every verb.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// Start in this folder
    #[arg(short = 'C', id = "start", value_name = "DIR", global = true, value_hint = ValueHint::DirPath)]
    pub start: Option<PathBuf>,
    /// The incident: its id, or any part of it that no other has
    #[arg(short, long, value_name = "INCIDENT", global = true)]
    pub incident: Option<String>,
    /// How to print the answer
    #[arg(long, value_enum, global = true)]
    pub format: Option<Format>,
    /// Leave what is written uncommitted
    #[arg(long, global = true)]
    pub no_commit: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
    /// Say nothing but the answer and what went wrong
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// How to print the answer; not every verb knows every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For eyes
    Table,
    /// For programs; the fields are a promise
    Json,
    /// One row a thing
    Csv,
    /// For documents
    Markdown,
    /// A workbook
    Xlsx,
    /// Problems with the lines they stand on
    Human,
    /// Annotations in GitHub's workflows
    Github,
    /// Results for code scanners
    Sarif,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Make a record here, and a git repository where there is none
    Init(Init),
    /// Write a worked record of real outages, then tell it
    Demo(Demo),
    /// Open an incident
    Declare(Declare),
    /// Record an event
    Log(Log),
    /// Record that a milestone was reached
    Mark(Mark),
    /// Record what a service is for its customers from now on
    Impact(ImpactVerb),
    /// Record how much of a service is back
    Progress(ProgressVerb),
    /// Correct an event, or move it to another incident
    Amend(Amend),
    /// Take an event back; it stays in the file and no longer counts
    Retract(Retract),
    /// Take back, or restore, what the last verb wrote
    Undo,
    /// Set what is known of an incident as a whole
    Set(Set),
    /// Follow-up actions
    #[command(subcommand)]
    Action(ActionVerb),
    /// Show the open incidents
    Status(Status),
    /// List incidents
    List(List),
    /// Show a whole incident
    Show(Show),
    /// Tell who wrote, corrected or retracted what, when, in which commit
    History(History),
    /// Durations and downtime of incidents, with their uncertainty
    Metrics(Metrics),
    /// Counts and durations over many incidents
    Stats(Stats),
    /// Show where a number comes from
    Why(Why),
    /// Write the living document of an incident, or refresh its generated parts
    Draft(Draft),
    /// Print a document clean, or a template rendered
    Render(Render),
    /// List the templates, or copy one for editing
    Templates(Templates),
    /// Reckon what is owed for breaches of SLAs
    Credits(Credits),
    /// The policies by which credits are reckoned
    #[command(subcommand)]
    Sla(SlaVerb),
    /// Report everything that is wrong or missing
    Check(Check),
    /// Print the JSON Schema of a kind of file
    Schema(Schema),
    /// Print completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man,
}

/// `recount init`
#[derive(Args, Debug)]
pub struct Init {
    /// The record's folder
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// The zone of times without one, such as Europe/Paris
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
}

/// `recount demo`
#[derive(Args, Debug)]
pub struct Demo {
    /// Where to write it; a folder that is not there yet
    #[arg(value_hint = ValueHint::DirPath, default_value = "recount-demo")]
    pub dir: PathBuf,
}

/// When something happened.
#[derive(Args, Clone, Debug, Default)]
pub struct When {
    /// When: now, -7m, 12:56, 3am GMT, ~12:40, 12:40..13:10, 12:56±2m, "24 Jan 2019 13:56 Europe/Paris", T+45m
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// Take a time that is yet to come
    #[arg(long)]
    pub future: bool,
}

/// What an event changed.
#[derive(Args, Clone, Debug, Default)]
pub struct Facets {
    /// How long its impact lasted, where that is known better than its ends
    #[arg(long = "for", value_name = "LENGTH")]
    pub lasting: Option<String>,
    /// note, alert, decision, action, hypothesis, communication or deploy
    #[arg(long)]
    pub kind: Option<String>,
    /// Who tells it; your git name by default
    #[arg(long, value_name = "PERSON")]
    pub by: Option<String>,
    /// The severity from then on
    #[arg(long)]
    pub severity: Option<String>,
    /// Who takes which role from then on
    #[arg(long = "role", value_name = "ROLE=PERSON")]
    pub roles: Vec<String>,
    /// own, provider, customer or force-majeure, from then on
    #[arg(long)]
    pub attribution: Option<String>,
    /// Where to read on
    #[arg(long = "link", value_name = "URL")]
    pub links: Vec<String>,
    /// Customers may read it
    #[arg(long)]
    pub public: bool,
}

/// `recount declare`
#[derive(Args, Debug)]
pub struct Declare {
    /// What is broken
    pub title: Vec<String>,
    /// How bad it is
    #[arg(long)]
    pub severity: Option<String>,
    /// A service concerned
    #[arg(long = "service", value_name = "SERVICE", value_delimiter = ',')]
    pub services: Vec<String>,
    /// Who takes which role
    #[arg(long = "role", value_name = "ROLE=PERSON")]
    pub roles: Vec<String>,
    /// incident, drill or maintenance
    #[arg(long)]
    pub kind: Option<String>,
    /// What a service is for its customers: down, degraded, up or maintenance
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// Who declares; your git name by default
    #[arg(long, value_name = "PERSON")]
    pub by: Option<String>,
    /// When it was declared.
    #[command(flatten)]
    pub when: When,
}

/// `recount log`
#[derive(Args, Debug)]
pub struct Log {
    /// What happened; `-` reads it from standard input
    pub text: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: When,
    /// A milestone that it marks
    #[arg(long, value_name = "MILESTONE")]
    pub mark: Option<String>,
    /// What a service is for its customers from then on
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// How much of a service is back
    #[arg(long = "progress", value_name = "SERVICE=DONE/TOTAL")]
    pub progress: Vec<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: Facets,
}

/// `recount mark`
#[derive(Args, Debug)]
pub struct Mark {
    /// started, detected, acknowledged, declared, identified, mitigated, recovered, resolved, closed, or your own
    pub milestone: Option<String>,
    /// What happened
    pub text: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: When,
    /// What a service is for its customers from then on
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: Facets,
}

/// `recount impact`
#[derive(Args, Debug)]
pub struct ImpactVerb {
    /// SERVICE=STATE, once or more, then what happened
    #[arg(value_name = "SERVICE=STATE... TEXT")]
    pub words: Vec<String>,
    /// The part of requests or customers hit: 0.4, 2/5 or 40%
    #[arg(long)]
    pub share: Option<String>,
    /// Only this region
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub regions: Vec<String>,
    /// Only this customer
    #[arg(long = "customer", value_name = "CUSTOMER", value_delimiter = ',')]
    pub customers: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: When,
    /// A milestone that it marks
    #[arg(long, value_name = "MILESTONE")]
    pub mark: Option<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: Facets,
}

/// `recount progress`
#[derive(Args, Debug)]
pub struct ProgressVerb {
    /// SERVICE=DONE/TOTAL or SERVICE=28%, once or more, then what happened
    #[arg(value_name = "SERVICE=DONE/TOTAL... TEXT")]
    pub words: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: When,
    /// What it changed.
    #[command(flatten)]
    pub facets: Facets,
}

/// `recount amend`
#[derive(Args, Debug)]
pub struct Amend {
    /// The event's id, or the beginning of it
    pub event: Option<String>,
    /// The text that is right
    #[arg(long)]
    pub text: Option<String>,
    /// The incident that it belongs to
    #[arg(long, value_name = "INCIDENT")]
    pub to: Option<String>,
    /// The time that is right.
    #[command(flatten)]
    pub when: When,
    /// The milestone that it marks
    #[arg(long, value_name = "MILESTONE")]
    pub mark: Option<String>,
    /// What a service is for its customers from then on
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// How much of a service is back
    #[arg(long = "progress", value_name = "SERVICE=DONE/TOTAL")]
    pub progress: Vec<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: Facets,
    /// Customers may not read it after all
    #[arg(long, conflicts_with = "public")]
    pub internal: bool,
    /// Take a key away, such as mark or impact
    #[arg(long = "clear", value_name = "KEY", value_delimiter = ',')]
    pub clear: Vec<String>,
}

/// `recount retract`
#[derive(Args, Debug)]
pub struct Retract {
    /// The event's id, or the beginning of it
    pub event: Option<String>,
    /// Why it no longer counts
    #[arg(long)]
    pub reason: Option<String>,
}

/// `recount set`
#[derive(Args, Debug)]
pub struct Set {
    /// KEY=VALUE, such as severity=sev2, services=apps,databases or summary="..."; `KEY=` takes the key away
    #[arg(value_name = "KEY=VALUE")]
    pub pairs: Vec<String>,
    /// Open the file in your editor, and check what it left
    #[arg(long, conflicts_with = "pairs")]
    pub edit: bool,
}

/// `recount action`
#[derive(Debug, Subcommand)]
pub enum ActionVerb {
    /// Add a follow-up action
    Add(ActionAdd),
    /// List follow-up actions, across incidents unless one is named
    List(ActionList),
    /// Change a follow-up action
    Set(ActionSet),
    /// Record that a follow-up action is done
    Done(ActionDone),
}

/// What is known of a follow-up action.
#[derive(Args, Clone, Debug, Default)]
pub struct ActionFacts {
    /// prevent, mitigate, detect, process or repair
    #[arg(long)]
    pub kind: Option<String>,
    /// Who sees to it
    #[arg(long)]
    pub owner: Option<String>,
    /// When it should be done, such as 2019-02-15
    #[arg(long, value_name = "DATE")]
    pub due: Option<String>,
    /// Where it is tracked
    #[arg(long, value_name = "URL")]
    pub ticket: Option<String>,
    /// Another incident that it also answers
    #[arg(long = "also", value_name = "INCIDENT")]
    pub also: Vec<String>,
}

/// `recount action add`
#[derive(Args, Debug)]
pub struct ActionAdd {
    /// What is to be done
    pub title: Vec<String>,
    /// What is known of it.
    #[command(flatten)]
    pub facts: ActionFacts,
    /// open, doing, done or dropped
    #[arg(long)]
    pub status: Option<String>,
}

/// `recount action list`
#[derive(Args, Debug)]
pub struct ActionList {
    /// Only those past their due date
    #[arg(long)]
    pub overdue: bool,
    /// Only those of this owner
    #[arg(long)]
    pub owner: Option<String>,
    /// Only those with this status
    #[arg(long)]
    pub status: Option<String>,
}

/// `recount action set`
#[derive(Args, Debug)]
pub struct ActionSet {
    /// The action's id, or the beginning of it
    pub action: Option<String>,
    /// What is to be done
    #[arg(long)]
    pub title: Option<String>,
    /// What is known of it.
    #[command(flatten)]
    pub facts: ActionFacts,
    /// open, doing, done or dropped
    #[arg(long)]
    pub status: Option<String>,
}

/// `recount action done`
#[derive(Args, Debug)]
pub struct ActionDone {
    /// The action's id, or the beginning of it
    pub action: Option<String>,
    /// When it was done; today by default
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
}

/// `recount status`
#[derive(Args, Debug)]
pub struct Status {
    /// For the next shift: what is known, what is open, who does what
    #[arg(long)]
    pub handoff: bool,
}

/// `recount list`
#[derive(Args, Debug)]
pub struct List {
    /// Only those that began at this time or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only those that began before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Only those of this severity
    #[arg(long)]
    pub severity: Option<String>,
    /// Only those that concern this service
    #[arg(long)]
    pub service: Option<String>,
    /// Only those of this kind: incident, drill or maintenance
    #[arg(long)]
    pub kind: Option<String>,
    /// Only those in this state: open, or a milestone such as mitigated
    #[arg(long)]
    pub state: Option<String>,
}

/// `recount show`
#[derive(Args, Debug)]
pub struct Show {
    /// The incident
    #[arg(value_name = "INCIDENT")]
    pub name: Option<String>,
    /// As the record was at this commit, branch or tag
    #[arg(long, value_name = "REV")]
    pub as_of: Option<String>,
}

/// `recount history`
#[derive(Args, Debug)]
pub struct History {
    /// The event's id, or the beginning of it; the whole incident where absent
    pub event: Option<String>,
}

/// `recount credits`
#[derive(Args, Debug)]
pub struct Credits {
    /// A month, a quarter or a year: 2026-06, 2026-Q2 or 2026
    #[arg(long, value_name = "PERIOD")]
    pub period: Option<String>,
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
    /// As the record was at this commit, branch or tag
    #[arg(long, value_name = "REV")]
    pub as_of: Option<String>,
    /// Show how each line of this customer came about, down to the events
    #[arg(long, value_name = "CUSTOMER", conflicts_with = "only_customers")]
    pub explain: Option<String>,
    /// With --explain: only what the customer may read
    #[arg(long, requires = "explain")]
    pub public: bool,
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

/// `recount metrics`
#[derive(Args, Debug)]
pub struct Metrics {
    /// The incidents; all of them where none is named
    #[arg(value_name = "INCIDENT")]
    pub names: Vec<String>,
    /// Measure by another house's definitions: firehydrant, rootly, datadog, pagerduty, dora or firefighter
    #[arg(long, value_name = "HOUSE", conflicts_with = "compare")]
    pub preset: Option<String>,
    /// Put the definitions of all houses side by side
    #[arg(long)]
    pub compare: bool,
    /// As the record was at this commit, branch or tag
    #[arg(long, value_name = "REV")]
    pub as_of: Option<String>,
}

/// Which incidents count.
#[derive(Args, Clone, Debug, Default)]
pub struct Counted {
    /// Only those that began in this month, quarter, year, day or from one time to another: 2019-01, 2019-Q1,
    /// 2019-01-01..2019-02-15
    #[arg(long, conflicts_with_all = ["since", "until"])]
    pub period: Option<String>,
    /// Only those that began at this time or later
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only those that began before this time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// Which kinds count: incident, drill, maintenance or all; incidents alone by default
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// Measure by another house's definitions: firehydrant, rootly, datadog, pagerduty, dora or firefighter
    #[arg(long, value_name = "HOUSE")]
    pub preset: Option<String>,
    /// As the record was at this commit, branch or tag
    #[arg(long, value_name = "REV")]
    pub as_of: Option<String>,
}

/// `recount stats`
#[derive(Args, Debug)]
pub struct Stats {
    /// Group them by month, quarter, severity, service, cause or class
    #[arg(long)]
    pub by: Option<String>,
    /// Which incidents count.
    #[command(flatten)]
    pub counted: Counted,
    /// Hold them against those of another period, such as 2018 or 2018-Q4
    #[arg(long, value_name = "PERIOD")]
    pub against: Option<String>,
    /// Only these durations
    #[arg(long = "duration", value_name = "NAME", value_delimiter = ',')]
    pub durations: Vec<String>,
}

/// `recount why`
#[derive(Args, Debug)]
pub struct Why {
    /// The number: time_to_detect, downtime apps, started, mttr, median time_to_recover, incidents ...
    #[arg(value_name = "NUMBER")]
    pub number: Vec<String>,
    /// Ask for the number of many incidents, grouped by month, quarter, severity, service, cause or class
    #[arg(long)]
    pub by: Option<String>,
    /// Which incidents count.
    #[command(flatten)]
    pub counted: Counted,
    /// The period that a change is held against, such as 2018 or 2018-Q4
    #[arg(long, value_name = "PERIOD")]
    pub against: Option<String>,
}

/// `recount draft`
#[derive(Args, Debug)]
pub struct Draft {
    /// The incident
    #[arg(value_name = "INCIDENT")]
    pub name: Option<String>,
    /// The template to write from; the documents that are there are refreshed where none is named
    #[arg(short, long, value_name = "TEMPLATE")]
    pub template: Option<String>,
    /// Every document of every incident
    #[arg(long, conflicts_with_all = ["name", "template"])]
    pub all: bool,
    /// Write nothing; exit with 1 where a document does not say what the record says
    #[arg(long, conflicts_with_all = ["force", "interview"])]
    pub check: bool,
    /// Write anew also the parts that a person changed
    #[arg(long)]
    pub force: bool,
    /// Ask first for what is missing in the record, and write it there
    #[arg(long, conflicts_with = "all")]
    pub interview: bool,
}

/// `recount render`
#[derive(Args, Debug)]
pub struct Render {
    /// The incident
    #[arg(value_name = "INCIDENT")]
    pub name: Option<String>,
    /// The template: its document where there is one, else itself
    #[arg(short, long, value_name = "TEMPLATE")]
    pub template: Option<String>,
    /// What to make of it
    #[arg(long, value_enum, default_value_t = To::Md)]
    pub to: To,
    /// The file to write; the standard output by default
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// Print the JSON that the template gets
    #[arg(long, conflicts_with = "from_context")]
    pub context: bool,
    /// Render the template from JSON that `--context` printed
    #[arg(long, value_name = "FILE", requires = "template", value_hint = ValueHint::FilePath)]
    pub from_context: Option<PathBuf>,
}

/// What a document becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum To {
    /// Markdown without markers and prompts
    Md,
    /// One page that needs no network, with a chart
    Html,
    /// The report that the document is made from
    Json,
}

/// `recount templates`
#[derive(Args, Debug)]
pub struct Templates {
    /// What to do
    #[command(subcommand)]
    pub verb: Option<TemplatesVerb>,
}

/// `recount templates`
#[derive(Debug, Subcommand)]
pub enum TemplatesVerb {
    /// List the templates, the record's own first
    List,
    /// Copy a template into the record's own, for editing
    Eject(Eject),
}

/// `recount templates eject`
#[derive(Args, Debug)]
pub struct Eject {
    /// The template
    #[arg(value_name = "TEMPLATE")]
    pub name: String,
    /// Replace the record's own template of that name
    #[arg(long)]
    pub force: bool,
}

/// `recount check`
#[derive(Args, Debug)]
pub struct Check {
    /// The incident; all of them where absent
    #[arg(value_name = "INCIDENT")]
    pub name: Option<String>,
    /// Show what recount.yaml accepts too, with the reasons
    #[arg(long)]
    pub silenced: bool,
    /// Explain the code of a finding; without one, list them all
    #[arg(long, value_name = "CODE", num_args = 0..=1, conflicts_with_all = ["name", "silenced", "audit"])]
    pub explain: Option<Option<String>>,
    /// Report also what changed after the review was closed
    #[arg(long)]
    pub audit: bool,
}

/// `recount schema`
#[derive(Args, Debug)]
pub struct Schema {
    /// The kind of file
    #[arg(value_enum, default_value_t = SchemaOf::Incident)]
    pub of: SchemaOf,
}

/// The kinds of file that have a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// incident.yaml
    Incident,
    /// recount.yaml
    Recount,
    /// sla/<policy>.yaml
    Policy,
}

/// `recount completions`
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn every_argument_is_as_clap_wants_it() {
        super::Cli::command().debug_assert();
    }
}
