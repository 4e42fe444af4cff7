//! The books of a case, read from the files that it holds.

use recount::compute::credits::{self, ChargedRow, ShortDecimal};
use recount::compute::report::credits::{
    CreditLineReport, CreditsReport, LineAtFee, RecordState, line_of,
};
use recount::io::tables::{self, adjustments, claims, customers, measurements};
use recount::io::yaml;
use recount::model::customer::Customers;
use recount::model::diagnostic::{Diagnostic, Level, Sourced};
use recount::model::money::Exact;
use recount::model::settings::Settings;
use recount::model::sla::Period;
use std::cell::RefCell;

/// The books of a case.
pub(crate) struct Books {
    books: credits::CreditInputs,
    /// What is wrong in the tables, each as `path:line code`.
    refused: Vec<String>,
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

/// Returns a table, and keeps what is wrong in it.
fn table<T: Default>(
    refused: &RefCell<Vec<String>>,
    path: &str,
    read: tables::TableRead<T>,
) -> Sourced<T> {
    let wrong = read.problems.iter().filter(|p| p.level == Level::Error);
    refused.borrow_mut().extend(wrong.map(|p| told(path, p)));
    filed(path, read.table.unwrap_or_default())
}

fn told(path: &str, problem: &Diagnostic) -> String {
    format!("{path}:{} {}", problem.place.line, problem.code)
}

impl Books {
    /// Reads the files of a case.
    pub(crate) fn read(text: &str) -> Self {
        let files = files(text);
        let refused = RefCell::default();
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
                |(path, text)| table(&refused, path, customers::read(text, &settings)),
            ),
            measurements: within("measurements/")
                .map(|(path, _, text)| table(&refused, path, measurements::read(text, &settings)))
                .collect(),
            maintenance: named("maintenance.yaml").map(planned),
            claims: named("claims.csv")
                .map(|(path, text)| table(&refused, path, claims::read(text, &settings))),
            adjustments: named("credits/adjustments.csv")
                .map(|(path, text)| table(&refused, path, adjustments::read(text))),
            settings: settings.clone(),
            closed: credits::ClosedPeriods::default(),
        };
        Self { books, refused: refused.into_inner() }
    }

    /// Returns what keeps a period from being computed, each fault as `path:line_code`.
    pub(crate) fn faults(&self, period: &str) -> Vec<String> {
        let faults = credits::compute(&self.books, period.parse().unwrap()).err();
        let faults = faults.unwrap_or_default();
        let found = faults.iter().map(|f| told(&f.path, &f.problem));
        self.refused.iter().cloned().chain(found).map(|told| told.replace(' ', "_")).collect()
    }

    /// Returns the report of a period.
    pub(crate) fn report(&self, period: &str) -> CreditsReport {
        assert!(self.refused.is_empty(), "{:?}", self.refused);
        let reckoned = credits::compute(&self.books, period.parse().unwrap());
        let reckoned = reckoned.unwrap_or_else(|faults| panic!("{faults:?}"));
        let record = RecordState { commit: None, dirty: false };
        CreditsReport::of(record, vec![], &self.books, &reckoned)
    }

    /// Goes through the lines of each row alone that follow from its fee, at several fees: each in full, and by its rule.
    pub(crate) fn at_other_fees(
        &self,
        period: &str,
        mut compare: impl FnMut(CreditLineReport, Option<CreditLineReport>),
    ) {
        let period: Period = period.parse().unwrap();
        let fees = [(0, 0), (1, 2), (4999, 2), (100, 0), (123_456_789, 4), (7, 6), (u64::MAX, 0)];
        let computed = credits::account_by_account(&self.books, period, |calculator| {
            for row in &self.books.customers.fact.rows {
                let own = |fee: &Exact| vec![ChargedRow { row, fee: fee.clone() }];
                let first = ChargedRow { row, fee: row.fee.clone() };
                let Some(rules) = calculator.fee_rules(first) else { continue };
                let like = calculator.lines(own(&row.fee));
                let months = period.months().into_iter().filter(|month| row.reaches(*month));
                let months = u64::try_from(months.count()).unwrap();
                for (units, places) in fees {
                    let fee = ShortDecimal { units, places };
                    let Some(units) = units.checked_mul(months) else { continue };
                    let of_window = ShortDecimal { units, places };
                    let lines = calculator.lines(own(&fee.exact()));
                    assert_eq!((lines.len(), like.len()), (rules.len(), rules.len()));
                    for ((line, like), rule) in lines.iter().zip(&like).zip(&rules) {
                        let like = line_of(&self.books, like);
                        let by_rule = rule.at(of_window).map(|amount| {
                            let (like, customer, fee) = (&like, row.customer.as_str(), of_window);
                            LineAtFee { like, customer, fee, amount }.report()
                        });
                        compare(line_of(&self.books, line), by_rule);
                    }
                }
            }
        });
        assert!(computed.is_ok());
    }
}
