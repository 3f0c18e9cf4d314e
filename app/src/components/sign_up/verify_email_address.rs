//! The code that proves the e-mail address.

use leptos::prelude::*;

use crate::components::shared::{
    Card, CodeForm, IdentityPreview, IntoLean, Mount, Resend, use_form_errors,
};
use crate::i18n::use_texts;
use crate::server_fns::{ResendSignUpCode, SubmitSignUpCode};
use crate::step::SignUpRoute;
use crate::{use_sign_up, use_sign_up_form};

pub(super) fn verify_email_address() -> impl IntoView {
    let flow = Mount::expect().flow();
    let texts = use_texts();
    let signal = use_sign_up();
    // Before the card: each takes over the error of its own form when that was sent without scripts.
    let (submit, resend) = (
        use_sign_up_form::<SubmitSignUpCode>(),
        use_sign_up_form::<ResendSignUpCode>(),
    );
    let errors = use_form_errors(signal.errors, &["code"]);
    let address = untrack(|| signal.sign_up.email_address()).unwrap_or_default();
    let edit_href = flow.step(SignUpRoute::Index.as_str(), &[]);
    let expires_at = Signal::derive(move || {
        let verifications = signal.sign_up.resource()?.verifications?;
        verifications.email_address?.expire_at
    });
    view! {
        <Card
            title=texts.sign_up.verify_email_title.to_owned()
            subtitle=texts.sign_up.verify_email_subtitle
            identity=view! { <IdentityPreview identifier=address.clone() edit_href=edit_href/> }.into_lean()
            error=Signal::derive(move || errors.with(|errors| errors.card()))
        >
            <CodeForm
                action=submit
                flow=flow.clone()
                error=Signal::derive(move || errors.with(|errors| errors.field("code")))
            />
            <Resend action=resend flow=flow expires_at=expires_at address=address/>
        </Card>
    }
}
