//! Nodes that are not ours, out of the way of hydration.
//!
//! Hydration walks over the server's nodes one by one and takes each for the next one it has rendered. A password manager
//! or a translator that has put something between them makes it stop, or worse, take the stranger for ours. So before it
//! begins, what is not ours goes behind what is: extensions keep their nodes, ours keep their focus and their text.
//!
//! What is ours is told by three rules, which a test holds the pages to. Each of our elements has a class that begins with
//! `thyra-`, or a `data-thyra-part`. An element that has elements of ours has no text of its own. And one that has text has
//! either a single text or, while it has none, Leptos' empty comment in its place; in erased builds a comment more.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

use super::foreign_order::{Child, in_the_way};

/// Where everything is ours, or somebody else's: our components, and the whole of a hosted page.
pub(super) const ROOTS: &str = ".thyra-page,.thyra-root";

const OURS: &str = "[class*='thyra-'],[data-thyra-part]";

/// Moves everything foreign behind everything of ours.
pub(super) fn move_aside() {
    let Ok(roots) = document().query_selector_all(ROOTS) else {
        return;
    };
    for index in 0..roots.length() {
        if let Some(root) = roots.get(index) {
            tidy(&root);
        }
    }
}

fn tidy(parent: &Node) {
    // Nobody puts anything into a drawing, and what it is made of has no class.
    if matches(parent, "svg") {
        return;
    }
    while let Some(wrapper) = children(parent).into_iter().find(is_wrapper) {
        unwrap(parent, &wrapper);
    }
    let children = children(parent);
    let kinds: Vec<Child> = children.iter().map(kind).collect();
    let of_ours = || std::iter::zip(&children, &kinds).filter(|(_, kind)| **kind == Child::Element);
    for (element, _) in of_ours() {
        tidy(element);
    }
    for at in in_the_way(&kinds) {
        // It is moved within its parent, which cannot fail.
        _ = parent.append_child(&children[at]);
    }
    if of_ours().next().is_none() {
        // A text that came to stand beside ours becomes a part of it.
        parent.normalize();
    }
}

fn kind(node: &Node) -> Child {
    match node.node_type() {
        Node::TEXT_NODE => Child::Text,
        _ if is_our_element(node) => Child::Element,
        _ if is_marker(node) => Child::Marker,
        _ => Child::Stranger,
    }
}

fn children(parent: &Node) -> Vec<Node> {
    std::iter::successors(parent.first_child(), Node::next_sibling).collect()
}

fn is_our_element(node: &Node) -> bool {
    matches(node, OURS)
}

/// A comment that Leptos finds its way by.
fn is_marker(node: &Node) -> bool {
    let is_known = |text: String| text.is_empty() || text == "<() />" || text.starts_with("s-");
    node.node_type() == Node::COMMENT_NODE && node.node_value().is_some_and(is_known)
}

/// An element that was put around something of ours, or around a text, as translators do.
fn is_wrapper(node: &Node) -> bool {
    let holds_ours = |element: &Element| element.query_selector(OURS).is_ok_and(|it| it.is_some());
    !is_our_element(node)
        && node
            .dyn_ref::<Element>()
            .is_some_and(|element| element.tag_name() == "FONT" || holds_ours(element))
}

fn unwrap(parent: &Node, wrapper: &Node) {
    while let Some(child) = wrapper.first_child() {
        _ = parent.insert_before(&child, Some(wrapper));
    }
    _ = parent.remove_child(wrapper);
}

fn matches(node: &Node, selector: &str) -> bool {
    node.dyn_ref::<Element>()
        .is_some_and(|element| element.matches(selector).unwrap_or_default())
}
