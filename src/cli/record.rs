//! The verbs that make a record, and those that know none.

use crate::model::incident::names::string_enum;
use clap::{Args, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `recount init`
#[derive(Args, Debug)]
pub struct InitArgs {
    /// The record's folder
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: Option<PathBuf>,
    /// The zone of times without one, such as Europe/Paris; this machine's by default
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// A service that events may name; any name will do where none is listed
    #[arg(long = "service", value_name = "SERVICE", value_delimiter = ',')]
    pub services: Vec<String>,
    /// Use this record from any folder that none stands in or above
    #[arg(long)]
    pub default: bool,
    /// Begin with the fields that most reviews ask for: who reviews, how it was detected, how many were affected ...
    #[arg(long)]
    pub fields: bool,
}

/// `recount demo`
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Where to write it; a folder that is not there yet
    #[arg(value_hint = ValueHint::DirPath, default_value = "recount-demo")]
    pub dir: PathBuf,
}

/// `recount spool`
#[derive(Debug, Subcommand)]
pub enum SpoolVerb {
    /// Put events that another user of this machine left there into the record
    Take(SpoolTake),
}

/// `recount spool take`
#[derive(Args, Debug)]
pub struct SpoolTake {
    /// The events, by their ids; all that every verb tells of where none is named
    #[arg(value_name = "EVENT")]
    pub events: Vec<String>,
    /// Take them from this folder, such as `.recount/spool` from before there was a git repository
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub from: Option<PathBuf>,
}

/// `recount schema`
#[derive(Args, Debug)]
pub struct SchemaArgs {
    /// The kind of file
    #[arg(value_enum, default_value_t = SchemaOf::Incident)]
    pub of: SchemaOf,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaOf {
    /// incident.yaml
    Incident,
    /// recount.yaml
    Recount,
    /// sla/<policy>.yaml
    Policy,
    /// The tables of `recount export`
    Export,
}

string_enum! {
    /// What several verbs share, and can be read about.
    HelpTopic, "topic" {
        /// How times are typed.
        Times = "times",
        /// Policies, with all their keys.
        Sla = "sla",
        /// What documents are made from.
        Templates = "templates",
        /// Every file of a record, with its keys or columns.
        Files = "files",
    }
}

/// `recount help`
#[derive(Args, Debug)]
pub struct HelpArgs {
    /// A verb, or one of the topics times, sla, templates and files
    #[arg(value_name = "VERB|TOPIC")]
    pub words: Vec<String>,
}

/// `recount man`
#[derive(Args, Debug)]
pub struct ManArgs {
    /// The verb; the program as a whole where none is named
    pub verb: Option<String>,
    /// Write a page for the program and one for each verb into this folder
    #[arg(short, long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "verb")]
    pub output: Option<PathBuf>,
}

/// `recount completions`
#[derive(Args, Debug)]
pub struct CompletionsArgs {
    /// The shell. For bash put `source <(recount completions bash)` into ~/.bashrc, for zsh the same with `zsh` into
    /// ~/.zshrc; for fish run `recount completions fish > ~/.config/fish/completions/recount.fish`
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
