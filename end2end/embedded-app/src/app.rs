// docs: app
use leptos::prelude::*;
use leptos_meta::{provide_meta_context, MetaTags, Stylesheet, Title};
use leptos_router::{
    // docs: skip
    components::ParentRoute,
    // docs: go on
    components::{Route, Router, Routes},
    path, SsrMode,
};
use thyra::{AuthProvider, SignIn, SignUp, SignedIn, SignedOut, StepsRoute, UserButton};

// docs: skip
use crate::layouts::{AuthLayout, Modal, NestedSignIn, NestedSignUp, Private};
// docs: go on
use crate::notes::Notes;
// docs: skip
use crate::own_door::{OwnDoor, OwnJoin};
use crate::plain_door::{PlainDoor, PlainJoin};
// docs: go on

pub fn shell(options: LeptosOptions) -> impl IntoView {
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <AutoReload options=options.clone() />
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

#[component]
pub fn App() -> impl IntoView {
    // Provides context that manages stylesheets, titles, meta tags, etc.
    provide_meta_context();

    view! {
        // injects a stylesheet into the document <head>
        // id=leptos means cargo-leptos will hot-reload this stylesheet
        <Stylesheet id="leptos" href="/pkg/notebook.css"/>

        // sets the document title
        <Title text="Notebook"/>

        // content for this welcome page
        // docs: pages
        <Router>
            <AuthProvider>
                <main>
                    <Routes fallback=|| "Page not found.".into_view()>
                        <Route path=path!("/") view=HomePage ssr=SsrMode::Async/>
                        <StepsRoute path=path!("/sign-in") view=|| view! { <SignIn/> }/>
                        <StepsRoute path=path!("/sign-up") view=|| view! { <SignUp/> }/>
                        // docs: skip
                        <Route path=path!("/own-door") view=OwnDoor ssr=SsrMode::Async/>
                        <Route path=path!("/own-join") view=OwnJoin ssr=SsrMode::Async/>
                        <StepsRoute path=path!("/plain-door") view=PlainDoor/>
                        <StepsRoute path=path!("/plain-join") view=PlainJoin/>
                        <Route path=path!("/private") view=Private ssr=SsrMode::Async/>
                        // docs: nested
                        <ParentRoute path=path!("/auth") view=AuthLayout>
                            <StepsRoute path=path!("/sign-in") view=NestedSignIn/>
                            <StepsRoute path=path!("/sign-up") view=NestedSignUp/>
                        </ParentRoute>
                        // docs: end nested
                        <StepsRoute path=path!("/modal") view=Modal/>
                        // docs: go on
                    </Routes>
                </main>
            </AuthProvider>
        </Router>
        // docs: end pages
    }
}

/// Renders the home page of your application.
#[component]
fn HomePage() -> impl IntoView {
    view! {
        <h1>"Notebook"</h1>
        <SignedOut><Door/></SignedOut>
        <SignedIn><UserButton/><Notes/></SignedIn>
    }
}

#[component]
fn Door() -> impl IntoView {
    view! {
        <p>"This notebook is closed."</p>
        <a href="/sign-in">"Sign in"</a>
        " or "
        <a href="/sign-up">"Sign up"</a>
        // docs: skip
        " or "
        <a href="/private">"Private"</a>
        // docs: go on
    }
}
// docs: end
