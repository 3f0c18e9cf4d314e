//! Components that show or hide by who is signed in, and those that change it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::shared::{IntoLean, StepForm, path_and_query, replace_url, safe_href, with_query};
use crate::i18n::use_texts;
use crate::step::is_below;
use crate::{Flow, use_auth, use_auth_context, use_environment, use_sign_out_form};

/// Shows its content to those who are signed in.
///
/// # Server rendering
/// It is known who is signed in: the right content is in the first HTML.
#[component]
pub fn SignedIn(
    /// What they see.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    view! { <Show when=move || auth.is_signed_in()>{children()}</Show> }
}

/// Shows its content to those who are not signed in.
///
/// # Server rendering
/// It is known who is signed in: the right content is in the first HTML.
#[component]
pub fn SignedOut(
    /// What they see.
    children: ChildrenFn,
) -> impl IntoView {
    let auth = use_auth();
    view! { <Show when=move || !auth.is_signed_in()>{children()}</Show> }
}

/// Sends those who are not signed in to the sign-in page, and from there back to this page. Renders nothing.
///
/// # Server rendering
/// The answer becomes a redirect, if the route is rendered with `SsrMode::Async`.
#[component]
pub fn RedirectToSignIn(
    /// The sign-in page. Default: the instance's, else `/sign-in`.
    #[prop(optional, into)]
    sign_in_url: Option<String>,
) -> impl IntoView {
    let auth = use_auth();
    let is_signed_in = Memo::new(move |_| auth.is_signed_in());
    let url = sign_in_page(sign_in_url);
    let location = use_location();
    let is_leaving = use_auth_context().is_leaving;
    replace_url(Signal::derive(move || {
        // The location is not tracked: as soon as the way leads on, it is no longer that of this page.
        let here = untrack(|| path_and_query(&location));
        let is_there = location.pathname.with_untracked(|path| is_at(path, &url));
        let is_wanted = !is_signed_in.get() && !is_leaving.get() && !is_there;
        is_wanted.then(|| with_query(&url, &[("redirect_url", Some(&here))]))
    }));
}

/// The sign-in page: the chosen one, or the instance's, else `/sign-in`.
pub(super) fn sign_in_page(chosen: Option<String>) -> String {
    let of_instance = use_environment()
        .with_untracked(|environment| environment.display_config.sign_in_url.clone());
    match chosen.unwrap_or(of_instance).as_str() {
        "" => "/sign-in".to_owned(),
        chosen => safe_href(chosen),
    }
}

/// Whether a path is that of the sign-in page, or of one of its steps.
fn is_at(path: &str, sign_in_url: &str) -> bool {
    let sign_in = sign_in_url.split(['?', '#']).next().unwrap_or_default();
    path == sign_in || is_below(path, sign_in)
}

/// Signs out. A form: it works without scripts.
///
/// # Server rendering
/// A plain `<form method="post">` with one button.
#[component]
pub fn SignOutButton(
    /// The session to end. Default: all sessions of this browser.
    #[prop(optional, into)]
    session_id: Option<String>,
    /// Where to go afterwards. Default: `/`.
    #[prop(optional, into)]
    redirect_url: Option<String>,
    /// The class of the button.
    #[prop(into, default = "thyra-button thyra-button-secondary".to_owned())]
    class: String,
    /// What stands on the button. Default: "Sign out".
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let action = use_sign_out_form();
    let flow = Flow {
        redirect_url,
        ..Flow::default()
    };
    let content = children.map_or_else(
        || use_texts().user_button.sign_out.into_lean(),
        |children| children(),
    );
    view! {
        <StepForm action=action flow=flow class="thyra-sign-out">
            {session_id.map(|id| view! { <input class="thyra-hidden" type="hidden" name="session_id" value=id/> })}
            <button type="submit" class=class data-thyra-part="sign-out" aria-busy=move || action.pending().get().then_some("true")>
                {content}
            </button>
        </StepForm>
    }
    .into_lean()
}
