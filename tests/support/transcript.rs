//! Transcripts: what a person types and what comes back, held against what the program says now.
//!
//! ```text
//! // a remark for the reader
//! @ 2019-01-24T13:04:00Z        moves the clock
//! $ recount log "Power is back"
//! what it printed on the standard output
//! ! what it printed on the standard error
//! > more of the same command, behind `> `
//! [2]                           its exit code, where that is not 0
//! ```
//!
//! Ids of events and actions differ from run to run; fixed ones stand in their place, in the order in which
//! they first appear; `<commit>` stands for a hash and `/record` for the folder. With `BLESS=1` a transcript is written anew, for a person to read in the diff.

use super::sandbox::{Ran, Sandbox};
use std::fmt::Write;

/// Runs a transcript's commands and returns the transcript as it is now.
pub(crate) fn replay(text: &str, sandbox: &mut Sandbox) -> String {
    let mut out = String::new();
    let mut ids = vec![];
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        if let Some(now) = line.strip_prefix("@ ") {
            sandbox.at(now);
        }
        let Some(first) = line.strip_prefix("$ ") else {
            if is_ours(line) || line.is_empty() {
                let _ = writeln!(out, "{line}");
            }
            continue;
        };
        let _ = writeln!(out, "{line}");
        let mut command = first.to_owned();
        while let Some(more) = lines.next_if(|l| l.starts_with('>')) {
            let _ = writeln!(out, "{more}");
            command.push('\n');
            command.push_str(more.get(2..).unwrap_or_default());
        }
        let ran = sandbox.shell(&unmasked(&command, &ids));
        note_ids(sandbox, &mut ids);
        out.push_str(&shown(&ran, &ids).replace(sandbox.path().to_str().unwrap(), "/record"));
        while lines.next_if(|l| !is_ours(l)).is_some() {}
        if lines.peek().is_some_and(|l| l.starts_with("$ ")) {
            out.push('\n');
        }
    }
    out
}

/// Returns whether a line is the transcript's own, and not something that a command printed.
fn is_ours(line: &str) -> bool {
    ["$ ", "// ", "@ "].iter().any(|mark| line.starts_with(mark))
}

/// Writes what a command did as a transcript shows it.
fn shown(ran: &Ran, ids: &[String]) -> String {
    let mut out = String::new();
    for line in masked(&ran.stdout, ids).lines() {
        let _ = writeln!(out, "{}", line.trim_end());
    }
    for line in masked(&ran.stderr, ids).lines() {
        let _ = writeln!(out, "{}", format!("! {line}").trim_end());
    }
    if ran.code != 0 {
        let _ = writeln!(out, "[{}]", ran.code);
    }
    out
}

/// Notes the ids that the record's files hold and that were not seen before.
fn note_ids(sandbox: &Sandbox, ids: &mut Vec<String>) {
    for (_, text) in sandbox.incidents() {
        for rest in text.split("id: ").skip(1) {
            let id: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
}

/// Puts a fixed id of the same length in place of each.
fn masked(text: &str, ids: &[String]) -> String {
    let text =
        ids.iter().enumerate().fold(text.to_owned(), |t, (at, id)| t.replace(id, &stand_in(at)));
    let is_commit = |word: &&str| word.len() == 40 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let commits: Vec<_> = words.filter(is_commit).map(str::to_owned).collect();
    commits.iter().fold(text, |text, commit| text.replace(commit, "<commit>"))
}

/// Puts the ids of this run in place of the fixed ones that a person typed.
fn unmasked(command: &str, ids: &[String]) -> String {
    ids.iter()
        .enumerate()
        .fold(command.to_owned(), |text, (at, id)| text.replace(&stand_in(at), id))
}

/// Returns an id that looks like those of the tool, and is the same in every run.
fn stand_in(at: usize) -> String {
    const SOME: [&str; 12] = [
        "p7kq2mza", "t4mwz8ce", "h2vxn6qa", "k9rc3yud", "b5ezj7wm", "x8dqp4kt", "m3yfa9vh",
        "c6nut2xg", "w2hkb5rz", "q9pjs7de", "f4zgm3na", "v7cxe6yk",
    ];
    SOME.get(at).map_or_else(|| format!("e{at:07}"), ToString::to_string)
}
