//! What server functions answer.

use serde::{Deserialize, Serialize};
use thyra_wire::{Client, Environment, SignIn, SignUp, Timestamp};

/// What a page needs to show anybody's state: loaded once per page, on the server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AuthState {
    /// What the instance allows.
    pub environment: Environment,
    /// The browser's client; absent before the first attempt.
    pub client: Option<Client>,
    /// The server's time when it answered: countdowns start from it, whatever the browser's clock says.
    pub loaded_at: Timestamp,
    /// The origins that people may be sent to afterwards, the own one first. Only the server knows them.
    #[serde(default)]
    pub redirect_origins: Vec<String>,
    /// The path at which the auth API is mounted raw. Only the server knows it.
    #[serde(default)]
    pub api_path: String,
}

/// What a call to the auth API changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The client after the call; absent when the call did not concern one.
    pub client: Option<Client>,
    /// The sign-in, when the call was about one.
    pub sign_in: Option<SignIn>,
    /// The sign-up, when the call was about one.
    pub sign_up: Option<SignUp>,
    /// Where to go next; absent when the caller decides. Already validated.
    pub redirect: Option<Redirect>,
}

/// Where to go after a form was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Redirect {
    /// To another step of the same component: a path on the own origin.
    Step(String),
    /// Out of the component: a path, or an absolute URL of an allowed origin. A path is the app's router's where there is one
    /// (and `<AuthProvider loads_pages=true>` does not say otherwise); everything else is loaded anew.
    Leave(String),
}

impl Redirect {
    /// The target.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Step(target) | Self::Leave(target) => target,
        }
    }
}
