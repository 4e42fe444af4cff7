use super::*;
use crate::io::yaml::node;
use crate::io::yaml::write::YamlValue;
use crate::model::diagnostic::Location;
use proptest::prelude::*;

fn apply(text: &str, edits: &[Edit]) -> Result<EditedText, EditError> {
    let root = yaml::tree(text).map_err(EditError::Unreadable)?;
    super::apply(text, &root, edits)
}

fn set(path: &[PathStep], value: YamlValue) -> Edit {
    Edit::Set { path: path.to_vec(), value }
}

fn remove(path: &[PathStep]) -> Edit {
    Edit::Remove { path: path.to_vec() }
}

fn insert(path: &[PathStep], index: usize, value: YamlValue) -> Edit {
    Edit::Insert { path: path.to_vec(), index, value }
}

fn event(id: &str) -> YamlValue {
    YamlValue::Map(vec![
        ("id".into(), YamlValue::text(id)),
        ("text".into(), YamlValue::text("new")),
    ])
}

fn edited(text: &str, edits: &[Edit]) -> String {
    apply(text, edits).unwrap_or_else(|e| panic!("{e}\n{text}")).text
}

/// Holds one edit of `events` against the text that it should give.
#[track_caller]
fn gives(text: &str, edit: Edit, want: &str) {
    assert_eq!(edited(text, &[edit]), want);
}

fn append(text: &str, want: &str) {
    gives(text, insert(&["events".into()], usize::MAX, event("z")), want);
}

#[test]
fn an_event_is_appended_in_the_way_of_its_siblings() {
    append(
        "t: x\nevents:\n  - id: a\n    text: one\nlast: 1\n",
        "t: x\nevents:\n  - id: a\n    text: one\n  - id: z\n    text: new\nlast: 1\n",
    );
    append("events:\n- id: a\nlast: 1\n", "events:\n- id: a\n- id: z\n  text: new\nlast: 1\n");
    append(
        "events:\n    -   id: a\n        text: one\n",
        "events:\n    -   id: a\n        text: one\n    -   id: z\n        text: new\n",
    );
    append("events:\n  - {id: a}\n", "events:\n  - {id: a}\n  - {id: z, text: new}\n");
    append("events: [{id: a}] # c\n", "events: [{id: a}, {id: z, text: new}] # c\n");
    append(
        "events: [\n  {id: a}, # one\n  {id: b} # two\n]\n",
        "events: [\n  {id: a}, # one\n  {id: b}, # two\n  {id: z, text: new}\n]\n",
    );
    append(
        "events: [\n  {id: a},\n  {id: b},\n  # end\n]\n",
        "events: [\n  {id: a},\n  {id: b},\n  {id: z, text: new},\n  # end\n]\n",
    );
    append(
        "events:\n  - id: a\n\n  - id: b\n\nlast: 1\n",
        "events:\n  - id: a\n\n  - id: b\n\n  - id: z\n    text: new\n\nlast: 1\n",
    );
}

#[test]
fn the_first_event_makes_its_list() {
    let want = "t: x\nevents:\n  - id: z\n    text: new\n";
    for text in [
        "t: x\n",
        "t: x\nevents:\n",
        "t: x\nevents: []\n",
        "t: x\nevents: ~\n",
        "t: x\nevents: null\n",
    ] {
        append(text, want);
    }
    append(
        "t: x\nevents: # none yet\nb: 1\n",
        "t: x\nevents: # none yet\n  - id: z\n    text: new\nb: 1\n",
    );
    append("", "events:\n  - id: z\n    text: new\n");
    append("---\n# empty\n...\n", "---\n# empty\nevents:\n  - id: z\n    text: new\n...\n");
    append("{}\n", "events:\n  - id: z\n    text: new\n");
    append("a:\n- 1\n", "a:\n- 1\nevents:\n- id: z\n  text: new\n");
    append("a:\n    b: 1\n", "a:\n    b: 1\nevents:\n    - id: z\n      text: new\n");
    gives("s: []\n", insert(&["s".into()], 0, YamlValue::text("a")), "s: [a]\n");
}

