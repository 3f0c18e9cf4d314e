//! Where a component is mounted and where it leads: its props and the page's query.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::params::ParamsMap;
use thyra_wire::RedirectPolicy;

use super::{safe_href, with_query};
use crate::flow::OfInstance;
use crate::{Flow, use_auth_context, use_environment};

/// Where `<SignIn/>` or `<SignUp/>` is mounted and where it leads.
#[derive(Clone, Copy)]
pub(crate) struct Mount {
    props: StoredValue<Props>,
    query: Memo<ParamsMap>,
    attempt: Signal<Option<String>>,
}

struct Props {
    flow: Flow,
    other_url: Option<String>,
    of_instance: OfInstance,
}

impl Mount {
    /// `flow` has the props; `other_url` is the page of the other component; `attempt` is what its forms are about;
    /// `of_instance` is where the instance leads when it is done.
    pub(crate) fn provide(
        flow: Flow,
        other_url: Option<String>,
        attempt: Signal<Option<String>>,
        of_instance: OfInstance,
    ) -> Self {
        let mount = Self {
            props: StoredValue::new(Props {
                flow,
                other_url,
                of_instance,
            }),
            // Not the route's own query, which changes after the path has: steps are drawn in between.
            query: use_location().query,
            attempt,
        };
        provide_context(mount);
        mount
    }

    /// The mount of the component around.
    pub(crate) fn expect() -> Self {
        use_context::<Self>()
            .expect("steps are rendered by the component that provides their mount")
    }

    /// The path the component is mounted at.
    pub(crate) fn path(&self) -> String {
        self.props.with_value(|props| props.flow.path.clone())
    }

    /// What the forms tell the server.
    pub(crate) fn flow(&self) -> Flow {
        let redirect_url = self.parameter("redirect_url");
        let attempt = self.attempt.get_untracked();
        self.props.with_value(|props| Flow {
            redirect_url,
            attempt,
            ..props.flow.clone()
        })
    }

    /// A parameter of the page's query, when it has a value. A form that is on the page keeps what it was made with, so
    /// nothing is tracked.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        self.query
            .with_untracked(|query| query.get(name))
            .filter(|value| !value.is_empty())
    }

    /// The page of the other component: the prop, else the instance's, else `default`; with what has to be kept.
    pub(crate) fn other_page(
        &self,
        of_instance: &str,
        default: &str,
        parameters: &[(&str, Option<&str>)],
    ) -> String {
        let prop = self.props.with_value(|props| props.other_url.clone());
        let chosen = prop.unwrap_or_else(|| of_instance.to_owned());
        let url = if chosen.is_empty() {
            default.to_owned()
        } else {
            safe_href(&chosen)
        };
        let redirect_url = self.parameter("redirect_url");
        let with_parameters = with_query(&url, parameters);
        with_query(
            &with_parameters,
            &[("redirect_url", redirect_url.as_deref())],
        )
    }

    /// Where the component is left to. By order: the prop that forces, the page's `redirect_url`, the prop that falls
    /// back, the instance's, home. The allowed origins came with the page, so that those who arrive signed in are led to
    /// the same place as those who sign in here.
    pub(crate) fn target(&self) -> String {
        let of_instance = self.props.with_value(|props| props.of_instance);
        let of_instance = use_environment()
            .with_untracked(|environment| of_instance(&environment.display_config).to_owned());
        target(&use_auth_context().redirects(), &self.flow(), &of_instance)
    }
}

fn target(policy: &RedirectPolicy, flow: &Flow, of_instance: &str) -> String {
    let of_flow = [
        &flow.force_redirect_url,
        &flow.redirect_url,
        &flow.fallback_redirect_url,
    ];
    let candidates = of_flow
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain(std::iter::once(of_instance));
    let allowed = candidates
        .into_iter()
        .find_map(|candidate| policy.check(candidate));
    allowed.map_or_else(|| "/".to_owned(), |target| target.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flow(force: Option<&str>, query: Option<&str>, fallback: Option<&str>) -> Flow {
        Flow {
            force_redirect_url: force.map(str::to_owned),
            redirect_url: query.map(str::to_owned),
            fallback_redirect_url: fallback.map(str::to_owned),
            ..Flow::default()
        }
    }

    fn target(flow: &Flow, of_instance: &str) -> String {
        let policy = RedirectPolicy::new("https://auth.example.com", ["https://app.example.com"]);
        super::target(&policy, flow, of_instance)
    }

    #[test]
    fn a_query_never_overrides_the_prop_that_forces() {
        assert_eq!(
            target(&flow(Some("/a"), Some("/b"), Some("/c")), "/d"),
            "/a"
        );
        assert_eq!(target(&flow(None, Some("/b"), Some("/c")), "/d"), "/b");
        assert_eq!(target(&flow(None, None, Some("/c")), "/d"), "/c");
        assert_eq!(target(&flow(None, None, None), "/d"), "/d");
        assert_eq!(target(&flow(None, None, None), ""), "/");
    }

    #[test]
    fn a_target_on_the_own_or_an_allowed_origin_is_honoured() {
        for there in [
            "https://auth.example.com/account",
            "https://app.example.com/inbox?a=b",
        ] {
            assert_eq!(target(&flow(None, Some(there), None), "/home"), there);
        }
    }

    #[test]
    fn sec_f05_a_target_that_leads_away_is_dropped_silently() {
        for away in [
            "//evil.example",
            "https://evil.example/",
            "https://app.example.com.evil.example/",
            "https://app.example.com@evil.example/",
            "javascript:alert(1)",
            "/\\evil.example",
            "/\t/evil",
        ] {
            assert_eq!(
                target(&flow(None, Some(away), Some("/c")), ""),
                "/c",
                "{away:?}"
            );
        }
    }
}
