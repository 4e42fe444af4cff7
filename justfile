# The commands that people type; CONTRIBUTING.md says when.

# Lists them.
default:
    @just --list

build:
    cargo build --locked

# Runs the tests whose names have FILTER in them, or all.
test *FILTER:
    cargo test --locked {{ FILTER }}

lint:
    cargo clippy --locked --all-targets -- -D warnings

fmt:
    cargo fmt

# Writes transcripts, golden files, expected findings and snapshots anew: read the diff.
bless *FILTER:
    BLESS=1 INSTA_UPDATE=always cargo test --locked {{ FILTER }}
    git diff --stat

# Holds the program against others: log, render or stats.
bench NAME:
    cargo bench --locked --bench {{ NAME }}

# Checks licences, advisories, duplicates and sources of dependencies (cargo install cargo-deny).
deny:
    cargo deny check

# What a pull request must pass.
gate:
    .ci/run

# Writes a worked record of two real outages into DIR, and tells it.
demo DIR="/tmp/recount-demo":
    cargo run --locked --release -- demo {{ DIR }}

# Makes what a release gives away, for this machine (cargo install cargo-deb).
dist:
    .ci/dist
