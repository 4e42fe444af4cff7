//! What still holds words that were taken out, and what to do about it.

use super::text::line;
use crate::compute::report::redaction::{RedactionReport, WordsInGit};
use std::fmt::Write;

/// How many commits are named.
const MOST_SHOWN: usize = 8;
/// How many characters of a commit's name are shown.
const SHORT: usize = 7;

/// Renders which files were changed, what still holds the words, and the commands that take them out there.
pub fn redaction(report: &RedactionReport) -> String {
    let mut out = String::new();
    if !report.files.is_empty() {
        let _ = writeln!(out, "Taken out of {}", line(&report.files.join(", ")));
    }
    for file in &report.by_hand {
        let file = line(file);
        let _ = writeln!(
            out,
            "{file} still has the words: change it by hand, for a name, a hash or money hangs on it"
        );
    }
    out + &report.git.as_ref().map_or(String::new(), in_git)
}

fn in_git(git: &WordsInGit) -> String {
    if git.commits.is_empty() {
        return "No commit of this repository has the words.\n".to_owned();
    }
    let short = |name: &String| name.chars().take(SHORT).collect::<String>();
    let mut named: Vec<_> = git.commits.iter().take(MOST_SHOWN).map(short).collect();
    named.extend((git.commits.len() > MOST_SHOWN).then(|| "…".to_owned()));
    let count = match git.commits.len() {
        1 => "1 commit".to_owned(),
        more => format!("{more} commits"),
    };
    let mut out = format!(
        "\nGit still has the words: {count} brought them ({}), reached from {}, and so has every clone\n",
        named.join(", "),
        line(&git.refs.join(", "))
    );
    for remote in &git.remotes {
        let holds = if remote.holds { "has them" } else { "may have them" };
        let _ = writeln!(out, "The remote {} {holds}: {}", line(&remote.name), line(&remote.url));
    }
    out.push_str(
        "\nTo rewrite this repository, with nothing uncommitted in any of its work trees:\n\n",
    );
    out.extend(git.commands.iter().map(|command| format!("  {}\n", line(command))));
    if !git.push.is_empty() {
        out.push_str(
            "\nTo rewrite the remotes, whose hosts may keep what nothing names for a while:\n\n",
        );
        out.extend(git.push.iter().map(|command| format!("  {}\n", line(command))));
    }
    out + "\nEvery other clone has to be made anew: a push from an old one brings the words back.\n"
}
