//! Lists and maps in brackets and braces: YAML 1.2.2, 7.4.

use super::{CollectionSpan, PartSpan, Splicer, ValueIndicator, closed};
use crate::io::yaml::edit::plan::{CollectionKind, PlannedNode};
use crate::io::yaml::write;

impl Splicer<'_> {
    pub(super) fn flow_group(&mut self, site: &CollectionSpan<'_>) {
        let gone = site.gone();
        let runs = site.runs();
        if gone.contains(&true) && !runs.is_empty() {
            self.rewrote.push(site.node.place);
            let value = closed(PlannedNode::Collection(site.group.clone()).to_value());
            return self.replace(site.node, &value, site.slot);
        }
        self.kept_parts(site, ValueIndicator::Sign, 0);
        for (before, run) in runs {
            let new: Vec<String> = run
                .iter()
                .map(|part| match site.group.kind {
                    CollectionKind::List => write::inline(&part.plan.to_value(), true),
                    CollectionKind::Map => write::flow_entry(&part.key, &part.plan.to_value()),
                })
                .collect();
            match before.and_then(|index| site.spots.get(index)) {
                Some(spot) => self.put_before_in_flow(*spot, &new),
                None => self.put_last_in_flow(site, &new),
            }
        }
        self.cut_in_flow(site, &gone);
    }

    /// Returns the indentation of what has its line to itself.
    fn own_line(&self, at: usize) -> Option<&str> {
        self.lines.leads(at).then(|| self.lines.before(at))
    }

    fn put_before_in_flow(&mut self, spot: PartSpan, new: &[String]) {
        let parting = self.own_line(spot.start).map_or(", ".to_owned(), |i| format!(",\n{i}"));
        let text: String = new.iter().map(|new| format!("{new}{parting}")).collect();
        self.splice(spot.start..spot.start, text);
    }

    fn put_last_in_flow(&mut self, site: &CollectionSpan<'_>, new: &[String]) {
        let lines = self.lines;
        let Some(last) = site.spots.last() else { return };
        let comma = lines.pass_gap(last.end);
        let comma = lines.has(comma, ',').then_some(comma + 1);
        let rest = lines.rest(comma.unwrap_or(last.end)).trim_start();
        let own_line =
            self.own_line(last.start).filter(|_| rest.is_empty() || rest.starts_with('#'));
        let Some(indent) = own_line else {
            let text: String = new.iter().map(|new| format!(", {new}")).collect();
            return self.splice(last.end..last.end, text);
        };
        let mut text = format!("\n{indent}{}", new.join(&format!(",\n{indent}")));
        if comma.is_some() {
            text.push(',');
        } else {
            self.splice(last.end..last.end, ",");
        }
        let at = lines.line_end(comma.unwrap_or(last.end));
        self.splice(at..at, text);
    }

    /// Cuts the parts that go, each with its comma and without the comments around it.
    fn cut_in_flow(&mut self, site: &CollectionSpan<'_>, gone: &[bool]) {
        let lines = self.lines;
        let kept_last = gone.iter().rposition(|gone| !gone).unwrap_or_default();
        for (index, (spot, gone)) in site.spots.iter().zip(gone).enumerate() {
            if !gone {
                continue;
            }
            let comma = lines.pass_gap(spot.end);
            let comma = if lines.has(comma, ',') { comma + 1 } else { spot.end };
            let above = index.checked_sub(1).and_then(|above| site.spots.get(above));
            match (site.spots.get(index + 1), above) {
                (Some(next), _) if index < kept_last => {
                    let gap = lines.cut(comma, next.start);
                    let end = if gap.contains('#') { comma } else { next.start };
                    self.splice(spot.start..end, "");
                }
                (_, Some(above)) if !lines.cut(above.end, spot.start).contains('#') => {
                    self.splice(above.end..spot.end, "");
                }
                _ => self.splice(spot.start..comma, ""),
            }
        }
    }
}
