//! The sign-up waits for something this version has no step for: that is said, with a way out.

use leptos::prelude::*;

use crate::components::shared::{Card, Mount};
use crate::i18n::use_texts;
use crate::step::SignUpRoute;

pub(super) fn unavailable() -> impl IntoView {
    let texts = use_texts();
    let start = Mount::expect()
        .flow()
        .step(SignUpRoute::Index.as_str(), &[]);
    view! {
        <Card title=texts.sign_up.unavailable_title.to_owned() subtitle=texts.sign_up.unavailable_subtitle>
            <a class="thyra-button thyra-button-primary thyra-button-block" data-thyra-part="start-over" href=start>
                {texts.common.start_over}
            </a>
        </Card>
    }
}
