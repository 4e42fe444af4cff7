//! The clock, read here alone.

use crate::model::time::{Instant, Zone};

/// The variable that fixes the clock, for tests and replays.
pub(crate) const VARIABLE: &str = "RECOUNT_NOW";

/// Returns the time now, or what `RECOUNT_NOW` says that it is.
///
/// # Errors
/// A `RECOUNT_NOW` that is not an RFC 3339 time.
pub(crate) fn now() -> Result<Instant, String> {
    match std::env::var(VARIABLE) {
        Ok(text) => match chrono::DateTime::parse_from_rfc3339(text.trim()) {
            Ok(at) => Ok(at.into()),
            Err(_) => {
                Err(format!("{VARIABLE} is `{text}`: write a time such as 2026-11-20T12:00:00Z"))
            }
        },
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
        Err(_) => Ok(chrono::Utc::now().into()),
    }
}

/// Returns the zone that this machine's clocks show: what `TZ` names, else the system's; none where that is
/// no zone of the database, such as `TZ=CET-1CEST`.
pub(crate) fn machine_zone() -> Option<Zone> {
    match std::env::var("TZ") {
        Ok(text) => named(&text),
        Err(std::env::VarError::NotPresent) => named(&iana_time_zone::get_timezone().ok()?),
        Err(std::env::VarError::NotUnicode(_)) => None,
    }
}

/// Returns the zone of a `TZ`: a name, or a path to its file, perhaps behind a colon; nothing at all is UTC.
fn named(text: &str) -> Option<Zone> {
    let text = text.strip_prefix(':').unwrap_or(text);
    let name = text.rsplit_once("/zoneinfo/").map_or(text, |(_, name)| name);
    // The same by another name: servers are set to it, and what is shown would name it twice.
    const UTC: [&str; 7] = ["", "UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "Zulu"];
    if UTC.contains(&name) { Some(Zone::UTC) } else { name.parse().ok() }
}

/// Returns whether `RECOUNT_NOW` fixes the clock.
pub(crate) fn is_fixed() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_zone_is_one_of_the_database_or_none() {
        let name = |text| named(text).map(Zone::name);
        assert_eq!(name("Europe/Paris"), Some("Europe/Paris"));
        assert_eq!(name(":/usr/share/zoneinfo/America/New_York"), Some("America/New_York"));
        assert_eq!((name(""), name("UTC")), (Some("UTC"), Some("UTC")));
        assert_eq!(
            (name("CET-1CEST"), name("/etc/localtime"), name("Nowhere")),
            (None, None, None)
        );
    }
}
