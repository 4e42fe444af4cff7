#![allow(clippy::string_slice, reason = "a test may panic")]

use super::*;
use proptest::prelude::*;

fn contents(timeline: &str, recover: &str) -> Contents {
    let block = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    Contents::new(
        [block("timeline", timeline), block("credits", "")],
        [block("time_to_recover", recover)],
    )
}

fn outcomes(text: &str, contents: &Contents, force: bool) -> (String, Vec<RefreshOutcome>) {
    let done = refresh(&ParsedDocument::read(text), contents, force);
    (done.text, done.parts.iter().map(|t| t.outcome).collect())
}

const OLD: &str = "\
# Outage

It lasted <!-- recount:value time_to_recover 88ab01c2 -->5 h<!-- recount:end -->.

<!-- recount:begin timeline 5f1c0a9e -->
| 12:56 | power fails |
<!-- recount:end timeline -->

We were lucky.
";

/// Puts the right hashes into a text whose parts say what was generated.
fn sealed(text: &str) -> String {
    let document = ParsedDocument::read(text);
    assert!(document.problems.is_empty(), "{:?}", document.problems);
    let mut out = text.to_owned();
    for part in document.parts.iter().rev() {
        let hash = marker::hash(&text[part.content.clone()]);
        out.replace_range(part.hash.clone(), &hash);
    }
    out
}

#[test]
fn generated_parts_are_written_anew_and_nothing_else() {
    let (text, done) = outcomes(&sealed(OLD), &contents("| 12:57 | it fails |", "6 h"), false);
    assert_eq!(done, [RefreshOutcome::Renewed, RefreshOutcome::Renewed]);
    let expected = sealed(&OLD.replace("5 h<", "6 h<").replace("12:56 | power", "12:57 | it"));
    assert_eq!(text, expected);
    assert_eq!(
        outcomes(&text, &contents("| 12:57 | it fails |", "6 h"), false),
        (text, vec![RefreshOutcome::Current; 2])
    );
}

#[test]
fn a_part_that_a_person_changed_is_kept_unless_forced() {
    let text = sealed(OLD).replace("power fails", "power fails, at last");
    let new = contents("| 12:57 | it fails |", "5 h");
    assert_eq!(
        outcomes(&text, &new, false),
        (text.clone(), vec![RefreshOutcome::Current, RefreshOutcome::Kept])
    );
    let (forced, done) = outcomes(&text, &new, true);
    assert_eq!(done, [RefreshOutcome::Current, RefreshOutcome::Forced]);
    assert!(forced.contains("| 12:57 | it fails |\n<!-- recount:end"), "{forced}");
}

#[test]
fn white_space_alone_is_no_change() {
    let text = sealed(OLD).replace("| 12:56 | power fails |", "| 12:56  |  power fails |\n");
    let same = contents("| 12:56 | power fails |", "5 h");
    assert_eq!(outcomes(&text, &same, false), (text.clone(), vec![RefreshOutcome::Current; 2]));
    let (_, done) = outcomes(&text, &contents("| 12:57 | power fails |", "5 h"), false);
    assert_eq!(done[1], RefreshOutcome::Renewed, "a formatter's blanks do not hold it back");
}

#[test]
fn a_marker_written_by_hand_is_filled_in() {
    let text = "<!-- recount:begin timeline -->\n<!-- recount:end timeline -->\n<!-- recount:value time_to_recover --><!--recount:end--> all in all\n";
    let (text, done) = outcomes(text, &contents("t", "5 h"), false);
    assert_eq!(done, [RefreshOutcome::Renewed, RefreshOutcome::Renewed]);
    assert_eq!(text, sealed(&text));
    assert!(
        text.starts_with("<!-- recount:begin timeline ")
            && text.contains("-->5 h<!--recount:end--> all")
    );
    let by_hand = "<!-- recount:begin timeline -->\nmine\n<!-- recount:end timeline -->\n";
    assert_eq!(outcomes(by_hand, &contents("t", "5 h"), false).1, [RefreshOutcome::Kept]);
}

#[test]
fn line_ends_stay_as_the_document_has_them() {
    let text = sealed(OLD).replace('\n', "\r\n");
    let (new, _) = outcomes(&text, &contents("| a |\n| b |", "6 h"), false);
    assert!(new.contains("| a |\r\n| b |\r\n<!-- recount:end"), "{new:?}");
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    let (again, done) = outcomes(&new, &contents("| a |\n| b |", "6 h"), false);
    assert_eq!((again, done), (new, vec![RefreshOutcome::Current; 2]));
}

