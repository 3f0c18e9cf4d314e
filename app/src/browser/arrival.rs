//! Arriving at a page of the app to which the router leads.
//!
//! The focus goes to the page's heading, as a screen reader begins there after a page load; not where the page itself has
//! put it somewhere. Until then nobody is sent to the sign-in page: whoever has just signed out may still be on a page that is
//! closed to them, but is on the way to another.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::AuthContext;

/// After so many frames the page that is left is gone, unless the next one has to be fetched first.
const FRAMES_OF_LEAVING: u16 = 2;
/// For so many frames a new heading is waited for: some two seconds.
const FRAMES_OF_LOOKING: u16 = 120;

/// Goes to another page by `go`, and arrives there.
pub(super) fn arrive(context: &AuthContext, go: impl FnOnce()) {
    context.is_leaving.set(true);
    let before = Page::seen();
    go();
    look(*context, before, 1);
}

/// What is compared to know a new page.
struct Page {
    heading: Option<Element>,
    focused: Option<Element>,
}

impl Page {
    fn seen() -> Self {
        let document = document();
        let find = |selector| document.query_selector(selector).ok().flatten();
        Self {
            heading: find("main h1").or_else(|| find("h1")),
            focused: document.active_element(),
        }
    }

    fn has_focus_nowhere(&self) -> bool {
        let focused = self.focused.as_ref();
        focused.is_none_or(|element| element.tag_name() == "BODY")
    }
}

fn look(context: AuthContext, before: Page, frame: u16) {
    request_animation_frame(move || {
        if frame == FRAMES_OF_LEAVING {
            context.is_leaving.try_set(false);
        }
        let now = Page::seen();
        let is_last = frame == FRAMES_OF_LOOKING;
        let is_new = now.heading.is_some() && now.heading != before.heading;
        if frame < FRAMES_OF_LEAVING || !(is_new || is_last) {
            return look(context, before, frame + 1);
        }
        let stands = now.has_focus_nowhere() || (is_new && now.focused == before.focused);
        if let Some(heading) = now.heading.filter(|_| stands) {
            focus(heading);
        }
    });
}

/// Headings take no focus by themselves.
fn focus(heading: Element) {
    let Ok(heading) = heading.dyn_into::<HtmlElement>() else {
        return;
    };
    if !heading.has_attribute("tabindex") {
        heading.set_tab_index(-1);
    }
    // An element that takes no focus leaves it where it was.
    _ = heading.focus();
}
