//! The embedded auth API.
