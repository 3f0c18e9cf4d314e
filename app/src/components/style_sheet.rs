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

#[cfg(test)]
mod tests {
    //! The colours are read from the file that ships, so a change that loses contrast fails here.

    use super::PARTS;

    #[derive(Clone, Copy, Debug)]
    enum Scheme {
        Light,
        Dark,
    }

    /// Text and what it stands on: 4.5 : 1 (WCAG 1.4.3).
    const TEXTS: [(&str, &str); 16] = [
        ("foreground", "background"),
        ("foreground", "muted"),
        ("foreground", "page"),
        ("muted-foreground", "background"),
        ("muted-foreground", "muted"),
        ("muted-foreground", "page"),
        ("primary", "background"),
        ("primary", "muted"),
        ("primary-foreground", "primary"),
        ("primary-foreground", "primary-hover"),
        ("input-foreground", "input"),
        ("muted-foreground", "input"),
        ("danger", "background"),
        ("danger", "danger-muted"),
        ("success", "background"),
        ("warning", "background"),
    ];

    /// Borders of fields, focus rings and icons, and what they stand on: 3 : 1 (WCAG 1.4.11).
    const LINES: [(&str, &str); 8] = [
        ("input-border", "background"),
        ("input-border", "input"),
        ("input-border", "muted"),
        ("danger", "input"),
        ("ring", "background"),
        ("ring", "input"),
        ("ring", "muted"),
        ("ring", "page"),
    ];

    fn color(name: &str, scheme: Scheme) -> [f64; 3] {
        let start = format!("--thyra-color-{name}: light-dark(");
        let (_, rest) = PARTS[0]
            .split_once(&start)
            .unwrap_or_else(|| panic!("no colour {name}"));
        let (values, _) = rest.split_once(')').unwrap();
        let (light, dark) = values.split_once(", ").unwrap();
        let hex = match scheme {
            Scheme::Light => light,
            Scheme::Dark => dark,
        };
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// WCAG's relative luminance.
    fn luminance(color: [f64; 3]) -> f64 {
        let linear = color.map(|c| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(one: &str, other: &str, scheme: Scheme) -> f64 {
        let (a, b) = (
            luminance(color(one, scheme)),
            luminance(color(other, scheme)),
        );
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn check(pairs: &[(&str, &str)], wanted: f64) {
        for scheme in [Scheme::Light, Scheme::Dark] {
            for (one, other) in pairs {
                let found = contrast(one, other, scheme);
                assert!(
                    found >= wanted,
                    "{one} on {other}, {scheme:?}: {found:.2} < {wanted}"
                );
            }
        }
    }

    #[test]
    fn texts_have_contrast_in_both_schemes() {
        check(&TEXTS, 4.5);
    }

    #[test]
    fn lines_and_icons_have_contrast_in_both_schemes() {
        check(&LINES, 3.0);
    }

    #[test]
    fn every_rule_is_in_the_one_layer() {
        for part in PARTS {
            let rules = part[part.find("@layer").unwrap_or(0)..].trim_start();
            assert!(rules.starts_with("@layer thyra {"), "{}", &part[..40]);
        }
    }

    /// A physical side would stay where it is when the text turns around.
    #[test]
    fn sides_are_named_by_the_direction_of_the_text() {
        let physical = [
            "left:",
            "right:",
            "margin-left",
            "margin-right",
            "padding-left",
            "padding-right",
            "text-align: left",
            "text-align: right",
            "border-left",
            "border-right",
            "float:",
        ];
        for part in PARTS {
            for name in physical {
                assert!(!part.contains(name), "{name} in {}", &part[..60]);
            }
        }
    }

    #[test]
    fn the_imports_name_every_part() {
        let imports = include_str!("../../../style/thyra.css")
            .matches("@import")
            .count();

        assert_eq!(imports, PARTS.len());
    }
}
