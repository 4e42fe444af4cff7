//! Files of the record that the last commit has and the working tree lacks: what a sparse checkout left out, or
//! somebody removed without a word to git. What is read here is less than the record then.

use crate::io::render::text::line;
use crate::io::store::layout::{self, BASIS_OF_CREDITS};
use crate::io::store::{INBOX, StoreError, templates};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::session::Failure;
use crate::session::Session;
use std::path::{Path, PathBuf};

/// How many files are named.
const MOST_NAMED: usize = 3;

/// What to do about them.
const NEXT: [&str; 3] = [
    "bring back what a sparse checkout left out: git sparse-checkout disable",
    "bring back what was removed: git checkout -- PATH",
    "or say to git that it is meant to be gone: git rm --cached -- PATH",
];

/// Files of the record that HEAD has and the working tree lacks, though nobody staged their removal.
pub(crate) struct MissingFiles {
    /// From the record's folder, in order.
    paths: Vec<PathBuf>,
}

/// What of the record a verb needs, so that it has to tell where that is missing.
///
/// A verb about incidents that it names needs none of this: it could open the settings and read those incidents, or
/// it would have failed.
#[derive(Clone, Copy)]
pub(crate) enum Needed<'p> {
    /// The templates.
    Templates,
    /// Everything that money hangs on.
    Money,
    /// That, the inbox and the templates.
    Facts,
    /// That, and a document beside an incident, or all in its folder.
    Beside(&'p Path),
    /// That, and every document.
    Documents,
}

impl Needed<'_> {
    /// Returns the files and folders, from the record's.
    fn places(self) -> Vec<&'static str> {
        match self {
            Self::Templates => vec![templates::FOLDER],
            Self::Money => BASIS_OF_CREDITS.to_vec(),
            _ => BASIS_OF_CREDITS.into_iter().chain([INBOX, templates::FOLDER]).collect(),
        }
    }

    /// Returns whether a file in one of these places is needed, by its path from the record's folder.
    fn takes(self, path: &Path) -> bool {
        let beside = match self {
            Self::Beside(place) => path.starts_with(place),
            Self::Documents => true,
            _ => false,
        };
        let is_spare = layout::is_spare_in_credits(path);
        beside || path.ends_with("incident.yaml") || !path.starts_with("incidents") && !is_spare
    }
}

impl MissingFiles {
    /// Compares the names that HEAD has with the disk; at a revision nothing is read from the disk, and where
    /// there is no commit nothing can be missing.
    ///
    /// # Errors
    /// A repository that can't be read.
    pub(crate) fn of(session: &Session<'_>, needed: Needed<'_>) -> Result<Self, Failure> {
        let Some(repo) = session.repo.as_ref().filter(|_| session.past.is_none()) else {
            return Ok(Self { paths: vec![] });
        };
        let top = repo.workdir().canonicalize().unwrap_or_else(|_| repo.workdir().to_owned());
        let places: Vec<_> =
            needed.places().iter().map(|place| session.store.root().join(place)).collect();
        let missing = repo.missing(&places)?.into_iter();
        let mut paths: Vec<_> =
            missing.map(|path| session.store.relative(&top.join(path)).to_owned()).collect();
        paths.retain(|path| needed.takes(path));
        Ok(Self { paths })
    }

    /// Returns the incidents among them, by their paths.
    pub(crate) fn incidents(&self) -> impl Iterator<Item = String> {
        let incidents = self.paths.iter().filter(|path| path.ends_with("incident.yaml"));
        incidents.map(|path| path.display().to_string())
    }

    fn message(&self) -> Option<String> {
        let count = self.paths.len();
        let named = self.paths.iter().take(MOST_NAMED).map(|path| path.display().to_string());
        let named = named.collect::<Vec<_>>().join(", ");
        let more = match count.saturating_sub(MOST_NAMED) {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        match count {
            0 => None,
            1 => Some(format!("a file that the last commit has is missing here: {named}")),
            _ => Some(format!(
                "{count} files that the last commit has are missing here: {named}{more}"
            )),
        }
    }

    /// Returns the warning that a reader gives.
    pub(crate) fn warning(&self) -> String {
        let Some(message) = self.message() else { return String::new() };
        let next = NEXT.map(|next| format!("  → {next}\n")).concat();
        format!("warning: {}\n{next}", line(&message))
    }

    /// Refuses to go on where files are missing.
    ///
    /// # Errors
    /// Such files, with what to do about them.
    pub(crate) fn refuse(&self) -> Result<(), Failure> {
        let Some(message) = self.message() else { return Ok(()) };
        let failure =
            Failure::new(format!("{message}; no money is reckoned from less than the record"));
        Err(NEXT.into_iter().fold(failure, Failure::help))
    }

    /// Adds to a failure that they are, for what was sought may be in them.
    fn beside(&self, failure: Failure) -> Failure {
        let Some(message) = self.message() else { return failure };
        NEXT.into_iter().fold(failure.help(message), Failure::help)
    }

    /// Returns the finding that they are.
    pub(crate) fn problem(&self) -> Option<Diagnostic> {
        let place = Location { line: 1, column: 1 };
        let problem =
            |message| Diagnostic::error("missing-file", place, message).help(NEXT.join("; "));
        self.message().map(problem)
    }
}

impl Session<'_> {
    /// Returns a warning of the files that are missing, for verbs that read the record.
    pub(crate) fn missing(&self, needed: Needed<'_>) -> String {
        match MissingFiles::of(self, needed) {
            Ok(missing) => missing.warning(),
            Err(failure) => failure.render(self.terminal.color_err),
        }
    }

    /// Adds to the failure to find something what could not be read, or is missing: it may be there.
    pub(crate) fn not_found(&self, failure: Failure, unreadable: &[StoreError]) -> Failure {
        let failure = beside(unreadable, failure);
        match MissingFiles::of(self, Needed::Facts) {
            Ok(missing) => missing.beside(failure),
            Err(_) => failure,
        }
    }
}

/// Adds to a failure what could not be read, for what was sought may be there.
pub(crate) fn beside(unreadable: &[StoreError], failure: Failure) -> Failure {
    const MOST: usize = 3;
    unreadable.iter().take(MOST).fold(failure, |failure, why| failure.help(why.to_string()))
}
