//! What credits are computed from: every file of the record that money hangs on, with its hash.

use super::chosen::Chosen;
use super::input_reader::{InputReader, parts, shown};
use super::suppositions::Suppositions;
use super::table::{CustomersTable, SingledOut};

use crate::compute::credits::{self, CreditInputs, InputFault};
use crate::compute::report::credits::{InputFile, RecordState};
use crate::io::render::diagnostic::SourceFile;
use crate::io::store::layout::{BASIS_OF_CREDITS, CUSTOMERS};
use crate::io::tables::customers;
use crate::model::customer::Customers;
use crate::model::diagnostic::Sourced;
use crate::model::sla::Policy;
use crate::session::Failure;
use crate::session::Session;
use crate::session::failure::FileDiagnostics;
use chrono::NaiveDate;
use std::path::{Path, PathBuf};

/// What credits are computed from, and the files that it was read from.
pub(crate) struct LoadedInputs {
    pub(crate) inputs: CreditInputs,
    /// Every file that was read, by path.
    pub(crate) files: Vec<InputFile>,
    /// What to tell the person on the standard error.
    pub(crate) remarks: String,
    /// The table of customers that was read in place of the record's own.
    other: Option<String>,
    /// The text of every file, and what is wrong in it.
    texts: Vec<FileDiagnostics>,
}

impl LoadedInputs {
    /// Reads all of it.
    ///
    /// # Errors
    /// Everything in the files that cannot be read, at once; nothing that money hangs on is passed over, or missing.
    pub(crate) fn of(session: &Session<'_>) -> Result<Self, Failure> {
        let mut reader = InputReader::of(session)?;
        let mut inputs = reader.all_but_customers()?;
        let customers = reader.customers(session.store.settings())?;
        let (files, texts) = reader.sound()?;
        inputs.customers = customers.ok_or_else(not_read)?;
        Ok(Self { inputs, files, remarks: warnings(&texts, session), other: None, texts })
    }

    /// Reads all of it, and of the customers' table one row of each kind; what is supposed takes the place of what was
    /// read.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(super) fn with_table(
        session: &Session<'_>,
        customers: Option<&Path>,
        chosen: &Chosen,
        supposed: &Suppositions,
    ) -> Result<(Self, CustomersTable), Failure> {
        let mut reader = InputReader::of(session)?;
        let mut inputs = reader.all_but_customers()?;
        supposed.apply(&mut inputs)?;
        let singled = SingledOut::of(&inputs, chosen.customers());
        let table = reader.table(customers, singled, &inputs)?;
        let (files, texts) = reader.sound()?;
        let (InputFile { path, sha256 }, mut table) = table.ok_or_else(not_read)?;
        inputs.customers = Sourced { path, sha256, fact: table.kept() };
        let other = customers.map(|path| session.store.relative(path).display().to_string());
        let remarks = warnings(&texts, session);
        Ok((Self { inputs, files, remarks, other, texts }, table))
    }

    /// Reads what an estimate of the present needs: the incidents since a day, and of the customers' table one row of
    /// each kind; none where a file can't be read, or is wrong.
    pub(super) fn of_late(
        session: &Session<'_>,
        since: NaiveDate,
    ) -> Result<Option<(Self, CustomersTable)>, Failure> {
        let since = Some(since.format("%Y-%m-%d").to_string());
        let mut reader = InputReader { session, files: vec![], read: vec![], since };
        let mut inputs = reader.all_but_customers()?;
        let singled = SingledOut::of(&inputs, &[]);
        let table = reader.table(None, singled, &inputs)?;
        let (Ok((files, texts)), Some((_, mut table))) = (reader.sound(), table) else {
            return Ok(None);
        };
        inputs.customers.fact = table.kept();
        Ok(Some((Self { inputs, files, remarks: String::new(), other: None, texts }, table)))
    }

    /// Returns what the record was read from: the commit, and whether some file that was read differs from it.
    pub(crate) fn record(&self, session: &Session<'_>) -> Result<RecordState, Failure> {
        if let Some(commit) = &session.past {
            return Ok(RecordState { commit: Some(commit.as_str().to_owned()), dirty: false });
        }
        let none = RecordState { commit: None, dirty: true };
        let Some(repo) = &session.repo else { return Ok(none) };
        let Some(head) = repo.head()? else { return Ok(none) };
        let root = session.store.root();
        let paths = BASIS_OF_CREDITS.map(|path| root.join(path));
        // Documents lie beside their incidents, and no credit hangs on them.
        let bears = |path: &PathBuf| {
            path.ends_with("incident.yaml") || !path.iter().any(|part| part == "incidents")
        };
        let mut dirty = repo.dirty(&paths)?.iter().any(bears);
        // What git ignores is in no commit, though git does not call it changed.
        for file in self.files.iter().filter(|file| self.other.as_ref() != Some(&file.path)) {
            dirty = dirty || !repo.has_at(&head, &root.join(&file.path))?;
        }
        Ok(RecordState { commit: Some(head.as_str().to_owned()), dirty })
    }

    /// Renders faults that keep nothing from being computed.
    pub(crate) fn warnings(&self, faults: &[InputFault], color: bool) -> String {
        let text =
            |path: &str| self.texts.iter().find(|f| f.path == path).map_or("", |f| f.text.as_str());
        let of_file = |faults: &[InputFault]| {
            let path = faults.first().map_or("", |f| f.path.as_str());
            let source = SourceFile::new(path, text(path), color);
            faults.iter().map(|f| source.problem(&f.problem)).collect::<String>()
        };
        faults.chunk_by(|a, b| a.path == b.path).map(of_file).collect()
    }

    /// Returns the failure that faults of the inputs are.
    pub(crate) fn failure(&self, faults: Vec<InputFault>) -> Failure {
        let bare = |f: &FileDiagnostics| FileDiagnostics { problems: vec![], ..f.clone() };
        Failure::problems(shown(with(self.texts.iter().map(bare).collect(), faults)))
    }
}

