//! `credits/adjustments.csv`: goodwill, and corrections by hand.

use super::TableRead;
use super::table::{HeaderTable, TableColumns, TableRow, text};
use crate::model::customer::Adjustment;
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::IncidentId;
use crate::model::money::{Currency, Exact, Rounding};
use crate::model::sla::Period;

pub(super) const FORM: TableColumns = TableColumns {
    what: "the table of adjustments",
    needed: &["period", "customer", "amount", "currency", "reason", "approved_by"],
    allowed: &["service", "incident"],
    open: false,
};

/// Reads the table of adjustments.
pub fn read(file: &str) -> TableRead<Vec<Adjustment>> {
    let mut problems = vec![];
    let sheet = HeaderTable::read(file, &FORM, &mut problems);
    let rows = sheet.iter().flat_map(HeaderTable::rows);
    let adjustments = rows.filter_map(|row| adjustment(row, &mut problems)).collect();
    TableRead::new(adjustments, problems)
}

fn adjustment(row: TableRow<'_, '_>, problems: &mut Vec<Diagnostic>) -> Option<Adjustment> {
    let period = row.need("period", problems, str::parse::<Period>);
    let customer = row.need("customer", problems, text);
    let amount = row.need("amount", problems, |text| row.signed_decimal(text));
    let currency = row.need("currency", problems, str::parse::<Currency>);
    let reason = row.need("reason", problems, text);
    let approved_by = row.need("approved_by", problems, text);
    let incident = row.take("incident", problems, str::parse::<IncidentId>);
    if let (Some(amount), Some(currency)) = (&amount, currency) {
        check_units(row, amount, currency, problems);
    }
    Some(Adjustment {
        period: period?,
        customer: customer?,
        service: row.text("service"),
        amount: amount?,
        currency: currency?,
        reason: reason?,
        incident,
        approved_by: approved_by?,
        place: row.place,
    })
}

/// Reports an amount that nobody could pay, for it is finer than the currency.
fn check_units(
    row: TableRow<'_, '_>,
    amount: &Exact,
    currency: Currency,
    problems: &mut Vec<Diagnostic>,
) {
    if currency.round(amount, Rounding::Down) == *amount {
        return;
    }
    let place = row.cell("amount").map_or(row.place, |cell| cell.place);
    let digits = currency.digits();
    let message = format!("{currency} has {digits} decimal places, and this amount has more");
    problems.push(
        Diagnostic::error("value", place, message)
            .help(format!("round it, such as {}", currency.show(amount))),
    );
}
