//! The stage: a page of ours, rendered with a given state, without a server.

use std::sync::{Arc, Mutex};

use leptos::prelude::*;
use leptos_router::components::{Route, Router, Routes, provide_server_redirect};
use leptos_router::location::RequestUrl;
use leptos_router::path;
use thyra_wire::{
    ApiError, ApiErrors, Attribute, Client, Environment, ErrorCode, ErrorMeta, Factor, Session,
    SignIn, SignInStatus, SignUp, Strategy, Timestamp, Verification, VerificationStatus,
};

use crate::components::hosted::HomePage;
use crate::components::shared::PageTitle;
use crate::components::{
    RedirectToSignIn, SignIn as SignInComponent, SignUp as SignUpComponent, SignedIn, SignedOut,
    StepsRoute,
};
use crate::i18n::{Locale, LocaleProvider};
use crate::session::AuthContext;
use crate::{AuthError, AuthState};

/// What is known when the page is rendered.
pub(super) struct Stage {
    pub(super) locale: Locale,
    pub(super) state: AuthState,
    pub(super) sign_in_error: Option<AuthError>,
    pub(super) sign_up_error: Option<AuthError>,
    pub(super) load_error: Option<AuthError>,
}

/// What came out.
pub(super) struct Page {
    pub(super) html: String,
    pub(super) title: String,
    pub(super) redirect: Option<String>,
}

pub(super) const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

impl Stage {
    /// An instance with e-mail addresses and passwords; nobody is signed in.
    pub(super) fn new() -> Self {
        let mut environment = Environment::default();
        environment.display_config.application_name = "Acme".to_owned();
        environment.auth_config.single_session_mode = true;
        for name in ["email_address", "password"] {
            enable(&mut environment, name, true);
        }
        let state = AuthState {
            environment,
            client: None,
            loaded_at: NOW,
            redirect_origins: Vec::new(),
            api_path: "/__clerk".to_owned(),
        };
        Self {
            locale: Locale::English,
            state,
            sign_in_error: None,
            sign_up_error: None,
            load_error: None,
        }
    }

    pub(super) fn in_locale(mut self, locale: Locale) -> Self {
        self.locale = locale;
        self
    }

    pub(super) fn with_attribute(mut self, name: &str, required: bool) -> Self {
        enable(&mut self.state.environment, name, required);
        self
    }

    pub(super) fn with_sign_in(mut self, sign_in: SignIn) -> Self {
        self.client().sign_in = Some(sign_in);
        self
    }

    pub(super) fn with_sign_up(mut self, sign_up: SignUp) -> Self {
        self.client().sign_up = Some(sign_up);
        self
    }

    pub(super) fn with_session(mut self, session: Session) -> Self {
        self.client().sessions = vec![session];
        self
    }

    pub(super) fn with_sign_in_error(mut self, code: ErrorCode, param: Option<&str>) -> Self {
        self.sign_in_error = Some(api_error(code, param, "Said by the server."));
        self
    }

