//! Links the program at a fixed address where that can be had.
//!
//! The tables of time zones hold forty thousand pointers. In a program that may lie anywhere, the loader
//! writes every one of them at each start, which takes longer than reading an incident.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |key: &str| env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
