//! The binary `thyra`.

fn main() {}
