use super::super::node;
use proptest::prelude::*;

/// Files as the tool writes them and as people do.
const SEEDS: [&str; 6] = [
    include_str!("../../../../examples/scalingo/recount.yaml"),
    include_str!(
        "../../../../examples/scalingo/incidents/2015/2015-07-29-cascade-of-full-docker-partitions/incident.yaml"
    ),
    include_str!(
        "../../../../examples/scalingo/incidents/2019/2019-01-24-datacenter-power-loss/incident.yaml"
    ),
    "# yaml-language-server: $schema=x\ntitle: Checkout fails\nseverity: sev1\nservices: [checkout]\nevents:\n  \
     - id: t4mwz8ce\n    at: 2026-06-10T11:38:00Z\n    logged: 2026-06-10T12:00:00Z\n    by: Ada Diallo\n    \
     mark: started\n    impact: {checkout: down}\n    text: Every payment times out\n",
    "title: \"quoted\"\nsummary: |\n  one\n\n    two\n  three\n\ncauses:\n- {kind: root, text: 'x'}\n\
     links: [https://example.com/a#b, {title: \"t\", url: 'u'}]\nnothing:\nlist: []\nmap: {}\nevents:\n  \
     - {id: a, at: 2019-01-24T12:56:00Z, impact: {a: [{state: down, share: 1/3}]}, text: t}   # why\n",
    "title: Äpfel und Ürsache\nevents:\n  - id: a\n    text: |\n      für é\n    by: Zoë\n\n# the end\n\n  - id: b\n    text: {ä: x}\n",
];

/// Holds the quick reader against the full one: the same tree, or none.
fn agrees(text: &str) -> Result<bool, String> {
    let Some(quick) = super::read(text) else { return Ok(false) };
    match node::read(text) {
        Ok(full) if format!("{full:?}") == format!("{quick:?}") => Ok(true),
        Ok(full) => Err(format!("{text}\nfull  {full:?}\nquick {quick:?}")),
        Err(problem) => Err(format!("{text}\nrefused: {problem:?}\nquick {quick:?}")),
    }
}

#[test]
fn what_the_tool_writes_is_read_quickly() {
    let quick = SEEDS.map(|text| agrees(text).unwrap_or_else(|e| panic!("{e}")));
    assert_eq!(quick[3..5], [true, true]);
}

#[test]
fn what_is_not_plain_is_declined() {
    let cases = [
        "",
        "a: b",
        "a: &x b\n",
        "a: *x\n",
        "a: !!str b\n",
        "a: \"\\n\"\n",
        "a: 'it''s'\n",
        "a: >\n  x\n",
        "a: |-\n  x\n",
        "a: b\n  c\n",
        "a: b\na: c\n",
        "a: b: c\n",
        "a:b\n",
        "? a\n",
        "a:\tb\n",
        "--- \na: b\n",
        "a: [b,\n  c]\n",
        "a: [b, ]\n",
        "a: {b}\n",
        "a: {b: }\n",
        "- a\n -  b\n",
        "a:\n  b: c\n d: e\n",
        "a: @b\n",
        "\u{feff}a: b\n",
        "null: x\n",
    ];
    for text in cases {
        assert!(super::read(text).is_none(), "{text:?}");
    }
}

/// Pieces of which YAML is made, and that it may break on.
fn piece() -> impl Strategy<Value = String> {
    let fixed = [
        "\n", "\n\n", "  ", " ", "    ", "- ", "-", "a", "id", "key: ", ":", ": ", "x: y\n",
        " # c", "#", "\"", "'", "\\", "{", "}", "[", "]", ", ", ",", "|", "|\n", ">", "&a ", "*a",
        "!t ", "~", "null", "?", "? ", "%", "@", "`", "---\n", "...\n", "\t", "\r\n", "é",
        "\u{85}", "\u{2028}", "\u{feff}", "\u{a0}", "<<: ", "2019", "1.10", "=", "{a: b}",
        "[c, d]", "''", "\"\"", "\0", "\u{7f}",
    ];
    prop_oneof![prop::sample::select(fixed.to_vec()).prop_map(str::to_owned), "[ -~é]{1,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_file_with_any_change_is_read_the_same_or_declined(
        seed in 0_usize..SEEDS.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, piece()), 1..4),
    ) {
        let mut text = SEEDS[seed].to_owned();
        for (place, cut, piece) in changes {
            let chars: Vec<_> = text.chars().collect();
            let place = place.index(chars.len() + 1);
            let rest = chars.iter().skip(place + cut / 3);
            text = chars.iter().take(place).copied().chain(piece.chars()).chain(rest.copied()).collect();
        }
        prop_assert!(agrees(&text).is_ok(), "{}", agrees(&text).unwrap_err());
    }

    #[test]
    fn any_small_file_is_read_the_same_or_declined(pieces in prop::collection::vec(piece(), 0..14)) {
        let text = pieces.concat() + "\n";
        prop_assert!(agrees(&text).is_ok(), "{}", agrees(&text).unwrap_err());
    }

    #[test]
    fn any_plain_file_is_read_the_same(
        lines in prop::collection::vec((0_usize..5, 0_usize..12, 0_usize..12), 1..14),
    ) {
        const KEYS: [&str; 6] = ["a: ", "b: ", "c: ", "- ", "- d: ", "e: "];
        const VALUES: [&str; 12] =
            ["", "x", "x y  ", "'q'", "\"q\" # c", "{f: 1, g: [h, 'i']}", "[j, {k: l}]", "|", "# c", "12:56", "~", "[]"];
        let line = |(indent, key, value): &(usize, usize, usize)| {
            let key = KEYS.get(*key).copied().unwrap_or("");
            format!("{}{key}{}", " ".repeat(*indent), VALUES[*value]).trim_end().to_owned() + "\n"
        };
        let text: String = lines.iter().map(line).collect();
        prop_assert!(agrees(&text).is_ok(), "{}", agrees(&text).unwrap_err());
    }
}
