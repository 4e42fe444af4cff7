//! Words that were taken out: they are in no file, no verb shows them, and the commands that are printed take them out of
//! git.

use crate::support::sandbox::Sandbox;
use std::fs;
use std::path::{Path, PathBuf};

/// A word that stands nowhere by chance.
const SECRET: &str = "tr0ub4dor-x9";
/// A sentence without such a word.
const SENTENCE: &str = "Ravi from the night shift pulled the wrong cable";

/// Returns the files in a folder and below that hold some words, but for git's objects; objects too where so asked.
fn holders(folder: &Path, words: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if entry.file_type().unwrap().is_dir() {
            let is_objects = path.ends_with(".git/objects");
            found.extend(if is_objects { vec![] } else { holders(&path, words) });
        } else if fs::read(&path).unwrap().windows(words.len()).any(|it| it == words.as_bytes()) {
            found.push(path);
        }
    }
    found
}

/// Returns the objects of git that hold some words, reachable or not.
fn objects(here: &Sandbox, words: &str) -> usize {
    let list = "git cat-file --batch-all-objects --batch-check='%(objectname)'";
    let count = format!("{list} | git cat-file --batch --buffer | grep -aFc '{words}'");
    here.shell(&count).stdout.trim().parse().unwrap()
}

/// Returns what a person would type of the commands that were printed: the rewriting of this repository.
fn printed(answer: &str) -> String {
    let lines = answer.lines().skip_while(|line| !line.starts_with("To rewrite this"));
    let lines = lines.take_while(|line| !line.starts_with("To rewrite the remotes"));
    lines.filter_map(|line| line.strip_prefix("  ")).collect::<Vec<_>>().join("\n")
}

/// A record in which a word went through every verb that takes text, and the event that it is taken out with.
fn told_everywhere(words: &str) -> (Sandbox, String) {
    let here = Sandbox::with_record();
    let run = |args: &[&str]| here.recount(args).done();
    run(&["declare", "Search is slow", "--severity", "sev1", "--impact", "api=down"]);
    run(&["set", &format!("title=Outage: {words}")]);
    run(&["mark", "started", "--at", "11:00", words]);
    run(&["log", "A calm note"]);
    let event =
        run(&["log", "--at", "11:30", "--link", &format!("https://x.example/{SECRET}"), words]);
    let event = event.split_whitespace().next().unwrap().to_owned();
    run(&["amend", &event, "--text", &format!("Now: {words}, again")]);
    run(&["impact", "api=degraded", words]);
    run(&["progress", "api=3/10", words]);
    let other = run(&["log", words]);
    run(&["retract", other.split_whitespace().next().unwrap(), "--reason", words]);
    run(&["set", &format!("summary=We learned that {words}.")]);
    run(&["action", "add", &format!("Never again: {words}")]);
    run(&["draft", "--template", "google-sre"]);
    let document = &here.incidents()[0].0.with_file_name("postmortem.md");
    let text = fs::read_to_string(document).unwrap();
    fs::write(document, text + &format!("\nAs people say: {words}.\n")).unwrap();
    here.write("notes.txt", &format!("by hand: {words}\n"));
    here.git(["add", "."]).done();
    here.git(["commit", "-qm", &format!("Notes of {words}")]).done();
    here.git(["tag", "-m", "first", "v1"]).done();
    run(&["mark", "recovered", "--at", "11:59"]);
    (here, event)
}

