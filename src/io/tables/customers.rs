//! `customers.csv`: who has a right to which service, at which fee.

use super::TableRead;
use super::csv::CsvCell;
use super::table::{HeaderTable, TableColumns, TableRow, shown, text};
use crate::model::customer::{Customers, Subscription};
use crate::model::diagnostic::{Diagnostic, Location};
use crate::model::incident::{Name, UnknownValue};
use crate::model::money::Currency;
use crate::model::settings::Settings;
use crate::model::time::read_day;
use std::collections::HashMap;

pub(super) const FORM: TableColumns = TableColumns {
    what: "the customers' table",
    needed: &["customer", "service", "fee", "currency"],
    allowed: &["plan", "from", "to", "region", "resource", "hourly_rate"],
    open: true,
};

/// Reads the table of customers; columns of other names are attributes that policies can ask for.
pub fn read(file: &str, settings: &Settings) -> TableRead<Customers> {
    let mut problems = vec![];
    let mut customers = Customers::default();
    if let Some(sheet) = HeaderTable::read(file, &FORM, &mut problems) {
        customers.columns = sheet.columns().map(str::to_owned).collect();
        customers.rows =
            sheet.rows().filter_map(|row| subscription(row, settings, &mut problems)).collect();
        problems.extend(again(&customers.rows));
    }
    TableRead::new(customers, problems)
}

/// Returns what is wrong where a customer comes again after others.
fn again(rows: &[Subscription]) -> Vec<Diagnostic> {
    let mut last = "";
    let mut known: HashMap<&str, u32> = HashMap::new();
    let mut found = vec![];
    for row in rows {
        let is_new = std::mem::replace(&mut last, &row.customer) != row.customer;
        if !is_new {
            continue;
        }
        match known.get(row.customer.as_str()) {
            Some(first) => found.push(customer_again(&row.customer, *first, row.place)),
            None => {
                known.insert(&row.customer, row.place.line);
            }
        }
    }
    found
}

/// Returns what is wrong where a customer comes again after others.
pub(super) fn customer_again(customer: &str, first: u32, place: Location) -> Diagnostic {
    let message = format!("`{}` comes again: its rows begin on line {first}", shown(customer));
    Diagnostic::error("customer-again", place, message)
        .help("put all rows of a customer together: `sort` by the customer does it")
}

/// Reads a row; what is wrong in it is reported, all of it at once.
pub(super) fn subscription(
    row: TableRow<'_, '_>,
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> Option<Subscription> {
    let customer = row.need("customer", problems, text);
    let service = row.need("service", problems, |text| service(text, settings));
    let fee = row.need("fee", problems, |text| row.decimal(text));
    let currency = row.need("currency", problems, str::parse::<Currency>);
    if let (Some(_), Some(cell), Some(currency)) = (&fee, row.cell("fee"), currency) {
        problems.extend(two_readings(cell, currency));
    }
    // All cells are read before any of them is missed, so that every slip is told at once.
    let (from, to) = (row.take("from", problems, read_day), row.take("to", problems, read_day));
    let hourly_rate = row.take("hourly_rate", problems, |text| row.decimal(text));
    if let (Some(from), Some(to)) = (from, to)
        && to <= from
    {
        let place = row.cell("to").map_or(row.place, |cell| cell.place);
        let message = format!("this subscription ends on {to}, but begins on {from}");
        problems.push(
            Diagnostic::error("value", place, message).help("`to` is the day after the last one"),
        );
    }
    Some(Subscription {
        customer: customer?,
        service: service?,
        plan: row.text("plan"),
        fee: fee?,
        currency: currency?,
        from,
        to,
        region: row.text("region"),
        resource: row.text("resource"),
        hourly_rate,
        cells: row
            .cells()
            .map(|(name, cell)| (name.to_owned(), own_cell(row, &cell.text)))
            .collect(),
        place: row.place,
    })
}

/// Returns a cell for the requirements of policies, which compare decimals with a point.
fn own_cell(row: TableRow<'_, '_>, text: &str) -> String {
    let pointed = row.with_point(text);
    if row.signed_decimal(text).is_ok() { pointed } else { text.to_owned() }
}

/// Refuses a fee that one house writes for a thousand and another for one: `1.000`, where the currency has fewer places.
fn two_readings(cell: &CsvCell<'_>, currency: Currency) -> Option<Diagnostic> {
    let (units, places) = cell.text.split_once(['.', ','])?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let grouped = (1..=3).contains(&units.len()) && digits(units) && !units.starts_with('0');
    if !grouped || places.len() != 3 || !digits(places) || currency.digits() >= 3 {
        return None;
    }
    let message = format!(
        "fee: `{}` is {units}{places} where thousands are set apart, and {units}.{places} as a decimal",
        cell.text
    );
    let problem = Diagnostic::error("value", cell.place, message);
    Some(problem.help(format!("write {units}{places}, or {units}.{places}0 if that is meant")))
}

/// Reads a service, or `*`.
fn service(text: &str, settings: &Settings) -> Result<Option<Name>, UnknownValue> {
    if text == "*" { Ok(None) } else { settings.known_service(text).map(Some) }
}
