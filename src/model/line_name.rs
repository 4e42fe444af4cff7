//! The name of a line of credits, which stays the same from period to period.

use crate::model::customer::SubscriptionKey;
use crate::model::incident::Name;
use crate::model::incident::names::UnknownValue;
use std::fmt::{self, Write};
use std::str::FromStr;

/// The name of a line: `customer/service/policy`, then `/plan:P`, `/region:R` and `/resource:X` where its row has them,
/// each part percent-encoded. What was booked by hand has no policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineName {
    /// The subscription.
    pub key: SubscriptionKey,
    /// The policy; none where the line was booked by hand.
    pub policy: Option<Name>,
}

impl LineName {
    /// Returns the name of the same line of another customer.
    #[must_use]
    pub fn of_customer(&self, customer: &str) -> Self {
        let mut name = self.clone();
        customer.clone_into(&mut name.key.customer);
        name
    }

    /// Returns a customer as it begins a name.
    pub fn encoded_customer(customer: &str) -> String {
        encoded(customer)
    }

    /// Returns what follows the customer in a name.
    pub fn after_customer(&self) -> String {
        let SubscriptionKey { service, plan, region, resource, .. } = &self.key;
        let mut text = format!("/{}", encoded(service));
        if let Some(policy) = &self.policy {
            let _ = write!(text, "/{}", encoded(policy.as_str()));
        }
        for (mark, part) in [("plan", plan), ("region", region), ("resource", resource)] {
            if let Some(part) = part {
                let _ = write!(text, "/{mark}:{}", encoded(part));
            }
        }
        text
    }
}

impl fmt::Display for LineName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encoded(&self.key.customer))?;
        f.write_str(&self.after_customer())
    }
}

impl serde::Serialize for LineName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for LineName {
    type Err = UnknownValue;

    fn from_str(text: &str) -> Result<Self, UnknownValue> {
        read(text).filter(|name| name.to_string() == text).ok_or_else(|| {
            let shown: String = text.chars().flat_map(char::escape_debug).collect();
            UnknownValue(format!(
                "`{shown}` is no line's name: it is customer/service/policy, with /plan:, /region: and /resource: behind it"
            ))
        })
    }
}

fn read(text: &str) -> Option<LineName> {
    let mut parts = text.split('/');
    let customer = decoded(parts.next()?)?;
    let service = decoded(parts.next()?)?;
    let (mut policy, mut scope) = (None, [None, None, None]);
    for part in parts {
        match part.split_once(':') {
            None => policy = Some(decoded(part)?.parse().ok()?),
            Some((mark, value)) => {
                let at = ["plan", "region", "resource"].iter().position(|known| *known == mark)?;
                *scope.get_mut(at)? = Some(decoded(value)?);
            }
        }
    }
    let [plan, region, resource] = scope;
    Some(LineName { key: SubscriptionKey { customer, service, plan, region, resource }, policy })
}

/// Encodes what a path of an address would, but for the sign of all services; nothing that a spreadsheet runs begins it.
fn encoded(part: &str) -> String {
    let mut out = String::new();
    for (at, byte) in part.bytes().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'~' | b'*');
        if is_plain || byte == b'-' && at > 0 {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn decoded(part: &str) -> Option<String> {
    let (mut bytes, mut rest) = (vec![], part.bytes());
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => {
                let digits = [rest.next()?, rest.next()?].map(|d| char::from(d).to_digit(16));
                let [Some(high), Some(low)] = digits else { return None };
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn name(customer: &str, service: &str, scope: [Option<&str>; 3]) -> LineName {
        let [plan, region, resource] = scope.map(|part| part.map(str::to_owned));
        let (customer, service) = (customer.to_owned(), service.to_owned());
        let key = SubscriptionKey { customer, service, plan, region, resource };
        LineName { key, policy: "premium".parse().ok() }
    }

    #[test]
    fn a_name_says_what_tells_a_line_apart() {
        let all = name("a/b co", "*", [Some("gold:1"), None, Some("vm,17")]);
        assert_eq!(all.to_string(), "a%2Fb%20co/*/premium/plan:gold%3A1/resource:vm%2C17");
        let booked = LineName { policy: None, ..name("-=x", "", [None, None, None]) };
        assert_eq!(booked.to_string(), "%2D%3Dx/");
        assert_eq!(booked.to_string().parse::<LineName>(), Ok(booked));
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for bad in ["", "acme", "acme/apps/premium/x:y", "a%2/b/c", "a b/c/d", "a/b/c/plan:x/d"] {
            assert!(bad.parse::<LineName>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_name_reads_back(customer in "\\PC{0,8}", service in "\\PC{0,4}", plan in proptest::option::of("\\PC{0,4}")) {
            let name = name(&customer, &service, [plan.as_deref(), None, None]);
            let text = name.to_string();
            prop_assert!(!text.starts_with(['=', '+', '-', '@', '\'']));
            prop_assert!(!text.contains([',', '"', ' ', '\n']));
            prop_assert_eq!(text.parse::<LineName>(), Ok(name));
        }
    }
}
