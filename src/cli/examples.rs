//! What each verb's help shows of its use.

use clap::Command;

/// Returns the verb with its examples below its flags, and below what else stands there.
pub(super) fn with_examples(verb: Command) -> Command {
    let found = EXAMPLES.iter().find(|(name, _)| *name == verb.get_name());
    let Some((_, examples)) = found else { return verb };
    let line = |example: &&str| match example.contains("| recount ") {
        true => format!("\n  {example}"),
        false => format!("\n  recount {example}"),
    };
    let lines: String = examples.iter().map(line).collect();
    let before = verb.get_after_help().map(|help| format!("{help}\n\n")).unwrap_or_default();
    verb.after_help(format!("{before}Examples:{lines}"))
}

/// Three command lines of each verb, as a person would type them; the tests read each.
pub(crate) const EXAMPLES: &[(&str, [&str; 3])] = &[
    (
        "init",
        [
            "init",
            "init --timezone Europe/Paris --service api,databases",
            "init ~/incidents --default",
        ],
    ),
    ("demo", ["demo", "demo /tmp/outages", "demo --help"]),
    (
        "declare",
        [
            "declare \"Checkout fails\" --severity 1 --impact api=down",
            "declare \"Mail is late\" --at -20m --role commander=Ada",
            "declare \"Region failover\" --kind drill",
        ],
    ),
    (
        "log",
        [
            "log \"Restarted the scheduler\" --at -7m",
            "log \"Disk full\" --kind hypothesis --at ~14:05",
            "make deploy 2>&1 | recount log \"Rolled back\" -",
        ],
    ),
    (
        "run",
        [
            "run -- systemctl restart api",
            "run --output -- ./failover.sh eu",
            "run -i checkout -- make rollback",
        ],
    ),
    (
        "mark",
        [
            "mark mitigated \"Errors fall\"",
            "mark recovered,resolved --at 14:20",
            "mark started --at 12:40..12:55",
        ],
    ),
    (
        "impact",
        [
            "impact api=down \"Every call fails\"",
            "impact api=degraded:40%,search=up",
            "impact databases=down --region eu --at -12m",
        ],
    ),
    ("severity", ["severity sev1 \"Every customer is hit\"", "severity 2", "severity P3 --at -5m"]),
    (
        "role",
        [
            "role commander=Ada",
            "role ic=Bo scribe=Kim",
            "role commander=\"Ada Diallo\" \"She takes over\"",
        ],
    ),
    (
        "progress",
        [
            "progress databases=340/1200",
            "progress api=28%",
            "progress databases=340/1200 \"EU first\" --at -2m",
        ],
    ),
    (
        "amend",
        [
            "amend last --at 14:02",
            "amend p7kq2mza --text \"Two racks, not one\"",
            "amend last last-1 --to checkout",
        ],
    ),
    (
        "retract",
        [
            "retract last --reason \"It was another cluster\"",
            "retract p7kq --reason \"Typed twice\"",
            "retract last-1 -i checkout --reason \"Wrong incident\"",
        ],
    ),
    (
        "redact",
        [
            "redact p7kq2mza --reason \"A customer's name\"",
            "redact --file files/1a2b3c4d-dump.txt --reason \"Personal data\"",
            "redact --document incidents/2026/2026-06-10-fire/postmortem.md --passage - --reason \"A password\"",
        ],
    ),
    ("undo", ["undo", "undo -i checkout", "undo --format json"]),
    ("redo", ["redo", "redo -i checkout", "redo --format json"]),
    (
        "reopen",
        [
            "reopen \"Errors again\"",
            "reopen -i checkout --at -1m",
            "reopen \"It is back\" --impact api=down",
        ],
    ),
    (
        "cancel",
        [
            "cancel --reason \"A false alarm\"",
            "cancel smoke --reason \"A steak\"",
            "cancel 2026-06-10-smoke --reason \"Declared twice\"",
        ],
    ),
    (
        "join",
        ["join checkout payments", "join 2026-06-10-fire smoke", "join fire smoke --no-commit"],
    ),
    (
        "set",
        [
            "set severity=sev2",
            "set services=api,databases class=zone-failure",
            "set --edit -i checkout",
        ],
    ),
    (
        "action",
        [
            "action add \"Alert on disks\" --owner ada --due 2026-07-01",
            "action list --overdue",
            "action done k3f8a2mq",
        ],
    ),
    ("watch", ["watch", "watch -i checkout", "tail -f bridge.jsonl | recount watch --format json"]),
    ("status", ["status", "status --handoff", "status --short"]),
    ("list", ["list", "list --state open", "list --severity 1 --since 2026-01-01 --format csv"]),
    ("show", ["show", "show checkout --format markdown", "show checkout --as-of HEAD~3"]),
    ("history", ["history -i checkout", "history p7kq2mza", "history --format json"]),
    ("metrics", ["metrics", "metrics checkout --compare", "metrics --preset dora --format csv"]),
    (
        "stats",
        [
            "stats --period 2026-Q2 --by month",
            "stats --severity 1 --by service",
            "stats --since 2026-01-01 --format csv",
        ],
    ),
    ("why", ["why time_to_recover -i checkout", "why downtime api", "why mttr --period 2026-Q2"]),
    ("draft", ["draft --template google-sre", "draft checkout --check", "draft --all"]),
    (
        "render",
        [
            "render checkout --to html -o page.html",
            "render checkout --template customer --to md",
            "render checkout --to json",
        ],
    ),
    ("templates", ["templates", "templates eject customer", "templates --format json"]),
    (
        "credits",
        [
            "credits --period 2026-06",
            "credits --period 2026-06 --format xlsx -o credits.xlsx",
            "credits --period 2026-06 --what-if recovered-30m -i checkout",
        ],
    ),
    ("sla", ["sla list", "sla check", "sla check --format json"]),
    ("check", ["check", "check checkout --audit", "check --format github"]),
    (
        "export",
        [
            "export --to csv -o tables",
            "export --to jsonl -o tables --table events",
            "export --to csv -o tables --period 2026-06",
        ],
    ),
    ("doctor", ["doctor", "doctor --format json", "doctor -C ~/incidents"]),
    ("spool", ["spool take", "spool take p7kq2mza", "spool take --from .recount/spool"]),
    (
        "merge-driver",
        [
            "merge-driver base ours theirs incidents/2026/2026-06-10-fire/incident.yaml",
            "merge-driver --help",
            "help merge-driver",
        ],
    ),
    ("sync", ["sync", "sync --format json", "sync --onto"]),
    (
        "import",
        [
            "import statuspage incidents.json --dry-run",
            "import slack export.zip -i checkout",
            "import markdown postmortems",
        ],
    ),
    ("schema", ["schema", "schema recount", "schema policy"]),
    ("completions", ["completions bash", "completions zsh", "completions fish"]),
    ("man", ["man", "man log", "man -o ~/.local/share/man/man1"]),
    ("help", ["help times", "help log", "help sla"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the words of a line, as a shell would split them.
    fn words(line: &str) -> Vec<String> {
        let (mut words, mut word, mut quoted) = (vec![], String::new(), false);
        for c in line.chars() {
            match c {
                '"' => quoted = !quoted,
                ' ' if !quoted => words.push(std::mem::take(&mut word)),
                c => word.push(c),
            }
        }
        words.push(word);
        words
    }

    #[test]
    fn each_verb_has_three_examples_that_it_understands() {
        let command = crate::cli::command();
        for verb in command.get_subcommands() {
            let name = verb.get_name();
            let (_, examples) =
                EXAMPLES.iter().find(|(known, _)| *known == name).unwrap_or_else(|| {
                    panic!("`{name}` has no examples");
                });
            for example in examples {
                let line = example.rsplit_once("| recount ").map_or(*example, |(_, line)| line);
                let typed = std::iter::once("recount".to_owned()).chain(words(line));
                let read = command.clone().try_get_matches_from(typed);
                let fine = match &read {
                    Ok(_) => true,
                    Err(error) => !error.use_stderr(),
                };
                assert!(fine, "{example}: {}", read.unwrap_err());
                assert!(words(line).contains(&name.to_owned()), "{example} is no {name}");
            }
        }
    }
}
