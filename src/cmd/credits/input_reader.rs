//! Reads the files that credits are computed from, and keeps what is wrong in each of them.

use super::table::{CustomersTable, LoadedTable, SingledOut, TableSource};
use crate::compute::check::doubled_events;
use crate::compute::credits::CreditInputs;
use crate::compute::report::credits::InputFile;
use crate::io::store::layout::{
    ADJUSTMENTS, BASIS_OF_CREDITS, CLAIMS, CUSTOMERS, MAINTENANCE, MEASUREMENTS, POLICIES,
    POLICY_ENDINGS,
};
use crate::io::store::{Incidents, SETTINGS, StoreError, VersionBeside};
use crate::io::tables::{TableRead, adjustments, claims, customers, measurements};
use crate::io::yaml::{self, maintenance};
use crate::model::customer::{Adjustment, CreditClaim, Customers, Maintenance, MeasurementRow};
use crate::model::diagnostic::{Diagnostic, Level, Location, Sourced};
use crate::model::digest;
use crate::model::incident::{Incident, IncidentId};
use crate::model::settings::Settings;
use crate::model::sla::Policy;
use crate::session::Failure;
use crate::session::Session;
use crate::session::failure::FileDiagnostics;
use crate::session::missing::{MissingFiles, Needed};
use std::path::{Path, PathBuf};

/// The tables that may be absent.
pub(super) struct LoadedTables {
    measurements: Vec<Sourced<Vec<MeasurementRow>>>,
    maintenance: Option<Sourced<Vec<Maintenance>>>,
    claims: Option<Sourced<Vec<CreditClaim>>>,
    adjustments: Option<Sourced<Vec<Adjustment>>>,
}

/// Returns a table, and what is wrong in it.
pub(super) fn parts<T>(read: TableRead<T>) -> (Option<T>, Vec<Diagnostic>) {
    (read.table, read.problems)
}

/// Reads files, and keeps their texts with what is wrong in them.
pub(super) struct InputReader<'d, 'g> {
    pub(super) session: &'d Session<'g>,
    pub(super) files: Vec<FileDiagnostics>,
    /// The same files, each with its hash.
    pub(super) read: Vec<InputFile>,
    /// The beginning of the first incident's id; of the earlier ones none is read.
    pub(super) since: Option<String>,
}

/// Refuses to reckon where a merge left another version of a file that money hangs on.
fn one_version(session: &Session<'_>) -> Result<(), Failure> {
    let root = session.store.root();
    let bears = |file: &Path| {
        let inner = file.strip_prefix(root).unwrap_or(file);
        let is_basis = BASIS_OF_CREDITS.iter().any(|basis| inner.starts_with(basis));
        is_basis && (!inner.starts_with("incidents") || inner.ends_with("incident.yaml"))
    };
    let two = session.store.versions_beside().into_iter().find(|it| bears(&it.file));
    let Some(VersionBeside { file, other }) = two.filter(|_| session.past.is_none()) else {
        return Ok(());
    };
    let shown = |path: &Path| session.store.relative(path).display().to_string();
    let message = format!("a merge left two versions: {} and {}", shown(&file), shown(&other));
    Err(Failure::new(format!("{message}; no money is reckoned until one is gone"))
        .help("keep what is right of both in the first, and remove the other: git rm"))
}

impl<'d, 'g> InputReader<'d, 'g> {
    pub(super) fn of(session: &'d Session<'g>) -> Result<Self, Failure> {
        MissingFiles::of(session, Needed::Money)?.refuse()?;
        one_version(session)?;
        Ok(Self { session, files: vec![], read: vec![], since: None })
    }

    /// Reads everything that credits are computed from, without the customers.
    pub(super) fn all_but_customers(&mut self) -> Result<CreditInputs, Failure> {
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
        let sha256 = digest::sha256(text.as_bytes());
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
    pub(super) fn at<T>(
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
            if self.since.as_ref().is_some_and(|since| id.as_str() < since.as_str()) {
                continue;
            }
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
        self.add_doubled(&incidents);
        Ok(incidents)
    }

    /// Keeps what is wrong with events that two incidents hold: they would be paid twice.
    fn add_doubled(&mut self, incidents: &[Sourced<Incident>]) {
        for it in doubled_events(incidents.iter().map(|read| &read.fact)) {
            let path = incidents.iter().find(|read| read.fact.id == it.incident).map(|r| &r.path);
            let file = self.files.iter_mut().find(|file| Some(&file.path) == path);
            file.into_iter().for_each(|file| file.problems.push(it.problem.clone()));
        }
    }

    /// Returns the ids of all incidents; the folders that cannot be read are kept to be told with the rest.
    pub(super) fn incident_ids(&mut self) -> Result<Vec<IncidentId>, Failure> {
        let Incidents { ids, unreadable } = self.session.incidents()?;
        unreadable.into_iter().for_each(|error| self.wrong(error));
        Ok(ids)
    }

    pub(super) fn policies(&mut self) -> Result<Vec<Sourced<Policy>>, Failure> {
        let mut policies = vec![];
        for path in self.folder(POLICIES, &POLICY_ENDINGS)? {
            let Some(text) = self.text(&path)? else { continue };
            policies.extend(self.keep(&path, text, |text| policy(&path, text)));
        }
        Ok(policies)
    }

    pub(super) fn tables(&mut self, settings: &Settings) -> Result<LoadedTables, Failure> {
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

    pub(super) fn customers(
        &mut self,
        settings: &Settings,
    ) -> Result<Option<Sourced<Customers>>, Failure> {
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
    pub(super) fn table(
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
    pub(super) fn sound(self) -> Result<(Vec<InputFile>, Vec<FileDiagnostics>), Failure> {
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
pub(super) fn policy(path: &Path, text: &str) -> (Option<Policy>, Vec<Diagnostic>) {
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

/// Returns the files in which something is wrong.
pub(super) fn shown(mut files: Vec<FileDiagnostics>) -> Vec<FileDiagnostics> {
    files.retain(|f| !f.problems.is_empty());
    files
}