#[test]
fn the_end_of_the_file_stays_as_it_was() {
    append("events:\n  - id: a", "events:\n  - id: a\n  - id: z\n    text: new");
    append("events:\r\n  - id: a\r\n", "events:\r\n  - id: a\r\n  - id: z\r\n    text: new\r\n");
    append("events:\r\n  - id: a", "events:\r\n  - id: a\r\n  - id: z\r\n    text: new");
    append(
        "\u{feff}events:\n  - id: a\n",
        "\u{feff}events:\n  - id: a\n  - id: z\n    text: new\n",
    );
    append("\u{feff}events: []\n", "\u{feff}events:\n  - id: z\n    text: new\n");
    append(
        "--- # top\nevents:\n  - a\n...\n# end\n",
        "--- # top\nevents:\n  - a\n  - id: z\n    text: new\n...\n# end\n",
    );
    append(
        "events:\n  - text: |\n      one\n\n# end\n",
        "events:\n  - text: |\n      one\n  - id: z\n    text: new\n\n# end\n",
    );
    append(
        "events:\n  - text: |+\n      one\n\n# end\n",
        "events:\n  - text: |+\n      one\n\n  - id: z\n    text: new\n# end\n",
    );
}

#[test]
fn a_block_that_ended_a_file_without_a_line_end_gains_none() {
    let done =
        apply("events:\n  - text: |\n      one", &[insert(&["events".into()], 9, event("z"))])
            .unwrap();
    assert_eq!(done.text, "events:\n  - text: |-\n      one\n  - id: z\n    text: new");
    assert_eq!(done.rewrote.len(), 1);
    gives("a: 1\nb: |\n  x", set(&["a".into()], YamlValue::plain("2")), "a: 2\nb: |\n  x");
    gives("a: 1", set(&["b".into()], YamlValue::text("x\ny\n")), "a: 1\nb: |\n  x\n  y\n");
    gives("a: |\n  x\nb: 1", remove(&["b".into()]), "a: |\n  x\n");
}

#[test]
fn an_item_put_before_another_leaves_it_its_comments() {
    let path: &[PathStep] = &["events".into()];
    let text = "events:\n  # one\n  - a # 1\n    # still one\n\n  # two\n  # more\n  - b\n# end\n";
    gives(
        text,
        insert(path, 0, YamlValue::text("z")),
        "events:\n  - z\n\n  # one\n  - a # 1\n    # still one\n\n  # two\n  # more\n  - b\n# end\n",
    );
    gives(
        text,
        insert(path, 1, YamlValue::text("z")),
        "events:\n  # one\n  - a # 1\n    # still one\n\n  - z\n\n  # two\n  # more\n  - b\n# end\n",
    );
    gives(
        "e:\n- - a\n  - b\n",
        insert(&["e".into(), 0.into()], 0, YamlValue::text("z")),
        "e:\n- - z\n  - a\n  - b\n",
    );
    gives("e: [a, b]\n", insert(&["e".into()], 1, YamlValue::text("z")), "e: [a, z, b]\n");
    gives("# schema\n- a\n", insert(&[], 0, YamlValue::text("z")), "# schema\n- z\n- a\n");
}

#[test]
fn a_value_is_replaced_and_its_comment_stays() {
    let a: &[PathStep] = &["a".into()];
    let plain = || YamlValue::plain("2");
    gives("a:   1   # c\nb: 1\n", set(a, plain()), "a:   2   # c\nb: 1\n");
    gives("a: 'x'\n", set(a, plain()), "a: 2\n");
    gives("a:\nb: 1\n", set(a, plain()), "a: 2\nb: 1\n");
    gives("a: # c\nb: 1\n", set(a, plain()), "a: 2 # c\nb: 1\n");
    gives("a: # c\n  # d\n  - x # y\n  - z\nb: 1\n", set(a, plain()), "a: 2 # c\nb: 1\n");
    gives("a: | # c\n  x\n\n  y\n\nb: 1\n", set(a, plain()), "a: 2 # c\n\nb: 1\n");
    gives("a: one\n  two # c\nb: 1\n", set(a, plain()), "a: 2 # c\nb: 1\n");
    gives("a: {x: 1,\n  y: 2} # c\nb: 1\n", set(a, plain()), "a: 2 # c\nb: 1\n");
    gives("a: !!str 1 # c\n", set(a, plain()), "a: 2 # c\n");
    gives("? a\n: 1\n? b\n: 2\n", set(a, plain()), "? a\n: 2\n? b\n: 2\n");
    gives("\"a\": 1\n'b': 2\n", set(a, plain()), "\"a\": 2\n'b': 2\n");
    gives("é: ü # ï\na: ö\n", set(&["é".into()], YamlValue::text("ß")), "é: ß # ï\na: ö\n");
    gives("{a: 1, b}\n", set(&["b".into()], plain()), "{a: 1, b: 2}\n");
    gives("{a: , b: 1}\n", set(a, plain()), "{a: 2, b: 1}\n");
    gives("a: 1 #\tc\n", set(a, plain()), "a: 2 #\tc\n");
}

