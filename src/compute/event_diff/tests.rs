use super::*;
use crate::io::yaml;
use crate::model::settings::Settings;

fn incident(body: &str) -> Incident {
    let text = format!("title: Power\n{body}");
    let id = "2019-01-24-power".parse().unwrap();
    yaml::incident::read(id, &text, &Settings::default()).unwrap().incident
}

fn told(old: &str, new: &str) -> Vec<String> {
    let (old, new) = (incident(old), incident(new));
    let tell = |change: &RecordedChange<'_>| {
        let name = match change.part {
            ChangedPart::Whole(_) => "incident",
            ChangedPart::Event(event) => &event.text,
            ChangedPart::Action(action) => &action.title,
        };
        format!("{} {name} {}", change.done.as_str(), change.keys.join(" ")).trim_end().to_owned()
    };
    between(Some(&old), &new).iter().map(tell).collect()
}

const BEFORE: &str = "events:\n- {id: a, at: 2019-01-24T13:00:00Z, text: dark}\n- {id: b, at: 2019-01-24T14:00:00Z, text: light}\n";

#[test]
fn nothing_changed_where_only_the_hand_did() {
    let after = "# by hand\nevents:\n- id: a\n  at: 2019-01-24T13:00:00Z\n  text: dark\n- {id: b, at: 2019-01-24T14:00:00Z, text: light}\n";
    assert_eq!(told(BEFORE, after), Vec::<String>::new());
}

#[test]
fn each_change_is_named_with_its_keys() {
    let after = "severity: sev1\nactions:\n- {id: x, title: Spread the load}\nevents:\n- {id: a, at: 2019-01-24T13:01:00Z, mark: started, text: dark}\n- {id: c, at: 2019-01-24T15:00:00Z, text: new}\n";
    let expected = [
        "corrected incident severity",
        "corrected dark at mark",
        "wrote new",
        "removed light",
        "wrote Spread the load",
    ];
    assert_eq!(told(BEFORE, after), expected);
}

#[test]
fn a_retraction_is_told_as_one_and_so_is_its_end() {
    let after = BEFORE.replace("text: dark", "retracted: a slip, text: dark");
    assert_eq!(told(BEFORE, &after), ["retracted dark retracted"]);
    assert_eq!(told(&after, BEFORE), ["restored dark retracted"]);
}

#[test]
fn an_event_that_is_given_an_id_did_not_change() {
    let without = BEFORE.replace("id: a, ", "");
    assert_eq!(told(&without, BEFORE), Vec::<String>::new());
}
