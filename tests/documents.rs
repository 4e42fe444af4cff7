//! Living documents through the whole program: what they say, what they keep, and what never reaches the public.

use crate::support::sandbox::Sandbox;
use std::fs;
use std::path::Path;

const TEMPLATES: [&str; 6] =
    ["google-sre", "pagerduty", "atlassian", "aws-coe", "customer", "brief"];

fn demo() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.recount(["demo", "d"]).done();
    sandbox
}

/// Compares a text with the file that holds it; `BLESS=1` writes the file, for a person to read.
fn golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let told = fs::read_to_string(&path).unwrap();
    assert!(
        told == text,
        "{name}\n{}",
        similar::TextDiff::from_lines(told.as_str(), text).unified_diff()
    );
}

#[test]
fn the_examples_documents_are_as_people_read_them() {
    let sandbox = demo();
    for id in ["2015-07-29", "2019-01-24"] {
        for template in TEMPLATES {
            let text = sandbox.recount(["-C", "d", "render", id, "-t", template]).ok();
            assert!(!text.contains("<!--") && !text.contains("recount:"), "{text}");
            golden(&format!("{id}-{template}.md"), &text);
        }
    }
    sandbox.recount(["-C", "d", "draft", "2019-01-24", "-t", "google-sre"]).ok();
    let path = "d/incidents/2019/2019-01-24-datacenter-power-loss/postmortem.md";
    golden("2019-01-24-postmortem.md", &sandbox.read(path));
}

/// The sections of each house, in its order.
#[test]
fn every_house_has_its_sections_in_its_order() {
    let sandbox = demo();
    let houses: [(&str, &str); 4] = [
        (
            "google-sre",
            "Summary|Impact|Root causes|Trigger|Resolution|Detection|Action items|Lessons learned|What went well|\
             What went wrong|Where we got lucky|Timeline|Supporting information",
        ),
        (
            "pagerduty",
            "Overview|What happened|Contributing factors|Resolution|Impact|Responders|Timeline|How'd we do?|\
             What went well?|What didn't go so well?|Action items|Messaging|Internal email|External message",
        ),
        (
            "atlassian",
            "Incident summary|Leadup|Fault|Impact|Detection|Response|Recovery|Timeline|Five whys|Root cause|\
             Backlog check|Recurrence|Lessons learned|Corrective actions",
        ),
        (
            "aws-coe",
            "Impact|Timeline|Metrics|Incident questions|Detection|Diagnosis|Mitigation|Prevention|Five whys|\
             Action items|Related items",
        ),
    ];
    for (template, sections) in houses {
        let text = sandbox.recount(["-C", "d", "render", "2019", "-t", template]).ok();
        let headings =
            text.lines().filter_map(|l| l.strip_prefix("## ").or(l.strip_prefix("### ")));
        assert_eq!(headings.collect::<Vec<_>>().join("|"), sections, "{template}");
    }
}

#[test]
fn prose_survives_while_the_record_goes_on() {
    let sandbox = demo();
    let path = "d/incidents/2019/2019-01-24-datacenter-power-loss/postmortem.md";
    sandbox.recount(["-C", "d", "draft", "2019", "-t", "google-sre"]).ok();
    let drafted = sandbox.read(path);
    let prose = "Ours.  \r\n\n\n```\n<!-- recount:begin timeline -->\n```\nMore | of <b>it</b>";
    let written = drafted.replace("<!-- Explain the mechanism, without blame. -->", prose);
    sandbox.write(path, &written);
    sandbox
        .recount(["-C", "d", "log", "-i", "2019", "--at", "2019-01-24 15:00", "Seen late"])
        .done();
    let stale = sandbox.recount(["-C", "d", "draft", "2019", "--check"]);
    assert_eq!(stale.code, 1);
    assert!(
        stale.stderr.contains("postmortem.md:")
            && stale.stderr.contains("the block `timeline` is stale")
    );
    assert_eq!(sandbox.read(path), written, "a check writes nothing");
    sandbox.recount(["-C", "d", "draft", "2019"]).ok();
    let refreshed = sandbox.read(path);
    let changed = similar::TextDiff::from_lines(&written, &refreshed);
    let changed: Vec<_> = changed
        .iter_all_changes()
        .filter(|c| c.tag() != similar::ChangeTag::Equal)
        .map(|c| {
            c.value().split(" 15:00").next().unwrap().split(" timeline ").next().unwrap().to_owned()
        })
        .collect();
    assert_eq!(
        changed,
        ["<!-- recount:begin", "<!-- recount:begin", "|"],
        "a marker's hash, and one row more"
    );
    assert!(refreshed.contains(prose) && refreshed.contains("| 15:00 |  | Seen late |"));
    assert_eq!(sandbox.recount(["-C", "d", "draft", "--all", "--check"]).code, 0);
    assert_eq!(sandbox.git(["-C", "d", "status", "--short"]).ok(), "", "all is committed");
}

