use super::stream::LineWriter;
use super::*;
use crate::compute::credits::{Disposition, StepKind};
use crate::compute::report::credits::values::{ExactNumber, Percentage, UptimeRatio};
use crate::compute::report::credits::{
    BoundaryEvent, CreditInterval, CreditStep, CreditsHeading, CreditsTail, Explanation, InputFile,
    LineKind, PolicyTerms, RecordState, WindowBounds,
};
use crate::compute::report::statement;
use crate::compute::report::{AffectedInterval, IntervalEnd};
use crate::model::diagnostic::{Location, SourcePlace};
use crate::model::incident::{Name, State};
use crate::model::line_name::LineName;
use crate::model::money::{Money, fraction, signed_decimal, whole};
use crate::model::sla::PublicTerms;
use crate::model::time::{Instant, TimeBounds, Zone};

fn at(path: &str, line: u32, column: u32) -> SourcePlace {
    SourcePlace { path: path.to_owned(), place: Some(Location { line, column }) }
}

fn money(amount: &str, currency: &str) -> Money {
    Money { amount: signed_decimal(amount).unwrap(), currency: currency.parse().unwrap() }
}

fn instant(text: &str) -> Instant {
    text.parse::<chrono::DateTime<chrono::Utc>>().unwrap().into()
}

fn end(text: &str, event: Option<Name>) -> IntervalEnd {
    let at = instant(text);
    IntervalEnd { at, moment: TimeBounds::exact(at), event }
}

/// Returns a report with one line of each sort that a renderer could get wrong.
pub(in crate::io::render) fn sample() -> CreditsReport {
    let total = |currency: &str, credit, pending| CurrencyTotal {
        currency: currency.parse().unwrap(),
        credit: money(credit, currency),
        pending: money(pending, currency),
    };
    let heading = CreditsHeading {
        version: 1,
        period: "2026-06".parse().unwrap(),
        record: RecordState { commit: Some("0123456789abcdef".to_owned()), dirty: false },
        tool: "recount 0.1.0",
        tzdata: "2025b",
        inputs: vec![InputFile { path: "customers.csv".to_owned(), sha256: "00".to_owned() }],
    };
    CreditsReport {
        heading,
        lines: vec![
            line("acme", Status::Credit, "120.00", "USD"),
            CreditLineReport {
                uncertain: true,
                credit_max: money("9", "EUR"),
                ..line("=HYPERLINK(1)", Status::ClaimPending, "5.00", "EUR")
            },
            CreditLineReport {
                kind: LineKind::Adjustment,
                policy: None,
                uptime_percent: None,
                fee: None,
                reason: Some("@SUM(A1) | <b>".to_owned()),
                ..line("globex", Status::Credit, "-12.50", "EUR")
            },
            line("big", Status::Capped, "90071992547409.93", "USD"),
            line("初音", Status::Review, "0", "JPY"),
        ],
        tail: CreditsTail {
            totals: vec![total("EUR", "-12.50", "5.00"), total("USD", "90071992547529.93", "0.00")],
            ..CreditsTail::default()
        },
    }
}

fn line(customer: &str, status: Status, credit: &str, currency: &str) -> CreditLineReport {
    let text = |t: &str| Some(t.to_owned());
    let credit = money(credit, currency);
    CreditLineReport {
        kind: LineKind::Policy,
        customer: customer.to_owned(),
        service: "apps".to_owned(),
        policy: "premium".parse().ok(),
        policy_sha256: text("ab"),
        window: WindowBounds {
            start: instant("2026-05-31T22:00:00Z"),
            end: instant("2026-06-30T22:00:00Z"),
        },
        uptime_percent: fraction("4314000/43200").ok().map(Percentage),
        uptime_exact: fraction("43140/43200").ok().map(UptimeRatio),
        counted_seconds: Some(ExactNumber(whole(3600))),
        excluded_seconds: Some(ExactNumber(whole(0))),
        status,
        band: text("at_least 99.0, below 99.9"),
        percent: Some(Percentage(whole(10))),
        fee: Some(money("1200", "USD")),
        currency: credit.currency,
        uncertain: false,
        credit_min: credit.clone(),
        credit_max: credit.clone(),
        credit,
        extend_days: 0,
        claim_by: "2026-08-30".parse().ok(),
        pending: money("0.00", currency),
        uncertain_review: false,
        rights: vec![],
        incidents_held: None,
        incidents_in_breach: None,
        share_percent: None,
        plan: None,
        region: None,
        resource: None,
        incidents: vec!["2026-06-10-secret-name".parse().unwrap()],
        reason: None,
        approved_by: None,
        line: format!("{}/apps/premium", LineName::encoded_customer(customer)).parse().unwrap(),
        corrects: None,
        corrected_status: None,
        explanation: explanation(),
    }
}

