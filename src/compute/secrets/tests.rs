use super::*;
use std::fs;
use std::path::{Path, PathBuf};

/// What each line is found as. The credentials are made up in pieces, so that no scanner takes this file for a leak.
fn examples() -> Vec<(&'static str, String)> {
    let mixed = "Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2Yz3Ab4Cd5Ef6Gh7Ij8Kl9";
    let long = mixed.repeat(3);
    let first = |count: usize| long.chars().take(count).collect::<String>();
    let hex = "0123456789abcdef".repeat(4);
    let hexed = |count: usize| hex.chars().take(count).collect::<String>();
    vec![
        ("an AWS access key", format!("AKIA{}", "IOSFODNN7EXAMPLE")),
        ("a GitHub token", format!("ghp_{}", "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17")),
        ("a GitHub token", format!("github_pat_{}_{}", first(22), first(59))),
        ("a GitLab token", format!("glpat-{}", first(20))),
        ("a Slack token", format!("xoxb-{}-{}-{}", "123456789012", "1234567890123", first(24))),
        (
            "a Slack webhook",
            format!("hooks.slack.com/services/T{}/B{}/{}", "0A1B2C3D4", "0A1B2C3D4", first(24)),
        ),
        ("a Stripe key", format!("sk_live_{}", first(24))),
        ("a Google key", format!("AIza{}", first(35))),
        ("an npm token", format!("npm_{}", "1234567890abcdefghijABCDEFGHIJ0DgcSv")),
        ("a PyPI token", format!("pypi-AgEI{}", first(80))),
        ("a SendGrid key", format!("SG.{}.{}", first(22), first(43))),
        ("a Twilio key", format!("SK{}", hexed(32))),
        ("an OpenAI key", format!("sk-proj-{}T3BlbkFJ{}", first(20), first(20))),
        ("an Anthropic key", format!("sk-ant-api03-{}", first(93))),
        ("a DigitalOcean token", format!("dop_v1_{}", hexed(64))),
        (
            "a JSON Web Token",
            format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.{}", first(43)),
        ),
    ]
}

#[test]
fn each_published_format_is_found_whole_and_masked() {
    for (kind, secret) in examples() {
        for text in [format!("It was {secret}."), format!("key={secret}"), format!("\"{secret}\",")]
        {
            let found = find(&text);
            assert!(
                found
                    .iter()
                    .any(|it| text.get(it.place.clone()) == Some(&secret) && it.kind == kind),
                "{text}: {found:?}"
            );
            let masked = masked(&text).unwrap();
            assert!(!masked.contains(&secret) && masked.contains('…'), "{}", masked);
            assert_eq!(super::masked(&masked), None, "it is masked once");
        }
        let longer = format!("{secret}{secret}0");
        assert!(
            !find(&longer)
                .iter()
                .any(|it| longer.get(it.place.clone()) == Some(&secret) && kind.contains("AWS"))
        );
    }
}

#[test]
fn words_before_it_tell_a_credential() {
    let key = format!(
        "-----BEGIN RSA {} KEY-----\nMIIEpAIBAAKCAQEA1b2c3\nabc\n-----END RSA {0} KEY-----",
        "PRIVATE"
    );
    for (text, wanted) in [
        ("postgres://app:hunter2@db/x is down", "postgres://app:…@db/x is down"),
        ("password=hunter2 was set", "password=… was set"),
        ("DB_PASSWORD: 'h7nter2-live'", "DB_PASSWORD: '…'"),
        ("{\"client_secret\": \"abc123def456\"}", "{\"client_secret\": \"…\"}"),
        ("Authorization: Basic dXNlcjpwYXNz1234", "Authorization: Basic …"),
        ("token=abcDEF123456ghi789jkl", "token=abcD…9jkl #"),
        (&key, "-----BEGIN RSA PRIVATE KEY-----\nMIIE…"),
    ] {
        let masked = masked(text).unwrap_or_else(|| panic!("{text}"));
        assert!(masked.starts_with(wanted), "{masked}");
    }
    let both = format!("AKIA{} {}", "IOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    assert_eq!(find(&both).len(), 2);
}

#[test]
fn ids_digests_and_prose_are_none() {
    for text in [
        "HEAD is 59807616e1fa2540724bfbac14d7976d7e4a3860 now",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "550e8400-e29b-41d4-a716-446655440000 and 01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "The password was changed; the token expired: nobody could log in",
        "password: changed by Ada, secret: rotated",
        "password=$DB_PASSWORD token=<token> secret=${SECRET} pwd=********",
        "See https://example.com/a:b@c and mail ada:x@example.com",
        "https://example.com/login?user=ada&next=/home",
        "Basic authentication and Bearer tokens were refused",
        "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx stands for one",
        "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx too, SKU 12345",
        "AKIA is how they begin, eyJ too; -----BEGIN CERTIFICATE----- is public",
        "vm-17 of eu-west-1: db=340/1200, p99: 1250ms, token_bucket=1000000000000000",
        "TASK1234567890abcdef1234567890abcdef12345678",
    ] {
        assert_eq!(find(text), [], "{text}");
    }
}

#[test]
fn nothing_in_real_imports_is_taken_for_a_credential() {
    let Some(folder) = std::env::var_os("RECOUNT_IMPORTS") else {
        eprintln!("skipped: RECOUNT_IMPORTS names no folder of real texts");
        return;
    };
    let (mut folders, mut read) = (vec![PathBuf::from(folder)], 0);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            let found: Vec<_> = find(&text)
                .into_iter()
                .map(|it| (it.kind, text.get(it.place).unwrap().to_owned()))
                .collect();
            assert_eq!(found, [], "{}", Path::display(&path));
            read += 1;
        }
    }
    assert!(read > 0, "the folder is empty");
}
