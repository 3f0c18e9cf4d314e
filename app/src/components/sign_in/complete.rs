//! Somebody is signed in: the way out of the component.

use leptos::prelude::*;

use crate::components::shared::{Card, Mount, app_name, replace_url};
use crate::i18n::{fill, use_texts};
use crate::{use_auth_context, use_environment};

/// The step between the last form and the page it leads to. The link is for those whom nothing takes there.
pub(super) fn complete() -> impl IntoView {
    let texts = use_texts();
    view! {
        <Card
            title=texts.sign_in.complete_title.to_owned()
            subtitle=fill(texts.sign_in.complete_subtitle, &[("app", &app_name())])
        >
            {continue_link(Mount::expect().target())}
        </Card>
    }
}

/// Leaves the component with a full page load, so that everything on the next page knows who is signed in.
pub(crate) fn continue_link(target: String) -> impl IntoView {
    view! {
        <a class="thyra-button thyra-button-primary thyra-button-block" data-thyra-part="continue" href=target rel="external">
            {use_texts().common.continue_button}
        </a>
    }
}

/// Sends those who arrive signed in on to where they want to go. Those who sign in here are sent by their form.
pub(crate) fn leave_when_signed_in(target: Signal<String>) {
    let context = use_auth_context();
    let environment = use_environment();
    let arrives_signed_in = untrack(|| {
        let is_single = environment.with(|environment| environment.auth_config.single_session_mode);
        is_single && context.active_session().is_some()
    });
    if arrives_signed_in {
        replace_url(Signal::derive(move || Some(target.get())));
    }
}