#[test]
fn a_value_becomes_a_list_a_map_or_lines() {
    let a: &[PathStep] = &["a".into()];
    let list = || YamlValue::List(vec![YamlValue::text("x"), event("z")]);
    gives("a: 1 # c\nb: 1\n", set(a, list()), "a: # c\n  - x\n  - id: z\n    text: new\nb: 1\n");
    gives("a:\n  k: 1\nb: 1\n", set(a, list()), "a:\n  - x\n  - id: z\n    text: new\nb: 1\n");
    gives("- 1 # c\n- 2\n", set(&[0.into()], event("z")), "- id: z # c\n  text: new\n- 2\n");
    gives("- k: 1\n  l: 2\n- 2\n", set(&[0.into()], YamlValue::text("x")), "- x\n- 2\n");
    let lines = || YamlValue::text("x\n\ny\n");
    gives("a: | # c\n  one\nb: 1\n", set(a, lines()), "a: | # c\n  x\n\n  y\nb: 1\n");
    gives("a: 1 # c\nb: 1\n", set(a, lines()), "a: | # c\n  x\n\n  y\nb: 1\n");
    gives("a: |+\n  one\n\n\nb: 1\n", set(a, lines()), "a: |\n  x\n\n  y\nb: 1\n");
    gives("a: 1\n    # deep\nb: 1\n", set(a, lines()), "a: \"x\\n\\ny\\n\"\n    # deep\nb: 1\n");
    gives("a: 1\r\nb: 1\r\n", set(a, lines()), "a: |\r\n  x\r\n\r\n  y\r\nb: 1\r\n");
    gives("a:\n- 1\n", set(&["a".into(), 0.into()], lines()), "a:\n- |\n  x\n\n  y\n");
    gives("{a: 1}\n", set(a, lines()), "{a: \"x\\n\\ny\\n\"}\n");
}

#[test]
fn a_key_is_added_at_the_end_of_its_map_with_its_parents() {
    let text = "a:\n  b: 1 # c\n    # deep\n  # end of a\nz: 1\n# end\n";
    let value = || YamlValue::text("new");
    gives(
        text,
        set(&["a".into(), "k".into()], value()),
        "a:\n  b: 1 # c\n    # deep\n  k: new\n  # end of a\nz: 1\n# end\n",
    );
    gives(text, set(&["k".into()], value()), &text.replace("z: 1\n", "z: 1\nk: new\n"));
    gives(
        text,
        set(&["k".into(), "l".into(), "m".into()], value()),
        &text.replace("z: 1\n", "z: 1\nk:\n  l:\n    m: new\n"),
    );
    gives(
        "e:\n  - id: a\n  - id: b\n",
        set(&["e".into(), 0.into(), "k".into()], value()),
        "e:\n  - id: a\n    k: new\n  - id: b\n",
    );
    gives("a: {b: 1}\n", set(&["a".into(), "k".into()], value()), "a: {b: 1, k: new}\n");
    gives("a: {}\n", set(&["a".into(), "k".into()], value()), "a: {k: new}\n");
    gives(
        "a: {\n  b: 1\n}\n",
        set(&["a".into(), "k".into()], value()),
        "a: {\n  b: 1,\n  k: new\n}\n",
    );
    gives("a:\n", set(&["a".into(), "k".into()], value()), "a:\n  k: new\n");
}

