//! The links between the steps of `<SignIn/>`.

use leptos::prelude::*;
use thyra_wire::Level;

use crate::components::shared::Mount;
use crate::step::{FactorKey, SignInRoute};
use crate::{Flow, encode_query_value, use_environment};

/// The path of another step, with what has to be kept in the query.
pub(super) fn href(route: SignInRoute) -> String {
    Mount::expect().flow().step(route.as_str(), &[])
}

/// The path of the step of a factor.
pub(super) fn factor_href(level: Level, key: &FactorKey) -> String {
    step_of_factor(SignInRoute::of_factor(level), key)
}

/// The path of the list of methods, which remembers the factor it was opened from.
pub(super) fn methods_href(level: Level, key: &FactorKey) -> String {
    step_of_factor(SignInRoute::of_methods(level), key)
}

/// The path of what helps when the password is forgotten; it remembers the factor it was opened from.
pub(super) fn forgot_password_href(key: &FactorKey) -> String {
    step_of_factor(SignInRoute::ForgotPassword, key)
}

fn step_of_factor(route: SignInRoute, key: &FactorKey) -> String {
    let address = key.address().map(|address| ("address", address));
    let query: Vec<(&str, &str)> = std::iter::once(("factor", key.strategy()))
        .chain(address)
        .collect();
    Mount::expect().flow().step(route.as_str(), &query)
}

/// The start, with this in the identifier.
pub(super) fn start_href(identifier: Option<&str>) -> String {
    let index = href(SignInRoute::Index);
    let Some(identifier) = identifier else {
        return index;
    };
    let separator = if index.contains('?') { '&' } else { '?' };
    format!(
        "{index}{separator}identifier={}",
        encode_query_value(identifier)
    )
}

/// What the form of a factor tells the server.
pub(super) fn flow_for(level: Level, key: &FactorKey) -> Flow {
    Flow {
        level,
        factor: Some(key.strategy().to_owned()),
        address: key.address().map(str::to_owned),
        ..Mount::expect().flow()
    }
}

/// The sign-up page, with this identifier in its form.
pub(super) fn sign_up_href(identifier: Option<&str>) -> String {
    let of_instance = use_environment()
        .with_untracked(|environment| environment.display_config.sign_up_url.clone());
    let email_address = identifier.filter(|identifier| identifier.contains('@'));
    let username = identifier.filter(|identifier| !identifier.contains('@'));
    let parameters = [("email_address", email_address), ("username", username)];
    Mount::expect().other_page(&of_instance, "/sign-up", &parameters)
}

/// What the page's query puts into the identifier.
pub(super) fn identifier_of_query() -> Option<String> {
    let mount = Mount::expect();
    ["identifier", "email_address", "username"]
        .into_iter()
        .find_map(|name| mount.parameter(name))
}
