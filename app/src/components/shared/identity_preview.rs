//! Who is signing in, with the way back to correct it.

use leptos::prelude::*;

use super::{Icon, IconKind};
use crate::i18n::{fill, use_texts};

/// Who is signing in, with the way back to correct it.
#[component]
pub(crate) fn IdentityPreview(
    /// The identifier.
    identifier: String,
    /// Where it can be corrected.
    edit_href: String,
) -> impl IntoView {
    let edit = fill(
        use_texts().common.edit_identifier,
        &[("identifier", &identifier)],
    );
    view! {
        <div class="thyra-identity" data-thyra-part="identity-preview">
            <bdi class="thyra-identity-text">{identifier}</bdi>
            <a class="thyra-icon-link" data-thyra-part="identity-edit" href=edit_href aria-label=edit>
                <Icon kind=IconKind::Pencil/>
            </a>
        </div>
    }
}
