//! Reading HTML, as far as the tests need it.

/// A start tag.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
}

impl Tag {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// All start tags. Quotes are respected, so a `>` in a value ends nothing.
pub(super) fn tags(html: &str) -> Vec<Tag> {
    pieces(html).0
}

/// All text between the tags, without what is only for machines.
pub(super) fn text(html: &str) -> String {
    pieces(html).1
}

/// The inputs that people see.
pub(super) fn visible_inputs(html: &str) -> Vec<Tag> {
    let is_visible = |tag: &Tag| {
        tag.name == "input"
            && tag.get("type") != Some("hidden")
            && tag.get("aria-hidden") != Some("true")
    };
    tags(html).into_iter().filter(is_visible).collect()
}

/// The input with this name.
pub(super) fn input(html: &str, name: &str) -> Option<Tag> {
    visible_inputs(html)
        .into_iter()
        .find(|tag| tag.get("name") == Some(name))
}

fn pieces(html: &str) -> (Vec<Tag>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        text.push(' ');
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = tag_end(rest);
        if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) {
            tags.push(tag(&rest[1..end]));
        }
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    (tags, text)
}

fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    panic!("a tag that never ends: {}", &text[..text.len().min(80)]);
}

fn tag(inside: &str) -> Tag {
    let (name, mut rest) = inside
        .split_once(|c: char| c.is_whitespace())
        .unwrap_or((inside, ""));
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if rest.is_empty() || rest == "/" {
            break;
        }
        let name_end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let attribute = rest[..name_end].to_owned();
        rest = &rest[name_end..];
        let Some(value) = rest.strip_prefix('=') else {
            attributes.push((attribute, String::new()));
            continue;
        };
        let quote = value
            .chars()
            .next()
            .filter(|c| *c == '"')
            .expect("our values are in double quotes");
        let (value, after) = value[1..].split_once(quote).unwrap();
        attributes.push((attribute, value.to_owned()));
        rest = after;
    }
    Tag {
        name: name.to_owned(),
        attributes,
    }
}
