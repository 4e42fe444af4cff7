use super::*;

#[test]
fn an_item_is_appended() {
    let text = "events:\n  - a # c\nb: 1\n";
    let edit = Edit::Insert { path: vec!["events".into()], index: 9, value: Value::text("new") };
    assert_eq!(apply(text, &[edit]).unwrap().text, "events:\n  - a # c\n  - new\nb: 1\n");
}