#[test]
fn markers_inside_code_are_no_markers() {
    for text in [
        "```\n<!-- recount:begin timeline 5f1c0a9e -->\nx\n<!-- recount:end timeline -->\n```\n",
        "- item\n\n  ~~~\n  <!-- recount:begin timeline 5f1c0a9e -->\n  ~~~\n",
        "    <!-- recount:begin timeline 5f1c0a9e -->\n",
        "Write `<!-- recount:value time_to_recover 88ab01c2 -->` there.\n",
        "Write \\<!-- recount:value time_to_recover 88ab01c2 --> there.\n",
    ] {
        let document = ParsedDocument::read(text);
        assert!(document.parts.is_empty() && document.problems.is_empty(), "{text}: {document:?}");
    }
}

#[test]
fn broken_markers_are_told_with_their_lines() {
    let told = |text: &str| {
        let found = ParsedDocument::read(text).problems;
        found.iter().map(|p| format!("{}: {}", p.place, p.message)).collect::<Vec<_>>().join("\n")
    };
    let begin = "<!-- recount:begin timeline 5f1c0a9e -->\n";
    assert_eq!(
        told(&format!("a\n\n{begin}b\n")),
        "3:1: the block `timeline` has no `recount:end timeline` before the next marker"
    );
    assert_eq!(
        told("a\n<!-- recount:end timeline -->\n"),
        "2:1: `recount:end timeline` closes nothing"
    );
    assert_eq!(
        told(&format!("a {begin}b\n<!-- recount:end timeline -->\n")),
        "1:3: the marker of `timeline` must stand alone on its line\n3:1: `recount:end timeline` closes nothing"
    );
    assert_eq!(
        told(&format!("{begin}{begin}<!-- recount:end timeline -->\n")),
        "1:1: the block `timeline` has no `recount:end timeline` before the next marker"
    );
    assert_eq!(told("<!-- recount:begin timeline 5f1c\n\nx\n"), "1:1: this marker has no `-->`");
    assert_eq!(
        told("<!-- recount:begin timeline 5f1c0a9e\nx\n<!-- recount:end timeline -->\n"),
        "1:1: this marker has no `-->` of its own"
    );
    assert_eq!(
        told("<!-- recount:value x 88ab01c2 -->5 h\n\nmore <!-- recount:end -->\n"),
        "1:1: the value `x` and its `recount:end` stand in different paragraphs"
    );
    assert_eq!(
        told("<!-- recount:value x 88ab01c2 -->5 h\n"),
        "1:1: the value `x` has no `recount:end` behind it"
    );
    assert_eq!(
        told("<!-- recount:begin x 88AB -->\n"),
        "1:1: `88AB` is not a hash: eight of 0 to 9 and a to f"
    );
    assert_eq!(told("<!-- recount:block x -->\n"), "1:1: `recount:block x` is not a marker");
}

#[test]
fn a_document_says_what_it_was_made_from() {
    let text = format!("{}\n# Outage\n", stamp("customer", Audience::Public));
    let made = ParsedDocument::read(&text).made_from.unwrap();
    assert_eq!((made.template.as_str(), made.audience), ("customer", Audience::Public));
    assert_eq!(clean(&text), "# Outage\n");
}

#[test]
fn a_clean_document_has_no_markers_and_no_prompts() {
    let text = format!(
        "{}<!-- What else? -->\n\n## Lessons\n<!-- One\nline each. -->\n- a\n\n```\n<!-- shown -->\n```\n",
        sealed(OLD)
    );
    assert_eq!(
        clean(&text),
        "# Outage\n\nIt lasted 5 h.\n\n| 12:56 | power fails |\n\nWe were lucky.\n\n## Lessons\n\n- a\n\n```\n<!-- shown -->\n```\n"
    );
    assert_eq!(
        clean(
            "a\n<!-- recount:begin timeline 5f1c0a9e -->\n| b |\n<!-- recount:end timeline -->\nc\n"
        ),
        "a\n\n| b |\n\nc\n"
    );
    assert_eq!(
        clean("It took <!-- recount:value x\n88ab01c2 -->\n5 h<!-- recount:end -->\nin all.\n"),
        "It took \n5 h\nin all.\n"
    );
}

