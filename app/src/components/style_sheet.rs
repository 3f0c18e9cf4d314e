//! The theme as text, for hosts that do not build their own style sheet.

/// The default theme of the components, in one piece: everything in the cascade layer `thyra`.
///
/// A host that uses cargo-leptos imports `style/thyra.css` into its own style sheet instead.
///
/// ```
/// assert!(thyra::components::style_sheet().contains("@layer thyra"));
/// ```
#[cfg(feature = "ssr")]
pub fn style_sheet() -> String {
    PARTS.concat()
}

#[cfg(any(feature = "ssr", test))]
const PARTS: [&str; 10] = [
    include_str!("../../../style/tokens.css"),
    include_str!("../../../style/base.css"),
    include_str!("../../../style/card.css"),
    include_str!("../../../style/field.css"),
    include_str!("../../../style/otp.css"),
    include_str!("../../../style/button.css"),
    include_str!("../../../style/alert.css"),
    include_str!("../../../style/methods.css"),
    include_str!("../../../style/user-button.css"),
    include_str!("../../../style/accommodations.css"),
];
