//! The verbs that write an incident and its events.

use super::shared::{DeliveryArgs, FacetArgs, IncidentArgs, TimeArgs, text_word};
use crate::model::incident::{Kind, Share};
use crate::model::vocabulary;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `recount declare`
#[derive(Args, Clone, Debug, Default)]
pub struct DeclareArgs {
    /// What is broken
    #[arg(value_parser = text_word)]
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
    #[arg(long, value_parser = vocabulary::incident_kind)]
    pub kind: Option<Kind>,
    /// What a service is for its customers: down, degraded, up or maintenance
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// A field of the record's own, such as team=payments
    #[arg(long = "field", value_name = "NAME=VALUE")]
    pub fields: Vec<String>,
    /// Who declares; your git name by default
    #[arg(long, value_name = "PERSON")]
    pub by: Option<String>,
    /// When it was declared.
    #[command(flatten)]
    pub when: TimeArgs,
    /// Add a service that recount.yaml doesn't list to it
    #[arg(long)]
    pub new_service: bool,
}

/// `recount log`
#[derive(Args, Debug)]
pub struct LogArgs {
    /// What happened; a last `-` adds what the standard input says
    #[arg(value_parser = text_word)]
    pub text: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: TimeArgs,
    /// A milestone that it marks, or several
    #[arg(long = "mark", value_name = "MILESTONE", value_delimiter = ',')]
    pub marks: Vec<String>,
    /// What a service is for its customers from then on
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// How much of a service is back
    #[arg(long = "progress", value_name = "SERVICE=DONE/TOTAL")]
    pub progress: Vec<String>,
    /// A file that shows it, such as a graph or a log: it is copied beside the incident
    #[arg(long = "attach", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub attach: Vec<PathBuf>,
    /// What it changed.
    #[command(flatten)]
    pub facets: FacetArgs,
    /// Once, and surely.
    #[command(flatten)]
    pub delivery: DeliveryArgs,
}

/// `recount run`
#[derive(Args, Debug)]
pub struct RunArgs {
    /// Attach the last lines of what it prints
    #[arg(long)]
    pub output: bool,
    /// What it changed.
    #[command(flatten)]
    pub facets: FacetArgs,
    /// The command and its arguments, behind `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<String>,
}

/// `recount mark`
#[derive(Args, Debug)]
pub struct MarkArgs {
    /// started, detected, acknowledged, declared, identified, mitigated, recovered, resolved, closed, or your own; several with commas between
    pub milestone: Option<String>,
    /// What happened
    #[arg(value_parser = text_word)]
    pub text: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: TimeArgs,
    /// What a service is for its customers from then on
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: FacetArgs,
    /// Once, and surely.
    #[command(flatten)]
    pub delivery: DeliveryArgs,
}

/// `recount impact`
#[derive(Args, Debug)]
pub struct ImpactArgs {
    /// SERVICE=STATE, once or more, then what happened
    #[arg(value_name = "SERVICE=STATE... TEXT", value_parser = text_word)]
    pub words: Vec<String>,
    /// The part of requests or customers hit: 0.4, 2/5 or 40%
    #[arg(long)]
    pub share: Option<Share>,
    /// Only this region
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub regions: Vec<String>,
    /// Only this resource, such as one machine
    #[arg(long = "resource", value_name = "RESOURCE", value_delimiter = ',')]
    pub resources: Vec<String>,
    /// Only this customer
    #[arg(long = "customer", value_name = "CUSTOMER", value_delimiter = ',')]
    pub customers: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: TimeArgs,
    /// A milestone that it marks, or several
    #[arg(long = "mark", value_name = "MILESTONE", value_delimiter = ',')]
    pub marks: Vec<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: FacetArgs,
    /// Once, and surely.
    #[command(flatten)]
    pub delivery: DeliveryArgs,
}

/// `recount severity`
#[derive(Args, Debug)]
pub struct SeverityArgs {
    /// The severity from now on
    #[arg(value_name = "SEVERITY")]
    pub level: Option<String>,
    /// What happened
    #[arg(value_parser = text_word)]
    pub text: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: TimeArgs,
    /// Who tells it; your git name by default
    #[arg(long, value_name = "PERSON")]
    pub by: Option<String>,
    /// Once, and surely.
    #[command(flatten)]
    pub delivery: DeliveryArgs,
}

/// `recount role`
#[derive(Args, Debug)]
pub struct RoleArgs {
    /// ROLE=PERSON, once or more, then what happened
    #[arg(value_name = "ROLE=PERSON... TEXT", value_parser = text_word)]
    pub words: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: TimeArgs,
    /// Who tells it; your git name by default
    #[arg(long, value_name = "PERSON")]
    pub by: Option<String>,
    /// Once, and surely.
    #[command(flatten)]
    pub delivery: DeliveryArgs,
}

