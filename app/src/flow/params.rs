//! What a form tells about the page it stands on.

use serde::{Deserialize, Serialize};
use thyra_wire::Level;

/// Where a sign-in or sign-up is mounted, and where it leads: the hidden fields of every form.
///
/// Nothing in it is trusted: the server passes every value through the redirect validator and drops silently what
/// does not pass. [`fields`](Flow::fields) gives the hidden inputs.
///
/// ```
/// use thyra::Flow;
///
/// let flow = Flow { path: "/sign-in".to_owned(), redirect_url: Some("/inbox".to_owned()), ..Flow::default() };
/// let names: Vec<_> = flow.fields().into_iter().map(|(name, _)| name).collect();
/// assert_eq!(names, ["flow[path]", "flow[redirect_url]"]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Flow {
    /// The component's mount path, for example `/sign-in`.
    pub path: String,
    /// The page's `redirect_url` query parameter: kept from step to step, honoured when it passes.
    pub redirect_url: Option<String>,
    /// The target that wins over everything, from the component's props.
    pub force_redirect_url: Option<String>,
    /// The target when nothing else is given, from the component's props.
    pub fallback_redirect_url: Option<String>,
    /// The strategy of the factor the current step is about, as the wire spells it.
    pub factor: Option<String>,
    /// The target of that factor (`idn_…`), when the person chose one.
    pub address: Option<String>,
    /// Which proof that factor is for. The server knows by itself; the way back to a page without scripts is found by it.
    pub level: Level,
    /// The attempt (`sia_…` or `sua_…`) the form was made for: another tab may have begun another one since.
    pub attempt: Option<String>,
}

impl Flow {
    /// The hidden inputs of a form: name and value of each part that is set.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let level = (self.level == Level::Second).then(|| "second".to_owned());
        let optional = [
            ("flow[redirect_url]", &self.redirect_url),
            ("flow[force_redirect_url]", &self.force_redirect_url),
            ("flow[fallback_redirect_url]", &self.fallback_redirect_url),
            ("flow[factor]", &self.factor),
            ("flow[address]", &self.address),
            ("flow[level]", &level),
            ("flow[attempt]", &self.attempt),
        ];
        let set = optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.clone()?)));
        std::iter::once(("flow[path]", self.path.clone()))
            .chain(set)
            .collect()
    }

    /// The hidden inputs as the body of a form post, in the encoding `application/x-www-form-urlencoded`.
    #[cfg(not(feature = "ssr"))]
    pub(crate) fn encode(&self) -> String {
        let pairs = self.fields().into_iter().map(|(name, value)| {
            let encode = super::encode_query_value;
            format!("{}={}", encode(name), encode(&value))
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    /// Whether a form was made for this attempt. One that names none goes on with whatever there is.
    #[cfg(feature = "ssr")]
    pub(crate) fn is_about(&self, attempt: &str) -> bool {
        self.attempt.as_deref().is_none_or(|named| named == attempt)
    }

    /// The mount path without a slash at its end; empty for the root.
    pub fn base(&self) -> &str {
        self.path.trim_end_matches('/')
    }

    /// The path of a step (`factor-one`, or empty for the start), with what has to be kept in the query.
    ///
    /// ```
    /// use thyra::Flow;
    ///
    /// let flow = Flow { path: "/sign-in".to_owned(), redirect_url: Some("/a?b".to_owned()), ..Flow::default() };
    /// assert_eq!(flow.step("factor-one", &[]), "/sign-in/factor-one?redirect_url=%2Fa%3Fb");
    /// assert_eq!(Flow::default().step("", &[]), "/");
    /// ```
    pub fn step(&self, step: &str, query: &[(&str, &str)]) -> String {
        let mut path = match (self.base(), step) {
            ("", "") => "/".to_owned(),
            (base, "") => base.to_owned(),
            (base, step) => format!("{base}/{step}"),
        };
        let kept = self
            .redirect_url
            .as_deref()
            .map(|target| ("redirect_url", target));
        let pairs = query.iter().copied().chain(kept);
        for (index, (name, value)) in pairs.enumerate() {
            path.push(if index == 0 { '?' } else { '&' });
            path.push_str(name);
            path.push('=');
            path.push_str(&super::encode_query_value(value));
        }
        path
    }
}
