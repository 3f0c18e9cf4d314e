//! What tells our nodes from those that browser extensions put between them (`browser::foreign_nodes`).

use super::translation::every_page;
use crate::browser::MARKERS_OF_ABSENT_TEXT;
use crate::i18n::Locale;

/// An element while it is read: what it is, and what was found in it.
struct Open<'a> {
    tag: &'a str,
    elements: usize,
    texts: usize,
    comments: usize,
}

impl Open<'_> {
    fn name(&self) -> &str {
        self.tag.split([' ', '>']).next().unwrap_or_default()
    }

    /// The rule of `foreign_nodes::OURS`; drawings are not looked into.
    fn is_marked(&self, is_drawn: bool) -> bool {
        is_drawn || self.tag.contains("thyra-part=") || class(self.tag).contains("thyra-")
    }
}

fn class(tag: &str) -> &str {
    let value = tag.split_once("class=\"").map_or("", |(_, value)| value);
    value.split('"').next().unwrap_or_default()
}

/// Calls this for every element, with whether it is in a drawing.
fn for_each_element(html: &str, mut check: impl FnMut(&Open, bool)) {
    let mut open: Vec<Open> = Vec::new();
    // Where Leptos keeps the place of a view that renders nothing, its comment looks like an element.
    let html = html.replace("<!--<() />-->", "<!---->");
    for piece in html.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        if tag.starts_with('!') {
            open.iter_mut()
                .last()
                .into_iter()
                .for_each(|parent| parent.comments += 1);
        } else if tag.starts_with('/') {
            let element = open.pop().unwrap();
            check(&element, open.iter().any(|parent| parent.name() == "svg"));
        } else {
            open.iter_mut()
                .last()
                .into_iter()
                .for_each(|parent| parent.elements += 1);
            let element = Open {
                tag,
                elements: 0,
                texts: 0,
                comments: 0,
            };
            if matches!(element.name(), "input" | "img") {
                check(&element, false);
            } else {
                open.push(element);
            }
        }
        if !text.is_empty() {
            open.iter_mut()
                .last()
                .into_iter()
                .for_each(|parent| parent.texts += 1);
        }
    }
    assert!(open.is_empty(), "every element is closed");
}

#[test]
fn every_element_says_that_it_is_ours() {
    for (url, page) in every_page(Locale::English) {
        for_each_element(&page.html, |element, is_drawn| {
            assert!(element.is_marked(is_drawn), "<{}> on {url}", element.tag);
        });
    }
}

#[test]
fn an_element_with_elements_has_no_text_and_one_with_a_text_has_nothing_else() {
    for (url, page) in every_page(Locale::English) {
        for_each_element(&page.html, |element, _| {
            let Open {
                tag,
                elements,
                texts,
                comments,
            } = element;
            assert!(
                *texts == 0
                    || (*elements == 0 && *texts == 1 && *comments < MARKERS_OF_ABSENT_TEXT),
                "<{tag}> on {url}"
            );
        });
    }
}