#[test]
fn a_secret_word_is_in_no_file_and_after_the_commands_in_no_object() {
    for words in [format!("the key {SECRET} leaked"), SENTENCE.to_owned()] {
        let secret = if words.contains(SECRET) { SECRET } else { SENTENCE };
        let (here, event) = told_everywhere(&words);
        let before = here.recount(["metrics", "--format", "json"]).done();
        let answer = here.recount(["redact", &event, "--reason", "It was a secret"]).done();
        let left = holders(&here.path(), secret);
        assert_eq!(left, Vec::<PathBuf>::new());
        assert_eq!(here.git(["status", "--porcelain"]).ok(), "");
        assert_eq!(here.recount(["draft", "--check"]).code, 0, "the document is fresh");
        assert_eq!(here.recount(["metrics", "--format", "json"]).done(), before);
        for verb in [
            vec!["history"],
            vec!["history", "--format", "json"],
            vec!["show"],
            vec!["show", "--format", "json", "--as-of", "HEAD~1"],
            vec!["show", "--as-of", "HEAD~3"],
            vec!["show", "--as-of", "HEAD~7"],
            vec!["check"],
            vec!["undo"],
        ] {
            let ran = here.recount(&verb);
            assert!(!(ran.stdout + &ran.stderr).contains(secret), "{verb:?}");
        }
        assert!(objects(&here, secret) > 0, "git has it yet");
        here.shell(&format!("set -e\n{}", printed(&answer))).done();
        assert_eq!(holders(&here.path(), secret), Vec::<PathBuf>::new());
        assert_eq!(objects(&here, secret), 0);
        assert_eq!(here.git(["fsck", "--strict"]).code, 0);
        assert_eq!(here.recount(["metrics", "--format", "json"]).done(), before);
        assert!(here.recount(["history"]).done().contains("redacted"));
        let again = here.recount(["redact", &event, "--reason", "It was a secret"]).done();
        assert!(again.contains("No commit of this repository has the words"), "{again}");
    }
}

#[test]
fn what_waits_uncommitted_or_in_the_spool_holds_the_words_no_longer() {
    let here = Sandbox::with_record();
    here.recount(["declare", "Search is slow"]).done();
    here.recount(["log", "--no-commit", "--", &format!("It says {SECRET} there")]).done();
    let event = here.recount(["show", "--format", "json"]).done();
    let event =
        event.split("\"id\": \"").filter_map(|it| it.split('"').next()).last().unwrap().to_owned();
    let answer = here.recount(["redact", &event, "--reason", "x", "--no-commit"]).done();
    assert_eq!(holders(&here.path(), SECRET), Vec::<PathBuf>::new());
    assert!(answer.contains("No commit of this repository has the words"), "{answer}");
    assert!(here.recount(["undo"]).refused().contains("never brought back"));
    assert!(here.recount(["show"]).done().contains("(redacted)"));
}

#[test]
fn a_passage_and_an_attached_file_go_too() {
    let here = Sandbox::with_record();
    here.recount(["declare", "Search is slow"]).done();
    here.recount(["draft", "--template", "brief"]).done();
    let (incident, text) = here.incidents().remove(0);
    let folder = incident.parent().unwrap();
    let document = folder.join("brief.md");
    let brief = fs::read_to_string(&document).unwrap();
    fs::write(&document, brief.clone() + "\nAda forgot it.\n").unwrap();
    fs::create_dir(folder.join("files")).unwrap();
    fs::write(folder.join("files/ab-x.bin"), [b"\xff\0".as_slice(), SECRET.as_bytes()].concat())
        .unwrap();
    let attached = "    attachments: [{path: files/ab-x.bin, title: Dump}]\n    text:";
    fs::write(&incident, text.replacen("    text:", attached, 1)).unwrap();
    here.git(["add", "."]).done();
    here.git(["commit", "-qm", "By hand"]).done();

    let document = document.to_str().unwrap();
    let args = ["redact", "--document", document, "--passage", "Ada", "--reason", "A name"];
    let answer = here.recount(args).done();
    assert_eq!(here.read(document), brief + "\n(redacted) forgot it.\n");
    here.shell(&format!("set -e\n{}", printed(&answer))).done();
    assert_eq!(objects(&here, "Ada forgot"), 0);

    let args = ["redact", "--file", "files/ab-x.bin", "--reason", "A dump"];
    let answer = here.recount(args).done();
    assert_eq!(fs::read_to_string(folder.join("files/ab-x.bin")).unwrap(), "(redacted)\n");
    assert!(!fs::read_to_string(&incident).unwrap().contains("Dump"));
    here.shell(&format!("set -e\n{}", printed(&answer))).done();
    assert_eq!(
        (objects(&here, SECRET), here.git(["status", "--porcelain"]).ok().as_str()),
        (0, "")
    );
}

#[test]
fn words_that_are_more_than_text_are_no_ones_to_take_out() {
    let here = Sandbox::with_record();
    here.recount(["declare", "Search is slow", "--impact", "node-17-search=down"]).done();
    let event = here.recount(["log", "On node-17-search all is lost"]).done();
    let event = event.split_whitespace().next().unwrap();
    here.recount(["redact", event, "--reason", "x"]).done();
    assert!(here.recount(["show"]).done().contains("node-17-search"), "a service's name stays");
}

