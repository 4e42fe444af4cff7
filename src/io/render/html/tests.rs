use super::*;
use crate::compute::metrics::StandIn;
use crate::compute::report::metrics::{DurationDefinition, StandIns};
use crate::model::incident::Milestone;
use crate::model::time::Zone;
use crate::model::time::{Span, SpanBounds};
use proptest::prelude::*;

fn made(body: &str) -> String {
    made_with(body, &[])
}

fn made_with(body: &str, durations: &[DurationReport]) -> String {
    page(&Page {
        title: "T",
        body,
        zone: Zone::of("Europe/Paris"),
        chart: None,
        durations,
        audience: Audience::Internal,
        pictures: &[],
    })
}

/// Returns what stands between `<main>` and its end.
fn main_of(page: &str) -> &str {
    let (_, after) = page.split_once("<main id=\"_text\">\n").unwrap();
    after.rsplit_once("</main>").unwrap().0
}

fn text(body: &str) -> String {
    main_of(&made(body)).trim().to_owned()
}

fn recovery() -> DurationReport {
    DurationReport {
        definition: DurationDefinition::between(
            "time_to_recover",
            Milestone::Started,
            Milestone::Recovered,
        ),
        length: Some(SpanBounds {
            nominal: Some(Span::seconds(20_640)),
            lowest: Span::seconds(20_340),
            highest: Span::seconds(20_940),
        }),
        stand_ins: StandIns(vec![StandIn::Resolved]),
        running: false,
        absent: None,
        from_event: None,
        to_event: None,
    }
}

/// Tags as a browser's parser finds them: the name and the attributes of each.
fn tags(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut tags = vec![];
    for piece in html.split('<').skip(1) {
        let inner = piece.split_once('>').map_or(piece, |(inner, _)| inner);
        if inner.starts_with('/') || inner.starts_with('!') {
            continue;
        }
        let (name, rest) = inner.split_once([' ', '\n']).unwrap_or((inner, ""));
        let mut attributes = vec![];
        let mut rest = rest.trim();
        while let Some((key, value)) = rest.split_once("=\"") {
            let (value, after) = value.split_once('"').unwrap_or((value, ""));
            attributes.push((key.trim().to_owned(), value.to_owned()));
            rest = after;
        }
        tags.push((name.trim_end_matches('/').to_owned(), attributes));
    }
    tags
}

/// The tags that a document may hold.
const TAGS: &str = "a b blockquote br code dd del div dl dt em h2 h3 h4 h5 h6 hr li ol p pre section span strong \
                    sup table tbody td th thead time tr ul";

/// The attributes that they may have.
const ATTRIBUTES: &str = "id class href rel role tabindex aria-label aria-hidden aria-describedby aria-labelledby \
                          start value scope datetime data-from data-to data-shown";

/// Panics where a part of a page could do more than be read.
fn assert_inert(html: &str) {
    for (name, attributes) in tags(html) {
        assert!(TAGS.split(' ').any(|t| t == name), "<{name}> in {html}");
        for (key, value) in attributes {
            assert!(ATTRIBUTES.split(' ').any(|a| a == key), "{key} in {html}");
            let safe = ["#", "http://", "https://", "mailto:"];
            let lower = value.to_lowercase();
            assert!(
                key != "href" || safe.iter().any(|s| lower.starts_with(s)),
                "{value} in {html}"
            );
        }
    }
}

#[test]
fn raw_html_is_text() {
    assert_eq!(
        text("<b onclick=\"x()\">a</b>"),
        "<p>&lt;b onclick=&quot;x()&quot;&gt;a&lt;/b&gt;</p>"
    );
    assert_eq!(text("<script>\nx\n</script>"), "<p>&lt;script&gt;\nx\n&lt;/script&gt;</p>");
    assert_eq!(text("a <!-- What went well? --> b"), "<p>a  b</p>");
    assert_eq!(text("<!-- gone -->\n"), "");
}