#[test]
fn a_documents_parts_depend_on_the_record_alone() {
    let mut sandbox = Sandbox::with_record();
    sandbox.recount(["-q", "declare", "Slow", "--impact", "apps=down", "--at", "-1h"]).ok();
    sandbox.recount(["-q", "mark", "started", "--at", "-2h"]).ok();
    for template in TEMPLATES {
        let now = sandbox.recount(["render", "-t", template]).ok();
        let context = sandbox.recount(["render", "-t", template, "--context"]).ok();
        sandbox.at("2026-09-01T00:00:00Z");
        assert_eq!(sandbox.recount(["render", "-t", template]).ok(), now);
        assert_eq!(sandbox.recount(["render", "-t", template, "--context"]).ok(), context);
        sandbox.at("2026-06-10T12:00:00Z");
    }
}

#[test]
fn a_context_renders_to_the_same_document_and_only_for_its_audience() {
    let sandbox = demo();
    for template in ["brief", "customer"] {
        let context =
            sandbox.recount(["-C", "d", "render", "2019", "-t", template, "--context"]).ok();
        sandbox.write("d/context.json", &context);
        let from = ["-C", "d", "render", "-t", template, "--from-context", "context.json"];
        let direct = sandbox.recount(["-C", "d", "render", "2019", "-t", template]).ok();
        assert_eq!(sandbox.recount(from).ok(), direct);
        let other = if template == "brief" { "customer" } else { "brief" };
        let refused = sandbox
            .recount(["-C", "d", "render", "-t", other, "--from-context", "context.json"])
            .refused();
        assert!(refused.contains("audience"), "{refused}");
    }
}

#[test]
fn a_records_own_templates_come_first_and_stay_in_their_folder() {
    let sandbox = demo();
    let own =
        "---\naudience: internal\nfile: postmortem.md\n---\n{% extends \"recount/brief\" %}\n";
    sandbox.write("d/templates/brief.md", own);
    let listed = sandbox.recount(["-C", "d", "templates"]).ok();
    assert!(listed.contains("templates/brief.md") && listed.contains("recount/brief"), "{listed}");
    let own = sandbox.recount(["-C", "d", "render", "2019", "-t", "brief"]).ok();
    assert_eq!(own, sandbox.recount(["-C", "d", "render", "2019", "-t", "recount/brief"]).ok());

    let slip = "---\naudience: internal\n---\n# {{ title }}\n\n{{ milestone.time }}\n";
    sandbox.write("d/templates/slip.md", slip);
    let said = sandbox.recount(["-C", "d", "render", "2019", "-t", "slip"]).refused();
    assert!(said.contains("templates/slip.md") && said.contains("slip:6:4"), "{said}");
    sandbox.recount(["-C", "d", "render", "2019", "-t", "brief"]).ok();

    for body in ["{% include \"../recount.yaml\" %}", "{% extends \"/etc/passwd\" %}"] {
        sandbox.write("d/templates/reach.md", &format!("---\naudience: internal\n---\n{body}\n"));
        let said = sandbox.recount(["-C", "d", "render", "2019", "-t", "reach"]).refused();
        assert!(said.contains("reach"), "{said}");
    }
    sandbox.write("d/templates/bare.md", "---\ntitle: Bare\n---\n# x\n");
    let said = sandbox.recount(["-C", "d", "render", "2019", "-t", "bare"]).refused();
    assert!(said.contains("audience: public"), "{said}");
}