#[test]
fn what_is_removed_takes_its_lines_and_no_others() {
    let text = "a: 1 # one\n\n# two\nb:\n  - x\n  # y is\n  - y # c\n  - z\nc: 3\n";
    gives(text, remove(&["a".into()]), "\n# two\nb:\n  - x\n  # y is\n  - y # c\n  - z\nc: 3\n");
    gives(text, remove(&["b".into()]), "a: 1 # one\n\n# two\nc: 3\n");
    gives(text, remove(&["b".into(), 1.into()]), &text.replace("  - y # c\n", ""));
    gives("b:\n  - x # c\nc: 1\n", remove(&["b".into(), 0.into()]), "b: []\nc: 1\n");
    gives("- a: 1 # one\n  b: 2\n", remove(&[0.into(), "a".into()]), "- b: 2\n");
    gives(
        "- a: 1 # one\n  # two\n  b: 2\n",
        remove(&[0.into(), "a".into()]),
        "-\n  # two\n  b: 2\n",
    );
    gives("- a: 1\n- 2\n", remove(&[0.into(), "a".into()]), "- {}\n- 2\n");
    gives("a: 1", remove(&["a".into()]), "{}");
    let list = "[a, b, c]\n";
    gives(list, remove(&[0.into()]), "[b, c]\n");
    gives(list, remove(&[1.into()]), "[a, c]\n");
    gives(list, remove(&[2.into()]), "[a, b]\n");
    let both = [remove(&[1.into()]), remove(&[1.into()])];
    assert_eq!(edited(list, &both), "[a]\n");
    assert_eq!(edited(list, &[remove(&[0.into()]), remove(&[0.into()])]), "[c]\n");
    gives("[a]\n", remove(&[0.into()]), "[]\n");
    gives("[\n  a, # 1\n  b # 2\n]\n", remove(&[1.into()]), "[\n  a, # 1\n   # 2\n]\n");
}

#[test]
fn aliases_that_stand_in_the_way_are_written_out_and_said() {
    let text = "a: &x {down: 1}\nb: *x\nc: *x\n";
    let through = apply(text, &[set(&["b".into(), "down".into()], YamlValue::plain("2"))]).unwrap();
    assert_eq!(through.text, "a: &x {down: 1}\nb: {down: 2}\nc: *x\n");
    assert_eq!(through.rewrote, [Location { line: 2, column: 4 }]);
    let under = apply(text, &[set(&["a".into(), "down".into()], YamlValue::plain("2"))]).unwrap();
    assert_eq!(under.text, "a: &x {down: 2}\nb: {down: 1}\nc: {down: 1}\n");
    assert_eq!(under.rewrote.len(), 2);
    assert_eq!(edited(text, &[remove(&["a".into()])]), "b: {down: 1}\nc: {down: 1}\n");
    assert_eq!(apply(text, &[set(&["b".into()], YamlValue::plain("2"))]).unwrap().rewrote, []);
    let scalar = "a: &x 1.10\nb: &y \"1.10\"\nc: [*x, *y]\n";
    let edits = [remove(&["a".into()]), remove(&["b".into()])];
    assert_eq!(edited(scalar, &edits), "c: [1.10, \"1.10\"]\n");
    let pair = apply("- [a: b]\n", &[set(&[0.into(), 0.into(), "k".into()], YamlValue::text("c"))])
        .unwrap();
    assert_eq!(pair.text, "- [{a: b, k: c}]\n");
    assert_eq!(pair.rewrote, [Location { line: 1, column: 4 }]);
}

#[test]
fn each_edit_of_a_batch_finds_what_those_before_it_left() {
    let edits = [
        insert(&["events".into()], 0, event("m")),
        set(&["events".into(), 0.into(), "text".into()], YamlValue::text("changed")),
        insert(&["events".into()], 1, event("z")),
        remove(&["title".into()]),
        set(&["events".into(), 2.into(), "mark".into()], YamlValue::text("started")),
    ];
    assert_eq!(
        edited("title: x\nevents:\n  - id: a\n", &edits),
        "events:\n  - id: m\n    text: changed\n  - id: z\n    text: new\n  - id: a\n    mark: started\n"
    );
}

#[test]
fn what_does_not_fit_is_refused_with_its_path_and_place() {
    let refused = |text: &str, edit: Edit| apply(text, &[edit]).unwrap_err();
    let missing = refused("a:\n  - b: 1\n", remove(&["a".into(), 0.into(), "c".into()]));
    assert_eq!(missing, EditError::Missing("a[0].c".into()));
    assert_eq!(
        refused("a: ~\n", remove(&["a".into(), "c".into()])),
        EditError::Missing("a".into())
    );
    let shape = refused("a: 1\nb: x\n", insert(&["b".into()], 0, event("z")));
    assert_eq!(shape.to_string(), "2:4: a list should stand at `b`, not text");
    assert_eq!(refused("a: 1\n", set(&[], YamlValue::text("x"))), EditError::WholeDocument);
    assert!(matches!(refused("a: [\n", remove(&["a".into()])), EditError::Unreadable(_)));
    let gap = refused("a: []\n", set(&["a".into(), 3.into()], YamlValue::text("x")));
    assert_eq!(gap, EditError::Missing("a[3]".into()));
}

