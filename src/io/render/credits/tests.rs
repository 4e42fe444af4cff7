use super::*;
use crate::compute::report::credits::{
    BoundaryEvent, CreditInterval, CreditStep, CurrencyTotal, Explanation, InputFile, PolicyTerms,
    RecordState, WindowBounds,
};
use crate::compute::report::statement;

/// Returns a report with one line of each sort that a renderer could get wrong.
pub(in crate::io::render) fn sample() -> CreditsReport {
    let total = |currency, credit: &str, pending: &str| CurrencyTotal {
        currency,
        credit: credit.to_owned(),
        pending: pending.to_owned(),
    };
    CreditsReport {
        version: 1,
        period: "2026-06".to_owned(),
        record: RecordState { commit: Some("0123456789abcdef".to_owned()), dirty: false },
        tool: "recount 0.1.0".to_owned(),
        tzdata: "2025b".to_owned(),
        inputs: vec![InputFile { path: "customers.csv".to_owned(), sha256: "00".to_owned() }],
        lines: vec![
            line("acme", "credit", "120.00", "USD"),
            CreditLineReport {
                uncertain: true,
                credit_max: "9.00".to_owned(),
                ..line("=HYPERLINK(1)", "claim-pending", "5.00", "EUR")
            },
            CreditLineReport {
                kind: "adjustment",
                policy: None,
                uptime_percent: None,
                fee: None,
                reason: Some("@SUM(A1) | <b>".to_owned()),
                ..line("globex", "credit", "-12.50", "EUR")
            },
            line("big", "capped", "90071992547409.93", "USD"),
            line("初音", "review", "0", "JPY"),
        ],
        totals: vec![total("EUR", "-12.50", "5.00"), total("USD", "90071992547529.93", "0.00")],
    }
}

fn line(
    customer: &str,
    status: &'static str,
    credit: &str,
    currency: &'static str,
) -> CreditLineReport {
    let text = |t: &str| Some(t.to_owned());
    CreditLineReport {
        kind: "policy",
        customer: customer.to_owned(),
        service: "apps".to_owned(),
        policy: text("premium"),
        policy_sha256: text("ab"),
        window: WindowBounds {
            start: "2026-05-31T22:00:00Z".to_owned(),
            end: "2026-06-30T22:00:00Z".to_owned(),
        },
        uptime_percent: text("99.861111"),
        uptime_exact: text("43140/43200"),
        counted_seconds: text("3600"),
        excluded_seconds: text("0"),
        status,
        band: text("at_least 99.0, below 99.9"),
        percent: text("10.000000"),
        fee: text("1200.00"),
        currency,
        credit: credit.to_owned(),
        uncertain: false,
        credit_min: credit.to_owned(),
        credit_max: credit.to_owned(),
        extend_days: 0,
        claim_by: text("2026-08-30"),
        plan: None,
        region: None,
        resource: None,
        incidents: vec!["2026-06-10-secret-name".to_owned()],
        reason: None,
        approved_by: None,
        explanation: explanation(),
    }
}

/// Returns an explanation in which everything that customers may not read says `secret`.
fn explanation() -> Explanation {
    let event = |text: &str, public| BoundaryEvent {
        incident: "2026-06-10-secret-name".to_owned(),
        title: "secret title".to_owned(),
        public_title: Some("Outage of June".to_owned()),
        event: Some("secret-id".to_owned()),
        at: "2026-06-10T10:00:00Z".to_owned(),
        earliest: "2026-06-10T09:55:00Z".to_owned(),
        latest: "2026-06-10T10:05:00Z".to_owned(),
        text: text.to_owned(),
        public,
        source: "incidents/2026/2026-06-10-secret-name/incident.yaml:7:5".to_owned(),
    };
    let interval = |rule, says: &str, counted| CreditInterval {
        incident: "2026-06-10-secret-name".to_owned(),
        service: "apps".to_owned(),
        start: "2026-06-10T10:00:00Z".to_owned(),
        end: Some("2026-06-10T11:00:00Z".to_owned()),
        seconds: Some(3600),
        state: "down",
        share: None,
        weight: "0.5".to_owned(),
        counted,
        rule,
        says: says.to_owned(),
        source: Some("secret.yaml:1:1".to_owned()),
        start_event: Some("secret-id".to_owned()),
        end_event: None,
    };
    let step = |name, says: &str, amount: Option<&str>| CreditStep {
        name,
        says: says.to_owned(),
        amount: amount.map(str::to_owned),
        source: Some("secret.yaml:2:2".to_owned()),
    };
    Explanation {
        terms: Some(PolicyTerms {
            title: "Availability".to_owned(),
            path: "sla/secret.yaml".to_owned(),
            url: None,
            read_on: None,
            effective_from: None,
            timezone: "Europe/Paris",
        }),
        rows: vec!["secret.csv:2:1".to_owned()],
        events: vec![event("Everything is dark", true), event("secret text", false)],
        intervals: vec![
            interval("counted", "counts", true),
            interval("overlap", "counted once, with 2026-06-10-secret-name", false),
            interval("maintenance", "planned maintenance: secret work", false),
            interval("rule-of-tomorrow", "secret words", false),
        ],
        sums: None,
        steps: vec![
            step("fee", "the fee of 2026-06 in USD", Some("1200")),
            step("review", "no event tells the impact of 2026-06-10-secret-name", None),
            step("group", "`secret` of the same group would give 1.00", None),
            step("scheme", "a third", Some("400/3")),
            step("step-of-tomorrow", "secret words", None),
        ],
    }
}

const NARROW: TableStyle = TableStyle { width: 80, color: false };

#[test]
fn a_table_fits_and_its_money_stands_in_one_column() {
    let table = table(&sample(), NARROW);
    assert!(
        table.lines().all(|l| unicode_width::UnicodeWidthStr::width(l) <= 80 || l.starts_with('→')),
        "{table}"
    );
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
    let csv = csv(&sample());
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
    let statement = statement::public(&report, &crate::model::settings::Settings::default());
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
    let statement = statement::internal(&sample());
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
    assert!(page.contains("1200.00") && page.contains("400/3"), "{page}");
}
