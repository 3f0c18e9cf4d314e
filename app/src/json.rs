//! JSON between our own server and our own pages.
//!
//! Both roads into a page use it, the state that comes with the HTML and the answers of server functions, so that the
//! browser downloads one decoder for them. There the text is parsed by the browser's own `JSON.parse`: a parser in wasm,
//! and a second one for the other road, were a fifth of the page's bytes.

use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{ContentType, Decodes, Encodes, Format, FormatType};
use serde::{Serialize, de::DeserializeOwned};

/// How server functions of ours answer: `#[server(output = WireJson)]`.
pub type WireJson = Post<WireEncoding>;

/// The encoding: JSON. Also that of [`AuthError`](crate::AuthError), and of the state that comes with a page.
pub struct WireEncoding;

/// Reads JSON.
///
/// # Errors
/// What is wrong with it, for developers.
#[cfg(feature = "ssr")]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Reads JSON.
///
/// # Errors
/// That it could not be read. Not why: the words for it would be downloaded by everybody.
#[cfg(not(feature = "ssr"))]
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let unreadable = || "unreadable JSON".to_owned();
    let value = js_sys::JSON::parse(text).map_err(|_| unreadable())?;
    serde_wasm_bindgen::from_value(value).map_err(|_| unreadable())
}

impl ContentType for WireEncoding {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for WireEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for WireEncoding {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<leptos::server_fn::Bytes, Self::Error> {
        serde_json::to_vec(value).map(Into::into)
    }
}

impl<T: DeserializeOwned> Decodes<T> for WireEncoding {
    type Error = String;

    fn decode(bytes: leptos::server_fn::Bytes) -> Result<T, Self::Error> {
        let text = str::from_utf8(&bytes).map_err(|error| error.to_string())?;
        read(text)
    }
}

impl<T: Serialize> Encoder<T> for WireEncoding {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for WireEncoding {
    type Error = String;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        read(text)
    }
}
