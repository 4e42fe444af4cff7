//! `recount man`: manual pages, made from the command line's own types.

use crate::cli::{self, Global};
use crate::io::store::atomic;
use crate::model::incident::names;
use crate::session::Failure;
use crate::session::output::{Output, typed};
use clap::Command;
use std::path::Path;

/// Prints a manual page, or writes all of them into a folder.
pub(crate) fn manual(args: &cli::ManArgs, global: &Global) -> Result<Output, Failure> {
    let mut command = cli::command();
    // A verb's flags may name those that hold for every verb, so each must know them.
    command.build();
    match (&args.output, &args.verb) {
        (Some(folder), _) => write(&command, &typed(global, folder)),
        (None, Some(verb)) => text(named(&command, verb)?.render()?),
        (None, None) => text(ManualPage::of_all(&command).render()?),
    }
}

/// A manual page: its name, and what it tells of.
struct ManualPage {
    name: String,
    command: Command,
}

impl ManualPage {
    fn of_verb(verb: &Command) -> Self {
        let name = verb.get_name();
        let command = verb.clone().bin_name(format!("recount {name}"));
        Self { name: format!("recount-{name}"), command }
    }

    fn of_all(command: &Command) -> Self {
        Self { name: "recount".to_owned(), command: command.clone() }
    }

    fn render(&self) -> Result<Vec<u8>, Failure> {
        let mut page = vec![];
        let man = clap_mangen::Man::new(self.command.clone()).title(&self.name);
        man.render(&mut page).map_err(|error| Failure::new(error.to_string()))?;
        Ok(page)
    }
}

/// Finds a verb's page.
fn named(command: &Command, verb: &str) -> Result<ManualPage, Failure> {
    match command.find_subcommand(verb) {
        Some(found) => Ok(ManualPage::of_verb(found)),
        None => {
            let known: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
            Err(Failure::new(names::unknown("verb", verb, &known)))
        }
    }
}

/// Writes a page for the program and one for each verb.
fn write(command: &Command, folder: &Path) -> Result<Output, Failure> {
    let failed = |error| Failure::new(format!("cannot write into {}: {error}", folder.display()));
    std::fs::create_dir_all(folder).map_err(failed)?;
    let verbs = command.get_subcommands().map(ManualPage::of_verb);
    let pages: Vec<_> = std::iter::once(ManualPage::of_all(command)).chain(verbs).collect();
    for page in &pages {
        let path = folder.join(format!("{}.1", page.name));
        atomic::replace(&path, &page.render()?).map_err(failed)?;
    }
    let count = pages.len();
    Ok(Output::text(format!("{count} manual pages are in {}\n", folder.display())))
}

fn text(bytes: Vec<u8>) -> Result<Output, Failure> {
    String::from_utf8(bytes).map(Output::exact).map_err(|e| Failure::new(e.to_string()))
}
