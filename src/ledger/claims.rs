//! `claims.csv`: what customers claimed, and when.

use super::Read;
use super::sheet::{Form, Row, Sheet, text};
use crate::customer::Claim;
use crate::incident::{Name, WrongWord};
use crate::place::Problem;
use crate::settings::Settings;
use crate::sla::Period;
use crate::time::read_day;

const FORM: Form = Form {
    what: "the table of claims",
    needed: &["customer", "service", "period", "received"],
    allowed: &[],
    open: false,
};

/// Reads the table of claims.
pub fn read(file: &str, settings: &Settings) -> Read<Vec<Claim>> {
    let mut problems = vec![];
    let sheet = Sheet::read(file, &FORM, &mut problems);
    let rows = sheet.iter().flat_map(Sheet::rows);
    let claims = rows.filter_map(|row| claim(row, settings, &mut problems)).collect();
    Read::new(claims, problems)
}

fn claim(row: Row<'_, '_>, settings: &Settings, problems: &mut Vec<Problem>) -> Option<Claim> {
    let service = |text: &str| match text {
        "*" => Ok("*".to_owned()),
        name => settings.known_service(name).map(|n: Name| n.to_string()),
    };
    let customer = row.need("customer", problems, text);
    let service = row.need::<_, WrongWord>("service", problems, service);
    let period = row.need("period", problems, str::parse::<Period>);
    let received = row.need("received", problems, read_day);
    Some(Claim {
        customer: customer?,
        service: service?,
        period: period?,
        received: received?,
        place: row.place,
    })
}