const POLICY: &str = "\
window: month
timezone: Europe/Paris
commitment: {at_least: 99.99}
credit: {bands: [{at_least: 99.9, below: 99.99, percent: 10}, {below: 99.9, percent: 25}]}
";

/// A record in which every field that is not public holds a word of its own that begins with `zq`.
const SECRETS: &str = "\
title: zqtitle
severity: zqsev
class: zqclass
services: [zqapps, zqhidden]
attribution: provider
summary: zqsummary
x-note: zqextra
causes:
  - {kind: root, text: zqcause}
actions:
  - {id: zqact1, title: Promised, kind: repair, owner: zqowner, due: 2019-02-15, ticket: 'https://example.com/zqticket'}
  - {id: zqact2, title: zqaction, owner: zqowner2}
claims: [{name: zqclaim, stated: 4h}]
links: [{title: zqlink, url: 'https://example.com/zqurl'}]
public:
  title: Open title
  summary: Open summary
  causes: [{kind: root, text: Open cause}]
  actions: [zqact1]
# zqcomment
events:
  - id: zqev1
    at: 2019-01-24T12:56:00Z
    by: zqby
    kind: alert
    mark: started
    impact: {zqapps: [{state: down, share: 0.4321, regions: [zqregion], resources: [zqresource], customers: [zqcustomer]}], zqhidden: down}
    severity: zqsev
    roles: {zqrole: zqperson}
    progress: {zqapps: 340/1234}
    audience: public
    links: [{title: zqevlink, url: 'https://example.com/zqevurl'}]
    source: {from: zqfrom, id: zqsource, url: 'https://example.com/zqsourceurl'}
    text: Open event
  - {id: zqev2, at: 2019-01-24T13:00:00Z, mark: zqmilestone, kind: zqkind, text: zqtext, by: zqby2}
  - {id: zqev3, at: 2019-01-24T13:30:00Z, audience: public, retracted: zqreason, text: zqretracted}
  - {id: zqev4, at: 2019-01-24T14:00:00Z, mark: recovered, text: zqback}
";

const SECRET_SETTINGS: &str = "\
timezone: Europe/Paris
services:
  zqapps: {name: zqname, public: Open service}
  zqhidden: {name: zqhiddenname}
severities: [zqsev]
milestones: [zqmilestone]
durations: [{name: zqduration, from: started, to: zqmilestone, clock: zqcalendar}]
calendars: {zqcalendar: {days: [thu], from: '00:00', to: '23:00'}}
objectives: {zqclass: {time_to_recover: 1h}}
";

/// An incident that hits everyone, for the statement of a customer.
const SECRET_OUTAGE: &str = "\
title: zqoutage
public: {title: Open outage}
events:
  - {id: zqev5, at: 2019-01-20T10:00:00Z, mark: started, impact: {zqapps: down}, audience: public, text: Open event}
  - {id: zqev6, at: 2019-01-20T10:30:00Z, mark: zqmilestone, text: zqtext}
  - {id: zqev7, at: 2019-01-20T11:00:00Z, mark: recovered, impact: {zqapps: up}, text: zqback}
";

/// Terms that show all that a public statement could say of them, and how an interval fares.
const SECRET_TERMS: &str = "\
# zqremark
title: Open terms
x-own: zqown
public: {summary: Open promise}
id: zqterms
source: {url: 'https://example.com/zqterms', read_on: 2019-03-09}
window: month
timezone: Europe/Paris
measure: {starts_at: zqmilestone, granularity: exact}
exclude: {maintenance: {notice: 1h}}
commitment: {at_least: 99.99}
credit: {bands: [{below: 99.99, percent: 10}]}
";

