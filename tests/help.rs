//! The help of every verb, as it reads at 100 columns.

use crate::support::sandbox::Sandbox;

#[test]
fn the_help_is_read_before_it_changes() {
    let sandbox = Sandbox::new();
    let mut all = sandbox.recount(["--help"]).ok();
    for verb in verbs(&all) {
        all.push_str(&format!("\n$ recount {verb} --help\n"));
        all.push_str(&sandbox.recount([verb.as_str(), "--help"]).ok());
    }
    insta::assert_snapshot!(all);
}

/// Returns the verbs that the help lists.
fn verbs(help: &str) -> Vec<String> {
    let list = help.lines().skip_while(|l| *l != "Commands:").skip(1);
    let verbs =
        list.take_while(|l| !l.is_empty()).filter(|l| l.starts_with("  ") && !l.starts_with("   "));
    verbs.map(|l| l.split_whitespace().next().unwrap().to_owned()).filter(|v| v != "help").collect()
}
