//! What `<AuthProvider>` keeps.

use std::sync::Arc;

use leptos::prelude::*;
use thyra_wire::{
    Client, Environment, RedirectPolicy, Session, SessionStatus, SignIn, SignUp, Timestamp,
};

use crate::AuthError;
use crate::browser::{AppRouter, announce_session_change, leave};
use crate::resource::{FieldErrors, ResourceState};
use crate::server_fns::{AuthState, Outcome};
use crate::sign_in::SignInFields;
use crate::sign_up::SignUpFields;

/// The state of one `<AuthProvider>`. `Copy`; dies with the provider.
#[derive(Clone, Copy)]
pub struct AuthContext {
    pub(crate) environment: RwSignal<Arc<Environment>>,
    pub(crate) client: RwSignal<Option<Arc<Client>>>,
    pub(crate) load_error: RwSignal<Option<AuthError>>,
    pub(crate) loaded_at: RwSignal<Option<Timestamp>>,
    pub(crate) sign_in: ResourceState<SignIn, SignInFields>,
    pub(crate) sign_up: ResourceState<SignUp, SignUpFields>,
    redirect_origins: StoredValue<Vec<String>>,
    api_path: StoredValue<String>,
    /// Whether the browser is on its way to another page of the app.
    pub(crate) is_leaving: RwSignal<bool>,
    /// Whether every page after a step is loaded anew, whether or not there is a router.
    loads_pages: bool,
    router: StoredValue<Option<AppRouter>>,
    has_taken_posted_error: StoredValue<bool>,
}

impl AuthContext {
    pub(crate) fn new() -> Self {
        Self {
            loads_pages: false,
            is_leaving: RwSignal::new(false),
            environment: RwSignal::new(Arc::default()),
            client: RwSignal::new(None),
            load_error: RwSignal::new(None),
            loaded_at: RwSignal::new(None),
            sign_in: ResourceState::new(),
            sign_up: ResourceState::new(),
            redirect_origins: StoredValue::new(Vec::new()),
            api_path: StoredValue::new(String::new()),
            router: StoredValue::new(None),
            has_taken_posted_error: StoredValue::new(false),
        }
    }

    /// Such a context whose pages are loaded anew, whether or not there is a router.
    pub(crate) fn loading_pages(self, loads_pages: bool) -> Self {
        Self {
            loads_pages,
            ..self
        }
    }

    #[track_caller]
    pub(crate) fn expect() -> Self {
        use_context::<Self>()
            .expect("Thyra's hooks and components need an <AuthProvider> around them")
    }

    /// Whether the state has arrived. On the server it has by the time the provider's children are rendered.
    pub fn is_loaded(&self) -> bool {
        self.loaded_at.with(Option::is_some)
    }

    /// Why the state could not be loaded.
    pub fn load_error(&self) -> Option<AuthError> {
        self.load_error.get()
    }

    /// The server's time when it answered; the same during server rendering and hydration, so that a countdown's first
    /// frame is the same on both sides.
    pub fn loaded_at(&self) -> Timestamp {
        self.loaded_at.get().unwrap_or_default()
    }

    /// Where people may be sent: own paths until the state has arrived, then the origins the server allows too.
    pub(crate) fn redirects(&self) -> RedirectPolicy {
        RedirectPolicy::new("", self.redirect_origins.get_value())
    }

    /// The path at which the auth API is mounted raw; empty until the state has arrived.
    pub(crate) fn api_path(&self) -> String {
        self.api_path.get_value()
    }

    /// Keeps the host's router, when there is one around the place of the call: later there is no place to look from.
    pub(crate) fn learn_router(&self) {
        if self.router.with_value(Option::is_none) {
            self.router.set_value(AppRouter::find());
        }
    }

    /// Whether the app's router is to lead to a target that has passed the validator: to paths, but not to those of the auth API.
    pub(crate) fn is_routed(&self, target: &str) -> bool {
        let is_of_api = self.api_path.with_value(|api_path| {
            let rest = target.strip_prefix(api_path.as_str());
            !api_path.is_empty() && rest.is_some_and(|rest| rest.starts_with('/'))
        });
        target.starts_with('/') && !is_of_api && !self.loads_pages
    }

    /// Goes to a page that a host named. `decorate` gives the URL to really go to.
    pub(crate) fn go_to(&self, to: &str, decorate: impl FnOnce(&str) -> String) {
        let target = self.redirects().check(to);
        let target = target.map_or_else(|| "/".to_owned(), |target| target.to_string());
        let url = decorate(&target);
        match self.router.get_value().filter(|_| self.is_routed(&url)) {
            Some(router) => router.go_to(&url, self),
            None => leave(&url),
        }
    }

    /// The client; `None` before the first attempt.
    pub fn client(&self) -> Option<Arc<Client>> {
        self.client.get()
    }

