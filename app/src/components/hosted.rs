//! The hosted pages: what the `thyra` binary serves to apps in any language.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use super::shared::{Card, IntoLean, PageTitle, Shell, app_name};
use super::{SignIn, SignUp, SignedIn, SignedOut, UserButton};
use crate::i18n::{LocaleProvider, fill, use_texts};
use crate::{AuthProvider, use_user};

/// The hosted pages: `/`, `/sign-in` and `/sign-up` with the steps below them.
///
/// The routes are flat: nested ones, as [`StepsRoute`](super::StepsRoute()) makes them for hosts, are a type for each
/// way to nest them, which every visitor would download. So a server that mounts these pages adds what axum's
/// wildcards do not match: `/sign-in` and `/sign-up` themselves.
///
/// # Server rendering
/// Every route is rendered whole before it is sent (`SsrMode::Async`): it may redirect and set cookies, and works
/// without scripts. When the page has been hydrated, `<body>` has the attribute `data-hydrated`.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Effect::new(|| {
        #[cfg(feature = "hydrate")]
        if crate::browser::is_plain() {
            return;
        }
        if let Some(body) = document().body() {
            // Nothing to do about a body that takes no attributes; tests that wait for it would say so.
            _ = body.set_attribute("data-hydrated", "");
        }
    });
    view! {
        <LocaleProvider>
            <Router>
                <AuthProvider loads_pages=true>
                    <FlatRoutes fallback=AskTheServer>
                        <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
                        <Route path=path!("/sign-in/*step") view=SignInPage ssr=SsrMode::Async/>
                        <Route path=path!("/sign-up/*step") view=SignUpPage ssr=SsrMode::Async/>
                    </FlatRoutes>
                </AuthProvider>
            </Router>
        </LocaleProvider>
    }
}

/// For paths that are none of ours: the server has pages that the router does not know.
#[component]
fn AskTheServer() -> impl IntoView {
    Effect::new(|| {
        // The only failure is a page that is being left already.
        _ = window().location().reload();
    });
}

/// The hosted sign-in page.
#[component]
pub fn SignInPage() -> impl IntoView {
    let title = PageTitle::provide();
    view! {
        <Title text=move || title.get()/>
        <main class="thyra-page-main"><SignIn path="/sign-in"/></main>
    }
    .into_lean()
}

/// The hosted sign-up page.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let title = PageTitle::provide();
    view! {
        <Title text=move || title.get()/>
        <main class="thyra-page-main"><SignUp path="/sign-up"/></main>
    }
    .into_lean()
}

/// The hosted home page: who is signed in.
#[component]
pub fn HomePage() -> impl IntoView {
    provide_context(Shell {
        scope: "home",
        heading_level: 1,
        submits_complete_code: false,
    });
    let name = app_name();
    view! {
        <Title text=name.clone()/>
        <header class="thyra-root thyra-page-bar">
            <span class="thyra-page-name">{name}</span>
            <UserButton/>
        </header>
        <main class="thyra-page-main">
            <SignedIn><SomebodyIsSignedIn/></SignedIn>
            <SignedOut><NobodyIsSignedIn/></SignedOut>
        </main>
    }
    .into_lean()
}

#[component]
fn SomebodyIsSignedIn() -> impl IntoView {
    let texts = use_texts().home;
    let user = use_user();
    let identifier = untrack(|| user.get())
        .and_then(|user| {
            user.primary_email_address()
                .map(|address| address.email_address.clone())
                .or(user.username)
        })
        .unwrap_or_default();
    view! {
        <div class="thyra-root" data-thyra-part="home" data-thyra-state="signed-in">
            <Card title=texts.signed_in_title.to_owned() subtitle=fill(texts.signed_in_as, &[("identifier", &identifier)])>
                <super::SignOutButton class="thyra-button thyra-button-secondary thyra-button-block"/>
            </Card>
        </div>
    }
    .into_lean()
}

#[component]
fn NobodyIsSignedIn() -> impl IntoView {
    let texts = use_texts().home;
    view! {
        <div class="thyra-root" data-thyra-part="home" data-thyra-state="signed-out">
            <Card title=fill(texts.signed_out_title, &[("app", &app_name())]) subtitle=texts.signed_out_subtitle>
                <a class="thyra-button thyra-button-primary thyra-button-block" href="/sign-in">{texts.sign_in}</a>
                <a class="thyra-button thyra-button-secondary thyra-button-block" href="/sign-up">{texts.sign_up}</a>
            </Card>
        </div>
    }
    .into_lean()
}
