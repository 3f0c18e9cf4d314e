//! Whether a call is under way.

/// Whether a call to the auth API is under way for this resource.
///
/// There is one status per resource, not per call: when two methods overlap, the first to finish sets
/// [`Idle`](FetchStatus::Idle).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FetchStatus {
    /// No call is under way.
    #[default]
    Idle,
    /// A call was sent and has not been answered.
    Fetching,
}
