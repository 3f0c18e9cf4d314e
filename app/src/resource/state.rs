//! A resource in signals: what it is, whether a call is under way, and what went wrong last.

use std::sync::Arc;

use leptos::prelude::*;

use super::{Errors, FetchStatus, FieldErrors};
use crate::AuthError;

/// The signals of one resource. It lives as long as the `<AuthProvider>` that made it.
pub(crate) struct ResourceState<Resource: Send + Sync + 'static, Fields: FieldErrors> {
    resource: RwSignal<Option<Arc<Resource>>>,
    error: RwSignal<Option<AuthError>>,
    fetch_status: RwSignal<FetchStatus>,
    can_be_discarded: RwSignal<bool>,
    errors: Memo<Errors<Fields>>,
}

impl<Resource: Send + Sync + 'static, Fields: FieldErrors> Clone
    for ResourceState<Resource, Fields>
{
    fn clone(&self) -> Self {
        *self
    }
}

impl<Resource: Send + Sync + 'static, Fields: FieldErrors> Copy
    for ResourceState<Resource, Fields>
{
}

impl<Resource: Send + Sync + 'static, Fields: FieldErrors> ResourceState<Resource, Fields> {
    pub(crate) fn new() -> Self {
        let error = RwSignal::new(None);
        Self {
            resource: RwSignal::new(None),
            error,
            fetch_status: RwSignal::new(FetchStatus::Idle),
            can_be_discarded: RwSignal::new(false),
            errors: Memo::new(move |_| error.with(|error| Errors::sort(error.as_ref()))),
        }
    }

    /// Reads something of the resource and tracks it.
    pub(crate) fn read<T>(&self, read: impl FnOnce(Option<&Resource>) -> T) -> T {
        self.resource.with(|resource| read(resource.as_deref()))
    }

    /// Reads something of the resource without tracking it.
    pub(crate) fn read_untracked<T>(&self, read: impl FnOnce(Option<&Resource>) -> T) -> T {
        self.resource
            .with_untracked(|resource| read(resource.as_deref()))
    }

    pub(crate) fn fetch_status(&self) -> Signal<FetchStatus> {
        self.fetch_status.into()
    }

    pub(crate) fn errors(&self) -> Signal<Errors<Fields>> {
        self.errors.into()
    }

    pub(crate) fn can_be_discarded(&self) -> bool {
        self.can_be_discarded.get()
    }

    /// Lets the next incoming `None` replace the resource.
    pub(crate) fn mark_discardable(&self) {
        self.can_be_discarded.set(true);
    }

    /// Takes what the auth API sent.
    ///
    /// A missing resource is ignored until the present one may be discarded: servers drop an attempt from the
    /// client the moment it is complete, and a form that still has to finalize it would lose it.
    pub(crate) fn adopt(&self, incoming: Option<Resource>)
    where
        Resource: PartialEq,
    {
        let may_clear = self.can_be_discarded.get_untracked();
        if incoming.is_none() && !may_clear {
            return;
        }
        if self.read_untracked(|present| present == incoming.as_ref()) {
            return;
        }
        self.can_be_discarded.set(false);
        self.resource.set(incoming.map(Arc::new));
    }

    /// Clears resource and error; the fetch status stays as it is.
    pub(crate) fn reset(&self) {
        self.can_be_discarded.set(true);
        self.error.set(None);
        self.resource.set(None);
    }

    /// Forgets the last error.
    pub(crate) fn clear_error(&self) {
        self.error.set(None);
    }

    /// A call begins.
    pub(crate) fn begin(&self) {
        self.error.set(None);
        self.fetch_status.set(FetchStatus::Fetching);
    }

    /// What is to be said when a wait that counts as a call ends or is given up, also with its owner.
    pub(crate) fn stop_waiting(&self) {
        _ = self.fetch_status.try_set(FetchStatus::Idle);
    }

    /// A call ended.
    pub(crate) fn end(&self, error: Option<AuthError>) {
        self.error.set(error);
        self.fetch_status.set(FetchStatus::Idle);
    }
}