/// Somebody who writes YAML by hand, in a way of their own: every choice takes a byte.
struct Hand<'b> {
    choices: std::iter::Cycle<std::slice::Iter<'b, u8>>,
    out: String,
    indentless: bool,
    step: usize,
}

impl<'b> Hand<'b> {
    fn new(bytes: &'b [u8]) -> Self {
        let mut hand =
            Self { choices: bytes.iter().cycle(), out: String::new(), indentless: false, step: 2 };
        hand.indentless = hand.one_in(3);
        hand.step = if hand.one_in(3) { 4 } else { 2 };
        hand
    }

    fn pick(&mut self, of: usize) -> usize {
        usize::from(*self.choices.next().unwrap()) % of
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.pick(n) == n - 1
    }

    fn scalar(&mut self) -> String {
        let words = [
            "apps",
            "'it''s'",
            "\"a: b # c\"",
            "12:56",
            "1.10",
            "no",
            "é à ü",
            "~",
            "\"\"",
            "2019-01-24T12:56:00Z",
            "a#b",
            "https://x.y/z",
            "0x1F",
            "'{'",
            "{a: 1, b: [x, 'y z']}",
            "[]",
            "{}",
            "[ a , b ]",
            "-7m",
            "\"\\\"\"",
        ];
        words[self.pick(words.len())].to_owned()
    }

    fn noise(&mut self, column: usize) {
        if self.one_in(5) {
            self.out.push('\n');
        }
        if self.one_in(4) {
            self.out.push_str(&format!("{}# note\t{column}\n", " ".repeat(column)));
        }
    }

    fn end(&mut self) {
        if self.one_in(4) {
            self.out.push_str("  # why: 'so");
        }
        self.out.push('\n');
    }

    /// Writes what stands behind a key in `column`.
    fn value(&mut self, column: usize, depth: usize) {
        match self.pick(if depth > 2 { 5 } else { 8 }) {
            0 => self.end(),
            1 => {
                let inner = " ".repeat(column + self.step);
                let sign = [" |", " >-", " |+", " |-"][self.pick(4)];
                self.out
                    .push_str(&format!("{sign}\n{inner}one # no comment\n\n{inner} - two: x\n"));
            }
            2 => {
                let inner = " ".repeat(column + self.step);
                self.out.push_str(&format!(" [\n{inner}{{a: 1}}, # first\n{inner}b\n{inner}]"));
                self.end();
            }
            5 | 6 => self.list(column, depth),
            7 => {
                self.end();
                let keys = 1 + self.pick(3);
                self.map(column + self.step, depth, keys, true);
            }
            _ => {
                let scalar = self.scalar();
                self.out.push_str(&format!(" {scalar}"));
                self.end();
            }
        }
    }

    fn list(&mut self, column: usize, depth: usize) {
        self.end();
        let column = if self.indentless { column } else { column + self.step };
        let flat = self.one_in(4);
        for n in 0..1 + self.pick(4) {
            self.noise(column);
            self.out.push_str(&format!("{}- ", " ".repeat(column)));
            if flat {
                self.out.push_str(&format!("{{id: e{n}, text: x}}"));
                self.end();
            } else if self.one_in(3) {
                let scalar = self.scalar();
                self.out.push_str(&scalar);
                self.end();
            } else {
                let keys = 1 + self.pick(3);
                self.map(column + 2, depth, keys, false);
            }
        }
    }

    fn map(&mut self, column: usize, depth: usize, keys: usize, own_line: bool) {
        for n in 0..keys {
            if n > 0 || own_line {
                self.noise(column);
                self.out.push_str(&" ".repeat(column));
            }
            let quote = if self.one_in(4) { "'" } else { "" };
            self.out.push_str(&format!("{quote}k{n}{quote}:"));
            self.value(column, depth + 1);
        }
    }

    fn file(mut self) -> String {
        if self.one_in(4) {
            self.out.push_str("# schema\n---\n");
        }
        self.map(0, 0, 5, true);
        self.out.push_str("shared: &s {apps: down}\nevents:");
        self.list(0, 1);
        self.out.push_str("again: *s\n");
        match self.pick(4) {
            0 => self.out.push_str("# the end\n"),
            1 => self.out.push_str("...\n# the end"),
            2 => self.out.truncate(self.out.len() - 1),
            _ => {}
        }
        if self.one_in(4) { self.out.replace('\n', "\r\n") } else { self.out }
    }

