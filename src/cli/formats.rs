//! The formats that each verb prints.

use super::examples::with_examples;
use super::{Cli, Format, HEADING};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, Command, CommandFactory, ValueEnum};
use std::ffi::OsString;

/// Returns the command line, in which each verb takes and lists the formats that it prints alone.
pub fn command() -> Command {
    Cli::command().mut_subcommands(|verb| with_examples(with_formats(verb, &[])))
}

/// Returns the command line, in which those verbs alone take and list their own formats that stand among the words: what
/// the others take is not looked at, and would cost a third of a bare start.
pub fn command_for(words: &[OsString]) -> Command {
    let command = Cli::command();
    let is_typed = |name: &&str| words.iter().any(|word| *word == **name);
    let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
    let typed: Vec<_> = names.into_iter().filter(is_typed).map(str::to_owned).collect();
    typed.iter().fold(command, |command, name| {
        command.mut_subcommand(name, |verb| with_examples(with_formats(verb, &[])))
    })
}

/// Returns the formats of a verb, by the words that it is called with.
fn formats(words: &[&str]) -> &'static [Format] {
    match words {
        ["init" | "demo" | "render" | "schema" | "completions" | "man" | "help"] => {
            &[Format::Table]
        }
        ["list" | "show"] | ["action", "list"] => {
            &[Format::Table, Format::Json, Format::Csv, Format::Markdown]
        }
        ["metrics"] => &[Format::Table, Format::Json, Format::Csv],
        ["stats"] => &[Format::Table, Format::Json, Format::Csv, Format::Markdown],
        ["credits"] => &[Format::Table, Format::Csv, Format::Json, Format::Xlsx, Format::Markdown],
        ["check"] => &[Format::Human, Format::Json, Format::Github, Format::Sarif],
        ["sla", "check"] => &[Format::Human, Format::Json],
        _ => &[Format::Table, Format::Json],
    }
}

/// Gives a verb an argument of its own in place of the one that holds for all.
fn with_formats(verb: Command, above: &[&str]) -> Command {
    let name = verb.get_name().to_owned();
    let words = [above, &[name.as_str()]].concat();
    let verb = verb.mut_subcommands(|inner| with_formats(inner, &words));
    let known = formats(&words).iter().filter_map(Format::to_possible_value);
    let parser = PossibleValuesParser::new(known).try_map(|word| Format::from_str(&word, false));
    let format = Arg::new("format").long("format").value_name("FORMAT").value_parser(parser);
    let format = format.help_heading(HEADING);
    verb.arg(format.help("How to print the answer"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::FromArgMatches;

    fn format(typed: &str) -> Option<Option<Format>> {
        let matches = command().try_get_matches_from(typed.split(' ')).ok()?;
        Some(Cli::from_arg_matches(&matches).unwrap().global.format)
    }

    #[test]
    fn a_verb_takes_its_own_formats_wherever_they_are_typed() {
        assert_eq!(format("recount status --format json"), Some(Some(Format::Json)));
        assert_eq!(format("recount --format csv list"), Some(Some(Format::Csv)));
        assert_eq!(format("recount action list --format csv"), Some(Some(Format::Csv)));
        assert_eq!(format("recount sla check --format human"), Some(Some(Format::Human)));
        assert_eq!(format("recount status"), Some(None));
        for refused in ["status --format csv", "sla list --format human", "man --format json"] {
            assert_eq!(format(&format!("recount {refused}")), None, "{refused}");
        }
    }
}
