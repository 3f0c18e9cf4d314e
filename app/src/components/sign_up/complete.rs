//! The account exists and somebody is signed in to it: the way out of the component.

use leptos::prelude::*;

use crate::components::shared::{Card, Mount, app_name};
use crate::components::sign_in::continue_link;
use crate::i18n::{fill, use_texts};

pub(super) fn complete() -> impl IntoView {
    let texts = use_texts();
    view! {
        <Card
            title=texts.sign_up.complete_title.to_owned()
            subtitle=fill(texts.sign_up.complete_subtitle, &[("app", &app_name())])
        >
            {continue_link(Mount::expect().target())}
        </Card>
    }
}
