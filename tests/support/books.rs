//! The books of a case, read from the files that it holds.

use recount::compute::credits;
use recount::compute::report::credits::{CreditsReport, RecordState};
use recount::io::tables::{self, adjustments, claims, customers, measurements};
use recount::io::yaml;
use recount::model::customer::Customers;
use recount::model::diagnostic::Sourced;
use recount::model::settings::Settings;

/// The books of a case.
pub(crate) struct Books {
    books: credits::CreditInputs,
}

/// Returns the files of a case: each name, and its text.
fn files(text: &str) -> Vec<(&str, &str)> {
    let parts = text.split("\n-- ").skip(1);
    parts
        .map(|part| part.split_once(" --\n").unwrap_or((part.trim_end_matches(" --"), "")))
        .collect()
}

fn filed<T>(path: &str, fact: T) -> Sourced<T> {
    Sourced { path: path.to_owned(), sha256: "0".repeat(64), fact }
}

/// Returns a table in which nothing is wrong.
fn table<T>(path: &str, read: tables::TableRead<T>) -> Sourced<T> {
    filed(path, read.table.unwrap_or_else(|| panic!("{path}: {:?}", read.problems)))
}

impl Books {
    /// Reads the files of a case.
    pub(crate) fn read(text: &str) -> Self {
        let files = files(text);
        let named = |name: &'static str| {
            let found = files.iter().find(|(n, _)| *n == name);
            found.map(|(_, text)| (name, *text))
        };
        let settings = named("recount.yaml")
            .map_or_else(Settings::default, |(_, text)| yaml::settings::read(text).unwrap().0);
        let within = |folder: &'static str| {
            files.iter().filter_map(move |(n, text)| Some((*n, n.strip_prefix(folder)?, *text)))
        };
        let incident = |(path, name, text): (&str, &str, &str)| {
            let id = name.trim_end_matches(".yaml").parse().unwrap();
            let read = yaml::incident::read(id, text, &settings).unwrap();
            assert!(read.problems.is_empty(), "{path}: {:?}", read.problems);
            filed(path, read.incident)
        };
        let policy = |(path, name, text): (&str, &str, &str)| {
            let read = yaml::policy::read(name.trim_end_matches(".yaml").parse().unwrap(), text);
            let read = read.unwrap();
            filed(path, read.policy.unwrap_or_else(|| panic!("{path}: {:?}", read.problems)))
        };
        let planned = |(path, text): (&str, &str)| {
            let read = yaml::maintenance::read(text, &settings).unwrap();
            filed(path, read.windows.unwrap_or_else(|| panic!("{path}: {:?}", read.problems)))
        };
        let books = credits::CreditInputs {
            incidents: within("incidents/").map(incident).collect(),
            policies: within("sla/").map(policy).collect(),
            customers: named("customers.csv").map_or_else(
                || filed("customers.csv", Customers::default()),
                |(path, text)| table(path, customers::read(text, &settings)),
            ),
            measurements: within("measurements/")
                .map(|(path, _, text)| table(path, measurements::read(text, &settings)))
                .collect(),
            maintenance: named("maintenance.yaml").map(planned),
            claims: named("claims.csv")
                .map(|(path, text)| table(path, claims::read(text, &settings))),
            adjustments: named("credits/adjustments.csv")
                .map(|(path, text)| table(path, adjustments::read(text))),
            settings: settings.clone(),
        };
        Self { books }
    }

    /// Returns the report of a period.
    pub(crate) fn report(&self, period: &str) -> CreditsReport {
        let reckoned = credits::compute(&self.books, period.parse().unwrap());
        let reckoned = reckoned.unwrap_or_else(|faults| panic!("{faults:?}"));
        let record = RecordState { commit: None, dirty: false };
        CreditsReport::of(record, vec![], &self.books, &reckoned)
    }
}
