//! What credits are computed from: every file of the record that money hangs on, with its hash.

use super::chosen::Chosen;
use super::table::{CustomersTable, LoadedTable, SingledOut, TableSource, hex};
use crate::cli;
use crate::compute::credits::{self, CreditInputs, InputFault};
use crate::compute::report::credits::{InputFile, RecordState};
use crate::io::render::diagnostic::SourceFile;
use crate::io::store::layout::{
    ADJUSTMENTS, BASIS_OF_CREDITS, CLAIMS, CUSTOMERS, MAINTENANCE, MEASUREMENTS, POLICIES,
    POLICY_ENDINGS,
};
use crate::io::store::{Incidents, SETTINGS, StoreError};
use crate::io::tables::{TableRead, adjustments, claims, customers, measurements};
use crate::io::yaml::{self, maintenance};
use crate::model::customer::{Adjustment, CreditClaim, Customers, Maintenance, MeasurementRow};
use crate::model::diagnostic::{Diagnostic, Level, Location, Sourced};
use crate::model::incident::{Incident, IncidentId};
use crate::model::settings::Settings;
use crate::model::sla::Policy;
use crate::session::Failure;
use crate::session::Session;
use crate::session::failure::FileDiagnostics;
use crate::session::missing::{MissingFiles, Needed};
use sha2::{Digest, Sha256};
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

    /// Reads all of it, and of the customers' table one row of each kind.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(super) fn with_table(
        session: &Session<'_>,
        args: &cli::CreditsArgs,
        chosen: &Chosen,
    ) -> Result<(Self, CustomersTable), Failure> {
        let mut reader = InputReader::of(session)?;
        let mut inputs = reader.all_but_customers()?;
        let singled = SingledOut::of(&inputs, chosen.customers());
        let customers = args.customers.as_deref();
        let table = reader.table(customers, singled, &inputs)?;
        let (files, texts) = reader.sound()?;
        let (InputFile { path, sha256 }, mut table) = table.ok_or_else(not_read)?;
        inputs.customers = Sourced { path, sha256, fact: table.kept() };
        let other = customers.map(|path| session.store.relative(path).display().to_string());
        let remarks = warnings(&texts, session);
        Ok((Self { inputs, files, remarks, other, texts }, table))
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
            dirty = dirty || repo.read_at(&head, &root.join(&file.path))?.is_none();
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
        let mut reader = InputReader { session, files: vec![], read: vec![] };
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

/// Returns the files in which something is wrong.
fn shown(mut files: Vec<FileDiagnostics>) -> Vec<FileDiagnostics> {
    files.retain(|f| !f.problems.is_empty());
    files
}

/// The tables that may be absent.
struct LoadedTables {
    measurements: Vec<Sourced<Vec<MeasurementRow>>>,
    maintenance: Option<Sourced<Vec<Maintenance>>>,
    claims: Option<Sourced<Vec<CreditClaim>>>,
    adjustments: Option<Sourced<Vec<Adjustment>>>,
}

fn parts<T>(read: TableRead<T>) -> (Option<T>, Vec<Diagnostic>) {
    (read.table, read.problems)
}

/// Reads files, and keeps their texts with what is wrong in them.
struct InputReader<'d, 'g> {
    session: &'d Session<'g>,
    files: Vec<FileDiagnostics>,
    /// The same files, each with its hash.
    read: Vec<InputFile>,
}

impl<'d, 'g> InputReader<'d, 'g> {
    fn of(session: &'d Session<'g>) -> Result<Self, Failure> {
        MissingFiles::of(session, Needed::Money)?.refuse()?;
        Ok(Self { session, files: vec![], read: vec![] })
    }

    /// Reads everything that credits are computed from, without the customers.
    fn all_but_customers(&mut self) -> Result<CreditInputs, Failure> {
        self.settings();
        let settings = self.session.store.settings();
        let incidents = self.incidents()?;
        let policies = self.policies()?;
        let tables = self.tables(settings)?;
        Ok(CreditInputs {
            settings: settings.clone(),
            incidents,
            policies,
            customers: Sourced {
                path: CUSTOMERS.to_owned(),
                sha256: String::new(),
                fact: Customers::default(),
            },
            measurements: tables.measurements,
            maintenance: tables.maintenance,
            claims: tables.claims,
            adjustments: tables.adjustments,
        })
    }

    /// Keeps a file, and what could be read of it.
    fn keep<T>(
        &mut self,
        path: &Path,
        text: String,
        read: impl FnOnce(&str) -> (Option<T>, Vec<Diagnostic>),
    ) -> Option<Sourced<T>> {
        let (fact, problems) = read(&text);
        let path = self.session.store.relative(path).display().to_string();
        let sha256 = hex(&Sha256::digest(text.as_bytes()));
        let filed = fact.map(|fact| Sourced { path: path.clone(), sha256: sha256.clone(), fact });
        self.read.push(InputFile { path: path.clone(), sha256 });
        self.files.push(FileDiagnostics { path, text, problems });
        filed
    }

    /// Returns a file's text; where it cannot be read, that is kept to be told with the rest.
    fn text(&mut self, path: &Path) -> Result<Option<String>, Failure> {
        if self.session.past.is_some() {
            return self.session.text(path);
        }
        Ok(self.session.store.text(path).unwrap_or_else(|error| {
            self.wrong(error);
            None
        }))
    }

    /// Keeps why a file or folder cannot be read.
    fn wrong(&mut self, error: StoreError) {
        let path = error.path().unwrap_or(self.session.store.root()).to_owned();
        let (text, problem) = error.found();
        self.keep(&path, text, |_| (None::<()>, vec![problem]));
    }

    /// Reads a file of the record that may be absent.
    fn at<T>(
        &mut self,
        path: &str,
        read: impl FnOnce(&str) -> (Option<T>, Vec<Diagnostic>),
    ) -> Result<Option<Sourced<T>>, Failure> {
        let path = self.session.store.root().join(path);
        let text = self.text(&path)?;
        Ok(text.and_then(|text| self.keep(&path, text, read)))
    }

    fn settings(&mut self) {
        let store = &self.session.store;
        let (path, text) = (store.root().join(SETTINGS), store.settings_text.clone());
        let problems = store.settings_problems.iter().filter(|p| p.level == Level::Error);
        let problems = problems.cloned().collect();
        self.keep(&path, text, |_| (None::<Settings>, problems));
    }

    /// Reads every incident; a key that nobody knows could be a slip that costs money, and so is an error.
    fn incidents(&mut self) -> Result<Vec<Sourced<Incident>>, Failure> {
        let mut incidents = vec![];
        for id in self.incident_ids()? {
            let loaded = match self.session.read(&id)? {
                Ok(loaded) => loaded,
                Err(error) => {
                    self.wrong(error);
                    continue;
                }
            };
            let serious = loaded.read.problems.into_iter().filter_map(|mut p| {
                let slip = p.code == "unknown-key";
                p.level = if slip { Level::Error } else { p.level };
                (p.level == Level::Error).then_some(p)
            });
            let (incident, problems) = (Some(loaded.read.incident), serious.collect());
            incidents.extend(self.keep(&loaded.path, loaded.text, |_| (incident, problems)));
        }
        Ok(incidents)
    }

    /// Returns the ids of all incidents; the folders that cannot be read are kept to be told with the rest.
    fn incident_ids(&mut self) -> Result<Vec<IncidentId>, Failure> {
        let Incidents { ids, unreadable } = self.session.incidents()?;
        unreadable.into_iter().for_each(|error| self.wrong(error));
        Ok(ids)
    }

    fn policies(&mut self) -> Result<Vec<Sourced<Policy>>, Failure> {
        let mut policies = vec![];
        for path in self.folder(POLICIES, &POLICY_ENDINGS)? {
            let Some(text) = self.text(&path)? else { continue };
            policies.extend(self.keep(&path, text, |text| policy(&path, text)));
        }
        Ok(policies)
    }

    fn tables(&mut self, settings: &Settings) -> Result<LoadedTables, Failure> {
        let mut found = vec![];
        for path in self.folder(MEASUREMENTS, &["csv"])? {
            let Some(text) = self.text(&path)? else { continue };
            found.extend(self.keep(&path, text, |text| parts(measurements::read(text, settings))));
        }
        Ok(LoadedTables {
            measurements: found,
            maintenance: self.at(MAINTENANCE, |text| match maintenance::read(text, settings) {
                Ok(read) => (read.windows, read.problems),
                Err(problem) => (None, vec![problem]),
            })?,
            claims: self.at(CLAIMS, |text| parts(claims::read(text, settings)))?,
            adjustments: self.at(ADJUSTMENTS, |text| parts(adjustments::read(text)))?,
        })
    }

    /// Returns the files of a folder that end so; where it cannot be read, that is kept to be told with the rest.
    fn folder(&mut self, folder: &str, endings: &[&str]) -> Result<Vec<PathBuf>, Failure> {
        let mut files = match self.session.past {
            Some(_) => self.session.files(folder)?,
            None => self.session.store.files(folder).unwrap_or_else(|error| {
                self.wrong(error);
                vec![]
            }),
        };
        files.retain(|path| ends_in(path, endings));
        Ok(files)
    }

    fn customers(&mut self, settings: &Settings) -> Result<Option<Sourced<Customers>>, Failure> {
        let path = self.session.store.root().join(CUSTOMERS);
        let Some(text) = self.text(&path)? else { return self.no_customers() };
        Ok(self.keep(&path, text, |text| parts(customers::read(text, settings))))
    }

    /// Says that the record has no table of customers; one that is there and cannot be read has said why.
    fn no_customers<T>(&self) -> Result<Option<T>, Failure> {
        if self.files.iter().any(|f| f.path == CUSTOMERS) {
            return Ok(None);
        }
        Err(Failure::new(format!("the record has no {CUSTOMERS}"))
            .help(
                "write one that begins with `customer,service,plan,fee,currency`, a subscription a row",
            )
            .help("or name another table with `--customers FILE`"))
    }

    /// Reads the customers' table bit by bit.
    fn table(
        &mut self,
        other: Option<&Path>,
        singled: SingledOut,
        inputs: &CreditInputs,
    ) -> Result<Option<(InputFile, CustomersTable)>, Failure> {
        let source = match (other, &self.session.past) {
            (None, Some(_)) => {
                let path = self.session.store.root().join(CUSTOMERS);
                let text = self.session.text(&path)?;
                text.map(|text| TableSource::past(path, text))
            }
            _ => TableSource::of(self.session, other).unwrap_or_else(|error| {
                self.wrong(error);
                None
            }),
        };
        let Some(source) = source else { return self.no_customers() };
        let LoadedTable { file, text, read } =
            LoadedTable::of(self.session, source, singled, inputs)?;
        let TableRead { table, problems } = read;
        self.read.push(file.clone());
        self.files.push(FileDiagnostics { path: file.path.clone(), text, problems });
        Ok(table.map(|table| (file, table)))
    }

    /// Returns the files, unless something in one of them is an error.
    fn sound(self) -> Result<(Vec<InputFile>, Vec<FileDiagnostics>), Failure> {
        let wrong = |p: &Diagnostic| p.level == Level::Error;
        if !self.files.iter().any(|f| f.problems.iter().any(wrong)) {
            let mut read = self.read;
            read.sort();
            return Ok((read, self.files));
        }
        let serious = |f: FileDiagnostics| {
            let problems = f.problems.into_iter().filter(wrong).collect();
            FileDiagnostics { problems, ..f }
        };
        let files = shown(self.files.into_iter().map(serious).collect());
        let slip = files.iter().any(|f| f.problems.iter().any(|p| p.code == "unknown-key"));
        let failure = Failure::problems(files);
        Err(if slip {
            failure.help("no credit is reckoned past a key that may be a slip: correct it, or begin it with `x-`")
        } else {
            failure
        })
    }
}

pub(crate) fn ends_in(path: &Path, endings: &[&str]) -> bool {
    path.extension().and_then(|e| e.to_str()).is_some_and(|e| endings.contains(&e))
}

/// Reads a policy, whose file's name is its id where it has no other.
fn policy(path: &Path, text: &str) -> (Option<Policy>, Vec<Diagnostic>) {
    let name = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
    let place = Location { line: 1, column: 1 };
    match name.parse() {
        Ok(name) => match yaml::policy::read(name, text) {
            Ok(read) => (read.policy, read.problems),
            Err(problem) => (None, vec![problem]),
        },
        Err(error) => {
            let problem = Diagnostic::error("value", place, error.to_string());
            (None, vec![problem.help("the file's name is the policy's id: rename it")])
        }
    }
}

fn warnings(files: &[FileDiagnostics], session: &Session<'_>) -> String {
    let color = session.terminal.color_err;
    let of_file = |f: &FileDiagnostics| {
        let source = SourceFile::new(&f.path, &f.text, color);
        f.problems.iter().map(|p| source.problem(p)).collect::<String>()
    };
    files.iter().map(of_file).collect()
}
