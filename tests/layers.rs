//! Who may name whom, held against every path in `src/`; ARCHITECTURE.md tells why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Each wing, and those that it may name beside itself. Nothing runs back up.
const WINGS: &[(&str, &[&str])] = &[
    ("main", &["cli", "cmd", "session", "io"]),
    ("cmd", &["cli", "session", "io", "compute", "model"]),
    ("session", &["cli", "io", "compute", "model"]),
    ("io", &["compute", "model"]),
    ("compute", &["model"]),
    ("model", &[]),
    ("cli", &["compute", "model"]),
];

/// The rooms of `io` that may name another room of `io`; `render` sees reports alone of what is computed.
const ROOMS: &[(&str, &[&str])] = &[("import", &["tables", "yaml"]), ("store", &["yaml"])];

/// Rooms that know nothing of incidents, and so name no type of the domain.
const ENGINES: &[&str] =
    &["io/yaml/edit", "io/yaml/node.rs", "io/yaml/plain", "io/yaml/write.rs", "io/git"];

/// What an engine may name of the model: where something stands, and when.
const KNOWN_TO_ENGINES: &[&str] = &["diagnostic", "time"];

/// What `model` and `compute` may never name: the world outside.
const OUTSIDE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::process",
    "std::io",
    "clap::",
    "git2::",
    "granit_parser",
    "serde_yaml",
    "tera::",
    "comfy_table",
    "dialoguer",
    "csv::",
];

/// How many values a function takes at most beside itself.
const MOST_VALUES: usize = 4;

#[test]
fn no_wing_names_one_that_it_may_not_know() {
    let broken = broken(|source, path| {
        let may = WINGS.iter().find(|(wing, _)| *wing == source.wing()).map(|(_, may)| *may);
        let other = path.first()?;
        let fine = *other == source.wing() || may.is_some_and(|may| may.contains(&other.as_str()));
        (!fine).then(|| other.clone())
    });
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let wings: BTreeSet<_> = sources().iter().map(|s| s.wing().to_owned()).collect();
    let told: BTreeSet<_> = WINGS.iter().map(|(wing, _)| (*wing).to_owned()).collect();
    assert_eq!(wings, told, "every entry of src/ stands in the table");
}