/// Returns the failure where the customers were not read; what was wrong with them was told before.
fn not_read() -> Failure {
    Failure::new("the customers could not be read")
}

/// The policies alone, with everything that is wrong in them and in the tables of the same record.
pub(crate) struct LoadedPolicies {
    pub(crate) policies: Vec<Sourced<Policy>>,
    /// The table of customers, where it can be read.
    pub(crate) customers: Option<Customers>,
    /// What is wrong, file by file.
    pub(crate) wrong: Vec<FileDiagnostics>,
}

impl LoadedPolicies {
    /// Reads the policies, and looks at the other files that credits are computed from.
    ///
    /// # Errors
    /// A file that is not text.
    pub(crate) fn of(session: &Session<'_>) -> Result<Self, Failure> {
        let mut reader = InputReader { session, files: vec![], read: vec![], since: None };
        let policies = reader.policies()?;
        let settings = session.store.settings();
        let customers = reader.at(CUSTOMERS, |text| parts(customers::read(text, settings)))?;
        let customers = customers.map(|file| file.fact);
        reader.tables(settings)?;
        let ids = reader.incident_ids()?;
        let faults = credits::validate(&policies, settings, &ids);
        Ok(Self { policies, customers, wrong: shown(with(reader.files, faults)) })
    }
}

/// Puts faults to the problems of their files.
fn with(mut files: Vec<FileDiagnostics>, faults: Vec<InputFault>) -> Vec<FileDiagnostics> {
    for fault in faults {
        let file = files.iter_mut().find(|f| f.path == fault.path);
        if let Some(file) = file {
            file.problems.push(fault.problem);
            file.problems.sort_by_key(|p| p.place);
        }
    }
    files
}

fn warnings(files: &[FileDiagnostics], session: &Session<'_>) -> String {
    let color = session.terminal.color_err;
    let of_file = |f: &FileDiagnostics| {
        let source = SourceFile::new(&f.path, &f.text, color);
        f.problems.iter().map(|p| source.problem(p)).collect::<String>()
    };
    files.iter().map(of_file).collect()
}