#[test]
fn data_that_looks_like_a_marker_is_shown() {
    let hostile = contents("x\n<!-- recount:end timeline -->\ny", "5 h<!-- recount:end -->");
    let (text, _) = outcomes(&sealed(OLD), &hostile, false);
    let document = ParsedDocument::read(&text);
    assert_eq!((document.parts.len(), document.problems.len()), (2, 0));
    assert_eq!(clean(&text).matches("&lt;!--").count(), 2);
}

/// Prose as people write it, with much that looks like a marker, code or its end.
fn prose() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => "[a-zäß ,.*_\\[\\](){}|#>0-9-]{1,30}".prop_map(|s| s),
        2 => Just("\n".to_owned()),
        2 => Just("\n\n".to_owned()),
        1 => Just("\n```\n<!-- recount:end timeline -->\n```\n".to_owned()),
        1 => Just("`<!-- recount:value x -->`".to_owned()),
        1 => Just("\n- item\n- [ ] task\n".to_owned()),
        1 => Just("<!-- what happened? -->".to_owned()),
        1 => Just("\\<!-- ".to_owned()),
        1 => Just("\n| a | b |\n|---|---|\n| c | d |\n".to_owned()),
        1 => Just("\n    indented\n".to_owned()),
        1 => Just("\n<details>\n\n".to_owned()),
        1 => Just("`".to_owned()),
        1 => Just("\n~~~\n".to_owned()),
        1 => Just("<!-".to_owned()),
        1 => Just("<!-- recount:begin timeline\n".to_owned()),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn data() -> impl Strategy<Value = String> {
    prop::collection::vec("[a-z0-9|: .`*<>!#-]{0,20}", 0..5).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Takes a document apart by other means than the program: by its own knowledge of where the parts are.
    #[test]
    fn a_refresh_changes_no_byte_outside_and_twice_equals_once(
        prose in prop::collection::vec(prose(), 4),
        before in data(), after in data(), old in "[a-z0-9 ]{1,12}", new in "[a-z0-9 ]{1,12}",
        crlf in any::<bool>(), force in any::<bool>(),
    ) {
        let old_parts = contents(&before, &old);
        let new_parts = contents(&after, &new);
        let block = |c: &Contents| block("timeline", c.get(PartKind::Block, "timeline").unwrap());
        let value = |c: &Contents| value("time_to_recover", c.get(PartKind::Value, "time_to_recover").unwrap());
        let whole = |c: &Contents| format!(
            "{}\n{}\n{} {} {}\n{}\n{}", prose[0], block(c), prose[1], value(c), prose[2], block(c), prose[3]
        );
        let lines = |text: String| if crlf { text.replace('\n', "\r\n") } else { text };
        let text = lines(whole(&old_parts));
        let document = ParsedDocument::read(&text);
        let done = refresh(&document, &new_parts, force);
        // Everything outside the parts that were found is there still, in its order, byte for byte.
        let mut rest = done.text.as_str();
        let mut from = 0;
        for part in &document.parts {
            let outside = &text[from..part.hash.start];
            prop_assert!(rest.starts_with(outside), "{outside:?} is not in {rest:?}");
            rest = &rest[outside.len() + 8..];
            let between = &text[part.hash.end..part.content.start];
            prop_assert!(rest.starts_with(between));
            let new = part.with_line_ends(&text, new_parts.get(part.kind, &part.name).unwrap());
            let now = &rest[between.len()..];
            let kept = &text[part.content.clone()];
            rest = now.strip_prefix(new.as_str()).or_else(|| now.strip_prefix(kept)).unwrap();
            from = part.content.end;
        }
        prop_assert_eq!(rest, &text[from..]);
        let again = refresh(&ParsedDocument::read(&done.text), &new_parts, force);
        prop_assert_eq!(&again.text, &done.text);
        // Where no code hides them, all three parts are found, and the whole is as if made anew.
        if !text.contains(['`', '~', '<', '\\']) || document.parts.len() == 3 && document.problems.is_empty() {
            prop_assert_eq!(&done.text, &lines(whole(&new_parts)));
        }
    }

    #[test]
    fn no_text_breaks_it(text in any::<String>(), near in prose(), force in any::<bool>()) {
        for text in [text, near] {
            let document = ParsedDocument::read(&text);
            let done = refresh(&document, &contents("a", "b"), force);
            prop_assert_eq!(refresh(&ParsedDocument::read(&done.text), &contents("a", "b"), force).text, done.text);
            let _ = clean(&text);
        }
    }
}
