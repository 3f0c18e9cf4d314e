//! The page that the link in a mail leads to, once the auth API has looked at it.

use leptos::prelude::*;

use super::complete::continue_link;
use super::flow::start_href;
use crate::components::shared::{Card, IntoLean, Mount};
use crate::i18n::{Texts, use_texts};
use crate::step::LinkStatus;
use crate::use_auth_context;

/// What came of the link. Those who are signed in by it in this browser go on from here, all others where they began.
pub(super) fn link_landing(status: LinkStatus) -> impl IntoView {
    let (title, subtitle) = words(status, use_texts());
    let is_signed_in = untrack(|| use_auth_context().active_session().is_some());
    let way_on = match (status, is_signed_in) {
        (LinkStatus::Verified, true) => Some(continue_link(Mount::expect().target()).into_lean()),
        (LinkStatus::Verified | LinkStatus::Transferable, _) => None,
        _ => Some(start_over().into_lean()),
    };
    view! {
        <Card title=title.to_owned() subtitle=subtitle>
            {way_on}
        </Card>
    }
}

fn start_over() -> impl IntoView {
    view! {
        <a class="thyra-button thyra-button-secondary thyra-button-block" data-thyra-part="retry" href=start_href(None)>
            {use_texts().common.start_over}
        </a>
    }
}

fn words(status: LinkStatus, texts: &Texts) -> (&'static str, &'static str) {
    let texts = &texts.sign_in;
    match status {
        LinkStatus::Verified | LinkStatus::Transferable => (
            texts.email_link_verified_title,
            texts.email_link_verified_subtitle,
        ),
        LinkStatus::Expired => (
            texts.email_link_expired_title,
            texts.email_link_expired_subtitle,
        ),
        LinkStatus::ClientMismatch => (
            texts.email_link_mismatch_title,
            texts.email_link_mismatch_subtitle,
        ),
        LinkStatus::Failed => (
            texts.email_link_failed_title,
            texts.email_link_failed_subtitle,
        ),
    }
}
