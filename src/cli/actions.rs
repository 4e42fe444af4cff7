//! The verbs of follow-up actions.

use super::shared::text_word;
use crate::model::incident::{ActionKind, ActionStatus};
use crate::model::vocabulary;
use clap::{Args, Subcommand};

/// `recount action`
#[derive(Debug, Subcommand)]
pub enum ActionVerb {
    /// Add a follow-up action
    Add(ActionAddArgs),
    /// List follow-up actions, across incidents unless one is named
    List(ActionListArgs),
    /// Change a follow-up action
    Set(ActionSetArgs),
    /// Record that a follow-up action is done
    Done(ActionDoneArgs),
}

/// What is known of a follow-up action.
#[derive(Args, Clone, Debug, Default)]
pub struct ActionFacts {
    /// prevent, mitigate, detect, process or repair
    #[arg(long, value_parser = vocabulary::action_kind)]
    pub kind: Option<ActionKind>,
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
    /// open, doing, done or dropped
    #[arg(long, value_parser = vocabulary::action_status)]
    pub status: Option<ActionStatus>,
}

/// `recount action add`
#[derive(Args, Debug)]
pub struct ActionAddArgs {
    /// What is to be done
    #[arg(value_parser = text_word)]
    pub title: Vec<String>,
    /// What is known of it.
    #[command(flatten)]
    pub facts: ActionFacts,
}

/// `recount action list`
#[derive(Args, Debug)]
pub struct ActionListArgs {
    /// Only those past their due date
    #[arg(long)]
    pub overdue: bool,
    /// Only those of this owner
    #[arg(long)]
    pub owner: Option<String>,
    /// Only those with this status
    #[arg(long, value_parser = vocabulary::action_status)]
    pub status: Option<ActionStatus>,
}

/// `recount action set`
#[derive(Args, Debug)]
pub struct ActionSetArgs {
    /// The action's id, or the beginning of it
    pub action: Option<String>,
    /// What is to be done
    #[arg(long)]
    pub title: Option<String>,
    /// What is known of it.
    #[command(flatten)]
    pub facts: ActionFacts,
}

/// `recount action done`
#[derive(Args, Debug)]
pub struct ActionDoneArgs {
    /// The action's id, or the beginning of it
    pub action: Option<String>,
    /// When it was done; today by default
    #[arg(long, value_name = "DATE")]
    pub on: Option<String>,
}
