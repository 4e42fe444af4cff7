//! Why a verb could not do what it was asked: the thing, the place and the next step.

use crate::io::prompt::NoAnswer;
use crate::io::render::diagnostic;
use crate::io::render::text::{clean, line};
use crate::io::store::StoreError;
use crate::io::store::edit::CannotEdit;
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::UnknownValue;
use crate::model::time::TimeError;
use crate::model::vocabulary::RefusedWord;
use crate::session::mended::Repair;
use std::error::Error;
use std::fmt::Write;
use std::io::ErrorKind;
use std::path::Path;

/// Why a verb could not answer; the only error that reaches `main`.
#[derive(Debug)]
pub struct Failure {
    message: String,
    help: Vec<String>,
    /// Files with their texts and the problems in them, shown in place of the message.
    shown: Vec<FileDiagnostics>,
    /// The question that got no answer; none where it is another failure.
    unanswered: Option<Box<NoAnswer>>,
    /// Whether nothing was written because somebody else changed the record meanwhile.
    is_raced: bool,
    /// What may make the command line say what was meant, the likeliest first.
    repairs: Vec<Repair>,
}

/// A file, its text, and what is wrong in it.
#[derive(Clone, Debug)]
pub struct FileDiagnostics {
    /// The file, as people name it.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What is wrong in it.
    pub problems: Vec<Diagnostic>,
}

/// How many problems are shown at once.
const MOST_SHOWN: usize = 20;

impl Failure {
    /// Returns a failure that names the thing.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: vec![],
            shown: vec![],
            unanswered: None,
            is_raced: false,
            repairs: vec![],
        }
    }

    /// Returns the failure of a write that was taken back, for the record was changed meanwhile.
    pub(crate) fn raced() -> Self {
        let message = "git or an editor changed the record again and again while this was written";
        let failure = Self::new(message)
            .help("nothing was recorded; run the command again when they are done");
        Self { is_raced: true, ..failure }
    }

    /// Returns whether nothing was written because somebody else changed the record meanwhile.
    pub(crate) fn is_raced(&self) -> bool {
        self.is_raced
    }

    /// Returns the failure without its next steps, for another way was found.
    pub(crate) fn without_help(self) -> Self {
        Self { help: vec![], ..self }
    }

    /// Returns the failure in other words.
    pub(crate) fn with_message(self, message: String) -> Self {
        Self { message, ..self }
    }

    /// Adds a next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Adds a way in which the command line may be mended.
    #[must_use]
    pub(crate) fn or_by(mut self, repair: Repair) -> Self {
        self.repairs.push(repair);
        self
    }

    /// Returns what may make the command line say what was meant, the likeliest first.
    pub(crate) fn repairs(&self) -> &[Repair] {
        &self.repairs
    }

    /// Returns whether something is near enough to what was typed to have been meant.
    pub(crate) fn means_some(&self) -> bool {
        matches!(self.repairs.first(), Some(Repair::Replace { .. }))
    }

    /// Returns what is wrong, in one line.
    pub(crate) fn summary(&self) -> String {
        line(&self.reason().1)
    }

    /// Adds what went wrong besides, with its next steps.
    #[must_use]
    pub fn beside(mut self, other: Self) -> Self {
        self.help.push(other.message);
        self.help.extend(other.help);
        self
    }

    /// Returns a failure that shows a problem of a file with its line.
    pub fn problem(path: &Path, text: &str, problem: Diagnostic) -> Self {
        let (path, text) = (path.display().to_string(), text.to_owned());
        Self::problems(vec![FileDiagnostics { path, text, problems: vec![problem] }])
    }

    /// Returns what is wrong, and where in its file.
    pub(crate) fn reason(&self) -> (Option<Location>, String) {
        match self.shown.iter().flat_map(|s| &s.problems).next() {
            Some(problem) => (Some(problem.place), problem.message.clone()),
            None => (None, self.message.clone()),
        }
    }

    /// Returns whether a file or folder that it shows can't be read at all.
    pub fn is_of_unreadable(&self) -> bool {
        self.shown.iter().flat_map(|s| &s.problems).any(|problem| problem.code == "unreadable")
    }

    /// Returns whether a question got no answer.
    pub fn is_of_no_answer(&self) -> bool {
        self.unanswered.is_some()
    }

    /// Returns the signal that cut a question off, by which the program is to end.
    pub fn signal(&self) -> Option<i32> {
        self.unanswered.as_ref()?.signal
    }

    /// Returns a failure that shows the problems of several files with their lines.
    pub fn problems(shown: Vec<FileDiagnostics>) -> Self {
        Self { shown, ..Self::new(String::new()) }
    }

    /// Renders the failure for the standard error.
    pub fn render(&self, color: bool) -> String {
        let mut out = if self.shown.is_empty() {
            let label = if color { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
            format!("{label}: {}\n", clean(&self.message))
        } else {
            let all = self.shown.iter().flat_map(|s| s.problems.iter().map(move |p| (s, p)));
            let show = |(s, found): (&FileDiagnostics, _)| {
                diagnostic::problem(&s.path, &s.text, found, color)
            };
            all.take(MOST_SHOWN).map(show).collect::<Vec<_>>().join("\n")
        };
        let more: usize = self.shown.iter().map(|s| s.problems.len()).sum();
        if let Some(more) = more.checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
            let _ = writeln!(out, "and {more} more");
        }
        for help in &self.help {
            let _ = writeln!(out, "  → {}", clean(help));
        }
        out
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unreadable { path, text, problem } => Self::problem(&path, &text, *problem),
            StoreError::NoRecord { .. } => Self::new(error.to_string())
                .help("make a record here with `recount init`, or name its folder with `-C DIR`")
                .help("RECOUNT_DIR names one for this shell; `recount init --default DIR` one for this user")
                .or_by(Repair::First("-C".to_owned(), "DIR".to_owned())),
            StoreError::Locked { .. } => Self::new(error.to_string())
                .help("see which recount is still running; the lock goes when it ends"),
            StoreError::Io { ref path, error: ref why, .. } => {
                let next = next_step(why.kind(), path);
                next.into_iter().fold(Self::new(error.to_string()), Self::help)
            }
        }
    }
}

