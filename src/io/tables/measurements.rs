//! `measurements/*.csv`: requests, error rates or scores, an interval a row.

use super::TableRead;
use super::table::{HeaderTable, TableColumns, TableRow};
use crate::model::customer::{MeasuredValue, MeasurementRow};
use crate::model::diagnostic::Diagnostic;
use crate::model::incident::UnknownValue;
use crate::model::money::{self, Exact, whole};
use crate::model::settings::Settings;
use crate::model::time::{Instant, TimeError, read_instant};

const fn form(needed: &'static [&'static str]) -> TableColumns {
    TableColumns { what: "a table of measurements", needed, allowed: &[], open: false }
}

const REQUESTS: TableColumns = form(&["service", "start", "total", "bad"]);
const ERROR_RATE: TableColumns = form(&["service", "start", "error_rate"]);
const SCORES: TableColumns = form(&["service", "start", "total", "score"]);
/// The forms that such a table can have.
pub(super) const FORMS: [TableColumns; 3] = [REQUESTS, ERROR_RATE, SCORES];

/// Reads a table of measurements, whose header says which of the three forms it has.
pub fn read(file: &str, settings: &Settings) -> TableRead<Vec<MeasurementRow>> {
    let mut problems = vec![];
    let header = file.lines().next().unwrap_or_default();
    let form = if header.contains("error_rate") {
        ERROR_RATE
    } else if header.contains("score") {
        SCORES
    } else {
        REQUESTS
    };
    let sheet = HeaderTable::read(file, &form, &mut problems);
    for problem in problems.iter_mut().filter(|p| p.code == "missing-column") {
        problem.help = Some(
            "the columns are service,start,total,bad or service,start,error_rate or \
             service,start,total,score"
                .to_owned(),
        );
    }
    let rows = sheet.iter().flat_map(HeaderTable::rows);
    let measurements = rows.filter_map(|row| measurement(row, settings, &mut problems)).collect();
    TableRead::new(measurements, problems)
}

fn measurement(
    row: TableRow<'_, '_>,
    settings: &Settings,
    problems: &mut Vec<Diagnostic>,
) -> Option<MeasurementRow> {
    let service = row.need("service", problems, |text| settings.known_service(text));
    let start = row.need("start", problems, |text| instant(text, settings));
    let value = measured(row, problems);
    Some(MeasurementRow { service: service?, start: start?, value: value?, place: row.place })
}

/// Reads a time; RFC 3339 by a short way, for such tables are long.
fn instant(text: &str, settings: &Settings) -> Result<Instant, TimeError> {
    let plain = chrono::DateTime::parse_from_rfc3339(text).ok();
    let plain = plain.filter(|t| t.timestamp_subsec_nanos() == 0 && text.contains('T'));
    match plain.and_then(|t| Instant::from_epoch(t.timestamp())) {
        Some(at) => Ok(at),
        None => read_instant(text, settings.zone),
    }
}

fn measured(row: TableRow<'_, '_>, problems: &mut Vec<Diagnostic>) -> Option<MeasuredValue> {
    if row.has("error_rate") {
        return row
            .need("error_rate", problems, |text| part(&row.with_point(text)))
            .map(MeasuredValue::ErrorRate);
    }
    let total = row.need("total", problems, |text| row.decimal(text));
    if row.has("score") {
        let score = row.need("score", problems, |text| part(&row.with_point(text)));
        return Some(MeasuredValue::Score { total: total?, score: score? });
    }
    let bad = row.need("bad", problems, |text| row.decimal(text));
    let (total, bad) = (total?, bad?);
    if bad > total {
        let place = row.cell("bad").map_or(row.place, |cell| cell.place);
        problems.push(
            Diagnostic::error("value", place, "more went wrong than there were")
                .help("`total` counts all of them, the bad ones too"),
        );
    }
    Some(MeasuredValue::Requests { total, bad })
}

/// Reads a part of one.
fn part(text: &str) -> Result<Exact, UnknownValue> {
    let wrong = || UnknownValue(format!("`{text}` is not from 0 to 1: write 0.05 for 5 percent"));
    money::decimal(text.trim_end_matches('%')).and_then(|part| {
        if part > whole(1) || text.ends_with('%') { Err(wrong()) } else { Ok(part) }
    })
}
