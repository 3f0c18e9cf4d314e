//! The theme as text, `thyra.css` beside the crate's manifest, and the link to it.
//!
//! The link carries a digest of the text in its name, so browsers and proxies may keep the file forever: another text has
//! another name. It is a file and no `<style>`, so it works under `style-src 'self'`, and no page carries it again.

use leptos::prelude::*;
use leptos_meta::Stylesheet;

const STYLE_SHEET: &str = include_str!("../../thyra.css");

/// Made when the crate is compiled: the browser's build has this number, and not the text.
const DIGEST: u64 = digest(STYLE_SHEET.as_bytes());

/// FNV-1a. It tells versions apart, and guards nothing.
const fn digest(bytes: &[u8]) -> u64 {
    let (mut digest, mut at) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        digest = (digest ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    digest
}

/// The default theme of the components, in one piece: everything in the cascade layer `thyra`.
///
/// The same text is the file `thyra.css` of this crate, for style sheets that import it.
///
/// ```
/// assert!(thyra::components::style_sheet().contains("@layer thyra"));
/// ```
#[cfg(feature = "ssr")]
pub fn style_sheet() -> &'static str {
    STYLE_SHEET
}

pub(crate) fn path() -> String {
    format!("/api/auth/thyra.{DIGEST:016x}.css")
}

/// Loads the default theme: for apps whose own style sheet does not import it. Mount it once, anywhere in the app.
///
/// ```
/// use leptos::prelude::*;
/// use thyra::{AuthProvider, AuthStyles, SignIn};
///
/// #[component]
/// fn Page() -> impl IntoView {
///     view! {
///         <AuthStyles/>
///         <AuthProvider><SignIn/></AuthProvider>
///     }
/// }
/// ```
///
/// # Server rendering
/// A `<link rel="stylesheet">` in the document's head, by `leptos_meta`. [`mount`](fn@crate::mount) serves the file; without
/// it, what [`style_sheet_router`] makes.
#[component]
pub fn AuthStyles() -> impl IntoView {
    view! { <Stylesheet href=path()/> }
}

/// A router that serves the file that [`AuthStyles`](AuthStyles()) links to, to be kept by browsers forever.
#[cfg(feature = "ssr")]
pub fn style_sheet_router<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, X_CONTENT_TYPE_OPTIONS};

    let tag = format!("\"{DIGEST:016x}\"");
    let answer = async move || {
        let headers = [
            (CONTENT_TYPE, "text/css; charset=utf-8"),
            (CACHE_CONTROL, "public, max-age=31536000, immutable"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ];
        (headers, [(ETAG, tag)], STYLE_SHEET)
    };
    axum::Router::new().route(&path(), axum::routing::get(answer))
}

#[cfg(test)]
mod tests {
    //! The colours are read from the file that ships, so a change that loses contrast fails here.

    use super::STYLE_SHEET;

    #[derive(Clone, Copy, Debug)]
    enum Scheme {
        Light,
        Dark,
    }

    /// Text and what it stands on: 4.5 : 1 (WCAG 1.4.3).
    const TEXTS: [(&str, &str); 16] = [
        ("foreground", "background"),
        ("foreground", "muted"),
        ("foreground", "page"),
        ("muted-foreground", "background"),
        ("muted-foreground", "muted"),
        ("muted-foreground", "page"),
        ("primary", "background"),
        ("primary", "muted"),
        ("primary-foreground", "primary"),
        ("primary-foreground", "primary-hover"),
        ("input-foreground", "input"),
        ("muted-foreground", "input"),
        ("danger", "background"),
        ("danger", "danger-muted"),
        ("success", "background"),
        ("warning", "background"),
    ];

    /// Borders of fields, focus rings and icons, and what they stand on: 3 : 1 (WCAG 1.4.11).
    const LINES: [(&str, &str); 8] = [
        ("input-border", "background"),
        ("input-border", "input"),
        ("input-border", "muted"),
        ("danger", "input"),
        ("ring", "background"),
        ("ring", "input"),
        ("ring", "muted"),
        ("ring", "page"),
    ];

    fn color(name: &str, scheme: Scheme) -> [f64; 3] {
        let start = format!("--thyra-color-{name}: light-dark(");
        let (_, rest) = STYLE_SHEET
            .split_once(&start)
            .unwrap_or_else(|| panic!("no colour {name}"));
        let (values, _) = rest.split_once(')').unwrap();
        let (light, dark) = values.split_once(", ").unwrap();
        let hex = match scheme {
            Scheme::Light => light,
            Scheme::Dark => dark,
        };
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// WCAG's relative luminance.
    fn luminance(color: [f64; 3]) -> f64 {
        let linear = color.map(|c| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(one: &str, other: &str, scheme: Scheme) -> f64 {
        let (a, b) = (
            luminance(color(one, scheme)),
            luminance(color(other, scheme)),
        );
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn check(pairs: &[(&str, &str)], wanted: f64) {
        for scheme in [Scheme::Light, Scheme::Dark] {
            for (one, other) in pairs {
                let found = contrast(one, other, scheme);
                assert!(
                    found >= wanted,
                    "{one} on {other}, {scheme:?}: {found:.2} < {wanted}"
                );
            }
        }
    }

    #[cfg(feature = "ssr")]
    #[tokio::test]
    async fn the_link_leads_to_the_sheet_which_may_be_kept_forever() {
        use axum::body::{Body, to_bytes};
        use axum::http::{Request, header};
        use tower::ServiceExt;

        use super::{path, style_sheet_router};

        let request = Request::get(path()).body(Body::empty()).unwrap();
        let answer = style_sheet_router().oneshot(request).await.unwrap();

        assert_eq!(answer.status(), 200);
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            "text/css; charset=utf-8"
        );
        assert_eq!(
            answer.headers()[header::CACHE_CONTROL],
            "public, max-age=31536000, immutable"
        );
        assert!(answer.headers().contains_key(header::ETAG));
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body, STYLE_SHEET.as_bytes());
    }

    #[test]
    fn another_text_has_another_name() {
        assert_ne!(super::digest(b"a { b: c }"), super::digest(b"a { b: d }"));
    }

    #[test]
    fn texts_have_contrast_in_both_schemes() {
        check(&TEXTS, 4.5);
    }

    #[test]
    fn lines_and_icons_have_contrast_in_both_schemes() {
        check(&LINES, 3.0);
    }

    #[test]
    fn every_rule_is_in_the_one_layer() {
        let first_letters = STYLE_SHEET
            .lines()
            .filter(|line| !line.starts_with([' ', '}']));
        let outermost = first_letters.filter(|line| !line.is_empty() && !line.starts_with("/*"));

        for line in outermost {
            assert_eq!(line, "@layer thyra {");
        }
    }

    /// A physical side would stay where it is when the text turns around.
    #[test]
    fn sides_are_named_by_the_direction_of_the_text() {
        let physical = [
            "left:",
            "right:",
            "margin-left",
            "margin-right",
            "padding-left",
            "padding-right",
            "text-align: left",
            "text-align: right",
            "border-left",
            "border-right",
            "float:",
        ];
        for name in physical {
            assert!(!STYLE_SHEET.contains(name), "{name}");
        }
    }
}