    fn client(&mut self) -> &mut Client {
        self.state
            .client
            .get_or_insert_with(|| serde_json::from_str(r#"{"id": "client_1"}"#).unwrap())
    }

    /// Renders the page at this path and query.
    pub(super) fn open(self, url: &str) -> Page {
        let owner = Owner::new();
        owner.set();
        let redirect = Arc::new(Mutex::new(None));
        let heard = redirect.clone();
        provide_server_redirect(move |path| *heard.lock().unwrap() = Some(path.to_owned()));
        provide_context(RequestUrl::new(url));
        let context = AuthContext::new();
        provide_context(context);
        context.install(self.load_error.map_or(Ok(self.state), Err));
        context.sign_in.end(self.sign_in_error);
        context.sign_up.end(self.sign_up_error);
        let locale = self.locale;
        let title = PageTitle::provide();
        let view = view! {
            <LocaleProvider locale=locale>
                <Router>
                    <Routes fallback=|| "no such page">
                        <Route path=path!("/") view=HomePage/>
                        <StepsRoute path=path!("/sign-in") view=|| view! { <SignInComponent/> }/>
                        <StepsRoute path=path!("/sign-up") view=|| view! { <SignUpComponent/> }/>
                        <StepsRoute path=path!("/join") view=|| view! {
                            <SignUpComponent path="/join" show_optional_fields=true/>
                        }/>
                        <StepsRoute path=path!("/embedded") view=|| view! {
                            <SignInComponent path="/embedded" heading_level=3 submit_complete_code=false/>
                        }/>
                        <Route path=path!("/sign-in-help") view=|| view! { <SignInComponent/> }/>
                        <Route path=path!("/account") view=|| view! { <RedirectToSignIn/> }/>
                        <Route path=path!("/door") view=|| view! { <RedirectToSignIn sign_in_url="/door"/> }/>
                        <Route path=path!("/menu") view=|| view! {
                            <SignedIn>"for members"</SignedIn>
                            <SignedOut>"for everybody"</SignedOut>
                        }/>
                    </Routes>
                </Router>
            </LocaleProvider>
        };
        let html = view.to_html();
        let redirect = redirect.lock().unwrap().take();
        // As on the server: the head is written when the page's owner may be gone.
        owner.cleanup();
        Page {
            html,
            title: title.get(),
            redirect,
        }
    }
}

fn enable(environment: &mut Environment, name: &str, required: bool) {
    let attribute = Attribute {
        enabled: true,
        required,
        ..Attribute::default()
    };
    environment
        .user_settings
        .attributes
        .insert(name.to_owned(), attribute);
}

pub(super) fn api_error(code: ErrorCode, param: Option<&str>, sentence: &str) -> AuthError {
    let error = ApiError {
        code,
        message: sentence.to_owned(),
        long_message: Some(sentence.to_owned()),
        meta: ErrorMeta {
            param_name: param.map(str::to_owned),
            ..ErrorMeta::default()
        },
    };
    AuthError::Api(ApiErrors {
        errors: vec![error],
        ..ApiErrors::default()
    })
}

/// A sign-in that waits for a password or a code to this address.
pub(super) fn first_factor(address: &str) -> SignIn {
    let mut sign_in: SignIn =
        serde_json::from_str(r#"{"id": "sia_1", "status": "needs_first_factor"}"#).unwrap();
    sign_in.identifier = Some(address.to_owned());
    sign_in.supported_first_factors = Some(vec![
        Factor::new(Strategy::Password),
        Factor::email(Strategy::EmailCode, "idn_1", address, true),
    ]);
    sign_in
}

/// A sign-in whose link is on its way to this address, sent ten seconds ago.
pub(super) fn link_sent(address: &str) -> SignIn {
    let mut sign_in = code_sent(address);
    let link = Factor::email(Strategy::EmailLink, "idn_1", address, true);
    sign_in
        .supported_first_factors
        .iter_mut()
        .for_each(|factors| factors.push(link.clone()));
    let verification = sign_in.first_factor_verification.as_mut();
    verification.unwrap().strategy = Some(Strategy::EmailLink);
    sign_in
}

/// A sign-in that waits for a password, which can be reset by a code to this address.
pub(super) fn resettable(address: &str) -> SignIn {
    let mut sign_in = first_factor(address);
    let reset = Factor::email(Strategy::ResetPasswordEmailCode, "idn_1", address, true);
    sign_in
        .supported_first_factors
        .iter_mut()
        .for_each(|factors| factors.push(reset.clone()));
    sign_in
}

/// A sign-in whose reset code was right.
pub(super) fn needs_new_password(address: &str) -> SignIn {
    SignIn {
        status: SignInStatus::NeedsNewPassword,
        first_factor_verification: Some(Verification::new(
            Strategy::ResetPasswordEmailCode,
            VerificationStatus::Verified,
        )),
        ..resettable(address)
    }
}

/// An authenticator app, and backup codes.
pub(super) const BOTH: [Strategy; 2] = [Strategy::Totp, Strategy::BackupCode];

/// A sign-in that waits for one of these as the second factor.
pub(super) fn second_factor(address: &str, strategies: &[Strategy]) -> SignIn {
    let factors = strategies.iter().cloned().map(Factor::new).collect();
    SignIn {
        status: SignInStatus::NeedsSecondFactor,
        supported_second_factors: Some(factors),
        first_factor_verification: Some(Verification::new(
            Strategy::Password,
            VerificationStatus::Verified,
        )),
        ..first_factor(address)
    }
}

/// A sign-in whose code is on its way, sent ten seconds ago.
pub(super) fn code_sent(address: &str) -> SignIn {
    let sent = Verification {
        expire_at: Some(Timestamp::from_seconds(NOW.as_seconds() + 590)),
        ..Verification::new(Strategy::EmailCode, VerificationStatus::Unverified)
    };
    SignIn {
        first_factor_verification: Some(sent),
        ..first_factor(address)
    }
}

/// A sign-up whose address has to be verified, or that misses fields.
pub(super) fn sign_up(address: &str, missing: &str, unverified: &str) -> SignUp {
    let json = format!(
        r#"{{"id": "sua_1", "status": "missing_requirements", "missing_fields": [{missing}], "unverified_fields": [{unverified}]}}"#
    );
    let mut sign_up: SignUp = serde_json::from_str(&json).unwrap();
    sign_up.email_address = Some(address.to_owned());
    sign_up
}

/// A session of a user with this name and address.
pub(super) fn session(name: &str, address: &str) -> Session {
    let mut session: Session = serde_json::from_str(
        r#"{"id": "sess_1", "status": "active", "user": {"id": "user_1", "email_addresses": [{"id": "idn_1", "email_address": ""}]}}"#,
    )
    .unwrap();
    let user = session.user.as_mut().unwrap();
    user.first_name = Some(name.to_owned());
    user.email_addresses[0].email_address = address.to_owned();
    session
}
