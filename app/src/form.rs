//! Forms between our own pages and our own server: how the arguments of server functions travel.
//!
//! Fields as browsers write them, `application/x-www-form-urlencoded`, and as the framework's own encoding reads them, but
//! for one thing: escapes have to be UTF-8. The framework puts a replacement character in the place of each one that is
//! not, and two different passwords would be the same.

use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::{Serialize, de::DeserializeOwned};

/// How server functions of ours are asked: `#[server(input = WireForm)]`.
pub type WireForm = Post<FormEncoding>;

/// The encoding: a form.
pub struct FormEncoding;

/// How deep names may nest (`flow[path]` is two): as the framework has it.
#[cfg(feature = "ssr")]
const DEPTH: usize = 5;

impl ContentType for FormEncoding {
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";
}

impl FormatType for FormEncoding {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for FormEncoding {
    type Error = serde_qs::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_qs::to_string(value).map(Into::into)
    }
}

#[cfg(feature = "ssr")]
impl<T: DeserializeOwned> Decodes<T> for FormEncoding {
    type Error = String;

    fn decode(fields: Bytes) -> Result<T, Self::Error> {
        let fields = str::from_utf8(&fields).map_err(|error| error.to_string())?;
        // What separates fields is ASCII, so all of them are text when the whole is.
        percent_encoding::percent_decode_str(fields)
            .decode_utf8()
            .map_err(|error| error.to_string())?;
        serde_qs::Config::new(DEPTH, false)
            .deserialize_str(fields)
            .map_err(|error| error.to_string())
    }
}

/// Forms are read on the server only.
#[cfg(not(feature = "ssr"))]
impl<T: DeserializeOwned> Decodes<T> for FormEncoding {
    type Error = &'static str;

    fn decode(_: Bytes) -> Result<T, Self::Error> {
        Err("forms are read on the server")
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq, Serialize)]
    struct Typed {
        password: String,
    }

    proptest! {
        #[test]
        fn what_is_typed_arrives_as_it_was_typed(password in ".*") {
            let typed = Typed { password };

            let sent: Bytes = FormEncoding::encode(&typed).unwrap();

            prop_assert_eq!(FormEncoding::decode(sent), Ok(typed));
        }

        #[test]
        fn sec_a05_no_two_bodies_are_the_same_password(bytes in proptest::collection::vec(any::<u8>(), 0..12)) {
            let escaped: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();

            let read = FormEncoding::decode(format!("password={escaped}").into());

            let meant = String::from_utf8(bytes).ok().map(|password| Typed { password });
            prop_assert_eq!(read.ok(), meant);
        }
    }
}
