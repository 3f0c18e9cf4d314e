//! The HTML of a mail, made of its text.
//!
//! The text says everything, and mail programs that show no HTML show it. The HTML shows it more clearly: the code large, the
//! link as a button with its address below. Nothing is loaded from anywhere, and both colour schemes are readable: programs that
//! invert colours by themselves find plain ones.

use std::fmt;

use super::Message;
use crate::markup::Text;

const STYLE: &str = "body{margin:0;background:#f4f4f6;color:#1a1a1f}\
table{border-collapse:collapse}\
.card{background:#ffffff;border-radius:12px}\
.name{font-weight:600}\
.code{background:#f4f4f6;border-radius:8px;font:600 28px/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:6px}\
.button{background:#3244c4;border-radius:8px}\
.button a{color:#ffffff;font-weight:600;text-decoration:none}\
.quiet{color:#5d5d68;font-size:13px;word-break:break-all}\
@media (prefers-color-scheme:dark){body{background:#101014;color:#f1f1f4}.card{background:#1b1b21}\
.code{background:#2a2a32}.quiet{color:#a5a5b1}}";

/// The mail as HTML, in the name of the app.
pub(super) struct Html<'a> {
    pub(super) app_name: &'a str,
    pub(super) message: &'a Message,
}

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, subject) = (Text(self.app_name), Text(&self.message.subject));
        write!(
            f,
            r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
<title>{subject}</title><style>{STYLE}</style></head><body>
<table role="presentation" width="100%"><tr><td align="center" style="padding:32px 16px">
<table role="presentation" class="card" width="100%" style="max-width:480px"><tr>
<td style="padding:32px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<p class="name" style="margin:0 0 24px">{name}</p>
"#
        )?;
        let paragraphs = self.message.body.split("\n\n").map(str::trim);
        for paragraph in paragraphs.filter(|paragraph| !paragraph.is_empty()) {
            self.paragraph(paragraph, f)?;
        }
        f.write_str("</td></tr></table></td></tr></table></body></html>\n")
    }
}

impl Html<'_> {
    fn paragraph(&self, text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.code.as_deref() == Some(text) {
            let code = Text(text);
            return writeln!(
                f,
                r#"<p class="code" style="margin:0 0 24px;padding:16px;text-align:center">{code}</p>"#
            );
        }
        let Some((before, link)) = link_at_end(text) else {
            let text = Text(text);
            return writeln!(f, r#"<p style="margin:0 0 16px">{text}</p>"#);
        };
        let (before, link) = (Text(before), Text(link));
        if !before.0.is_empty() {
            writeln!(f, r#"<p style="margin:0 0 16px">{before}</p>"#)?;
        }
        writeln!(
            f,
            r#"<table role="presentation" style="margin:0 0 16px"><tr><td class="button" style="padding:12px 20px"><a href="{link}">Open</a></td></tr></table>
<p class="quiet" style="margin:0 0 24px">{link}</p>"#
        )
    }
}

/// What stands before a link with which a paragraph ends, and the link.
fn link_at_end(text: &str) -> Option<(&str, &str)> {
    let begin = text.rfind("https://").or_else(|| text.rfind("http://"))?;
    let (before, link) = text.split_at(begin);
    let is_last = !link.contains(char::is_whitespace);
    is_last.then(|| (before.trim_end(), link))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::delivery::{CodeMail, Notice, sign_in_link_letter};

    fn html(message: &Message) -> String {
        let app_name = "Acme & Sons <best>";
        Html { app_name, message }.to_string()
    }

    #[test]
    fn sec_d13_the_html_of_a_mail_has_what_its_text_has_and_loads_nothing() {
        let ten_minutes = Duration::from_secs(600);
        let code = CodeMail::SignIn.letter("Acme", "012345", ten_minutes);
        let code = Message::email("ada@example.com", code)
            .with_code("012345", thyra_wire::Timestamp::from_seconds(1));
        let url = "https://auth.example.com/__clerk/v1/verify?token=a&b=c";
        let link = sign_in_link_letter("Acme", url, ten_minutes);
        let notice = Notice::PasswordChanged.letter("Acme", "https://auth.example.com/sign-in");

        let with_code = html(&code);
        assert!(
            with_code.contains(r#"text-align:center">012345</p>"#),
            "{with_code}"
        );
        let with_link = html(&Message::email("ada@example.com", link));
        let escaped = url.replace('&', "&amp;");
        assert!(
            with_link.contains(&format!(r#"<a href="{escaped}">Open</a>"#)),
            "{with_link}"
        );
        let with_notice = html(&Message::email("ada@example.com", notice));
        assert!(
            with_notice.contains("there is nothing to do"),
            "{with_notice}"
        );
        for page in [with_code, with_link, with_notice] {
            for loads in ["<img", "<script", "<link", "url(", "src=", "@import"] {
                assert!(!page.contains(loads), "{loads} in {page}");
            }
            assert!(page.contains("Acme &amp; Sons &lt;best&gt;") && !page.contains("<best>"));
        }
    }

    #[test]
    fn a_link_in_the_middle_of_a_sentence_stays_text() {
        assert_eq!(link_at_end("see https://a.example for more"), None);
        assert_eq!(
            link_at_end("here: https://a.example/"),
            Some(("here:", "https://a.example/"))
        );
    }
}