#[test]
fn what_another_incident_says_of_it_is_hidden_too() {
    let here = Sandbox::with_record();
    here.recount(["declare", "Search is slow"]).done();
    let event = here.recount(["log", SENTENCE]).done();
    let event = event.split_whitespace().next().unwrap();
    here.recount(["declare", "Mail is slow"]).done();
    here.recount(["-i", "mail", "set", &format!("summary=As before: {SENTENCE}.")]).done();
    here.recount(["redact", event, "--reason", "A name"]).done();
    for rev in ["HEAD", "HEAD~1"] {
        let shown = here.recount(["-i", "mail", "show", "--as-of", rev]).done();
        assert!(shown.contains("As before: (redacted)."), "{rev}: {shown}");
    }
}

#[test]
fn a_credential_is_on_no_disk_whichever_verb_it_is_typed_to() {
    let here = Sandbox::with_record();
    let key = format!("ghp_{}", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17");
    let text = format!("with {key} in it");
    here.recount(["declare", &text]).done();
    let event =
        here.recount(["log", &text, "--by", &key, "--link", &format!("https://x.example/{key}")]);
    assert!(event.stderr.contains("masked: a GitHub token"), "{event:?}");
    let event = event.done().split_whitespace().next().unwrap().to_owned();
    here.recount(["amend", &event, "--text", &text, "--role", &format!("commander={key}")]).done();
    here.recount(["mark", "started", &text]).done();
    here.recount(["impact", "api=down", &text]).done();
    here.recount(["set", &format!("summary={text}"), &format!("title={text}")]).done();
    here.recount(["action", "add", &text, "--owner", &key, "--ticket", &key]).done();
    here.recount(["retract", &event, "--reason", &text]).done();
    here.shell(&format!("echo '{text}' | recount log -")).done();
    // In the spool, which keeps what was typed.
    let file = here.incidents()[0].0.clone();
    let before = fs::read_to_string(&file).unwrap();
    fs::write(&file, "title: [\n").unwrap();
    let name = file.parent().unwrap().file_name().unwrap().to_str().unwrap();
    here.recount(["-i", name, "log", &text]).done();
    fs::write(&file, before).unwrap();
    assert_eq!(holders(&here.path(), &key), Vec::<PathBuf>::new());
    assert_eq!(objects(&here, &key), 0);
    here.recount(["--unmasked", "-i", name, "log", &text]).done();
    assert!(objects(&here, &key) > 0, "as it was asked for");
    let found = here.recount(["check"]).stdout;
    assert!(found.contains("this looks like a GitHub token") && !found.contains(&key), "{found}");
}

#[test]
fn a_remote_that_holds_the_words_is_told_and_rewritten() {
    let here = Sandbox::with_record();
    here.recount(["declare", "Search is slow"]).done();
    let event = here.recount(["log", &format!("The key {SECRET} leaked")]).done();
    let event = event.split_whitespace().next().unwrap();
    here.shell("git init -q --bare ../far.git && git remote add origin ../far.git && git push -q origin --all").done();
    let args = ["redact", event, "--reason", "A key", "--format", "json"];
    let told: serde_json::Value = serde_json::from_str(&here.recount(args).done()).unwrap();
    let git = &told["git"];
    assert_eq!(
        (&git["remotes"][0]["name"], &git["remotes"][0]["holds"]),
        (&"origin".into(), &true.into())
    );
    assert_eq!(git["refs"], serde_json::json!(["main", "origin/main"]));
    assert_eq!(
        (&told["event"]["text"], &told["event"]["redacted"]),
        (&"(redacted)".into(), &"A key".into())
    );
    let commands =
        git["commands"].as_array().unwrap().iter().chain(git["push"].as_array().unwrap());
    let commands: Vec<_> = commands.map(|it| it.as_str().unwrap()).collect();
    here.shell(&format!("set -e\n{}", commands.join("\n"))).done();
    assert_eq!(objects(&here, SECRET), 0);
    let far = "git clone -q ../far.git ../fresh && cd ../fresh && git log -p --all";
    let far = here.shell(far).done();
    assert!(far.contains("(redacted)") && !far.contains(SECRET), "{far}");
}
