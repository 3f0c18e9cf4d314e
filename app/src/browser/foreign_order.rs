//! Which nodes stand in the way of hydration.

/// A child of an element, as hydration sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Child {
    /// An element of ours.
    Element,
    /// A text: ours, or a stranger's.
    Text,
    /// A comment that Leptos finds its way by.
    Marker,
    /// Anything else.
    Stranger,
}

/// How many markers stand in an element whose text is absent: that of what is not there. Where views are erased (`--cfg
/// erase_components`, as cargo-leptos builds for development), the children of an element are a list, and a list ends with a
/// marker of its own, also behind a text.
pub(crate) const MARKERS_OF_ABSENT_TEXT: usize = if cfg!(erase_components) { 2 } else { 1 };

/// The children that are not ours and have something of ours behind them, by their places.
pub(crate) fn in_the_way(children: &[Child]) -> Vec<usize> {
    let has_elements = children.contains(&Child::Element);
    let markers = children.iter().filter(|child| **child == Child::Marker);
    let has_text = !has_elements && markers.count() < MARKERS_OF_ABSENT_TEXT;
    let is_ours = |child: &Child| match child {
        Child::Element | Child::Marker => true,
        Child::Text => has_text,
        Child::Stranger => false,
    };
    let last_of_ours = children.iter().rposition(is_ours).unwrap_or(0);
    (0..last_of_ours)
        .filter(|at| !is_ours(&children[*at]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Child::{Element, Marker, Stranger, Text};
    use super::*;

    /// These children as this build renders them: with the marker at the end, where lists have one.
    fn rendered(children: &[Child]) -> Vec<Child> {
        let mut rendered = children.to_vec();
        rendered.extend([Marker; MARKERS_OF_ABSENT_TEXT - 1]);
        rendered
    }

    /// In erased builds our own text was moved behind its marker, and hydration broke off.
    #[test]
    fn what_is_ours_stays() {
        for children in [
            &[][..],
            &[Text],
            &[Marker],
            &[Element, Element],
            &[Element, Marker],
        ] {
            assert_eq!(in_the_way(&rendered(children)), [0; 0], "{children:?}");
        }
    }

    #[test]
    fn strangers_before_ours_are_in_the_way() {
        assert_eq!(in_the_way(&rendered(&[Stranger, Element])), [0]);
        assert_eq!(
            in_the_way(&rendered(&[Element, Stranger, Text, Element])),
            [1, 2]
        );
        assert_eq!(in_the_way(&rendered(&[Stranger, Text])), [0]);
    }

    #[test]
    fn strangers_behind_ours_are_left_where_they_are() {
        for children in [&[Element, Stranger][..], &[Text, Stranger]] {
            let mut children = rendered(children);
            children.push(Stranger);
            let before_marker = MARKERS_OF_ABSENT_TEXT - 1;
            assert_eq!(in_the_way(&children).len(), before_marker, "{children:?}");
        }
    }

    #[test]
    fn a_text_in_the_place_of_an_absent_one_is_a_strangers() {
        assert_eq!(in_the_way(&rendered(&[Text, Marker])), [0]);
        assert_eq!(in_the_way(&rendered(&[Text, Stranger, Marker])), [0, 1]);
    }
}