/// `recount progress`
#[derive(Args, Debug)]
pub struct ProgressArgs {
    /// SERVICE=DONE/TOTAL or SERVICE=28%, once or more, then what happened
    #[arg(value_name = "SERVICE=DONE/TOTAL... TEXT", value_parser = text_word)]
    pub words: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: TimeArgs,
    /// What it changed.
    #[command(flatten)]
    pub facets: FacetArgs,
    /// Once, and surely.
    #[command(flatten)]
    pub delivery: DeliveryArgs,
}

/// `recount amend`
#[derive(Args, Debug, Default)]
pub struct AmendArgs {
    /// The event's id, or the beginning of it; with `--to` several
    #[arg(value_name = "EVENT")]
    pub events: Vec<String>,
    /// The text that is right
    #[arg(long)]
    pub text: Option<String>,
    /// The incident that it belongs to
    #[arg(long, value_name = "INCIDENT")]
    pub to: Option<String>,
    /// The time that is right.
    #[command(flatten)]
    pub when: TimeArgs,
    /// The milestone that it marks, or several
    #[arg(long = "mark", value_name = "MILESTONE", value_delimiter = ',')]
    pub marks: Vec<String>,
    /// What a service is for its customers from then on
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// How much of a service is back
    #[arg(long = "progress", value_name = "SERVICE=DONE/TOTAL")]
    pub progress: Vec<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: FacetArgs,
    /// Customers may not read it after all
    #[arg(long, conflicts_with = "public")]
    pub internal: bool,
    /// Take a key away, such as mark or impact
    #[arg(long = "clear", value_name = "KEY", value_delimiter = ',')]
    pub clear: Vec<String>,
}

/// `recount reopen`
#[derive(Args, Debug)]
pub struct ReopenArgs {
    /// What happened
    #[arg(value_parser = text_word)]
    pub text: Vec<String>,
    /// When.
    #[command(flatten)]
    pub when: TimeArgs,
    /// What a service is for its customers from then on
    #[arg(long = "impact", value_name = "SERVICE=STATE")]
    pub impact: Vec<String>,
    /// What it changed.
    #[command(flatten)]
    pub facets: FacetArgs,
    /// Once, and surely.
    #[command(flatten)]
    pub delivery: DeliveryArgs,
}

/// `recount cancel`
#[derive(Args, Debug)]
pub struct CancelArgs {
    /// Which one.
    #[command(flatten)]
    pub incident: IncidentArgs,
    /// Why it was no incident
    #[arg(long)]
    pub reason: Option<String>,
}

/// `recount join`
#[derive(Args, Debug)]
pub struct JoinArgs {
    /// The incident that stays
    #[arg(value_name = "INCIDENT")]
    pub stays: String,
    /// The other one for the same outage, whose events move
    #[arg(value_name = "DUPLICATE")]
    pub duplicate: String,
}

/// `recount retract`
#[derive(Args, Debug)]
pub struct RetractArgs {
    /// The event's id, or the beginning of it
    pub event: Option<String>,
    /// Why it no longer counts
    #[arg(long)]
    pub reason: Option<String>,
}

/// `recount redact`
#[derive(Args, Debug)]
pub struct RedactArgs {
    /// The event's id, or the beginning of it
    pub event: Option<String>,
    /// Why its words are taken out
    #[arg(long)]
    pub reason: Option<String>,
    /// The bytes of a file that was attached to an event, in place of the event's words
    #[arg(long, value_name = "FILE", conflicts_with = "document")]
    pub file: Option<PathBuf>,
    /// A passage of a document, in place of an event's words
    #[arg(long, value_name = "FILE", conflicts_with = "event")]
    pub document: Option<PathBuf>,
    /// The passage of the document; `-` reads it from standard input, so that no shell remembers it
    #[arg(long, value_name = "TEXT", requires = "document")]
    pub passage: Option<String>,
}

/// `recount set`
#[derive(Args, Debug)]
pub struct SetArgs {
    /// KEY=VALUE, such as severity=sev2, services=apps,databases or summary="..." or fields.team=payments; `KEY=` takes the key away
    #[arg(value_name = "KEY=VALUE")]
    pub pairs: Vec<String>,
    /// Open the file in your editor, and check what it left
    #[arg(long, conflicts_with = "pairs")]
    pub edit: bool,
}

impl AmendArgs {
    /// Returns whether it changes more than where the events are.
    pub fn changes_more(&self) -> bool {
        let Self { events: _, text, to: _, when, marks, impact, progress, facets, internal, clear } =
            self;
        let FacetArgs {
            lasting,
            kind,
            by,
            severity,
            roles,
            attribution,
            refutes,
            confirms,
            links,
            public,
            new_service: _,
        } = facets;
        let named = [text, &when.at, by, severity, refutes, confirms];
        let listed = [marks, impact, progress, clear, roles, links];
        named.iter().any(|value| value.is_some())
            || listed.iter().any(|values| !values.is_empty())
            || lasting.is_some()
            || kind.is_some()
            || attribution.is_some()
            || *internal
            || *public
            || when.future
    }
}