/// Terms that a subscription doesn't fit, and whose own title is not for customers.
const UNMET_TERMS: &str = "\
title: zqunmet
public: {title: Open unmet terms, url: 'https://example.com/open'}
requires: [\"zqcolumn == zqvalue\"]
window: month
timezone: Europe/Paris
commitment: {at_least: 99.99}
credit: {bands: [{below: 99.99, percent: 10}]}
";

/// A template of the record's own that prints all it can reach.
const NOSY: &str = "\
---
audience: public
file: nosy.md
---
{% for name, text in blocks %}{{ name }}: {{ text }}
{{ block(name=name) }}
{% endfor %}
{% for name, text in values %}{{ name }}: {{ value(name=name) }}
{% endfor %}
{{ title }} {{ summary }} {{ date }} {{ timezone }} {{ total }}
{% for x in events %}{{ x }}{% endfor %}{% for x in actions %}{{ x }}{% endfor %}
{% for x in causes %}{{ x }}{% endfor %}{% for x in durations %}{{ x }}{% endfor %}
{% for x in downtime %}{{ x }}{% endfor %}
";

fn write_secrets(sandbox: &Sandbox, folder: &str) {
    sandbox.write("recount.yaml", SECRET_SETTINGS);
    sandbox.write(format!("{folder}/incident.yaml"), SECRETS);
    sandbox.write("incidents/2019/2019-01-20-zqoutage/incident.yaml", SECRET_OUTAGE);
    sandbox.write("templates/nosy.md", NOSY);
    sandbox.write("sla/zqpolicy.yaml", POLICY);
    sandbox.write("sla/zqterms.yaml", SECRET_TERMS);
    sandbox.write("sla/zqunmet.yaml", UNMET_TERMS);
    sandbox.write(
        "maintenance.yaml",
        "- {title: zqwork, services: [zqapps], from: 2019-01-20T10:40:00Z, to: 2019-01-20T10:45:00Z, announced: 2019-01-10T00:00:00Z}\n",
    );
    sandbox.write(
        "customers.csv",
        "customer,service,plan,fee,currency,zqcolumn\n\
         zqpayer,zqhidden,zqplan,4321.00,EUR,\n\
         Open customer,zqapps,Open plan,1000.00,EUR,zqcell\n",
    );
}

#[test]
fn nothing_internal_reaches_a_public_document_or_statement() {
    let sandbox = Sandbox::with_record();
    let folder = "incidents/2019/2019-01-24-zqid";
    write_secrets(&sandbox, folder);
    for (template, file) in [("customer", "customer.md"), ("nosy", "nosy.md")] {
        let mut told = vec![];
        sandbox.recount(["draft", "zqid", "-t", template]).done();
        let path = format!("{folder}/{file}");
        told.push(sandbox.read(&path));
        for extra in [vec![], vec!["--context"], vec!["--to", "json"], vec!["--to", "html"]] {
            let args = [vec!["render", "zqid", "-t", template], extra].concat();
            told.push(sandbox.recount(args).ok());
        }
        // A person's slip in the first line opens no door.
        sandbox.write(&path, &sandbox.read(&path).replace(" public -->", " internal -->"));
        sandbox.recount(["draft", "zqid", "--force"]).done();
        told.push(sandbox.read(&path));
        sandbox.write(&path, "<!-- recount:begin timeline -->\n<!-- recount:end timeline -->\n");
        sandbox.recount(["draft", "zqid", "-t", template, "--force"]).done();
        told.push(sandbox.read(&path));
        for text in &told {
            assert!(
                !text.contains("zq") && !text.contains("4321") && !text.contains("1234"),
                "{text}"
            );
            assert!(text.contains("Open event"), "{text}");
        }
        assert!(told[0].contains("Open title") && told[0].contains("Promised"), "{}", told[0]);
    }
    let internal = sandbox.recount(["render", "zqid", "-t", "google-sre"]).done();
    assert!(internal.contains("zqtitle"), "the words are there for those inside");
    let owed = sandbox.recount(["render", "zqid", "-t", "brief"]).ok();
    assert!(owed.contains("| zqpayer | zqhidden zqplan | zqpolicy | 2019-01 | credit |"), "{owed}");
    for format in ["table", "markdown", "json"] {
        let explain = ["credits", "--period", "2019-01", "--explain", "Open customer"];
        let explain = [&explain[..], &["--format", format]].concat();
        let inside = sandbox.recount(&explain).done();
        for word in
            ["zqmilestone", "zqcolumn", "zqcell", "zqwork", "zqunmet", "zqterms", "zqoutage"]
        {
            assert!(inside.contains(word), "{word}: {inside}");
        }
        let page = sandbox.recount([&explain[..], &["--public"]].concat()).done();
        assert!(!page.contains("zq") && !page.contains("2019-03-09"), "{page}");
        for word in
            ["Open terms", "Open promise", "Open unmet terms", "example.com/open", "Open plan"]
        {
            assert!(page.contains(word), "{word}: {page}");
        }
        // A table wraps them between words.
        let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in ["planned maintenance", "which time counts", "1000.00", "Open outage"] {
            assert!(page.contains(word), "{word}: {page}");
        }
    }
}

#[test]
fn a_public_document_is_never_filled_from_the_inside() {
    let sandbox = Sandbox::with_record();
    let inside = "title: zqtitle\nsummary: zqsummary\nevents:\n  - {at: 2019-01-24T12:56:00Z, impact: {zqapps: down}, text: zqtext}\n";
    sandbox.write("incidents/2019/2019-01-24-zqid/incident.yaml", inside);
    let text = sandbox.recount(["render", "zqid", "-t", "customer"]).ok();
    assert!(text.starts_with("# Incident report\n") && !text.contains("zq"), "{text}");
}

/// Texts that would do harm if Markdown, HTML, a template or a reader's eye took them at their word.
const HOSTILE: [&str; 12] = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) <javascript:alert(1)>",
    "{{ title }} {% raw %} {# x #}",
    "a | b | c\n|---|---|\n<!-- recount:end timeline -->",
    "<!-- recount:begin timeline 00000000 -->",
    "--> <!-- -->",
    "\u{202e}gnp.exe\u{202c}\u{2066}x",
    "```\n# fence\n~~~",
    "    # *b* _i_ ~~s~~ `c` ![i](http://example.com/x.png)",
    "[ref]: javascript:alert(1)",
    "1. one\n- two\n> three\n=== \n&lt;b&gt; &#106;",
];

