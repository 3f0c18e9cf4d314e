//! Other places for the door than a page of its own.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use thyra::{AuthStyles, Protect, RedirectToSignIn, SignIn, SignUp, SignedIn, SignedOut, UserButton};

// docs: nested
/// Everything about accounts lies below `/auth`, with a heading of its own.
#[component]
pub fn AuthLayout() -> impl IntoView {
    view! {
        <h1>"Your account"</h1>
        <Outlet/>
    }
}

#[component]
pub fn NestedSignIn() -> impl IntoView {
    view! { <SignIn path="/auth/sign-in" sign_up_url="/auth/sign-up" heading_level=2/> }
}

#[component]
pub fn NestedSignUp() -> impl IntoView {
    view! { <SignUp path="/auth/sign-up" sign_in_url="/auth/sign-in" heading_level=2/> }
}
// docs: end

// docs: modal
/// The door opens over the page, and the page stays where it is.
#[component]
pub fn Modal() -> impl IntoView {
    let is_open = RwSignal::new(false);
    view! {
        <AuthStyles/>
        <h1>"Read on"</h1>
        <SignedIn>
            <UserButton/>
            <p>"The whole story."</p>
        </SignedIn>
        <SignedOut>
            <p>"The beginning of the story."</p>
            <button on:click=move |_| is_open.set(true)>"Sign in to read on"</button>
            <Show when=move || is_open.get()>
                <div role="dialog" aria-modal="true" aria-label="Sign in">
                    <SignIn path="/modal" force_redirect_url="/modal" heading_level=2/>
                    <button on:click=move |_| is_open.set(false)>"Not now"</button>
                </div>
            </Show>
        </SignedOut>
    }
}
// docs: end

// docs: private
/// For those who are signed in; all others come back here when they are.
#[component]
pub fn Private() -> impl IntoView {
    view! {
        <Protect fallback=|| view! { <RedirectToSignIn/> }>
            <UserButton/>
            <h1>"Private"</h1>
        </Protect>
    }
}
// docs: end
