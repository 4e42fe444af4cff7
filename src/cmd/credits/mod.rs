//! `recount credits`: what is owed for a period, line by line.

pub(crate) mod inputs;
pub(crate) mod sla;

use crate::cli::{self, Format, Global};
use crate::cmd::credits::inputs::LoadedInputs;
use crate::compute::credits::{self, CreditInputs, PeriodCredits};
use crate::compute::report::credits::{CreditsReport, LineKind};
use crate::compute::report::statement::{self, Statement};
use crate::io::render::{credits as render, statement as page, text, workbook};
use crate::model::incident::names::nearest;
use crate::model::sla::Period;
use crate::session::Failure;
use crate::session::Session;
use crate::session::output::{self, Output};
use crate::session::output_file::OutputFile;
use serde::Serialize;
use std::collections::BTreeSet;

const FORMATS: [Format; 5] =
    [Format::Table, Format::Csv, Format::Json, Format::Xlsx, Format::Markdown];

/// How many names an error lists.
const MOST_LISTED: usize = 10;

/// Computes the credits of a period; with `--fail-on-breach` the answer is no where a line is in breach.
pub(crate) fn run(args: &cli::CreditsArgs, global: &Global) -> Result<Output, Failure> {
    let session = Session::open_at(global, &args.as_of)?;
    session.may_count()?;
    let period = match args.period {
        Some(period) => period,
        None => session.or_ask(None, "For which period", "--period, such as 2026-06")?.parse()?,
    };
    let format = format(args, global)?;
    let loaded = LoadedInputs::of(&session, args.customers.as_deref())?;
    has_policies(&loaded.inputs)?;
    let mut computed = match credits::compute(&loaded.inputs, period) {
        Ok(computed) => computed,
        Err(faults) => return Err(loaded.failure(faults)),
    };
    let unmatched: Vec<_> = computed.unmatched.iter().map(|u| u.fault.clone()).collect();
    let remarks = loaded.warnings(&unmatched, session.terminal.color_err)
        + &passed_over(&loaded.inputs, &computed);
    choose(&mut computed, args, &loaded.inputs)?;
    let report = report_of(&session, &loaded, &computed)?;
    let bytes = match (&args.explain, args.public) {
        (None, _) => lines(&report, format, &session)?,
        (Some(_), true) => {
            let statement = statement::public(&report, &loaded.inputs.settings);
            explained(&statement, &statement, format, &session)?
        }
        (Some(_), false) => {
            explained(&statement::internal(&report), &report.explained(), format, &session)?
        }
    };
    let mut answer = written(bytes, format, args, &session)?;
    let mut promised = report.lines.iter().filter(|line| line.kind == LineKind::Policy);
    answer.no = args.fail_on_breach && promised.any(|line| line.status.is_breach());
    Ok(answer.remark(&session.remarks).remark(&loaded.remarks).remark(remarks))
}

/// Returns the report of every line of a period.
pub(crate) fn report(
    session: &Session<'_>,
    loaded: &LoadedInputs,
    period: Period,
) -> Result<CreditsReport, Failure> {
    match credits::compute(&loaded.inputs, period) {
        Ok(computed) => report_of(session, loaded, &computed),
        Err(faults) => Err(loaded.failure(faults)),
    }
}

fn report_of(
    session: &Session<'_>,
    loaded: &LoadedInputs,
    computed: &PeriodCredits<'_>,
) -> Result<CreditsReport, Failure> {
    let record = loaded.record(session)?;
    Ok(CreditsReport::of(record, loaded.files.clone(), &loaded.inputs, computed))
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

fn has_policies(inputs: &CreditInputs) -> Result<(), Failure> {
    if inputs.policies.is_empty() && inputs.adjustments.is_none() {
        return Err(Failure::new("the record has no policy").help(
            "write one into sla/, such as sla/premium.yaml: `recount schema policy` describes it",
        ));
    }
    Ok(())
}

/// Says where no policy can have a line in the period, or is for some subscription.
fn passed_over(inputs: &CreditInputs, computed: &PeriodCredits<'_>) -> String {
    let period = computed.period;
    let windows: BTreeSet<_> = inputs.policies.iter().map(|p| p.fact.window).collect();
    if windows.contains(&period.window()) {
        return without_policy(inputs, computed);
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
    inputs: &CreditInputs,
) -> Result<(), Failure> {
    let customers: Vec<_> = args.explain.iter().chain(&args.only_customers).collect();
    let adjustments = inputs.adjustments.iter().flat_map(|f| &f.fact);
    let known = inputs.customers.fact.rows.iter().map(|row| row.customer.as_str());
    let known: BTreeSet<_> = known.chain(adjustments.map(|a| a.customer.as_str())).collect();
    all_known("customer", &customers, known)?;
    let policies: Vec<_> = args.policies.iter().collect();
    let known = inputs.policies.iter().map(|p| p.fact.id.as_str()).collect();
    all_known("policy", &policies, known)?;
    let services: Vec<_> = args.services.iter().collect();
    let known = inputs.customers.fact.rows.iter().map(|row| row.service_text()).collect();
    all_known("service", &services, known)?;
    let is = |asked: &[&String], text: &str| asked.is_empty() || asked.iter().any(|a| *a == text);
    computed.lines.retain(|line| {
        is(&customers, &line.key.customer)
            && is(&policies, line.policy.fact.id.as_str())
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

/// Writes a statement; its JSON is that of the audience.
fn explained(
    statement: &Statement<'_>,
    json: &impl Serialize,
    format: Format,
    session: &Session<'_>,
) -> Result<Vec<u8>, Failure> {
    Ok(match format {
        Format::Json => Output::json(json)?.text.into_bytes(),
        Format::Markdown => page::markdown(statement).into_bytes(),
        _ => page::table(statement, session.style()).into_bytes(),
    })
}

/// Puts the answer into a file, where one is named.
fn written(
    bytes: Vec<u8>,
    format: Format,
    args: &cli::CreditsArgs,
    session: &Session<'_>,
) -> Result<Output, Failure> {
    let Some(file) = &args.output else {
        let text = String::from_utf8(bytes).map_err(|e| Failure::new(e.to_string()))?;
        return Ok(match format {
            Format::Table => Output::text(text),
            Format::Markdown => Output::markdown(text),
            _ => Output::exact(text),
        });
    };
    let endings: &[&str] = match format {
        Format::Csv => &["csv"],
        Format::Json => &["json"],
        Format::Markdown => &["md", "markdown"],
        Format::Xlsx => &["xlsx"],
        _ => &[],
    };
    let others = match args.explain {
        Some(_) => "`--format json` makes a .json, `markdown` a .md, `table` a .txt",
        None => {
            "`--format csv` makes a .csv, `json` a .json, `markdown` a .md, `xlsx` a .xlsx, `table` a .txt"
        }
    };
    let file = OutputFile { file, input: args.customers.as_deref(), endings, others };
    file.write(session, &bytes)
}

/// Names the subscriptions of the period that no policy is for: a slip in a plan or a service would be so.
fn without_policy(inputs: &CreditInputs, computed: &PeriodCredits<'_>) -> String {
    let known: BTreeSet<_> = computed.lines.iter().map(|line| &line.key).collect();
    let rows = inputs.customers.fact.rows.iter().filter(|row| row.reaches(computed.period));
    let left: Vec<_> = rows.filter(|row| !known.contains(&row.key())).collect();
    let shown = left.iter().take(MOST_LISTED).map(|row| {
        let at = inputs.customers.at(row.place);
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