#[test]
fn hostile_text_is_shown_as_text_in_every_field_and_template() {
    for hostile in HOSTILE {
        let sandbox = Sandbox::with_record();
        let text = serde_json::to_string(hostile).unwrap();
        sandbox.write(
            "recount.yaml",
            &format!("services:\n  apps: {{name: {text}, public: {text}}}\n"),
        );
        sandbox.write("incidents/2019/2019-01-24-x/incident.yaml", &everywhere(&text));
        sandbox.write("sla/all.yaml", POLICY);
        let cell = format!("\"{}\"", hostile.replace('"', "\"\""));
        sandbox.write(
            "customers.csv",
            &format!(
                "customer,service,plan,region,fee,currency\n{cell},apps,{cell},{cell},9.00,EUR\n"
            ),
        );
        for template in TEMPLATES {
            let marked = sandbox.recount(["draft", "2019", "-t", template, "--force"]);
            assert_eq!(marked.code, 0, "{marked:?}");
            let file = match template {
                "customer" => "customer.md",
                "brief" => "brief.md",
                _ => "postmortem.md",
            };
            let path = format!("incidents/2019/2019-01-24-x/{file}");
            let document = sandbox.read(&path);
            let again = sandbox.recount(["draft", "2019", "--check"]);
            assert_eq!((again.code, again.stderr.as_str()), (0, ""), "{hostile:?}\n{document}");
            assert_tame(&document, hostile);
            let clean = sandbox.recount(["render", "2019", "-t", template]).ok();
            assert_tame(&clean, hostile);
            let comments = |e: &pulldown_cmark::Event<'_>| {
                matches!(e, pulldown_cmark::Event::Html(_) | pulldown_cmark::Event::InlineHtml(_))
            };
            assert!(!pulldown_cmark::Parser::new(&clean).any(|e| comments(&e)), "{clean}");
            fs::remove_file(sandbox.path().join(path)).unwrap();
        }
    }
}

