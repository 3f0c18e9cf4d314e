//! `<UserButton/>`.

use leptos::html::Details;
use leptos::prelude::*;
use thyra_wire::User;

use super::control::SignOutButton;
use super::shared::{Icon, IconKind, IntoLean, close_from_outside};
use crate::i18n::use_texts;
use crate::use_user;

/// A round button with the user's picture or initials; it opens who is signed in, and the way to sign out. Renders
/// nothing when nobody is.
///
/// # Server rendering
/// A `<details>` element with a form inside: it opens, and signs out, without scripts.
#[component]
pub fn UserButton(
    /// Where to go after signing out. Default: `/`.
    #[prop(optional, into)]
    after_sign_out_url: Option<String>,
) -> impl IntoView {
    let user = use_user();
    let menu = move || {
        user.get()
            .map(|user| menu(&user, after_sign_out_url.clone()))
    };
    menu.into_lean()
}

fn menu(user: &User, after_sign_out_url: Option<String>) -> impl IntoView + use<> {
    let texts = use_texts().user_button;
    let who = Who::of(user);
    let details = NodeRef::<Details>::new();
    close_from_outside(details);
    let sign_out = view! {
        <Icon kind=IconKind::SignOut/>
        <span class="thyra-menu-text">{texts.sign_out}</span>
    };
    view! {
        <div class="thyra-root" data-thyra-part="user-button">
            <details node_ref=details class="thyra-user-button">
                <summary aria-label=texts.open data-thyra-part="user-button-trigger">{avatar(user, &who)}</summary>
                <div class="thyra-popover" role="group" aria-label=texts.menu data-thyra-part="user-button-popover">
                    <div class="thyra-user">
                        {avatar(user, &who)}
                        <div class="thyra-user-text">
                            {who.name.clone().map(|name| view! { <span class="thyra-user-name">{name}</span> })}
                            <span class="thyra-user-identifier" data-thyra-part="user-identifier">{who.identifier.clone()}</span>
                        </div>
                    </div>
                    <SignOutButton redirect_url=after_sign_out_url.unwrap_or_else(|| "/".to_owned()) class="thyra-menu-item">
                        {sign_out}
                    </SignOutButton>
                </div>
            </details>
        </div>
    }
    .into_lean()
}

/// The initials, and over them the picture, when the user has one. A picture that cannot be loaded, or that the page's
/// content policy refuses, has no text and no size: the initials are seen, without scripts too.
fn avatar(user: &User, who: &Who) -> impl IntoView + use<> {
    let picture = (user.has_image && user.image_url.starts_with("https://")).then(|| {
        view! { <img class="thyra-avatar-picture" src=user.image_url.clone() alt=""/> }
    });
    view! {
        <span class="thyra-avatar" aria-hidden="true">
            <span class="thyra-avatar-initials">{who.initials.clone()}</span>
            {picture}
        </span>
    }
}

/// What names a user.
struct Who {
    name: Option<String>,
    identifier: String,
    initials: String,
}

impl Who {
    fn of(user: &User) -> Self {
        let name = user.full_name();
        let email_address = user
            .primary_email_address()
            .map(|address| address.email_address.clone());
        let identifier = email_address
            .or_else(|| user.username.clone())
            .unwrap_or_default();
        let initials = initials(name.as_deref().unwrap_or(&identifier));
        Self {
            name,
            identifier,
            initials,
        }
    }
}

/// The first letters of the first two words.
fn initials(name: &str) -> String {
    let letters = name
        .split_whitespace()
        .filter_map(|word| word.chars().next());
    letters.take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_first_two_words() {
        assert_eq!(initials("ada lovelace king"), "AL");
        assert_eq!(initials("ada@example.com"), "A");
        assert_eq!(initials("ßeta"), "SS");
        assert_eq!(initials(""), "");
    }
}
