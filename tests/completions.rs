//! Completions that know the record, as real shells ask for them.

use crate::support::mount::skipped;
use crate::support::sandbox::Sandbox;

/// Returns a record with two incidents, of which one is open.
fn record() -> Sandbox {
    let sandbox = Sandbox::with_record();
    sandbox.write("recount.yaml", "services: {api: {}, databases: {}}\nmilestones: [reported]\n");
    sandbox.recount(["-q", "declare", "Checkout fails", "--impact", "api=down"]).done();
    sandbox.recount(["-q", "log", "Restarted the scheduler"]).done();
    sandbox
}

/// Returns what a shell offers for a line; none where this machine has no such shell.
fn offered(sandbox: &Sandbox, shell: &str, line: &str) -> Option<String> {
    if sandbox.shell(&format!("command -v {shell}")).code != 0 {
        skipped(&format!("completions in {shell}: it is not here"));
        return None;
    }
    let script = match shell {
        "bash" => format!(
            "source <(recount completions bash); COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); \
             _clap_complete_recount recount \"${{COMP_WORDS[COMP_CWORD]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        ),
        "fish" => format!("recount completions fish | source; complete -C '{line}'"),
        // What the script asks for; a terminal of its own would be needed to press Tab.
        _ => format!(
            "autoload -U compinit; compinit -u; source <(recount completions zsh); \
             COMPLETE=zsh _CLAP_IFS=$'\\n' _CLAP_COMPLETE_INDEX={} recount -- {line}",
            line.split(' ').count() - 1
        ),
    };
    Some(sandbox.shell(&format!("{shell} -c '{}'", script.replace('\'', "'\\''"))).ok())
}

#[test]
fn shells_offer_what_the_record_knows() {
    let sandbox = record();
    let id = sandbox.recount(["show", "--format", "json"]).ok();
    let shown: serde_json::Value = serde_json::from_str(&id).unwrap();
    let event = shown["events"][1]["id"].as_str().unwrap().to_owned();
    for shell in ["bash", "zsh", "fish"] {
        for (line, expected) in [
            ("recount show 2026", "2026-06-10-checkout-fails"),
            ("recount amend l", "last"),
            ("recount impact api", "api=degraded"),
            ("recount mark rep", "reported"),
            ("recount severity s", "sev2"),
            ("recount log --kind hyp", "hypothesis"),
            ("recount draft --template goo", "google-sre"),
            ("recount stat", "status"),
        ] {
            let Some(offers) = offered(&sandbox, shell, line) else { continue };
            assert!(offers.contains(expected), "{shell}: {line}: {offers}");
        }
        let Some(offers) = offered(&sandbox, shell, &format!("recount retract {}", &event[..1]))
        else {
            continue;
        };
        assert!(offers.contains(&event), "{shell}: {offers}");
        // bash has no room for what an event says.
        assert!(shell == "bash" || offers.contains("Restarted the scheduler"), "{shell}: {offers}");
    }
}

#[test]
fn what_was_typed_of_the_record_and_the_incident_counts() {
    let sandbox = record();
    sandbox.recount(["-q", "declare", "Mail waits", "--service", "databases"]).done();
    sandbox.recount(["-q", "-i", "mail", "log", "Looked at the queue"]).done();
    sandbox.recount(["init", "elsewhere", "--service", "shop"]).done();
    let shown = sandbox.recount(["-i", "mail", "show", "--format", "json"]).ok();
    let shown: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let id = shown["events"][1]["id"].as_str().unwrap().to_owned();
    for shell in ["bash", "zsh", "fish"] {
        let Some(offers) = offered(&sandbox, shell, "recount -C elsewhere impact sh") else {
            continue;
        };
        assert!(offers.contains("shop=down"), "{shell}: {offers}");
        let line = format!("recount -i mail amend {}", &id[..1]);
        let Some(offers) = offered(&sandbox, shell, &line) else { continue };
        assert!(offers.contains(&id), "{shell}: {offers}");
        let line = format!("recount -i checkout amend {}", &id[..1]);
        let Some(offers) = offered(&sandbox, shell, &line) else { continue };
        assert!(!offers.contains(&id), "{shell}: {offers}");
    }
}

#[test]
fn tab_is_pressed_in_a_zsh_of_its_own() {
    let sandbox = record();
    if sandbox.shell("command -v zsh && zsh -c 'zmodload zsh/zpty'").code != 0 {
        skipped("Tab in zsh: there is no zsh with a terminal of its own");
        return;
    }
    sandbox.write(
        "tab.zsh",
        r#"zmodload zsh/zpty
zpty -b z zsh -f -i
zpty -w z 'stty cols 200; autoload -U compinit; compinit -u; source <(recount completions zsh); print SET"UP"'
zpty -r z said '*SETUP*'
zpty -w -n z $'recount show 2026\t'
zpty -r z said '*-checkout-fails*'
print -r -- "$said"
"#,
    );
    let said = sandbox.shell("timeout 30 zsh -f tab.zsh").ok();
    assert!(said.contains("2026-06-10-checkout-fails"), "{said}");
}

#[test]
fn tables_policies_roles_and_files_are_offered() {
    let sandbox = record();
    sandbox.write(
        "customers.csv",
        "customer,service,fee,currency\nacme,api,10.00,EUR\nzenith,api,10.00,EUR\n",
    );
    sandbox.write("sla/premium.yaml", "title: Premium\n");
    sandbox.write("notes.txt", "x\n");
    sandbox.recount(["-q", "log", "Here", "--role", "scribe=Bo"]).done();
    for shell in ["bash", "zsh", "fish"] {
        for (line, expected) in [
            ("recount credits --customer ac", "acme"),
            ("recount credits --policy pre", "premium"),
            ("recount role scr", "scribe="),
            ("recount log --attach no", "notes.txt"),
        ] {
            let Some(offers) = offered(&sandbox, shell, line) else { continue };
            assert!(offers.contains(expected), "{shell}: {line}: {offers}");
        }
    }
}

#[test]
fn without_a_record_the_verbs_are_offered_all_the_same() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish"] {
        let Some(offers) = offered(&sandbox, shell, "recount dec") else { continue };
        assert!(offers.contains("declare"), "{shell}: {offers}");
        offered(&sandbox, shell, "recount show 20");
    }
}

#[test]
fn each_verb_has_a_manual_page() {
    let sandbox = record();
    assert!(sandbox.recount(["man", "log"]).ok().contains(".TH recount-log"));
    assert!(sandbox.recount(["man", "nosuch"]).refused().contains("unknown verb `nosuch`"));
    sandbox.recount(["man", "-o", "man1"]).ok();
    let pages = sandbox.shell("ls man1 | wc -l; grep -l Examples: man1/* | wc -l").ok();
    assert!(pages.split_whitespace().all(|count| count.parse::<usize>().unwrap() > 40), "{pages}");
}

#[test]
fn a_prompt_is_told_in_a_line_and_nothing_where_none_is_open() {
    let sandbox = record();
    let short = sandbox.recount(["status", "--short"]).ok();
    assert_eq!(short, "2026-06-10 declared 0s\n");
    sandbox.recount(["-q", "resolved"]).done();
    assert_eq!(sandbox.recount(["status", "--short"]).ok(), "");
}

#[test]
fn the_doctor_tells_of_a_machine_without_a_record_too() {
    let sandbox = Sandbox::new();
    let told = sandbox.recount(["doctor"]).done();
    assert!(told.contains("recount ") && told.contains("no recount.yaml"), "{told}");
    let json = record().recount(["doctor", "--format", "json"]).ok();
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["version"], &report["open_incidents"]), (&1.into(), &"1".into()));
}
