//! `recount completions` and `recount man`: made from the command line's own types.

use crate::cli;
use crate::session::Failure;
use crate::session::output::Output;

/// Prints the completions for a shell.
pub(crate) fn completions(args: &cli::CompletionsArgs) -> Result<Output, Failure> {
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut cli::command(), "recount", &mut script);
    text(script)
}

/// Prints the manual page, verbs included.
pub(crate) fn manual() -> Result<Output, Failure> {
    let mut page = vec![];
    let failed = |error: std::io::Error| Failure::new(error.to_string());
    let mut command = cli::command();
    // A verb's flags may name those that hold for every verb, so each must know them.
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page).map_err(failed)?;
    for verb in command.get_subcommands().filter(|c| c.get_name() != "help") {
        let name = format!("recount {}", verb.get_name());
        let man = clap_mangen::Man::new(verb.clone().bin_name(name));
        man.render(&mut page).map_err(failed)?;
    }
    text(page)
}

fn text(bytes: Vec<u8>) -> Result<Output, Failure> {
    String::from_utf8(bytes).map(Output::exact).map_err(|e| Failure::new(e.to_string()))
}