/// Returns an incident with a text in every field that takes one.
fn everywhere(text: &str) -> String {
    format!(
        "\
title: {text}
services: [apps]
summary: {text}
causes: [{{kind: root, text: {text}}}, {{kind: trigger, text: {text}}}, {{kind: contributing, text: {text}}}]
actions: [{{id: act, title: {text}, owner: {text}, ticket: {text}}}]
links: [{{title: {text}, url: {text}}}]
public: {{title: {text}, summary: {text}, causes: [{{kind: root, text: {text}}}], actions: [act]}}
events:
  - at: 2019-01-24T12:56:00Z
    by: {text}
    mark: started
    impact: {{apps: [{{state: down, regions: [{text}], resources: [{text}], customers: [{text}]}}]}}
    roles: {{commander: {text}}}
    audience: public
    links: [{{title: {text}, url: {text}}}]
    source: {{from: {text}, id: {text}, url: {text}}}
    text: {text}
  - {{at: 2019-01-24T13:56:00Z, mark: recovered, text: {text}}}
  - {{at: 2019-01-24T13:57:00Z, retracted: {text}, text: {text}}}
"
    )
}

/// Asserts that Markdown holds no HTML but markers and prompts, no image, and no link but to the web.
#[track_caller]
fn assert_tame(markdown: &str, hostile: &str) {
    use pulldown_cmark::{Event, Options, Parser, Tag};
    for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => {
                let ours =
                    html.trim().is_empty() || html.starts_with("<!--") || html.ends_with("-->\n");
                let ours = ours && !html.contains("alert(");
                assert!(ours, "{hostile:?} left {html:?} in\n{markdown}");
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let web = dest_url.starts_with("http://") || dest_url.starts_with("https://");
                assert!(web, "{hostile:?} left a link to {dest_url:?} in\n{markdown}");
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                panic!("{hostile:?} left an image of {dest_url}")
            }
            _ => {}
        }
    }
    let hidden = |c: char| {
        c.is_control() && c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!markdown.contains(hidden), "{hostile:?} left hidden characters");
    // No line of data begins a section: the houses' title is all there is.
    let title = Event::Start(Tag::Heading {
        level: pulldown_cmark::HeadingLevel::H1,
        id: None,
        classes: vec![],
        attrs: vec![],
    });
    let titles = Parser::new(markdown).filter(|e| *e == title).count();
    assert_eq!(titles, 1, "{hostile:?} left a heading in\n{markdown}");
}

const OUTAGE: &str = "\
title: Outage over the end of a month
services: [apps]
events:
  - {id: a1, at: 2026-05-31T20:00:00Z, mark: started, impact: {apps: down}, text: Down}
  - {id: a2, at: 2026-06-01T02:00:00Z, mark: recovered, text: Up}
  - {id: a3, at: 2026-09-01T02:00:00Z, mark: closed, text: Reviewed}
";

/// Returns what the page for executives says of the cost of an incident.
fn cost(sandbox: &Sandbox, incident: &str) -> String {
    let brief = sandbox.recount(["render", incident, "-t", "brief"]).ok();
    let (_, rest) = brief.split_once("## What it costs\n").unwrap();
    rest.split("\n## ").next().unwrap().trim().to_owned()
}