/// Returns an explanation in which everything that customers may not read says `secret`.
fn explanation() -> Explanation {
    let event = |text: &str, public| BoundaryEvent {
        incident: "2026-06-10-secret-name".parse().unwrap(),
        title: "secret title".to_owned(),
        public_title: Some("Outage of June".to_owned()),
        event: "secret-id".parse().ok(),
        at: instant("2026-06-10T10:00:00Z"),
        earliest: instant("2026-06-10T09:55:00Z"),
        latest: instant("2026-06-10T10:05:00Z"),
        text: text.to_owned(),
        public,
        source: at("incidents/2026/2026-06-10-secret-name/incident.yaml", 7, 5),
    };
    let interval = |rule, says: &str, counted| CreditInterval {
        incident: "2026-06-10-secret-name".parse().unwrap(),
        service: "apps".parse().unwrap(),
        affected: AffectedInterval {
            start: end("2026-06-10T10:00:00Z", "secret-id".parse().ok()),
            end: Some(end("2026-06-10T11:00:00Z", None)),
            state: State::Down,
            share: None,
        },
        weight: ExactNumber(fraction("1/2").unwrap()),
        counted,
        rule,
        says: says.to_owned(),
        source: Some(at("secret.yaml", 1, 1)),
    };
    let step = |name, says: &str, amount: Option<&str>| CreditStep {
        name,
        says: says.to_owned(),
        amount: amount.map(|a| ExactNumber(fraction(a).unwrap())),
        source: Some(at("secret.yaml", 2, 2)),
    };
    Explanation {
        terms: Some(PolicyTerms {
            title: "Secret availability".to_owned(),
            public: PublicTerms { title: Some("Availability".to_owned()), ..Default::default() },
            path: "sla/secret.yaml".to_owned(),
            url: None,
            read_on: None,
            effective_from: None,
            timezone: Zone::of("Europe/Paris"),
        }),
        rows: vec![at("secret.csv", 2, 1)],
        events: vec![event("Everything is dark", true), event("secret text", false)],
        intervals: vec![
            interval(Disposition::Counted, "counts", true),
            interval(Disposition::Overlap(0), "counted once, with 2026-06-10-secret-name", false),
            interval(Disposition::Maintenance(0), "planned maintenance: secret work", false),
        ],
        sums: None,
        steps: vec![
            step(StepKind::Fee, "the fee of 2026-06 in USD", Some("1200")),
            step(StepKind::Review, "no event tells the impact of 2026-06-10-secret-name", None),
            step(StepKind::Group, "`secret` of the same group would give 1.00", None),
            step(StepKind::Scheme, "a third", Some("400/3")),
        ],
    }
}

const NARROW: TableStyle = TableStyle { width: 80, color: false };

#[test]
fn a_table_fits_and_its_money_stands_in_one_column() {
    let fits = |table: &str, width: usize| {
        let mut lines = table.lines();
        lines.all(|l| unicode_width::UnicodeWidthStr::width(l) <= width || l.starts_with('→'))
    };
    let narrow = table(&sample(), NARROW);
    assert!(fits(&narrow, 80), "{narrow}");
    let table = table(&sample(), TableStyle { width: 120, color: false });
    assert!(fits(&table, 120), "{table}");
    let column = |text: &str| {
        let line = table.lines().find(|l| l.contains(text)).unwrap_or_else(|| panic!("{table}"));
        unicode_width::UnicodeWidthStr::width(line.split(text).next().unwrap()) + text.len()
    };
    assert_eq!(column(" -12.50"), column(" 90071992547409.93"));
    assert!(
        table.contains("± other times within their bounds would give 5.00 to 9.00 EUR"),
        "{table}"
    );
    assert!(table.contains("and 5.00 that wait for a claim"), "{table}");
}

#[test]
fn no_cell_of_the_csv_is_a_formula_and_a_negative_amount_is_a_number() {
    let report = sample();
    let (mut bytes, all) = (vec![], stream::ChosenColumns::named(&[]).unwrap());
    let mut writer = stream::CsvLines::begin(&mut bytes, &report.heading, all).unwrap();
    report.lines.iter().for_each(|line| writer.line(line).unwrap());
    writer.end(&CreditsTail::default()).unwrap();
    let csv = String::from_utf8(bytes).unwrap();
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 5);
    assert_eq!(&rows[1][1], "'=HYPERLINK(1)");
    assert_eq!((&rows[2][19], &rows[2][26]), ("-12.50", "'@SUM(A1) | <b>"));
    let formula = |cell: &str| cell.starts_with(['=', '+', '@']);
    assert!(!rows.iter().any(|row| row.iter().any(formula)), "{csv}");
}

#[test]
fn markdown_shows_hostile_names_as_text() {
    let text = markdown(&sample());
    assert!(text.contains("@SUM(A1) \\| &lt;b&gt;"), "{text}");
    assert!(!text.contains("<b>"));
}

#[test]
fn a_public_statement_holds_nothing_internal() {
    let mut report = sample();
    for line in &mut report.lines {
        line.reason = Some("secret reason".to_owned());
        line.approved_by = Some("secret person".to_owned());
    }
    let settings = crate::model::settings::Settings::default();
    let statement = statement::public(&report, &settings);
    let page = super::super::statement::table(&statement, NARROW);
    let document = super::super::statement::markdown(&statement);
    let json = serde_json::to_string(&statement).unwrap();
    for text in [&page, &document, &json] {
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains("Everything is dark") && text.contains("Outage of June"), "{text}");
    }
    // Services without a public name are left out, never filled from the internal side.
    assert!(!json.contains("\"apps\""), "{json}");
}

#[test]
fn an_internal_statement_cites_every_source() {
    let report = sample();
    let statement = statement::internal(&report);
    let page = super::super::statement::table(&statement, TableStyle { width: 120, color: false });
    for source in [
        "secret.csv:2:1",
        "incident.yaml:7:5 (event secret-id)",
        "secret.yaml:2:2",
        "sla/secret.yaml",
    ] {
        assert!(page.contains(source), "{source}\n{page}");
    }
    assert!(page.contains("2026-06-10 11:55 +02:00 to 2026-06-10 12:05 +02:00"), "{page}");
    assert!(page.contains("1200.00") && page.contains("133.333333…"), "{page}");
}
