//! `recount credits`: what is owed for a period, line by line.

pub(crate) mod inputs;
pub(crate) mod sla;

use crate::cli::{self, Format, Global};
use crate::cmd::credits::inputs::LoadedInputs;
use crate::compute::credits::{self, CreditInputs, PeriodCredits};
use crate::compute::report::credits::{CreditLineReport, CreditsHeading, CreditsReport};
use crate::compute::report::statement;
use crate::io::render::{credits as render, statement as page, text, workbook};
use crate::model::customer::Subscription;
use crate::model::incident::names::nearest;
use crate::model::sla::Period;
use crate::model::time::TZDATA;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{self, Output};
use crate::session::output_file::OutputFile;
use std::collections::BTreeSet;

const FORMATS: [Format; 5] =
    [Format::Table, Format::Csv, Format::Json, Format::Xlsx, Format::Markdown];

/// How many names an error lists.
const MOST_LISTED: usize = 10;

/// Reckons a period; with `--fail-on-breach` the answer is no where a line is in breach.
pub(crate) fn run(args: &cli::CreditsArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open_at(global, &args.as_of)?;
    let asked =
        session.or_ask(args.period.clone(), "For which period", "--period, such as 2026-06")?;
    let period = asked.parse::<Period>()?;
    let format = format(args, global)?;
    let shelf = LoadedInputs::of(&session, args.customers.as_deref())?;
    has_policies(&shelf.books)?;
    let mut computed = match credits::compute(&shelf.books, period) {
        Ok(computed) => computed,
        Err(faults) => return Err(shelf.failure(faults)),
    };
    let loose = credits::unused_rows(&shelf.books, period);
    let remarks =
        shelf.warnings(&loose, session.terminal.color_err) + &passed_over(&shelf.books, &computed);
    choose(&mut computed, args, &shelf.books)?;
    let report = CreditsReport::of(heading(&session, &shelf, period)?, &shelf.books, &computed);
    let bytes = match (&args.explain, args.public) {
        (None, _) => lines(&report, format, &session)?,
        (Some(_), true) => public(&report, &shelf.books, format, &session)?,
        (Some(_), false) => explained(&report, format, &session)?,
    };
    let mut answer = written(bytes, args, &session)?;
    answer.no = args.fail_on_breach && report.lines.iter().any(is_breach);
    Ok(answer.remark(&session.remarks).remark(&shelf.remarks).remark(remarks))
}

/// Returns the report of every line of a period.
pub(crate) fn report(
    session: &Session<'_>,
    shelf: &LoadedInputs,
    period: Period,
) -> Result<CreditsReport, Failure> {
    match credits::compute(&shelf.books, period) {
        Ok(computed) => {
            Ok(CreditsReport::of(heading(session, shelf, period)?, &shelf.books, &computed))
        }
        Err(faults) => Err(shelf.failure(faults)),
    }
}

fn heading(
    session: &Session<'_>,
    shelf: &LoadedInputs,
    period: Period,
) -> Result<CreditsHeading, Failure> {
    Ok(CreditsHeading {
        period: period.to_string(),
        record: shelf.record(session)?,
        inputs: shelf.inputs.clone(),
        tzdata: TZDATA.to_owned(),
    })
}

/// Returns whether a promise was broken, or may have been: a line in review is no all-clear.
fn is_breach(line: &CreditLineReport) -> bool {
    line.kind == "policy" && !matches!(line.status, "no-breach" | "ineligible")
}

/// Returns the format asked for, by its name or by the ending of the file.
fn format(args: &cli::CreditsArgs, global: &Global) -> Result<Format, Failure> {
    let ending = args.output.as_ref().and_then(|path| path.extension()?.to_str());
    let by_ending = match ending {
        Some("csv") => Some(Format::Csv),
        Some("json") => Some(Format::Json),
        Some("md") => Some(Format::Markdown),
        Some("xlsx") => Some(Format::Xlsx),
        _ => None,
    };
    let global = Global { format: global.format.or(by_ending), ..global.clone() };
    let format = match args.explain {
        Some(_) => output::format(&global, &[Format::Table, Format::Json, Format::Markdown])?,
        None => output::format(&global, &FORMATS)?,
    };
    if format == Format::Xlsx && args.output.is_none() {
        return Err(Failure::new("a workbook is no text for the standard output")
            .help("name a file for it: `-o credits.xlsx`"));
    }
    Ok(format)
}

fn has_policies(books: &CreditInputs) -> Result<(), Failure> {
    if books.policies.is_empty() && books.adjustments.is_none() {
        return Err(Failure::new("the record has no policy").help(
            "write one into sla/, such as sla/premium.yaml: `recount schema policy` describes it",
        ));
    }
    Ok(())
}

/// Says where no policy can have a line in the period, or is for some subscription.
fn passed_over(books: &CreditInputs, computed: &PeriodCredits<'_>) -> String {
    let period = computed.period;
    let windows: BTreeSet<_> = books.policies.iter().map(|p| p.fact.window).collect();
    if windows.contains(&period.window()) {
        return without_policy(books, computed);
    }
    let found: Vec<_> = windows.iter().map(|w| format!("a {w}")).collect();
    format!(
        "warning: {period} is a {}, but the windows of the policies are {}: no policy has a line\n",
        period.window(),
        found.join(" or ")
    )
}

