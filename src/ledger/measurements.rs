//! `measurements/*.csv`: requests, error rates or scores, an interval a row.

use super::Read;
use super::sheet::{Form, Row, Sheet};
use crate::customer::{Measured, Measurement};
use crate::incident::WrongWord;
use crate::money::{self, Exact, whole};
use crate::place::Problem;
use crate::settings::Settings;
use crate::time::{Instant, Refusal, read_instant};

const fn form(needed: &'static [&'static str]) -> Form {
    Form { what: "a table of measurements", needed, allowed: &[], open: false }
}

const REQUESTS: Form = form(&["service", "start", "total", "bad"]);
const ERROR_RATE: Form = form(&["service", "start", "error_rate"]);
const SCORES: Form = form(&["service", "start", "total", "score"]);

/// Reads a table of measurements, whose header says which of the three forms it has.
pub fn read(file: &str, settings: &Settings) -> Read<Vec<Measurement>> {
    let mut problems = vec![];
    let header = file.lines().next().unwrap_or_default();
    let form = if header.contains("error_rate") {
        ERROR_RATE
    } else if header.contains("score") {
        SCORES
    } else {
        REQUESTS
    };
    let sheet = Sheet::read(file, &form, &mut problems);
    for problem in problems.iter_mut().filter(|p| p.code == "missing-column") {
        problem.help = Some(
            "the columns are service,start,total,bad or service,start,error_rate or \
             service,start,total,score"
                .to_owned(),
        );
    }
    let rows = sheet.iter().flat_map(Sheet::rows);
    let measurements = rows.filter_map(|row| measurement(row, settings, &mut problems)).collect();
    Read::new(measurements, problems)
}

fn measurement(
    row: Row<'_, '_>,
    settings: &Settings,
    problems: &mut Vec<Problem>,
) -> Option<Measurement> {
    let service = row.need("service", problems, |text| settings.known_service(text));
    let start = row.need("start", problems, |text| instant(text, settings));
    let value = measured(row, problems);
    Some(Measurement { service: service?, start: start?, value: value?, place: row.place })
}

/// Reads a time; RFC 3339 by a short way, for such tables are long.
fn instant(text: &str, settings: &Settings) -> Result<Instant, Refusal> {
    let plain = chrono::DateTime::parse_from_rfc3339(text).ok();
    let plain = plain.filter(|t| t.timestamp_subsec_nanos() == 0 && text.contains('T'));
    match plain.and_then(|t| Instant::from_epoch(t.timestamp())) {
        Some(at) => Ok(at),
        None => read_instant(text, settings.zone),
    }
}

fn measured(row: Row<'_, '_>, problems: &mut Vec<Problem>) -> Option<Measured> {
    if row.has("error_rate") {
        return row.need("error_rate", problems, part).map(Measured::ErrorRate);
    }
    let total = row.need("total", problems, money::decimal);
    if row.has("score") {
        let score = row.need("score", problems, part);
        return Some(Measured::Score { total: total?, score: score? });
    }
    let bad = row.need("bad", problems, money::decimal);
    let (total, bad) = (total?, bad?);
    if bad > total {
        let place = row.cell("bad").map_or(row.place, |cell| cell.place);
        problems.push(
            Problem::error("value", place, "more went wrong than there were")
                .help("`total` counts all of them, the bad ones too"),
        );
    }
    Some(Measured::Requests { total, bad })
}

/// Reads a part of one.
fn part(text: &str) -> Result<Exact, WrongWord> {
    let wrong = || WrongWord(format!("`{text}` is not from 0 to 1: write 0.05 for 5 percent"));
    money::decimal(text.trim_end_matches('%')).and_then(|part| {
        if part > whole(1) || text.ends_with('%') { Err(wrong()) } else { Ok(part) }
    })
}
