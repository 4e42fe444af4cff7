//! The verbs, a file each: load, compute, write.

mod check;
mod credits;
mod documents;
mod events;
mod import;
mod numbers;
mod reading;
mod setup;
mod sync;
mod watch;

use crate::cli::{Cli, Global, Verb};
pub use crate::cmd::events::refused::refused;
pub use crate::cmd::setup::completions::complete_if_asked;
pub use crate::session::command_line::{Typed, Untyped, typed};
pub use crate::session::mended::choose as choose_mended;
pub use crate::session::{Failure, Output};

/// Does what the command line asks.
///
/// # Errors
/// Why it could not be done, or the question not be answered.
pub fn run(cli: Cli) -> Result<Output, Failure> {
    let global = cli.global;
    uses_incident(&cli.verb, &global)?;
    match cli.verb {
        Verb::Init(args) => setup::init::run(&args, &global),
        Verb::Demo(args) => setup::demo::run(&args, &global),
        Verb::Declare(args) => events::declare::run(&args, &global),
        Verb::Log(args) => events::log::log(&args, &global),
        Verb::Mark(args) => events::log::mark(&args, &global),
        Verb::Impact(args) => events::log::impact(&args, &global),
        Verb::Progress(args) => events::log::progress(&args, &global),
        Verb::Severity(args) => events::log::severity(&args, &global),
        Verb::Role(args) => events::log::role(&args, &global),
        Verb::Amend(args) => events::amend::run(&args, &global),
        Verb::Retract(args) => events::retract::run(&args, &global),
        Verb::Redact(args) => events::redact::run(&args, &global),
        Verb::Undo => events::undo::undo(&global),
        Verb::Redo => events::undo::redo(&global),
        Verb::Reopen(args) => events::reopen::run(&args, &global),
        Verb::Cancel(args) => events::cancel::run(&args, &global),
        Verb::Join(args) => events::join::run(&args, &global),
        Verb::Run(args) => events::run::run(&args, &global),
        Verb::Set(args) => events::set::run(&args, &global),
        Verb::Action(args) => events::action::run(&args, &global),
        Verb::Watch(_) => watch::run(&global),
        Verb::Status(args) => reading::status::run(&args, &global),
        Verb::List(args) => reading::list::run(&args, &global),
        Verb::Show(args) => reading::show::run(&args, &global),
        Verb::History(args) => reading::history::run(&args, &global),
        Verb::Credits(args) => credits::run(&args, &global),
        Verb::Sla(verb) => credits::sla::run(&verb, &global),
        Verb::Metrics(args) => numbers::metrics::run(&args, &global),
        Verb::Stats(args) => numbers::stats::run(&args, &global),
        Verb::Why(args) => numbers::why::run(&args, &global),
        Verb::Draft(args) => documents::draft::run(&args, &global),
        Verb::Render(args) => documents::render::run(&args, &global),
        Verb::Templates(args) => documents::templates::run(&args, &global),
        Verb::Check(args) => check::run(&args, &global),
        Verb::Import(args) => import::run(&args, &global),
        Verb::Export(args) => reading::export::run(&args, &global),
        Verb::Spool(verb) => setup::spool::run(&verb, &global),
        Verb::Doctor => setup::doctor::run(&global),
        Verb::Sync(args) => sync::start::run(&args, &global),
        Verb::MergeDriver(args) => sync::merge_driver::run(&args),
        Verb::Schema(args) => setup::schema::run(&args),
        Verb::Completions(args) => setup::completions::completions(&args),
        Verb::Man(args) => setup::man::manual(&args, &global),
        Verb::Help(args) => setup::help::run(&args),
    }
}

/// Refuses `-i` where a verb is about no incident: the answer would look as if it were about that one alone.
fn uses_incident(verb: &Verb, global: &Global) -> Result<(), Failure> {
    let (about, instead) = match verb {
        Verb::List(_) => ("lists incidents", "`recount show` shows one"),
        Verb::Export(_) => ("writes all incidents", "choose one where you read the tables"),
        Verb::Credits(args) if !args.what_if.is_empty() => return Ok(()),
        Verb::Credits(_) | Verb::Sla(_) => {
            ("is about a whole period", "`recount credits --format csv` has each line's incidents")
        }
        Verb::Join(_) => ("names both incidents", "leave it out"),
        Verb::Init(_) | Verb::Demo(_) | Verb::Doctor | Verb::Templates(_) | Verb::Spool(_) => {
            ("is about the record as a whole", "leave it out")
        }
        _ => return Ok(()),
    };
    match global.incident {
        None => Ok(()),
        Some(_) => {
            Err(Failure::new(format!("this verb {about}, so that `-i` would change nothing"))
                .help(instead))
        }
    }
}