/// Returns what to do about what a file system says.
fn next_step(kind: ErrorKind, path: &Path) -> Option<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(path);
    match kind {
        ErrorKind::PermissionDenied => {
            Some(format!("see who may read and write there: ls -la '{}'", folder.display()))
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("make room on the disk: df -h shows how full it is".to_owned())
        }
        ErrorKind::ReadOnlyFilesystem => {
            Some("its file system is mounted read-only: mount shows it".to_owned())
        }
        ErrorKind::NotFound if path == Path::new(".") => Some(
            "the folder that you stand in is gone: go to another, or name one with `-C DIR`"
                .to_owned(),
        ),
        _ => None,
    }
}

impl From<NoAnswer> for Failure {
    fn from(unanswered: NoAnswer) -> Self {
        Self { unanswered: Some(Box::new(unanswered.clone())), ..Self::new(unanswered.why) }
    }
}

impl From<CannotEdit> for Failure {
    fn from(error: CannotEdit) -> Self {
        Self::new(error.to_string())
            .help("nothing was written; `recount check` shows what stands in the way")
    }
}

impl From<TimeError> for Failure {
    fn from(refusal: TimeError) -> Self {
        let mut failure = Self::new(refusal.message()).help(refusal.next_step());
        for choice in refusal.choices() {
            failure = failure.help(format!("{}  ({})", choice.text(), choice.label));
        }
        failure
    }
}

impl Failure {
    /// Returns what is wrong with a value of the command line in this program's own words; none for what clap
    /// finds wrong by itself.
    pub fn of_value(error: &clap::Error) -> Option<Self> {
        let source = error.source()?;
        let word = source.downcast_ref::<UnknownValue>().cloned().map(Self::from);
        let word = word.or_else(|| source.downcast_ref::<RefusedWord>().cloned().map(Self::from));
        word.or_else(|| source.downcast_ref::<TimeError>().cloned().map(Self::from))
    }
}

impl From<UnknownValue> for Failure {
    fn from(word: UnknownValue) -> Self {
        Self::new(word.to_string())
    }
}

impl From<RefusedWord> for Failure {
    fn from(word: RefusedWord) -> Self {
        let failure = Self::new(word.to_string());
        let (failure, offered) = match word.meant.is_empty() {
            true => {
                let blank = Repair::Blank { typed: word.typed.clone(), what: word.what };
                (failure.or_by(blank), &word.known)
            }
            false => (failure, &word.meant),
        };
        offered.iter().fold(failure, |failure, by| {
            let (typed, by) = (word.typed.clone(), by.clone());
            failure.or_by(Repair::Replace { typed, by })
        })
    }
}

impl From<Diagnostic> for Failure {
    fn from(problem: Diagnostic) -> Self {
        let failure = Self::new(format!("{}: {}", problem.place, problem.message));
        problem.help.into_iter().fold(failure, Failure::help)
    }
}
