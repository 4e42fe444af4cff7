//! The command line as it was typed: a milestone's name is a verb, text may begin with a dash, and what looks like a
//! credential is masked before anything is made of it.

use crate::cli::{self, Cli, TEXT_MARK};
use crate::io::store::Store;
use crate::model::incident::names::nearest;
use crate::model::settings::Settings;
use crate::model::vocabulary::Vocabulary;
use crate::session::mended::Repair;
use crate::session::secrets::without_secrets;
use crate::session::{Failure, typed_words};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, FromArgMatches};
use std::ffi::OsString;
use std::path::Path;

/// What was typed, and the words that it was read from.
pub struct Typed {
    /// What it asks for.
    pub cli: Cli,
    /// The words, with the verb that a milestone stands for.
    pub args: Vec<OsString>,
}

/// Why nothing can be done with what was typed.
pub enum Untyped {
    /// Help or the version was asked for.
    Help(clap::Error),
    /// It is refused.
    Refused(Failure),
}

/// Reads the command line.
///
/// # Errors
/// What is wrong with it, or the help that it asks for.
pub fn typed(args: &[OsString]) -> Result<Typed, Untyped> {
    let mut args = args.to_vec();
    // Each round takes one word for what it was meant to be.
    for _ in 0..=args.len() {
        // Never freed: its thousands of pieces would take a seventh of a bare start, and the process ends anyway.
        let command = Box::leak(Box::new(cli::command_for(&args)));
        let error = match parsed(command, &args) {
            Ok(cli) => return masked(command, cli, args),
            Err(error) => error,
        };
        let meant = as_verb(&error, &args).or_else(|| as_text(&error, &args));
        match meant.or_else(|| behind_verb(command, &error, &args)) {
            Some(meant) => args = meant,
            None if error.use_stderr() => return Err(Untyped::Refused(refused(command, &error))),
            None => return Err(Untyped::Help(error)),
        }
    }
    Err(Untyped::Refused(Failure::new("the command line can't be read")))
}

fn parsed(command: &mut Command, args: &[OsString]) -> Result<Cli, clap::Error> {
    let mut matches = command.try_get_matches_from_mut(args)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(command))
}

/// Reads the command line again where there is something in it to mask.
fn masked(command: &mut Command, cli: Cli, args: Vec<OsString>) -> Result<Typed, Untyped> {
    let Some(args) = without_secrets(&cli, &args) else { return Ok(Typed { cli, args }) };
    match parsed(command, &args) {
        Ok(cli) => Ok(Typed { cli, args }),
        Err(error) => Err(Untyped::Refused(refused(command, &error))),
    }
}

/// Returns the command line with a verb in place of a word that is none, but means one.
fn as_verb(error: &clap::Error, args: &[OsString]) -> Option<Vec<OsString>> {
    let word = wrong(error, ErrorKind::InvalidSubcommand, ContextKind::InvalidSubcommand)?;
    let verb: Vec<OsString> = match VERBS.iter().find(|(other, _)| *other == word.to_lowercase()) {
        Some((_, verb)) => vec![(*verb).into()],
        None => vec!["mark".into(), milestone(&word)?.into()],
    };
    let at = args.iter().position(|arg| *arg == *word)?;
    let (before, after) = args.split_at_checked(at)?;
    Some(before.iter().cloned().chain(verb).chain(after.iter().skip(1).cloned()).collect())
}

/// What people call verbs, where it can mean one alone and that one takes the same words.
const VERBS: [(&str, &str); 8] = [
    ("open", "declare"),
    ("new", "declare"),
    ("note", "log"),
    ("add", "log"),
    ("sev", "severity"),
    ("ls", "list"),
    ("rm", "retract"),
    ("actions", "action"),
];

/// Returns the milestone that a word means: a built-in one, or one of the record here.
fn milestone(word: &str) -> Option<String> {
    let built_in = typed_words::milestone(&Settings::default(), word);
    let own = || typed_words::milestone(Store::find(Path::new(".")).ok()?.settings(), word).ok();
    built_in.ok().or_else(own).map(|milestone| milestone.to_string())
}

/// Returns the command line with a mark before a word that begins with one dash and no flag's letter: it is text.
fn as_text(error: &clap::Error, args: &[OsString]) -> Option<Vec<OsString>> {
    let flag = wrong(error, ErrorKind::UnknownArgument, ContextKind::InvalidArg)?;
    if flag.starts_with("--") || !flag.starts_with('-') {
        return None;
    }
    let is_it = |arg: &OsString| arg.to_str().is_some_and(|arg| arg.starts_with(&flag));
    let at = args.iter().position(is_it)?;
    let mut args = args.to_vec();
    let word = args.get_mut(at)?;
    *word = format!("{TEXT_MARK}{}", word.to_str()?).into();
    Some(args)
}