#[test]
fn hostile_probes_are_inert() {
    let probes = [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt&colon;alert(1))",
        "[a](&#106;avascript:alert(1))",
        "[a](java\u{0}script:alert(1))",
        "[a]( javascript:alert(1))",
        "[a](<java\tscript:alert(1)>)",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "[a](//evil.example)",
        "<javascript:alert(1)>",
        "![x](https://evil.example/x.png)",
        "![x](javascript:alert(1))",
        "[![x](https://evil.example/x.png)](https://evil.example \"on'load=\\\"x\\\"\")",
        "[a]: javascript:alert(1)\n\n[a]",
        "[a](https://e.example/\"onmouseover=\"alert(1))",
        "[a](https://e.example/ \"\" onmouseover=alert(1))",
        "```\"><script>alert(1)</script>\nx\n```",
        "```x\"onload=\"y\nx\n```",
        "# <img src=x onerror=alert(1)>",
        "# \"><script>alert(1)</script>",
        "| <script>x</script> |\n|---|\n| [a](javascript:x) <svg onload=x> |",
        "[^1]\n\n[^1]: <iframe src=https://evil.example>",
        "[^\"><script>]\n\n[^\"><script>]: x",
        "<!-- --><script>alert(1)</script><!-- -->",
        "<!-->--><script>alert(1)</script>",
        "<?php x ?><![CDATA[<script>]]>",
        "</main></div><script>alert(1)</script>",
        "<style>@import url(https://evil.example)</style>",
        "<base href=https://evil.example>",
        "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
        "[x](recount:\"><script>)",
        "[x](recount:chart)",
        "- [ ] <input autofocus onfocus=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "a\u{202e}b\u{1b}[31m",
    ];
    for probe in probes {
        assert_inert(&text(probe));
        let all = [probe, "\n\n", probes[0], "\n\n> ", probe].concat();
        assert_inert(&text(&all));
    }
}

