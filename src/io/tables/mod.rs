//! The ledger door: tables of customers, claims, measurements and adjustments, as CSV.
//!
//! Money hangs on every cell, so that nothing is guessed at and no row is passed over: what cannot be read
//! is an error with its line and column, all of them at once, and then there is no table at all.

pub mod adjustments;
pub mod claims;
mod csv;
mod customer_kinds;
mod customer_rows;
pub mod customers;
pub mod measurements;
mod plain;
mod row_source;
mod table;

#[cfg(test)]
mod tests;

pub use customer_kinds::{BlockRow, CustomerBlock, CustomerKinds, OpenTable};
pub use customer_rows::{KindsAsked, RowFee};
pub use plain::{PlainTable, PlainTableRow};

use crate::model::diagnostic::{Diagnostic, Level};

/// A table, and what is wrong in its file.
#[derive(Clone, Debug)]
pub struct TableRead<T> {
    /// The table; none where anything in it is an error.
    pub table: Option<T>,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Diagnostic>,
}

impl<T> TableRead<T> {
    /// Returns the table, unless a problem keeps it back.
    fn new(table: T, mut problems: Vec<Diagnostic>) -> Self {
        problems.sort_by_key(|p| p.place);
        let sound = problems.iter().all(|p| p.level != Level::Error);
        Self { table: sound.then_some(table), problems }
    }
}

/// The columns that a table of the record can have.
#[derive(Clone, Copy, Debug)]
pub struct TableDescription {
    /// The file, from the record's folder on.
    pub file: &'static str,
    /// The columns that must be there.
    pub needed: &'static [&'static str],
    /// The columns that may be there.
    pub allowed: &'static [&'static str],
    /// Whether columns of other names are attributes.
    pub open: bool,
}

/// Returns the customers that a table's first rows name; what can't be read is left out.
pub fn customer_names(table: impl std::io::Read, rows: usize) -> Vec<String> {
    let mut reader = ::csv::ReaderBuilder::new().flexible(true).from_reader(table);
    let headers = reader.headers().cloned().unwrap_or_default();
    let Some(column) = headers.iter().position(|header| header.trim() == "customer") else {
        return vec![];
    };
    let rows = reader.into_records().take(rows).flatten();
    rows.filter_map(|row| Some(row.get(column)?.trim().to_owned())).collect()
}

/// Returns the columns of each table; one that can have several forms is told of several times.
pub fn columns() -> Vec<TableDescription> {
    let of = |file, form: &table::TableColumns| TableDescription {
        file,
        needed: form.needed,
        allowed: form.allowed,
        open: form.open,
    };
    let measured = measurements::FORMS.iter().map(|form| of("measurements/*.csv", form));
    let all = [
        of("customers.csv", &customers::FORM),
        of("claims.csv", &claims::FORM),
        of("credits/adjustments.csv", &adjustments::FORM),
    ];
    all.into_iter().chain(measured).collect()
}
