//! `recount help`: a verb, or a topic that several verbs share.

use crate::cli::{self, HelpTopic};
use crate::io::render::topics::{self, NamedList};
use crate::io::schema::SchemaKind;
use crate::io::schema::keys::keys;
use crate::io::tables;
use crate::session::Failure;
use crate::session::output::Output;

/// Prints the help of a verb or a topic; of the program where none is named.
pub(crate) fn run(args: &cli::HelpArgs) -> Result<Output, Failure> {
    let topic = match args.words.as_slice() {
        [word] => word.parse::<HelpTopic>().ok(),
        _ => None,
    };
    match topic {
        Some(topic) => Ok(Output::text(about(topic))),
        None => of_verb(&args.words),
    }
}

fn about(topic: HelpTopic) -> String {
    match topic {
        HelpTopic::Times => topics::TIMES.to_owned(),
        HelpTopic::Templates => topics::TEMPLATES.to_owned() + &verb("templates"),
        HelpTopic::Sla => {
            topics::POLICIES.to_owned()
                + &listed("Keys of a policy", SchemaKind::Policy)
                + &verb("sla")
        }
        HelpTopic::Files => {
            let files = [
                ("Keys of recount.yaml", SchemaKind::Recount),
                ("Keys of incident.yaml", SchemaKind::Incident),
            ];
            let files: String =
                files.into_iter().map(|(title, kind)| listed(title, kind)).collect();
            topics::FILES.to_owned() + &files + &planned_windows() + &columns()
        }
    }
}

/// Says where a verb of the same name is told about.
fn verb(name: &str) -> String {
    format!("\nThe verb: recount {name} --help\n")
}

fn listed(title: &str, kind: SchemaKind) -> String {
    let names = keys(kind).into_iter().map(|key| (key.path, key.meaning)).collect();
    NamedList { title, names }.text()
}

fn planned_windows() -> String {
    let meanings = [
        ("title", "What is done."),
        ("services", "The services that it concerns; all where it names none."),
        ("from, to", "When it begins and ends."),
        (
            "every",
            "In their place, a window that recurs: {days: [sun], from: \"01:00\", to: \"06:00\", timezone, since, until}.",
        ),
        ("announced", "When customers were told."),
    ];
    let names = meanings.map(|(name, meaning)| (name.to_owned(), meaning.to_owned())).to_vec();
    NamedList { title: "Keys of an entry of maintenance.yaml", names }.text()
}

fn columns() -> String {
    let names = tables::columns().into_iter().map(|table| {
        let may = match table.allowed {
            [] => String::new(),
            allowed => format!("; may be there: {}", allowed.join(", ")),
        };
        let more =
            if table.open { "; any other is an attribute that policies can ask for" } else { "" };
        (table.file.to_owned(), format!("{}{may}{more}", table.needed.join(", ")))
    });
    NamedList { title: "Columns of tables", names: names.collect() }.text()
}

fn of_verb(words: &[String]) -> Result<Output, Failure> {
    let mut command = cli::command();
    command.build();
    let mut found = &mut command;
    for word in words {
        found = found.find_subcommand_mut(word).ok_or_else(|| {
            let topics: Vec<_> = HelpTopic::ALL.iter().map(|topic| topic.as_str()).collect();
            Failure::new(format!("there is no help about `{}`", words.join(" ")))
                .help("`recount --help` lists the verbs")
                .help(format!("topics are {}", topics.join(", ")))
        })?;
    }
    Ok(Output::text(found.render_long_help().to_string()))
}
