//! The transcripts in `tests/cases`: what people type, and what comes back.

use crate::support::sandbox::Sandbox;
use crate::support::transcript;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_transcript_is_what_the_program_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut found = vec![];
    transcripts(&root, &mut found);
    found.sort();
    assert!(found.len() > 10, "the transcripts are gone");
    let stale: Vec<_> = found.iter().filter_map(|path| differs(path)).collect();
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

/// Returns how a transcript differs from what the program says now.
fn differs(path: &Path) -> Option<String> {
    let told = fs::read_to_string(path).unwrap();
    let now = transcript::replay(&told, &mut Sandbox::new());
    assert!(!now.contains("panicked at"), "{}: {now}", path.display());
    if now == told {
        return None;
    }
    if std::env::var_os("BLESS").is_some() {
        fs::write(path, now).unwrap();
        return None;
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let name = path.strip_prefix(root).unwrap().display();
    Some(format!("{name}\n{}", similar::TextDiff::from_lines(&told, &now).unified_diff()))
}

fn transcripts(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            transcripts(&path, found);
        } else if path.extension().is_some_and(|e| e == "console") {
            found.push(path);
        }
    }
}
