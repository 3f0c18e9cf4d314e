//! The pages: the notes for who is signed in, a door for who is not.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};
use thyra::components::{SignIn, SignUp, SignedIn, SignedOut, StepsRoute, UserButton};
use thyra::{AuthProvider, use_user};

use crate::notes::{AddNote, my_notes};
use crate::own_door::OwnDoor;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title text="Notebook"/>
        <Router>
            <AuthProvider>
                <main>
                    <Routes fallback=|| "There is no such page.">
                        <Route path=path!("/") view=Home ssr=SsrMode::Async/>
                        <StepsRoute path=path!("/welcome") view=|| view! { <SignIn path="/welcome" sign_up_url="/join"/> }/>
                        <Route path=path!("/own-door") view=OwnDoor ssr=SsrMode::Async/>
                        <StepsRoute path=path!("/join") view=|| view! { <SignUp path="/join" sign_in_url="/welcome"/> }/>
                    </Routes>
                </main>
            </AuthProvider>
        </Router>
    }
}

#[component]
fn Home() -> impl IntoView {
    view! {
        <h1>"Notebook"</h1>
        <SignedOut>
            <p>"This notebook is closed."</p>
            <a href="/welcome">"Sign in"</a>
            <a href="/join">"Sign up"</a>
        </SignedOut>
        <SignedIn>
            <UserButton/>
            <Notes/>
        </SignedIn>
    }
}

#[component]
fn Notes() -> impl IntoView {
    let user = use_user();
    let add = ServerAction::<AddNote>::new();
    let notes = Resource::new_blocking(move || add.version().get(), |_| my_notes());
    let address = move || {
        user.get().and_then(|user| {
            user.primary_email_address()
                .map(|email| email.email_address.clone())
        })
    };
    view! {
        <p>"Notes of " <strong>{address}</strong></p>
        <ActionForm action=add>
            <label>"New note " <input name="text" required=true/></label>
            <button>"Write down"</button>
        </ActionForm>
        <Suspense>
            {move || Suspend::new(async move {
                let notes = notes.await.unwrap_or_default();
                view! { <ul>{notes.into_iter().map(|note| view! { <li>{note}</li> }).collect_view()}</ul> }
            })}
        </Suspense>
    }
}
