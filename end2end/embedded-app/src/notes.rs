//! The app's own server functions, and the state they work on.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
pub use server::Notebook;

/// The notes of whoever is signed in.
#[server(prefix = "/api/notes", endpoint = "list")]
pub async fn my_notes() -> Result<Vec<String>, ServerFnError> {
    let session = server::signed_in().await?;
    Ok(expect_context::<Notebook>().of(session.user_id()))
}

/// Writes a note for whoever is signed in.
#[server(prefix = "/api/notes", endpoint = "add")]
pub async fn add_note(text: String) -> Result<(), ServerFnError> {
    let session = server::signed_in().await?;
    expect_context::<Notebook>().add(session.user_id(), text);
    Ok(())
}

#[cfg(feature = "ssr")]
mod server {
    use std::collections::HashMap;
    use std::sync::{Arc, Mutex};

    use axum::http::StatusCode;
    use leptos::prelude::*;
    use leptos_axum::ResponseOptions;
    use thyra::{VerifiedSession, current_session};

    /// Notes by user.
    #[derive(Clone, Default)]
    pub struct Notebook(Arc<Mutex<HashMap<String, Vec<String>>>>);

    impl Notebook {
        pub fn of(&self, user: &str) -> Vec<String> {
            self.0
                .lock()
                .expect("nothing panics with the lock held")
                .get(user)
                .cloned()
                .unwrap_or_default()
        }

        pub fn add(&self, user: &str, text: String) {
            let mut notes = self.0.lock().expect("nothing panics with the lock held");
            notes.entry(user.to_owned()).or_default().push(text);
        }
    }

    /// The session, or 401.
    pub async fn signed_in() -> Result<VerifiedSession, ServerFnError> {
        current_session().await.map_err(|rejection| {
            expect_context::<ResponseOptions>().set_status(StatusCode::UNAUTHORIZED);
            ServerFnError::new(rejection)
        })
    }
}
