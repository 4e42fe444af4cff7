//! The clock, read here alone.

use crate::model::time::Instant;

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

/// Returns whether `RECOUNT_NOW` fixes the clock.
pub(crate) fn is_fixed() -> bool {
    std::env::var_os(VARIABLE).is_some()
}
