// docs: component
use leptos::prelude::*;
use thyra::{use_user, SessionRejection};

/// The notes of the person who is signed in, and a form for another one.
#[component]
pub fn Notes() -> impl IntoView {
    let user = use_user();
    let address = move || {
        let user = user.get()?;
        let email = user.primary_email_address()?;
        Some(email.email_address.clone())
    };
    let add = ServerAction::<AddNote>::new();
    let notes = Resource::new_blocking(move || add.version().get(), |_| my_notes());
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
// docs: end

// docs: server functions
/// The notes of the person who is signed in.
#[server(prefix = "/api/notes", endpoint = "list")]
pub async fn my_notes() -> Result<Vec<String>, SessionRejection> {
    let session = thyra::require_session().await?;
    Ok(server::notes_of(session.user_id()))
}

/// Writes a note for the person who is signed in.
#[server(prefix = "/api/notes", endpoint = "add")]
pub async fn add_note(text: String) -> Result<(), SessionRejection> {
    let session = thyra::require_session().await?;
    server::add(session.user_id(), text);
    Ok(())
}
// docs: end

// docs: state
#[cfg(feature = "ssr")]
pub mod server {
    use std::collections::HashMap;
    use std::sync::{LazyLock, Mutex};

    use thyra::VerifiedSession;

    /// Notes by user.
    static NOTES: LazyLock<Mutex<HashMap<String, Vec<String>>>> = LazyLock::new(Mutex::default);

    pub fn notes_of(user: &str) -> Vec<String> {
        let notes = NOTES.lock().unwrap();
        notes.get(user).cloned().unwrap_or_default()
    }

    pub fn add(user: &str, text: String) {
        let mut notes = NOTES.lock().unwrap();
        notes.entry(user.to_owned()).or_default().push(text);
    }

    /// A handler of axum's: it is called for signed-in people only, all others are answered with 401.
    pub async fn download(session: VerifiedSession) -> String {
        notes_of(session.user_id()).join("\n")
    }
}
// docs: end