#[test]
fn no_room_of_io_knows_another() {
    let broken = broken(|source, path| {
        let room = source.module.get(1).filter(|_| source.wing() == "io")?;
        let [wing, other, ..] = path else { return None };
        let may = ROOMS.iter().find(|(r, _)| r == room).map_or(&[][..], |(_, may)| may);
        let strange = wing == "io" && other != room && !may.contains(&other.as_str());
        let computes = room == "render" && wing == "compute" && other != "report";
        (strange || computes).then(|| path.join("::"))
    });
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn engines_know_nothing_of_incidents() {
    let broken = broken(|source, path| {
        let engine = ENGINES.iter().any(|engine| source.path.starts_with(engine));
        let [wing, room, ..] = path else { return None };
        let strange = wing == "model" && !KNOWN_TO_ENGINES.contains(&room.as_str());
        (engine && (strange || wing == "compute")).then(|| path.join("::"))
    });
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn model_and_compute_know_nothing_of_the_world_outside() {
    let pure = |s: &Source| ["model", "compute"].contains(&s.wing());
    let broken: Vec<_> = sources()
        .into_iter()
        .filter(pure)
        .flat_map(|s| {
            let found = OUTSIDE.iter().filter(|word| s.code.contains(**word));
            found.map(|word| format!("{} names `{word}`", s.path.display())).collect::<Vec<_>>()
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn a_file_among_the_verbs_is_a_verb_or_serves_its_own_family() {
    let all = sources();
    let verbs = all.iter().find(|s| s.path == Path::new("cmd/mod.rs")).unwrap();
    let broken: Vec<_> = all
        .iter()
        // What a verb keeps in a folder of its own is a part of it.
        .filter(|s| s.wing() == "cmd" && s.module.len() == 3)
        .filter(|s| !verbs.code.contains(&s.module[1..].join("::")))
        .filter(|s| {
            let name = format!("{}::", s.module.last().unwrap());
            let family =
                all.iter().filter(|o| o.path != s.path && o.module.get(1) == s.module.get(1));
            !family.into_iter().any(|o| o.code.contains(&name))
        })
        .map(|s| s.path.display().to_string())
        .collect();
    assert!(broken.is_empty(), "neither dispatched to nor used: {}", broken.join(", "));
}

#[test]
fn no_files_name_each_other_in_a_circle() {
    let all = sources();
    let files: BTreeMap<&[String], usize> =
        all.iter().enumerate().map(|(at, s)| (s.module.as_slice(), at)).collect();
    // What a path means is the file of its longest beginning; a folder and its `mod.rs` are one.
    let meant =
        |path: &[String]| (1..=path.len()).rev().find_map(|n| files.get(&path[..n]).copied());
    let related = |a: usize, b: usize| {
        let (a, b) = (&all[a].module, &all[b].module);
        a.starts_with(b) || b.starts_with(a)
    };
    let edges: Vec<BTreeSet<usize>> = (0..all.len())
        .map(|at| {
            let others = named(&all[at]).into_iter().filter_map(|path| meant(&path));
            others.filter(|other| !related(at, *other)).collect()
        })
        .collect();
    let reached: Vec<BTreeSet<usize>> = (0..all.len())
        .map(|at| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![at]);
            while let Some(file) = next.pop() {
                next.extend(edges[file].iter().filter(|other| seen.insert(**other)));
            }
            seen
        })
        .collect();
    let in_a_circle = (0..all.len()).filter(|at| reached[*at].contains(at));
    let circles: BTreeSet<Vec<String>> = in_a_circle
        .map(|at| {
            let circle = reached[at].iter().filter(|other| reached[**other].contains(&at));
            circle.map(|other| all[*other].path.display().to_string()).collect()
        })
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_type_has_its_name_to_itself() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for source in sources() {
        for name in types(&source.code) {
            places.entry(name).or_default().push(source.path.display().to_string());
        }
    }
    places.retain(|_, places| places.len() > 1);
    assert!(places.is_empty(), "{places:#?}");
}

#[test]
fn no_free_function_is_called_just_of() {
    let broken: Vec<_> = sources()
        .into_iter()
        .filter(|s| {
            s.code
                .lines()
                .any(|l| l.starts_with("fn of") || l.starts_with("pub") && l.contains(" fn of"))
        })
        .filter(|s| {
            s.code
                .lines()
                .any(|l| !l.starts_with(' ') && (l.contains("fn of(") || l.contains("fn of<")))
        })
        .map(|s| s.path.display().to_string())
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn no_tuple_hides_a_parameter() {
    let broken: Vec<_> = sources()
        .iter()
        .flat_map(|s| {
            let wide = functions(&s.code).into_iter().filter(|(_, values)| *values > MOST_VALUES);
            wide.map(|(name, values)| format!("{}: `{name}` takes {values}", s.path.display()))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// A file of `src/`, its comments and tests left out.
pub(crate) struct Source {
    /// The file, from `src/` on.
    pub(crate) path: PathBuf,
    /// Its module, from the crate's root on.
    pub(crate) module: Vec<String>,
    pub(crate) code: String,
}

impl Source {
    fn wing(&self) -> &str {
        &self.module[0]
    }
}

/// Returns what `wrong` says of each path that a file names.
fn broken(wrong: impl Fn(&Source, &[String]) -> Option<String>) -> Vec<String> {
    let mut found = vec![];
    for source in sources() {
        for path in named(&source) {
            let says = wrong(&source, &path);
            found.extend(says.map(|what| format!("{} names `{what}`", source.path.display())));
        }
    }
    found
}

/// Returns every source file but `lib.rs`.
pub(crate) fn sources() -> Vec<Source> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![];
    walk(&src, &mut files);
    let source = |file: PathBuf| {
        let path = file.strip_prefix(&src).unwrap().to_owned();
        let names = path.with_extension("");
        let mut module: Vec<_> =
            names.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
        module.retain(|name| name != "mod");
        Source { code: code(&file), path, module }
    };
    files.into_iter().map(source).filter(|s| s.module != ["lib"]).collect()
}

fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") && !is_test(&path) {
            files.push(path);
        }
    }
}

/// Returns whether a file holds tests, which may bring any rooms together.
fn is_test(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
}

/// Returns a file's code, without its comments and the tests at its end.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Returns the types that some code declares.
fn types(code: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    let declared = |line: &str| {
        let line = line.trim_start();
        let line = match line.strip_prefix("pub") {
            Some(rest) if rest.starts_with('(') => rest.split_once(") ")?.1,
            Some(rest) => rest.trim_start(),
            None => line,
        };
        let kinds = ["struct ", "enum ", "trait ", "union "];
        kinds.iter().find_map(|kind| line.strip_prefix(kind)).map(word)
    };
    code.lines().filter_map(declared).filter(|name| !name.is_empty()).collect()
}

/// Returns each function that some code declares, with how many values it takes beside itself, tuples taken apart.
fn functions(code: &str) -> Vec<(&str, usize)> {
    let function = |rest| {
        let (head, _) = str::split_once(rest, '(')?;
        let name = head.split('<').next()?;
        let is_name = name.chars().all(|c| c.is_alphanumeric() || c == '_');
        // A bound such as `F: Fn(A)` has a parenthesis too, which none of the generics here has.
        let whole = head.matches('<').count() == head.matches('>').count();
        let taken = parts(&rest[head.len() + 1..]).into_iter().filter(|part| !is_self(part));
        (is_name && whole).then(|| (name, taken.map(values).sum()))
    };
    code.split(" fn ").chain(code.split("\nfn ")).skip(1).filter_map(function).collect()
}

fn is_self(parameter: &str) -> bool {
    !parameter.contains(':') && parameter.ends_with("self")
}

/// Returns how many values a parameter brings: each member of a tuple is one.
fn values(parameter: &str) -> usize {
    let kind = parameter.rsplit_once(": ").map_or("", |(_, kind)| kind);
    let kind = kind.trim_start_matches(['&', ' ']);
    kind.strip_prefix('(').map_or(1, |members| parts(members).len().max(1))
}

/// Returns what commas part up to the bracket that closes.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0_usize, 0, vec![]);
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        let closes = matches!(c, ')' | ']' | '}') || c == '>' && before != '-';
        match c {
            '(' | '[' | '{' | '<' => depth += 1,
            _ if closes && depth == 0 => {
                found.push(text[from..at].trim());
                break;
            }
            _ if closes => depth -= 1,
            ',' if depth == 0 => {
                found.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    found.retain(|part| !part.is_empty());
    found
}

/// Returns the paths that a file names, from the crate's root on, groups taken apart.
fn named(source: &Source) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    for root in ["crate::", "recount::"] {
        for rest in source.code.split(root).skip(1) {
            tree(rest, &[], &mut found);
        }
    }
    // `super::super::x` begins two modules above.
    for rest in
        source.code.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':' && c != '{')
    {
        let ups = rest.matches("super::").count();
        if rest.starts_with("super::") && ups < source.module.len() {
            let from = source.module[..source.module.len() - ups].to_vec();
            let at = rest.as_ptr() as usize - source.code.as_ptr() as usize + ups * "super::".len();
            tree(&source.code[at..], &from, &mut found);
        }
    }
    found
}

/// Reads a path, and the paths in its groups: `a::{b, c::d}` are `a::b` and `a::c::d`.
fn tree<'t>(text: &'t str, before: &[String], found: &mut BTreeSet<Vec<String>>) -> &'t str {
    let mut path = before.to_vec();
    let mut rest = text;
    loop {
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner;
            loop {
                rest = tree(rest.trim_start(), &path, found).trim_start();
                match rest.strip_prefix(',') {
                    Some(next) if !next.trim_start().starts_with('}') => rest = next,
                    _ => {
                        return rest
                            .trim_start_matches(',')
                            .trim_start()
                            .strip_prefix('}')
                            .unwrap_or(rest);
                    }
                }
            }
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        if !word.is_empty() && word != "self" {
            path.push(word.to_owned());
        }
        match after.strip_prefix("::") {
            Some(next) => rest = next,
            None => {
                found.insert(path);
                return after;
            }
        }
    }
}
