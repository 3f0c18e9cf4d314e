//! What stays while the steps change: the root element, and the region that announces.

use std::sync::Arc;

use leptos::prelude::*;
use thyra_wire::Environment;

use crate::i18n::{Texts, use_texts};
use crate::use_environment;

/// What all steps of one mounted component share.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shell {
    /// `sign-in` or `sign-up`: begins every id of the component.
    pub(crate) scope: &'static str,
    /// The level of the title.
    pub(crate) heading_level: u8,
    /// Whether a complete code submits its form.
    pub(crate) submits_complete_code: bool,
}

impl Shell {
    /// The shell of the component around.
    pub(crate) fn expect() -> Self {
        use_context::<Self>()
            .expect("steps are rendered by the component that provides their shell")
    }

    /// The id of a part of the component.
    pub(crate) fn id(&self, part: &str) -> String {
        format!("thyra-{}-{part}", self.scope)
    }
}

/// Says something to those who listen to the page, without interrupting them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Announcer {
    text: RwSignal<String>,
    has_arrived: StoredValue<bool>,
}

impl Announcer {
    pub(crate) fn provide() -> Self {
        let announcer = Self {
            text: RwSignal::new(String::new()),
            has_arrived: StoredValue::new(false),
        };
        provide_context(announcer);
        announcer
    }

    /// Says it.
    pub(crate) fn say(&self, text: impl Into<String>) {
        self.text.set(text.into());
    }

    /// Says the title of a step. Not the first one: the page that was opened is read out by itself.
    pub(crate) fn say_title(&self, title: &str) {
        if self.has_arrived.get_value() {
            self.say(title);
        }
        self.has_arrived.set_value(true);
    }

    /// The region: there from the first frame on, because a region that appears with its text is not read out.
    pub(crate) fn region(self) -> impl IntoView {
        view! {
            <div class="thyra-visually-hidden" role="status" aria-live="polite" data-thyra-part="announcer">
                {move || self.text.get()}
            </div>
        }
    }
}

/// The app's name, or words that fit in its place.
pub(crate) fn app_name() -> String {
    let environment: Signal<Arc<Environment>> = use_environment();
    let texts: &Texts = use_texts();
    let name = environment
        .with_untracked(|environment| environment.display_config.application_name.clone());
    if name.trim().is_empty() {
        texts.common.app_without_name.to_owned()
    } else {
        name
    }
}
