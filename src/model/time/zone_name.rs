//! The zone that a typed name means, or a refusal that offers the names that may have been meant.

use super::error::quote;
use super::zone::{Clocks, ZoneMeaning, meaning, offset_words};
use super::{EventTime, TimeError, TimeErrorReason, Zone};

/// Looks a time up on the clocks that `name` means, or on those of `zone` where there is no name.
///
/// # Errors
///
/// Refuses names that mean several zones or none, with what `look_up` finds for each that may be meant.
pub(super) fn on<F>(name: Option<&str>, zone: Zone, look_up: &F) -> Result<EventTime, TimeError>
where
    F: Fn(Clocks) -> Result<EventTime, TimeError>,
{
    let Some(name) = name else { return look_up(Clocks::Zone(zone)) };
    let (refusal, readings) = match meaning(name) {
        ZoneMeaning::One(clocks) => return look_up(clocks),
        ZoneMeaning::Several(places) => {
            let label = |(offset, zone)| {
                (Clocks::Offset(offset), format!("{} ({zone})", offset_words(offset)))
            };
            let readings: Vec<_> = places.into_iter().map(label).collect();
            (ambiguous(name, &readings), readings)
        }
        ZoneMeaning::Unknown(near) => {
            let label = |zone: Zone| (Clocks::Zone(zone), Clocks::Zone(zone).name());
            let readings: Vec<_> = near.into_iter().map(label).collect();
            (unknown(name, &readings), readings)
        }
    };
    Err(readings.into_iter().fold(refusal, |refusal, (clocks, label)| match look_up(clocks) {
        Ok(stamp) => refusal.or(stamp, label),
        // A reading that would be asked about is still one of the choices.
        Err(other) => match (other.reason(), other.choices().first()) {
            (TimeErrorReason::Early | TimeErrorReason::Future, Some(choice)) => {
                refusal.or(choice.stamp, label)
            }
            (_, _) => refusal,
        },
    }))
}

/// Reads the name of a zone whose clocks follow its place, such as `Europe/Paris` or `UTC`.
///
/// # Errors
///
/// Refuses what names no zone, several of them, or an offset alone.
pub fn read_zone(text: &str) -> Result<Zone, TimeError> {
    let name = text.trim();
    match meaning(name) {
        ZoneMeaning::One(Clocks::Zone(zone)) => Ok(zone),
        ZoneMeaning::One(Clocks::Offset(offset)) if offset.local_minus_utc() == 0 => Ok(Zone::UTC),
        ZoneMeaning::Unknown(near) => {
            let near = near.into_iter().map(|z| (Clocks::Zone(z), z.name().to_owned()));
            Err(unknown(name, &near.collect::<Vec<_>>()))
        }
        ZoneMeaning::One(_) | ZoneMeaning::Several(_) => Err(unknown(name, &[])),
    }
}

fn ambiguous(name: &str, readings: &[(Clocks, String)]) -> TimeError {
    let labels: Vec<_> = readings.iter().map(|(_, label)| label.as_str()).collect();
    let message = format!("{} may be {}.", quote(name), labels.join(" or "));
    TimeError::new(
        TimeErrorReason::AmbiguousZone,
        message,
        "Write the offset or the zone's name in its place.",
    )
}

fn unknown(name: &str, readings: &[(Clocks, String)]) -> TimeError {
    let names: Vec<_> = readings.iter().map(|(_, label)| format!("`{label}`")).collect();
    let next = match names.as_slice() {
        [] => {
            "Write an offset such as `+01:00`, or an IANA name such as `Europe/Paris`.".to_owned()
        }
        names => format!("Did you mean {}?", names.join(" or ")),
    };
    TimeError::new(
        TimeErrorReason::UnknownZone,
        format!("{} is not a known zone.", quote(name)),
        next,
    )
}