    /// Walks to some node below `node`.
    fn way(&mut self, mut node: &Node<'_>) -> Vec<PathStep> {
        let mut path: Vec<PathStep> = vec![];
        loop {
            let next: (PathStep, &Node<'_>) = match &node.what {
                node::NodeKind::List(items) if !items.is_empty() => {
                    let n = self.pick(items.len());
                    (n.into(), &items[n])
                }
                node::NodeKind::Map(entries) if !entries.is_empty() => {
                    let entry = &entries[self.pick(entries.len())];
                    (entry.key.as_ref().into(), &entry.value)
                }
                _ => return path,
            };
            path.push(next.0);
            node = next.1;
            if self.one_in(3) {
                return path;
            }
        }
    }

    fn new_value(&mut self) -> YamlValue {
        match self.pick(5) {
            0 => YamlValue::text("one\n\n two\n"),
            1 => YamlValue::List(vec![YamlValue::text("no"), event("z")]),
            2 => event("z"),
            3 => YamlValue::plain("2019-01-24T12:56:00Z"),
            _ => YamlValue::text("it: so # x"),
        }
    }

    fn edit(&mut self, root: &Node<'_>) -> Edit {
        let mut path = self.way(root);
        let here = at(root, &path).unwrap();
        match (self.pick(3), &here.what) {
            (0, node::NodeKind::Map(_)) => {
                path.push("new".into());
                let value = self.new_value();
                if self.one_in(2) {
                    return Edit::Add { path, before: &["events", "b", "at", "text"], value };
                }
                Edit::Set { path, value }
            }
            (0 | 1, node::NodeKind::List(_) | node::NodeKind::Null) => {
                Edit::Insert { path, index: self.pick(5), value: self.new_value() }
            }
            (2, _) => Edit::Remove { path },
            _ => Edit::Set { path, value: self.new_value() },
        }
    }
}

fn at<'n>(mut node: &'n Node<'n>, path: &[PathStep]) -> Option<&'n Node<'n>> {
    for step in path {
        node = match (step, &node.what) {
            (PathStep::Key(key), _) => node.get(key)?,
            (PathStep::Index(n), node::NodeKind::List(items)) => items.get(*n)?,
            _ => return None,
        };
    }
    Some(node)
}

/// Makes the edit on what `serde_yaml` reads: a second opinion on what it means.
fn meant(mut here: &mut serde_yaml::Value, edit: &Edit) {
    let read = |value: &YamlValue| -> serde_yaml::Value {
        serde_yaml::from_str(&yaml::write::document(value, None)).unwrap()
    };
    let path = way_of(edit);
    let depth = path.len() - usize::from(!matches!(edit, Edit::Insert { .. }));
    for step in &path[..depth] {
        here = match step {
            PathStep::Key(key) => here.get_mut(key.as_str()).unwrap(),
            PathStep::Index(n) => here.get_mut(*n).unwrap(),
        };
    }
    match (edit, path.last()) {
        (Edit::Set { value, .. } | Edit::Add { value, .. }, Some(PathStep::Key(key))) => {
            here.as_mapping_mut().unwrap().insert(key.as_str().into(), read(value));
        }
        (Edit::Set { value, .. }, Some(PathStep::Index(n))) => here[*n] = read(value),
        (Edit::Remove { .. }, Some(PathStep::Key(key))) => {
            here.as_mapping_mut().unwrap().shift_remove(key.as_str()).unwrap();
        }
        (Edit::Remove { .. }, Some(PathStep::Index(n))) => {
            here.as_sequence_mut().unwrap().remove(*n);
        }
        (Edit::Insert { index, value, .. }, _) => {
            if here.is_null() {
                *here = serde_yaml::Value::Sequence(vec![]);
            }
            let list = here.as_sequence_mut().unwrap();
            list.insert((*index).min(list.len()), read(value));
        }
        _ => {}
    }
}

fn way_of(edit: &Edit) -> &[PathStep] {
    let (Edit::Set { path, .. }
    | Edit::Add { path, .. }
    | Edit::Remove { path }
    | Edit::Insert { path, .. }) = edit;
    path
}

