//! Nobody has the identifier. Shown only where the instance does not hide who has an account.

use leptos::prelude::*;

use super::flow::{identifier_of_query, sign_up_href, start_href};
use super::password::identity;
use crate::components::shared::Card;
use crate::i18n::use_texts;
use crate::use_environment;

pub(super) fn account_not_found() -> impl IntoView {
    let texts = use_texts();
    let identifier = identifier_of_query();
    let environment = use_environment();
    let mode =
        environment.with_untracked(|environment| environment.user_settings.sign_up.mode.clone());
    let sign_up = (mode != "restricted").then(|| sign_up_href(identifier.as_deref()));
    let retry_href = start_href(identifier.as_deref());
    view! {
        <Card
            title=texts.sign_in.account_not_found_title.to_owned()
            subtitle=texts.sign_in.account_not_found_subtitle
            identity=identity(identifier.as_deref().unwrap_or_default())
        >
            {sign_up
                .map(|href| {
                    view! {
                        <a class="thyra-button thyra-button-primary thyra-button-block" data-thyra-part="sign-up-link" href=href>
                            {texts.sign_in.account_not_found_sign_up}
                        </a>
                    }
                })}
            <a class="thyra-button thyra-button-secondary thyra-button-block" data-thyra-part="retry" href=retry_href>
                {texts.sign_in.account_not_found_retry}
            </a>
        </Card>
    }
}
