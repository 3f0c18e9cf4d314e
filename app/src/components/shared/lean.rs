//! Views of one type, without what they never do.
//!
//! Leptos' [`AnyView`] carries every way to render a view, and the browser downloads each of them for each view. One is
//! never walked inside our components: hydrating while parts of the code are still on their way. A view that is made
//! lean hydrates at once in that case too, and is kept as it was written instead of being copied into an owned type.

use leptos::children::ToChildren;
use leptos::prelude::*;

/// Makes an [`AnyView`] of a view that has no parts of a host's inside.
pub(crate) trait IntoLean {
    /// The same view, as [`AnyView`].
    fn into_lean(self) -> AnyView;
}

#[cfg(feature = "ssr")]
impl<View: IntoView + 'static> IntoLean for View {
    fn into_lean(self) -> AnyView {
        self.into_any()
    }
}

#[cfg(not(feature = "ssr"))]
impl<View: IntoView + 'static> IntoLean for View {
    fn into_lean(self) -> AnyView {
        browser::Lean(self).into_any()
    }
}

/// The content of a component of ours. What `Children` is, for lean views.
pub struct Content(Box<dyn FnOnce() -> AnyView + Send>);

impl Content {
    /// Renders it.
    pub(crate) fn render(self) -> AnyView {
        (self.0)()
    }
}

impl<View, Render> ToChildren<Render> for Content
where
    View: IntoView + 'static,
    Render: FnOnce() -> View + Send + 'static,
{
    fn to_children(render: Render) -> Self {
        Self(Box::new(move || render().into_lean()))
    }
}

#[cfg(not(feature = "ssr"))]
mod browser {
    use leptos::attr::Attribute;
    use leptos::attr::any_attribute::AnyAttribute;
    use leptos::prelude::*;
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::view::{Position, PositionState};

    /// Renders as the view inside; it has the trait's own `hydrate_async`, which hydrates at once.
    pub(super) struct Lean<View>(pub(super) View);

    impl<View: Render> Render for Lean<View> {
        type State = View::State;

        fn build(self) -> Self::State {
            self.0.build()
        }

        fn rebuild(self, state: &mut Self::State) {
            self.0.rebuild(state);
        }
    }

    impl<View: RenderHtml + 'static> AddAnyAttr for Lean<View> {
        type Output<SomeNewAttr: Attribute> = View::Output<SomeNewAttr>;

        fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> Self::Output<NewAttr>
        where
            Self::Output<NewAttr>: RenderHtml,
        {
            self.0.add_any_attr(attr)
        }
    }

    impl<View: RenderHtml + 'static> RenderHtml for Lean<View> {
        type AsyncOutput = Self;
        type Owned = Self;

        const MIN_LENGTH: usize = View::MIN_LENGTH;
        const EXISTS: bool = View::EXISTS;

        fn dry_resolve(&mut self) {
            self.0.dry_resolve();
        }

        async fn resolve(self) -> Self::AsyncOutput {
            self
        }

        fn to_html_with_buf(
            self,
            html: &mut String,
            position: &mut Position,
            escape: bool,
            mark_branches: bool,
            extra_attrs: Vec<AnyAttribute>,
        ) {
            self.0
                .to_html_with_buf(html, position, escape, mark_branches, extra_attrs);
        }

        fn hydrate<const FROM_SERVER: bool>(
            self,
            cursor: &Cursor,
            position: &PositionState,
        ) -> Self::State {
            self.0.hydrate::<FROM_SERVER>(cursor, position)
        }

        fn into_owned(self) -> Self::Owned {
            self
        }
    }
}
