//! The icons. Decoration only: what they say is said in text as well.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum IconKind {
    Alert,
    ChevronForward,
    Door,
    Envelope,
    Eye,
    EyeCrossed,
    Lock,
    Pencil,
    Phone,
    SignOut,
}

impl IconKind {
    /// The lines of the icon on a grid of 20 by 20.
    fn path(self) -> &'static str {
        match self {
            Self::Alert => "M10 6.5v4M10 13.5h.01M17.5 10a7.5 7.5 0 1 1-15 0 7.5 7.5 0 0 1 15 0Z",
            Self::ChevronForward => "m7.5 4.5 5.5 5.5-5.5 5.5",
            Self::Door => "M5.5 17V8.5a4.5 4.5 0 0 1 9 0V17M3.5 17h13M12 12v.5",
            Self::Envelope => {
                "M4.5 4.5h11a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-11a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM3 6l7 5 7-5"
            }
            Self::Eye => {
                "M2 10s3-5.5 8-5.5S18 10 18 10s-3 5.5-8 5.5S2 10 2 10ZM12.5 10a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0Z"
            }
            Self::EyeCrossed => {
                "m3 3 14 14M8.2 4.7A8 8 0 0 1 10 4.5c5 0 8 5.5 8 5.5a14 14 0 0 1-2.2 2.8M12.7 14.9a8 8 0 0 1-2.7.6c-5 0-8-5.5-8-5.5a14 14 0 0 1 3.6-4M8.3 8.2a2.5 2.5 0 0 0 3.5 3.6"
            }
            Self::Lock => {
                "M6 9h8a2 2 0 0 1 2 2v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-4a2 2 0 0 1 2-2ZM6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"
            }
            Self::Pencil => {
                "m12.5 4.5 3 3M4 16l.7-3.6 9-9a1.5 1.5 0 0 1 2.1 0l.8.8a1.5 1.5 0 0 1 0 2.1l-9 9Z"
            }
            Self::Phone => {
                "M7 2.5h6a1.5 1.5 0 0 1 1.5 1.5v12a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 16V4A1.5 1.5 0 0 1 7 2.5ZM9 14.5h2"
            }
            Self::SignOut => {
                "M8 17H5.5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2H8M13 13.5l3.5-3.5L13 6.5M16.5 10H8"
            }
        }
    }

    /// Whether it points along the text, and so turns around with it.
    fn is_directional(self) -> bool {
        matches!(self, Self::ChevronForward | Self::SignOut)
    }
}

/// Draws an icon in the colour of the text around it.
#[component]
pub(crate) fn Icon(
    /// Which one.
    kind: IconKind,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let directional = if kind.is_directional() {
        " thyra-icon-directional"
    } else {
        ""
    };
    view! {
        <svg
            class=format!("thyra-icon{directional} {class}").trim_end().to_owned()
            viewBox="0 0 20 20"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
        >
            <path d=kind.path()></path>
        </svg>
    }
}