/// Keeps the lines that were asked for; the lines of a group have been settled among all of them before.
fn choose(
    computed: &mut PeriodCredits<'_>,
    args: &cli::CreditsArgs,
    books: &CreditInputs,
) -> Result<(), Failure> {
    let customers: Vec<_> = args.explain.iter().chain(&args.only_customers).collect();
    let adjustments = books.adjustments.iter().flat_map(|f| &f.fact);
    let known = books.customers.fact.rows.iter().map(|row| row.customer.as_str());
    let known: BTreeSet<_> = known.chain(adjustments.map(|a| a.customer.as_str())).collect();
    all_known("customer", &customers, known)?;
    let policies: Vec<_> = args.policies.iter().collect();
    let known = books.policies.iter().map(|p| p.fact.id.as_str()).collect();
    all_known("policy", &policies, known)?;
    let services: Vec<_> = args.services.iter().collect();
    let known = books.customers.fact.rows.iter().map(|row| row.service_text()).collect();
    all_known("service", &services, known)?;
    let is = |asked: &[&String], text: &str| asked.is_empty() || asked.iter().any(|a| *a == text);
    computed.lines.retain(|line| {
        let policy = line.policy_id.as_ref().map_or("", |id| id.as_str());
        is(&customers, &line.key.customer)
            && is(&policies, policy)
            && is(&services, &line.key.service)
    });
    computed.adjustments.retain(|a| {
        is(&customers, &a.customer)
            && policies.is_empty()
            && is(&services, a.service.as_deref().unwrap_or_default())
    });
    Ok(())
}

/// Refuses a filter by a word that no line can have.
fn all_known(what: &str, asked: &[&String], known: BTreeSet<&str>) -> Result<(), Failure> {
    let Some(strange) = asked.iter().find(|a| !known.contains(a.as_str())) else { return Ok(()) };
    let failure = Failure::new(format!("no line can be of the {what} `{strange}`"));
    let few: Vec<_> = known.iter().copied().take(MOST_LISTED).collect();
    Err(match nearest(strange, known.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if known.len() > MOST_LISTED => failure,
        None => failure.help(format!("there is {}", few.join(", "))),
    })
}

fn lines(
    report: &CreditsReport,
    format: Format,
    session: &Session<'_>,
) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Json => Output::json(report)?.text.into_bytes(),
        Format::Csv => render::csv(report).into_bytes(),
        Format::Markdown => render::markdown(report).into_bytes(),
        Format::Xlsx => workbook::credits(report).map_err(Failure::new)?,
        _ => render::table(report, session.style()).into_bytes(),
    })
}

fn explained(
    report: &CreditsReport,
    format: Format,
    session: &Session<'_>,
) -> Result<Vec<u8>, Failure> {
    let statement = statement::internal(report);
    Ok(match format {
        Format::Json => Output::json(&report.explained())?.text.into_bytes(),
        Format::Markdown => page::markdown(&statement).into_bytes(),
        _ => page::table(&statement, session.style()).into_bytes(),
    })
}

/// Writes what the customer may read.
fn public(
    report: &CreditsReport,
    books: &CreditInputs,
    format: Format,
    session: &Session<'_>,
) -> Result<Vec<u8>, Failure> {
    let statement = statement::public(report, &books.settings);
    Ok(match format {
        Format::Json => Output::json(&statement)?.text.into_bytes(),
        Format::Markdown => page::markdown(&statement).into_bytes(),
        _ => page::table(&statement, session.style()).into_bytes(),
    })
}

/// Puts the answer into a file, where one is named.
fn written(
    bytes: Vec<u8>,
    args: &cli::CreditsArgs,
    session: &Session<'_>,
) -> Result<Output, Failure> {
    let Some(file) = &args.output else {
        let text = String::from_utf8(bytes).map_err(|e| Failure::new(e.to_string()))?;
        return Ok(Output::text(text));
    };
    OutputFile { file, input: args.customers.as_deref() }.write(session, &bytes)
}

/// Names the subscriptions of the period that no policy is for: a slip in a plan or a service would be so.
fn without_policy(books: &CreditInputs, computed: &PeriodCredits<'_>) -> String {
    let period = computed.period;
    let in_period = |row: &&Subscription| {
        row.from.is_none_or(|from| from < period.end_day())
            && row.to.is_none_or(|to| to > period.first_day())
    };
    let known: BTreeSet<_> = computed.lines.iter().map(|line| &line.key).collect();
    let rows = books.customers.fact.rows.iter().filter(in_period);
    let left: Vec<_> = rows.filter(|row| !known.contains(&row.key())).collect();
    let shown = left.iter().take(MOST_LISTED).map(|row| {
        let at = books.customers.at(row.place);
        let plan = row.plan.as_deref().map(|p| format!(" {p}")).unwrap_or_default();
        format!("\n  {at}: {} {}{plan}", row.customer, row.service_text())
    });
    let shown: String = shown.collect();
    match left.len() {
        0 => String::new(),
        count => {
            let more = if count > MOST_LISTED { "\n  and more" } else { "" };
            text::clean(&format!(
                "note: no policy is for {count} of the subscriptions:{shown}{more}\n"
            ))
        }
    }
}
