//! The card around a step: title, alert, content, footer.

use leptos::prelude::*;

use super::lean::{Content, IntoLean};
use super::{Announcer, Icon, IconKind, Shell, app_name};
use crate::i18n::use_texts;
use crate::use_environment;

/// The card around a step.
#[component]
pub(crate) fn Card(
    /// The title.
    title: String,
    /// The sentence below it.
    #[prop(optional, into)]
    subtitle: Option<String>,
    /// Who this is about.
    #[prop(optional)]
    identity: Option<AnyView>,
    /// What stands in the alert.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What stands below the line.
    #[prop(optional_no_strip)]
    footer: Option<AnyView>,
    /// The step itself.
    #[prop(optional)]
    children: Option<Content>,
) -> impl IntoView {
    let title_id = Shell::expect().id("title");
    announce(title.clone());
    if let Some(page) = use_context::<PageTitle>() {
        page.set(&title);
    }
    let heading = heading(&title_id, title);
    view! {
        <section class="thyra-card" data-thyra-part="card" aria-labelledby=title_id>
            <div class="thyra-body">
                <header class="thyra-header" data-thyra-part="header">
                    <Mark/>
                    {heading}
                    {subtitle.map(|text| view! { <p class="thyra-subtitle" data-thyra-part="subtitle">{text}</p> })}
                    {identity}
                </header>
                <Alert error=error/>
                <div class="thyra-main" data-thyra-part="main">{children.map(Content::render)}</div>
            </div>
            {footer.map(|view| view! { <footer class="thyra-footer" data-thyra-part="footer">{view}</footer> })}
        </section>
    }
    // One type for every card, here and at the other large views: nested view types are deeper than the compiler goes.
    .into_lean()
}

/// The title of a page that is about one component: it says which step is shown.
///
/// The document's head is written when the page's owner is gone from the thread that writes it, so the signal is one that
/// needs no owner.
#[derive(Clone, Debug)]
pub(crate) struct PageTitle(ArcRwSignal<String>);

impl PageTitle {
    /// Lets the cards below say what they are.
    pub(crate) fn provide() -> Self {
        let title = Self(ArcRwSignal::new(app_name()));
        provide_context(title.clone());
        title
    }

    /// What stands in the title.
    pub(crate) fn get(&self) -> String {
        self.0.get()
    }

    fn set(&self, step: &str) {
        let app = app_name();
        self.0.set(if step.contains(&app) {
            step.to_owned()
        } else {
            format!("{step} · {app}")
        });
    }
}

/// The focus goes to a field of a new step, so its title would go unheard.
fn announce(title: String) {
    if let Some(announcer) = use_context::<Announcer>() {
        Effect::new(move || announcer.say_title(&title));
    }
}

/// The first letter of the app's name: decoration, until an app shows its own logo.
#[component]
fn Mark() -> impl IntoView {
    let environment = use_environment();
    let name = environment
        .with_untracked(|environment| environment.display_config.application_name.clone());
    let mark = match name.trim().chars().next() {
        Some(letter) => letter.to_string().into_lean(),
        None => view! { <Icon kind=IconKind::Door/> }.into_lean(),
    };
    view! { <div class="thyra-mark" data-thyra-part="mark" aria-hidden="true">{mark}</div> }
}

/// The title. It can be focused by us, so that a changed step is read out from its beginning.
fn heading(id: &str, title: String) -> AnyView {
    macro_rules! heading {
        ($tag:ident) => {
            view! { <$tag id=id.to_owned() class="thyra-title" data-thyra-part="title" tabindex="-1">{title}</$tag> }.into_lean()
        };
    }
    match Shell::expect().heading_level {
        0 | 1 => heading!(h1),
        2 => heading!(h2),
        3 => heading!(h3),
        4 => heading!(h4),
        5 => heading!(h5),
        _ => heading!(h6),
    }
}

/// The alert. The element is there before its text, so that the text is announced.
#[component]
fn Alert(error: Signal<Option<String>>) -> impl IntoView {
    let label = use_texts().common.error_region;
    view! {
        <div class="thyra-alert" role="alert" aria-live="assertive" data-thyra-part="alert">
            {move || {
                error
                    .get()
                    .map(|sentence| {
                        view! {
                            <Icon kind=IconKind::Alert/>
                            <p class="thyra-alert-text">
                                <span class="thyra-visually-hidden">{format!("{label} ")}</span>
                                <span class="thyra-alert-sentence">{sentence}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}