    /// The session in use.
    pub fn active_session(&self) -> Option<Session> {
        self.client
            .with(|client| client.as_ref()?.active_session().cloned())
    }

    /// The session in use, unless it is pending: with a task left to do, nobody counts as signed in.
    pub(crate) fn signed_in_session(&self) -> Option<Session> {
        self.active_session()
            .filter(|session| session.status == SessionStatus::Active)
    }

    /// Takes what the server loaded: for this page, or because another tab told of a change.
    pub(crate) fn install(&self, loaded: Result<AuthState, AuthError>) {
        match loaded {
            Ok(state) => {
                self.environment.set(Arc::new(state.environment));
                self.put_client(state.client);
                self.redirect_origins.set_value(state.redirect_origins);
                self.api_path.set_value(state.api_path);
                self.loaded_at.set(Some(state.loaded_at));
                self.load_error.set(None);
            }
            Err(error) => self.load_error.set(Some(error)),
        }
    }

    /// Takes what a call changed: the resource of the call last, because it knows more than the client does.
    pub(crate) fn adopt(&self, outcome: &Outcome) {
        self.adopt_client(outcome.client.as_ref());
        if outcome.sign_in.is_some() {
            self.sign_in.adopt(outcome.sign_in.clone());
        }
        if outcome.sign_up.is_some() {
            self.sign_up.adopt(outcome.sign_up.clone());
        }
    }

    fn adopt_client(&self, client: Option<&Client>) {
        let Some(client) = client else { return };
        let before = self.session_id_untracked();
        self.put_client(Some(client.clone()));
        let after = self.session_id_untracked();
        if before.is_some() && after.is_none() {
            // Whoever signed out begins anew: the attempt that led to the session is over.
            self.sign_in.reset();
            self.sign_up.reset();
        }
        if after != before {
            announce_session_change();
        }
    }

    fn put_client(&self, client: Option<Client>) {
        if let Some(client) = &client {
            self.sign_in.adopt(client.sign_in.clone());
            self.sign_up.adopt(client.sign_up.clone());
        }
        self.client.set(client.map(Arc::new));
    }

    fn session_id_untracked(&self) -> Option<String> {
        self.client
            .with_untracked(|client| Some(client.as_ref()?.active_session()?.id.clone()))
    }

    /// Runs a call about the sign-in: error cleared, `Fetching`, then the outcome or the error, then `Idle`.
    pub(crate) async fn run_sign_in(
        &self,
        call: impl Future<Output = Result<Outcome, AuthError>>,
    ) -> Result<(), AuthError> {
        in_browser()?;
        self.run(call, self.sign_in).await
    }

    /// Runs a call about the sign-up, as [`run_sign_in`](Self::run_sign_in) does.
    pub(crate) async fn run_sign_up(
        &self,
        call: impl Future<Output = Result<Outcome, AuthError>>,
    ) -> Result<(), AuthError> {
        in_browser()?;
        self.run(call, self.sign_up).await
    }

    pub(super) async fn run<R: Send + Sync + 'static, F: FieldErrors>(
        &self,
        call: impl Future<Output = Result<Outcome, AuthError>>,
        state: ResourceState<R, F>,
    ) -> Result<(), AuthError> {
        state.begin();
        let result = call.await;
        self.settle(&result);
        state.end(result.as_ref().err().cloned());
        result.map(drop)
    }

    /// Whether the error of a form that was posted without scripts is still to be shown. Once: the router keeps it, and
    /// a step that is opened a second time would show it again.
    pub(crate) fn takes_posted_error(&self) -> bool {
        let is_first = !self.has_taken_posted_error.get_value();
        self.has_taken_posted_error.set_value(true);
        is_first
    }

    /// Takes the outcome, or the client that came with an error.
    pub(crate) fn settle(&self, result: &Result<Outcome, AuthError>) {
        match result {
            Ok(outcome) => self.adopt(outcome),
            Err(AuthError::Api(errors)) => self.adopt_client(errors.client.as_deref()),
            Err(_) => {}
        }
    }
}

/// Methods run in the browser only: on the server they would act for whoever asked for the page.
pub(crate) fn in_browser() -> Result<(), AuthError> {
    if cfg!(feature = "ssr") {
        return Err(AuthError::ServerRendering);
    }
    Ok(())
}

/// A call of which parts may stay on one thread, as navigations do: the browser has one.
#[cfg(not(feature = "ssr"))]
pub(crate) fn only_in_browser<T>(call: impl Future<Output = T>) -> impl Future<Output = T> + Send {
    send_wrapper::SendWrapper::new(call)
}

/// On the server such a call is never begun.
#[cfg(feature = "ssr")]
pub(crate) fn only_in_browser<T: Send>(
    call: impl Future<Output = Result<T, AuthError>>,
) -> impl Future<Output = Result<T, AuthError>> + Send {
    drop(call);
    std::future::ready(Err(AuthError::ServerRendering))
}
