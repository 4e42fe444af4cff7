//! The zone that a typed name means, or a refusal that offers the names that may have been meant.

use super::refusal::quote;
use super::zone::{Clocks, Meaning, meaning, offset_words};
use super::{Reason, Refusal, Stamp, Zone};

/// Looks a time up on the clocks that `name` means, or on those of `zone` where there is no name.
///
/// # Errors
///
/// Refuses names that mean several zones or none, with what `look_up` finds for each that may be meant.
pub(super) fn on<F>(name: Option<&str>, zone: Zone, look_up: &F) -> Result<Stamp, Refusal>
where
    F: Fn(Clocks) -> Result<Stamp, Refusal>,
{
    let Some(name) = name else { return look_up(Clocks::Zone(zone)) };
    let (refusal, readings) = match meaning(name) {
        Meaning::One(clocks) => return look_up(clocks),
        Meaning::Several(places) => {
            let label = |(offset, zone)| {
                (Clocks::Offset(offset), format!("{} ({zone})", offset_words(offset)))
            };
            let readings: Vec<_> = places.into_iter().map(label).collect();
            (ambiguous(name, &readings), readings)
        }
        Meaning::Unknown(near) => {
            let label = |zone: Zone| (Clocks::Zone(zone), Clocks::Zone(zone).name());
            let readings: Vec<_> = near.into_iter().map(label).collect();
            (unknown(name, &readings), readings)
        }
    };
    Err(readings.into_iter().fold(refusal, |refusal, (clocks, label)| match look_up(clocks) {
        Ok(stamp) => refusal.or(stamp, label),
        // A reading that would be asked about is still one of the choices.
        Err(other) => match (other.reason(), other.choices().first()) {
            (Reason::Early | Reason::Future, Some(choice)) => refusal.or(choice.stamp, label),
            (_, _) => refusal,
        },
    }))
}

/// Reads the name of a zone whose clocks follow its place, such as `Europe/Paris` or `UTC`.
///
/// # Errors
///
/// Refuses what names no zone, several of them, or an offset alone.
pub fn read_zone(text: &str) -> Result<Zone, Refusal> {
    let name = text.trim();
    match meaning(name) {
        Meaning::One(Clocks::Zone(zone)) => Ok(zone),
        Meaning::One(Clocks::Offset(offset)) if offset.local_minus_utc() == 0 => Ok(Zone::UTC),
        Meaning::Unknown(near) => {
            let near = near.into_iter().map(|z| (Clocks::Zone(z), z.name().to_owned()));
            Err(unknown(name, &near.collect::<Vec<_>>()))
        }
        Meaning::One(_) | Meaning::Several(_) => Err(unknown(name, &[])),
    }
}

fn ambiguous(name: &str, readings: &[(Clocks, String)]) -> Refusal {
    let labels: Vec<_> = readings.iter().map(|(_, label)| label.as_str()).collect();
    let message = format!("{} may be {}.", quote(name), labels.join(" or "));
    Refusal::new(
        Reason::AmbiguousZone,
        message,
        "Write the offset or the zone's name in its place.",
    )
}

fn unknown(name: &str, readings: &[(Clocks, String)]) -> Refusal {
    let names: Vec<_> = readings.iter().map(|(_, label)| format!("`{label}`")).collect();
    let next = match names.as_slice() {
        [] => {
            "Write an offset such as `+01:00`, or an IANA name such as `Europe/Paris`.".to_owned()
        }
        names => format!("Did you mean {}?", names.join(" or ")),
    };
    Refusal::new(Reason::UnknownZone, format!("{} is not a known zone.", quote(name)), next)
}
