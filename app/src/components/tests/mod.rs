//! HTML tests.
