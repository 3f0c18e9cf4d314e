//! Somebody is signed in: the way out of the component.

use leptos::prelude::*;

use crate::components::shared::{Card, Mount, app_name, leave_for};
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

/// Leaves the component: through the app's router where the page is one of the app's, else with a page load.
pub(crate) fn continue_link(target: String) -> impl IntoView {
    let rel = (!use_auth_context().is_routed(&target)).then_some("external");
    view! {
        <a class="thyra-button thyra-button-primary thyra-button-block" data-thyra-part="continue" href=target rel=rel>
            {use_texts().common.continue_button}
        </a>
    }
}

/// Sends those on who are signed in without having done it here: before they came, or in another tab. Those who sign in
/// here are sent by their form, which knows more about where to go.
pub(crate) fn leave_when_signed_in(target: Signal<String>, is_done_here: Signal<bool>) {
    let context = use_auth_context();
    let environment = use_environment();
    let target = Signal::derive(move || {
        let is_single = environment.with(|environment| environment.auth_config.single_session_mode);
        let is_signed_in = is_single && context.active_session().is_some();
        (is_signed_in && !is_done_here.get()).then(|| target.get())
    });
    leave_for(context, target);
}
