//! `claims.csv`: what customers claimed, and when.

use super::TableRead;
use super::table::{HeaderTable, TableColumns, TableRow, text};
use crate::model::customer::CreditClaim;
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::{IncidentId, Name, UnknownValue};
use crate::model::settings::Settings;
use crate::model::sla::Period;
use crate::model::time::{read_day, read_instant};

pub(super) const FORM: TableColumns = TableColumns {
    what: "the table of claims",
    needed: &["customer", "service", "period", "received"],
    allowed: &["plan", "region", "resource", "policy", "reported", "incident"],
    open: false,
};

/// Reads the table of claims.
pub fn read(file: &str, settings: &Settings) -> TableRead<Vec<CreditClaim>> {
    let mut problems = vec![];
    let sheet = HeaderTable::read(file, &FORM, &mut problems);
    let rows = sheet.iter().flat_map(HeaderTable::rows);
    let claims = rows.filter_map(|row| claim(row, settings, &mut problems)).collect();
    TableRead::new(claims, problems)
}

fn claim(
    row: TableRow<'_, '_>,
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> Option<CreditClaim> {
    let service = |text: &str| match text {
        "*" => Ok("*".to_owned()),
        name => settings.known_service(name).map(|n: Name| n.to_string()),
    };
    let customer = row.need("customer", problems, text);
    // An empty cell claims for each service that the customer has.
    let service = row.take::<_, UnknownValue>("service", problems, service);
    let policy = row.take("policy", problems, str::parse::<Name>);
    let period = row.need("period", problems, str::parse::<Period>);
    let reported = row.take("reported", problems, |text| read_instant(text, settings.zone));
    let incident = row.take("incident", problems, str::parse::<IncidentId>);
    // A report alone is enough for a policy that asks for no claim.
    let received = match reported {
        Some(_) => row.take("received", problems, read_day),
        None => Some(row.need("received", problems, read_day)?),
    };
    Some(CreditClaim {
        customer: customer?,
        service,
        plan: row.text("plan"),
        region: row.text("region"),
        resource: row.text("resource"),
        policy,
        period: period?,
        received,
        reported,
        incident,
        place: row.place,
    })
}
