//! One request to the auth API, as its wire protocol writes it, and its answer.

use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{Method, Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use thyra_wire::{ApiError, ApiErrors, Client, read_answer};

use crate::{AuthError, encode_query_value};

/// The version of the wire protocol that is spoken.
const API_VERSION: &str = "2026-05-12";
/// Answers beyond this are not the auth API's.
const MAX_ANSWER_BYTES: usize = 4 << 20;

/// A request in the making.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    path: String,
    form: Vec<(&'static str, String)>,
}

impl Call {
    pub(crate) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    pub(crate) fn patch(path: impl Into<String>) -> Self {
        Self::new(Method::PATCH, path)
    }

    pub(crate) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            form: Vec::new(),
        }
    }

    /// Adds a field of the form body.
    pub(crate) fn field(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.form.push((name, value.into()));
        self
    }

    /// Adds a field when there is a value.
    pub(crate) fn optional(self, name: &'static str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// The request, without the headers that come from the browser.
    pub(crate) fn into_request(self) -> Result<Request<Body>, AuthError> {
        let uri = format!("{}?__clerk_api_version={API_VERSION}", self.path);
        let builder = Request::builder()
            .method(&self.method)
            .uri(uri)
            .header(ACCEPT, "application/json");
        let request = if self.method == Method::GET {
            builder.body(Body::empty())
        } else {
            builder
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(encode_form(&self.form)))
        };
        // Ids come from the browser: one that does not fit into a path is nobody's.
        request.map_err(|_| AuthError::nobodys_id())
    }
}

fn encode_form(form: &[(&'static str, String)]) -> String {
    let pairs: Vec<String> = form
        .iter()
        .map(|(name, value)| format!("{name}={}", encode_query_value(value)))
        .collect();
    pairs.join("&")
}

/// Reads an answer.
///
/// # Errors
/// [`AuthError::Api`] for an error answer, [`AuthError::Unreadable`] for what is none of the auth API's, and
/// [`AuthError::Transport`] where something on the way to it failed.
pub(crate) async fn decode<T: DeserializeOwned>(response: Response<Body>) -> Result<T, AuthError> {
    let status = response.status();
    let bytes = to_bytes(response.into_body(), MAX_ANSWER_BYTES)
        .await
        .map_err(|error| {
            tracing::warn!(%error, "the auth API's answer broke off");
            AuthError::Transport { is_temporary: true }
        })?;
    if status.is_success() {
        return read_answer(&bytes).map_err(|error| {
            tracing::error!(%error, %status, "the auth API's answer has an unknown shape");
            AuthError::Unreadable
        });
    }
    if let Ok(answer) = read_answer::<ErrorAnswer>(&bytes)
        && !answer.errors.is_empty()
    {
        return Err(AuthError::Api(answer.into()));
    }
    tracing::error!(%status, "the auth API failed without naming an error");
    Err(if status.is_server_error() {
        AuthError::Transport { is_temporary: true }
    } else {
        AuthError::Unreadable
    })
}

/// An error answer: the client travels beside the errors, or in `meta`.
#[derive(Deserialize)]
struct ErrorAnswer {
    #[serde(default)]
    errors: Vec<ApiError>,
    #[serde(default)]
    clerk_trace_id: Option<String>,
    #[serde(default)]
    client: Option<Box<Client>>,
    #[serde(default)]
    meta: Option<AnswerMeta>,
}

#[derive(Deserialize)]
struct AnswerMeta {
    #[serde(default)]
    client: Option<Box<Client>>,
}

impl From<ErrorAnswer> for ApiErrors {
    fn from(answer: ErrorAnswer) -> Self {
        Self {
            errors: answer.errors,
            clerk_trace_id: answer.clerk_trace_id,
            client: answer.client.or(answer.meta.and_then(|meta| meta.client)),
        }
    }
}

#[cfg(test)]
mod tests {
    use thyra_wire::{Envelope, ErrorCode, SignIn};

    use super::*;

    fn answer(status: u16, body: &'static str) -> Response<Body> {
        Response::builder()
            .status(status)
            .body(Body::from(body))
            .unwrap()
    }

    #[tokio::test]
    async fn a_call_is_form_encoded() {
        let call = Call::post("/v1/client/sign_ins")
            .field("identifier", "ada+x@example.com")
            .optional("password", Some("a b&c"))
            .optional("ticket", None::<String>);

        let request = call.into_request().unwrap();

        assert_eq!(
            request.headers()[CONTENT_TYPE],
            "application/x-www-form-urlencoded"
        );
        let body = to_bytes(request.into_body(), 1024).await.unwrap();
        assert_eq!(
            &body[..],
            b"identifier=ada%2Bx%40example.com&password=a%20b%26c"
        );
    }

    /// An answer with times in words used to end as "We couldn't reach the server".
    #[tokio::test]
    async fn an_answer_of_another_server_is_read_as_official_clients_read_it() {
        let body = r#"{"response": {"id": "sia_1", "status": "needs_first_factor", "supported_first_factors": null,
            "first_factor_verification": {"status": "unverified", "expire_at": "2026-05-28T20:26:40Z", "attempts": null}}}"#;

        let read = decode::<Envelope<SignIn>>(answer(200, body)).await.unwrap();

        let verification = read.response.first_factor_verification.unwrap();
        let expected = thyra_wire::Timestamp::from_seconds(1_780_000_000);
        assert_eq!(verification.expire_at, Some(expected));
    }

    #[tokio::test]
    async fn errors_keep_the_client_wherever_it_travels() {
        let beside = r#"{"errors": [{"code": "form_code_incorrect", "message": "m"}], "client": {"id": "client_1"}}"#;
        let in_meta = r#"{"errors": [{"code": "form_code_incorrect", "message": "m"}], "meta": {"client": {"id": "client_1"}}}"#;
        for body in [beside, in_meta] {
            let error = decode::<Envelope<SignIn>>(answer(422, body))
                .await
                .unwrap_err();
            let AuthError::Api(errors) = &error else {
                panic!("{error:?}")
            };
            assert!(error.is(&ErrorCode::FormCodeIncorrect));
            assert_eq!(errors.client.as_ref().unwrap().id, "client_1");
        }
    }

    #[tokio::test]
    async fn what_is_not_the_apis_answer_is_told_from_what_did_not_come_from_it() {
        let unreachable = AuthError::Transport { is_temporary: true };
        for (status, body, expected) in [
            (502, "<html>bad gateway</html>", &unreachable),
            (200, "<html>hello</html>", &AuthError::Unreadable),
            (200, "{}", &AuthError::Unreadable),
            (404, "{}", &AuthError::Unreadable),
            (500, r#"{"errors": []}"#, &unreachable),
        ] {
            let error = decode::<Envelope<SignIn>>(answer(status, body))
                .await
                .unwrap_err();
            assert_eq!(error, *expected, "{status} {body}");
        }
    }
}