#[test]
fn an_incident_costs_what_the_credits_of_its_periods_say() {
    let sandbox = Sandbox::with_record();
    sandbox.write("incidents/2026/2026-05-31-outage/incident.yaml", OUTAGE);
    assert_eq!(cost(&sandbox, "outage"), "The record has no policy to reckon credits by.");
    sandbox.write("sla/all.yaml", POLICY);
    assert_eq!(cost(&sandbox, "outage"), "The record has no customers to reckon credits for.");
    let customers = "customer,service,plan,fee,currency\n";
    sandbox.write("customers.csv", &format!("{customers}acme,apps,gold,cheap,EUR\n"));
    assert!(cost(&sandbox, "outage").starts_with("Credits cannot be reckoned"));
    sandbox.write("customers.csv", &format!("{customers}acme,mail,gold,9.00,EUR\n"));
    assert_eq!(cost(&sandbox, "outage"), "No subscription of a customer is concerned.");

    sandbox.write(
        "customers.csv",
        &format!("{customers}acme,apps,gold,100.00,EUR\nbolt,apps,,40.00,USD\n"),
    );
    // Two hours of May and four of June in Paris; the review of September is no outage.
    assert_eq!(
        cost(&sandbox, "outage"),
        "\
| Customer | Service | Policy | Period | Status | Credit |
|---|---|---|---|---|---:|
| acme | apps gold | all | 2026-05 | credit | 25.00 EUR |
| acme | apps gold | all | 2026-06 | credit | 25.00 EUR |
| bolt | apps | all | 2026-05 | credit | 10.00 USD |
| bolt | apps | all | 2026-06 | credit | 10.00 USD |

**50.00 EUR and 20.00 USD** in all."
    );
}

#[test]
fn a_credit_that_other_incidents_share_or_that_waits_says_so() {
    let sandbox = Sandbox::with_record();
    sandbox.write("incidents/2026/2026-05-31-outage/incident.yaml", OUTAGE);
    let other = "title: Other\nevents:\n  - {at: 2026-06-10T10:00:00Z, impact: {apps: down}, text: Down}\n  - {at: 2026-06-10T11:00:00Z, mark: recovered, text: Up}\n";
    sandbox.write("incidents/2026/2026-06-10-other/incident.yaml", other);
    sandbox.write("sla/all.yaml", &format!("{POLICY}claim: {{within: 60d, from: period-end}}\n"));
    sandbox.write("customers.csv", "customer,service,fee,currency\nacme,apps,100.00,EUR\n");
    sandbox.write(
        "credits/adjustments.csv",
        "period,customer,service,amount,currency,reason,incident,approved_by\n\
         2026-08,acme,apps,5.00,EUR,Sorry,2026-06-10-other,boss\n",
    );
    let told = cost(&sandbox, "other");
    assert!(told.contains("| acme | apps | adjustment | 2026-08 | credit | 5.00 EUR |"), "{told}");
    assert!(
        told.contains("**5.00 EUR** in all, and 25.00 EUR if it is claimed in time."),
        "{told}"
    );
    assert!(told.contains("waits for a claim received before 2026-08-30"), "{told}");
    assert!(told.contains("2026-05-31-outage counts too"), "{told}");
    sandbox.recount(["draft", "other", "-t", "brief"]).done();
    assert_eq!(sandbox.recount(["draft", "other", "--check"]).code, 0);
    sandbox.write("customers.csv", "customer,service,fee,currency\nacme,apps,200.00,EUR\n");
    let stale = sandbox.recount(["draft", "other", "--check"]);
    assert_eq!(stale.code, 1);
    assert!(stale.stderr.contains("the block `credits` is stale"), "{}", stale.stderr);
    assert!(sandbox.recount(["check"]).stdout.contains("stale"));
}

#[test]
fn a_page_shows_the_largest_credits_and_the_sum_of_all() {
    let sandbox = Sandbox::with_record();
    sandbox.write("incidents/2026/2026-05-31-outage/incident.yaml", OUTAGE);
    sandbox.write("sla/all.yaml", &POLICY.replace("month", "year"));
    let rows: String = (1..=30).map(|n| format!("c{n},apps,{n}.00,EUR\n")).collect();
    sandbox.write("customers.csv", &format!("customer,service,fee,currency\n{rows}"));
    let told = cost(&sandbox, "outage");
    let shown: Vec<_> = told.lines().filter(|l| l.starts_with("| c")).collect();
    assert_eq!(shown.len(), 20);
    assert!(shown[0].starts_with("| c30 |") && shown[19].starts_with("| c11 |"), "{told}");
    assert!(told.contains("the 20 largest of 30 lines"), "{told}");
    // A tenth of twelve months' fees of 1 + 2 + ... + 30: of a year, six hours are less than a thousandth.
    assert!(told.contains("**558.00 EUR** in all."), "{told}");
}