#[test]
fn a_page_asks_the_network_for_nothing() {
    let page = made("![x](https://example.com/x.png) <https://example.com>");
    for loads in
        ["src=", "@import", "url(http", "<link", "<iframe", "<img", "srcset", "ping=", "fetch("]
    {
        assert!(!page.contains(loads), "{loads}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn the_tables_and_tasks_and_footnotes_of_github_are_known() {
    let table = text("| a | b |\n|:-:|--:|\n| 1 | ~~2~~ |");
    assert!(table.contains("<th scope=\"col\" class=\"center\">a</th>"), "{table}");
    assert!(table.contains("<td class=\"right\"><del>2</del></td>"), "{table}");
    let tasks = text("- [x] a\n- [ ] b");
    assert!(tasks.contains("aria-label=\"Done:\"") && tasks.contains("aria-label=\"To do:\""));
    let notes = text("One[^n], again[^n].\n\n[^n]: The **note**.\n[^unused]: x");
    assert!(notes.contains("<sup id=\"_ref_1\"><a href=\"#_note_1\""), "{notes}");
    assert!(notes.contains("id=\"_ref_1_2\""), "{notes}");
    assert!(
        notes.contains("<li id=\"_note_1\" value=\"1\"><p>The <strong>note</strong>. <a href"),
        "{notes}"
    );
    assert!(!notes.contains("unused"));
}

#[test]
fn headings_have_anchors_of_their_own_and_make_the_contents() {
    let page = made("# The **title**\n\n## A b\n\n## A b\n\n### A-b-1\n\n## Ünï & _x_\n\n# Again");
    assert!(page.contains("<header><h1>The <strong>title</strong></h1></header>"));
    for anchor in ["a-b", "a-b-1", "a-b-1-1", "ünï--x", "again"] {
        assert!(page.contains(&format!(" id=\"{anchor}\"")), "{anchor}");
        assert!(
            page.contains(&format!("<li><a href=\"#{anchor}\"")) || anchor == "a-b-1-1",
            "{anchor}"
        );
    }
    assert_eq!(page.matches("<h1>").count(), 1);
    assert!(made("text").contains("<h1>T</h1>"));
}

#[test]
fn a_number_is_explained_where_it_stands_and_at_the_end() {
    let page = made_with(
        "It lasted [5 h 44 min](recount:time_to_recover). [x](recount:other)",
        &[recovery()],
    );
    let main = main_of(&page);
    assert!(main.contains("<a class=\"number\" href=\"#_def_time_to_recover\""), "{main}");
    assert!(main.contains(
        "<dd id=\"_def_time_to_recover\">From “started” to “recovered”, by the clock on the wall: 5 h 44 min, \
         at least 5 h 39 min and at most 5 h 49 min, for its ends are not exactly known. Not all of it was marked: \
         “resolved” stands in.</dd>"
    ), "{main}");
    assert!(main.contains(". x</p>"), "{main}");
    let table =
        made_with("| Duration | Length |\n|---|---|\n| Time to recover | 5 h |", &[recovery()]);
    assert!(table.contains("<td><a class=\"number\""));
}

#[test]
fn times_have_utc_beside_them_and_states_are_badges() {
    let rows = "**Thu 24 Jan 2019**\n\n| Time | Status |\n|---|---|\n| 13:56 | done 2019-02-01 |\n| 14:00..15:00 | open |\n";
    let html = text(rows);
    assert!(
        html.contains(
            "<time datetime=\"2019-01-24T12:56:00Z\">13:56</time> <span class=\"utc\">12:56 UTC"
        ),
        "{html}"
    );
    assert!(html.contains("<span class=\"utc\">13:00–14:00 UTC</span>"), "{html}");
    assert!(html.contains("<span class=\"badge done\">done</span> 2019-02-01"), "{html}");
    let value = text("Recovered [19:40 CET Thu 24 Jan 2019](recount:recovered).");
    assert!(value.contains("<time datetime=\"2019-01-24T18:40:00Z\">"), "{value}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_document_does_more_than_be_read(body in r#"([\[\]()<>!"'&;:#|*_~`^ /a=\n-]|javascript:|https://|<script>|onload=|recount:|\[\^1\]|<!--|-->|&lt;|\|---\||- \[x\] ){0,60}"#) {
        assert_inert(&text(&body));
    }

    #[test]
    fn any_text_makes_a_page(body in any::<String>()) {
        assert_inert(&text(&body));
    }
}

/// Returns the page of an incident all of whose words are this one.
fn page_of_words(word: &str) -> Option<String> {
    let quoted = serde_json::to_string(word).unwrap();
    let text = format!(
        "title: {quoted}\nseverity: {quoted}\nservices: [{quoted}]\nevents:\n  \
         - {{at: 2019-01-24T10:00:00Z, mark: started, kind: {quoted}, impact: {{{quoted}: down}}, text: {quoted}}}\n  \
         - {{at: 2019-01-24T11:00:00Z, within: 5m, severity: {quoted}, mark: {quoted}, roles: {{{quoted}: {quoted}}}, \
             impact: {{{quoted}: [{{state: degraded, share: 1/3}}]}}, text: {quoted}}}\n  \
         - {{at: 2019-01-24T12:00:00Z, mark: recovered, text: {quoted}}}\n"
    );
    let settings = crate::model::settings::Settings::default();
    let id = "2019-01-24-x".parse().unwrap();
    let incident = crate::io::yaml::incident::read(id, &text, &settings).ok()?.incident;
    let chart = Chart::of(&incident, &settings, Audience::Internal);
    let zone = Zone::UTC;
    let durations = &[recovery()];
    let title = &incident.title;
    Some(page(&Page {
        title,
        body: "",
        zone,
        chart: chart.as_ref(),
        durations,
        audience: Audience::Internal,
        pictures: &[],
    }))
}

/// The tags and attributes that a chart has beside those of a document.
const DRAWN: &str = "figure svg defs pattern path circle g rect text details summary viewbox viewBox x y width height \
                     rx r cx cy d fill transform patternUnits patternTransform text-anchor data-at tabindex";

#[test]
fn the_words_of_an_incident_draw_nothing_of_their_own() {
    let probes = [
        "<script>alert(1)</script>",
        "\"><script>alert(1)</script>",
        "'onload='x",
        "\"onfocus=\"alert(1)",
        "</text></svg><img/src=x/onerror=alert(1)>",
        "]]>-->&quot;&#x3C;script>",
        "url(https://evil.example)",
        "a\u{202e}b",
    ];
    for probe in probes {
        let Some(page) =
            page_of_words(&probe.replace('/', "\u{2215}")).or_else(|| page_of_words(probe))
        else {
            continue;
        };
        for (name, attributes) in tags(main_of(&page)) {
            let known = |word: &str| {
                [TAGS, ATTRIBUTES, DRAWN].iter().any(|all| all.split(' ').any(|a| a == word))
            };
            assert!(known(&name), "<{name}> from {probe}");
            for (key, value) in attributes {
                assert!(known(&key), "{key} from {probe}");
                assert!(!value.contains("evil") || key == "aria-label", "{value} from {probe}");
            }
        }
    }
    let page = page_of_words("\"onfocus=\"alert(1)").or_else(|| page_of_words("\"<b>\""));
    assert!(page.is_some_and(|p| p.contains("<figure")), "some of the probes must draw a chart");
}

#[test]
fn an_incident_draws_its_lanes_marks_and_words() {
    let page = page_of_words("<b>\"'").unwrap();
    let main = main_of(&page);
    assert!(
        main.contains("<text class=\"lane\" x=\"0\" y=\"")
            && main.contains("&lt;b&gt;&quot;&#39;</text>")
    );
    for part in [
        "class=\"down\"",
        "class=\"degraded unsure\"",
        "url(#_unsure)",
        "degraded 1/3",
        "class=\"reach\"",
        "id=\"_broad_3\"",
        "id=\"_slim_3\"",
    ] {
        assert!(main.contains(part), "{part} in {main}");
    }
    assert!(main.contains("<details class=\"words\""));
    let mut ids: Vec<_> =
        main.split(" id=\"").skip(1).filter_map(|r| r.split('"').next()).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands twice");
}