/// Returns the command line with a verb's own flag behind the verb, where it was typed before it.
fn behind_verb(command: &Command, error: &clap::Error, args: &[OsString]) -> Option<Vec<OsString>> {
    let flag = wrong(error, ErrorKind::UnknownArgument, ContextKind::InvalidArg)?;
    let name = flag.strip_prefix("--")?;
    let at = args.iter().position(|arg| {
        arg.to_str().is_some_and(|arg| arg.split('=').next() == Some(flag.as_str()))
    })?;
    let verb = args.iter().skip(at).find_map(|arg| command.find_subcommand(arg.to_str()?))?;
    let known = verb.get_arguments().find(|arg| arg.get_long() == Some(name))?;
    let has_value = args.get(at)?.to_str()?.contains('=');
    let takes_next = !has_value && known.get_action().takes_values();
    let mut args = args.to_vec();
    let moved: Vec<_> = args.drain(at..=at + usize::from(takes_next)).collect();
    args.extend(moved);
    // Where the value was the verb, nothing is gained.
    args.iter().any(|arg| arg.to_str() == Some(verb.get_name())).then_some(args)
}

/// Returns the word that is wrong, where that is what is wrong.
fn wrong(error: &clap::Error, kind: ErrorKind, context: ContextKind) -> Option<String> {
    match error.get(context).filter(|_| error.kind() == kind) {
        Some(ContextValue::String(word)) => Some(word.clone()),
        _ => None,
    }
}

/// Returns what is wrong with the command line, in this program's own words where it has some.
fn refused(command: &Command, error: &clap::Error) -> Failure {
    if let Some(failure) = Failure::of_value(error) {
        return failure;
    }
    if let Some(word) = wrong(error, ErrorKind::InvalidSubcommand, ContextKind::InvalidSubcommand) {
        return unknown_verb(command, &word);
    }
    let said = error.render().to_string();
    let mut parts = said.split("\n\n");
    let message = parts.next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    // clap takes out of what it quotes what could steer a terminal: nothing may be left of it then.
    let failure = match wrong(error, ErrorKind::UnknownArgument, ContextKind::InvalidArg) {
        Some(arg) => Failure::new(format!("there is no flag or place for `{arg}`")),
        None => unknown_value(error).unwrap_or_else(|| Failure::new(message)),
    };
    let typed = wrong(error, ErrorKind::UnknownArgument, ContextKind::InvalidArg);
    if let (Some(by), Some(typed)) = (suggested(error, ContextKind::SuggestedArg), typed) {
        return failure
            .help(format!("did you mean `{by}`?"))
            .or_by(Repair::Replace { typed: typed.clone(), by });
    }
    if !failure.repairs().is_empty() {
        return failure;
    }
    let tips = parts.filter_map(|part| part.trim().strip_prefix("tip: "));
    let usage = said.lines().find_map(|line| line.strip_prefix("Usage: "));
    tips.chain(usage).fold(failure, |failure, tip| failure.help(tip.to_owned()))
}

/// Returns that a flag takes no such value, with those that it takes.
fn unknown_value(error: &clap::Error) -> Option<Failure> {
    let typed = wrong(error, ErrorKind::InvalidValue, ContextKind::InvalidValue)?;
    let flag = wrong(error, ErrorKind::InvalidValue, ContextKind::InvalidArg)?;
    let known = match error.get(ContextKind::ValidValue)? {
        ContextValue::Strings(known) => known.clone(),
        _ => return None,
    };
    let name = flag.split(' ').next().unwrap_or_default().to_owned();
    let words = Vocabulary::new("value", known);
    let refused = words.find(&typed).err()?;
    let message = refused.to_string().replacen("unknown value", &format!("`{name}` knows no"), 1);
    Some(Failure::from(refused).with_message(message))
}

/// Returns that no verb is called so, with the milestones or the verb that may have been meant.
fn unknown_verb(command: &Command, word: &str) -> Failure {
    let settings = Store::find(Path::new(".")).map(|store| store.settings().clone());
    let milestones = match typed_words::milestone(&settings.unwrap_or_default(), word) {
        Err(failure) => failure,
        Ok(_) => Failure::new(""),
    };
    let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set());
    let verb = nearest(&word.to_lowercase(), verbs.map(Command::get_name));
    let failure = Failure::new(format!("there is no verb `{word}`"));
    let replace = |by: &str| Repair::Replace { typed: word.to_owned(), by: by.to_owned() };
    let meant = milestones.repairs().iter().filter_map(|repair| match repair {
        Repair::Replace { by, .. } if milestones.means_some() => Some(by.clone()),
        _ => None,
    });
    let meant: Vec<_> = verb.map(str::to_owned).into_iter().chain(meant).collect();
    let failure = match meant.as_slice() {
        [] => failure,
        [one] => failure.help(format!("did you mean `{one}`?")),
        several => failure.help(format!("it could be any of {}", several.join(", "))),
    };
    let failure = meant.iter().fold(failure, |failure, by| failure.or_by(replace(by)));
    failure.help("`recount --help` lists the verbs")
}

fn suggested(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(one) => Some(one.clone()),
        ContextValue::Strings(several) => several.first().cloned(),
        _ => None,
    }
}