/// Returns the lines, from 0, that the edit may change: those of the node that it means and, for
/// a part that is added, none but those of a node on the way that has no line of its own.
fn may_change(text: &str, root: &Node<'_>, edit: &Edit) -> std::ops::Range<usize> {
    let path = way_of(edit);
    let line = |byte: usize| text.bytes().take(byte).filter(|b| *b == b'\n').count();
    let (found, whole) = match at(root, path) {
        Some(node) => (node, !matches!(edit, Edit::Insert { .. })),
        None => (at(root, &path[..path.len() - 1]).unwrap(), false),
    };
    let adds_lines = found.style == node::NodeStyle::Indented && !whole;
    if adds_lines {
        return 0..0;
    }
    // The last part of a list or map leaves `[]` or `{}` behind.
    let way = &path[..path.len() - 1];
    let only = matches!(edit, Edit::Remove { .. })
        && at(root, way).is_some_and(|parent| match &parent.what {
            node::NodeKind::List(items) => items.len() == 1,
            node::NodeKind::Map(entries) => entries.len() == 1,
            _ => false,
        });
    let first = if only || at(root, path).is_none() {
        begins(text, root, way)
    } else {
        begins(text, root, path)
    };
    let end = line(found.bytes.end) + 1;
    // Empty lines go with what stood above them, where a dash or a block would take them.
    let empty = text.lines().skip(end).take_while(|line| line.trim().is_empty()).count();
    let empty = if matches!(edit, Edit::Remove { .. }) { empty } else { 0 };
    line(first)..end + empty + usize::from(whole)
}

/// Returns where the key or dash of a node stands.
fn begins(text: &str, root: &Node<'_>, path: &[PathStep]) -> usize {
    let Some((last, way)) = path.split_last() else { return 0 };
    match (last, &at(root, way).unwrap().what) {
        (PathStep::Key(key), node::NodeKind::Map(entries)) => {
            entries.iter().find(|e| e.key == key.as_str()).unwrap().bytes.start
        }
        _ => {
            let start = at(root, path).unwrap().bytes.start;
            text.split_at(start).0.trim_end_matches(|c| c != '-' && c != '[' && c != ',').len()
        }
    }
}

#[test]
fn a_text_gains_a_final_line_end_where_it_would_not_be_read_without() {
    // A reader stumbles over a short last line behind a block with an empty line.
    let text = "events:\n- k1: |\n    one\n\n  k2:\nagain: b";
    let done = apply(text, &[Edit::Remove { path: vec!["again".into()] }]).unwrap();
    assert_eq!(done.text, "events:\n- k1: |\n    one\n\n  k2:\n");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_edit_of_any_handwriting_means_what_it_says_and_touches_only_its_lines(
        bytes in prop::collection::vec(any::<u8>(), 1..200), more in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let text = Hand::new(&bytes).file();
        let root = node::read(&text).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
        let edit = Hand::new(&more).edit(&root);
        let done = apply(&text, std::slice::from_ref(&edit)).unwrap_or_else(|e| panic!("{e}\n{edit:?}\n{text:?}"));
        let mut want: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
        meant(&mut want, &edit);
        let got: serde_yaml::Value = serde_yaml::from_str(&done.text).unwrap();
        prop_assert_eq!(&got, &want, "{:?}\n{}\n---\n{}", edit, text, done.text);
        if done.rewrote.is_empty() {
            let (old, new): (Vec<_>, Vec<_>) = (text.lines().collect(), done.text.lines().collect());
            let may = may_change(&text, &root, &edit);
            let prefix = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
            let suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
            let kept = if may.is_empty() {
                prefix + suffix >= old.len()
            } else {
                prefix >= may.start && suffix >= old.len().saturating_sub(may.end)
            };
            prop_assert!(kept, "{:?} {:?}\n{}\n---\n{}", may, edit, text, done.text);
        }
    }
}

#[test]
fn a_text_that_some_reader_takes_for_something_else_is_refused() {
    let old = node::read("a: x\nb: 014\n").unwrap();
    let mut plan = PlannedNode::Kept(&old);
    let edit = set(&["a".into()], YamlValue::text("true"));
    plan.apply(&edit, &mut vec![]).unwrap();
    let says = |new| check::says(&plan, "a: x\nb: 014\n", new).is_ok();
    assert!(says("a: \"true\"\nb: 014\n"));
    assert!(!says("a: true\nb: 014\n"));
    assert!(!says("a: \"true\"\nb: 14\n"));
}
