//! The steps that forms do, in terms of calls to the auth API. They decide where to go next, and nothing about who may
//! sign in.

pub(super) mod complete;
pub(super) mod factor;
pub(super) mod new_password;
pub(super) mod sign_in;
pub(super) mod sign_up;
