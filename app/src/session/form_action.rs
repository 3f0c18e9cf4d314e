//! What sends the forms: one action for all server functions.
//!
//! Leptos' `ServerAction` is a type for each server function, and with it everything that handles one: reading the
//! form into the function's arguments, writing them again, the action's signals, the form. A page would download all
//! of that a dozen times. A form is its fields already, so they go to the server as they stand, which is what the
//! browser does without scripts.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::{AuthContext, posted_error};
use crate::AuthError;
use crate::server_fns::Outcome;

/// What sends a form whose server function answers an [`Outcome`]. `Copy`; lives as long as the owner it was made under.
#[derive(Clone, Copy)]
pub struct FormAction {
    url: &'static str,
    action: Action<String, Result<Outcome, AuthError>>,
}

impl FormAction {
    /// For this server function.
    ///
    /// # Server rendering
    /// Holds the error of this function's form when that was posted without scripts.
    #[track_caller]
    pub(super) fn new<Form>(context: &AuthContext) -> Self
    where
        Form: ServerFn<Output = Outcome, Error = AuthError>,
    {
        Self::at(Form::PATH, context)
    }

    #[track_caller]
    fn at(url: &'static str, context: &AuthContext) -> Self {
        let posted = posted_error(context, |path| path == url).map(Err);
        let action =
            Action::new_with_value(posted, move |fields: &String| send(url, fields.clone()));
        Self { url, action }
    }

    /// Where the form is posted to: the value of its `action` attribute.
    pub fn url(&self) -> &'static str {
        self.url
    }

    /// Sends the fields of a form, in the encoding `application/x-www-form-urlencoded`.
    pub fn dispatch(&self, fields: String) {
        self.action.dispatch(fields);
    }

    /// Whether the form is under way.
    pub fn pending(&self) -> Memo<bool> {
        self.action.pending()
    }

    /// What the server answered last; `None` before that.
    pub fn value(&self) -> Signal<Option<Result<Outcome, AuthError>>> {
        self.action.value().into()
    }

    /// How many answers have come.
    pub fn version(&self) -> Signal<usize> {
        self.action.version().into()
    }
}

#[cfg(feature = "ssr")]
async fn send(_: &'static str, _: String) -> Result<Outcome, AuthError> {
    Err(AuthError::ServerRendering)
}

#[cfg(not(feature = "ssr"))]
async fn send(url: &'static str, fields: String) -> Result<Outcome, AuthError> {
    use leptos::server_fn::ContentType;
    use leptos::server_fn::client::{Client, browser::BrowserClient};
    use leptos::server_fn::codec::{FromRes, PostUrl};
    use leptos::server_fn::error::FromServerFnError;
    use leptos::server_fn::request::{ClientReq, browser::BrowserRequest};
    use leptos::server_fn::response::ClientRes;

    use crate::json::{WireEncoding, WireJson};

    let request = <BrowserRequest as ClientReq<AuthError>>::try_new_post(
        url,
        PostUrl::CONTENT_TYPE,
        WireEncoding::CONTENT_TYPE,
        fields,
    )?;
    let response = <BrowserClient as Client<AuthError>>::send(request).await?;
    if ClientRes::<AuthError>::status(&response) >= 400 {
        let bytes: Result<_, AuthError> = response.try_into_bytes().await;
        return Err(AuthError::de(bytes?));
    }
    <Outcome as FromRes<WireJson, _, AuthError>>::from_res(response).await
}
