//! The verbs, a file each: load, compute, write.

mod action;
mod amend;
mod answer;
mod audit;
mod books;
mod check;
mod counted;
mod credits;
mod declare;
mod demo;
mod desk;
mod draft;
mod elsewhere;
mod failure;
mod history;
mod hold;
mod init;
mod interview;
mod list;
mod log;
mod lost;
mod man;
mod metrics;
mod open;
mod page;
mod past;
mod press;
mod render;
mod retract;
mod revisions;
mod schema;
mod set;
mod show;
mod sla;
mod spooled;
mod stats;
mod status;
mod templates;
mod typed;
mod underway;
mod undo;
mod why;
mod wrote;

pub use answer::Answer;
pub use failure::Failure;

use crate::cli::{Cli, Verb};

/// Does what the command line asks.
///
/// # Errors
/// Why it could not be done, or the question not be answered.
pub fn run(cli: Cli) -> Result<Answer, Failure> {
    let global = cli.global;
    match cli.verb {
        Verb::Init(args) => init::run(&args, &global),
        Verb::Demo(args) => demo::run(&args, &global),
        Verb::Declare(args) => declare::run(&args, &global),
        Verb::Log(args) => log::log(&args, &global),
        Verb::Mark(args) => log::mark(&args, &global),
        Verb::Impact(args) => log::impact(&args, &global),
        Verb::Progress(args) => log::progress(&args, &global),
        Verb::Amend(args) => amend::run(&args, &global),
        Verb::Retract(args) => retract::run(&args, &global),
        Verb::Undo => undo::run(&global),
        Verb::Set(args) => set::run(&args, &global),
        Verb::Action(args) => action::run(&args, &global),
        Verb::Status(args) => status::run(&args, &global),
        Verb::List(args) => list::run(&args, &global),
        Verb::Show(args) => show::run(&args, &global),
        Verb::History(args) => history::run(&args, &global),
        Verb::Credits(args) => credits::run(&args, &global),
        Verb::Sla(verb) => sla::run(&verb, &global),
        Verb::Metrics(args) => metrics::run(&args, &global),
        Verb::Stats(args) => stats::run(&args, &global),
        Verb::Why(args) => why::run(&args, &global),
        Verb::Draft(args) => draft::run(&args, &global),
        Verb::Render(args) => render::run(&args, &global),
        Verb::Templates(args) => templates::run(&args, &global),
        Verb::Check(args) => check::run(&args, &global),
        Verb::Schema(args) => schema::run(&args),
        Verb::Completions(args) => man::completions(&args),
        Verb::Man => man::manual(),
    }
}
