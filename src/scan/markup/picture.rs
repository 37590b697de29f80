//! Drawings: what runs, what is loaded, and what is not drawn at all.

use super::check::Said;
use crate::model::{Confidence, Span};
use crate::rules::id;
use crate::source::markup::Page;
use crate::source::markup::html::Tag;

/// Judges a drawing.
pub(super) fn judge(text: &str, page: &Page, said: &mut Vec<Said>) {
    for tag in page.tags.iter().filter(|tag| !tag.closes) {
        let name = tag.name.rsplit(':').next().unwrap_or(&tag.name);
        match name {
            "script" => said.push(runs(tag.span, "this drawing holds a script".to_owned())),
            "foreignobject" => {
                let message = "this drawing holds a part of a web page".to_owned();
                said.push(Said::new(id::SVG_FOREIGN_OBJECT, tag.span, Confidence::High, message));
            }
            _ => {}
        }
        attributes(text, tag, name, said);
    }
    for declaration in &page.declarations {
        entities(text, *declaration, said);
    }
    for (mark, what) in
        [("@import", "a style sheet"), ("url(http", "a file"), ("url('http", "a file"), ("url(\"http", "a file")]
    {
        if let Some(at) = text.find(mark) {
            let message = format!("this drawing loads {what} from another host");
            said.push(Said::new(id::SVG_EXTERNAL, Span::of(at..at + mark.len()), Confidence::Medium, message));
        }
    }
}

fn runs(span: Span, message: String) -> Said {
    Said::new(id::SVG_SCRIPT, span, Confidence::High, message)
}

fn attributes(text: &str, tag: &Tag, name: &str, said: &mut Vec<Said>) {
    // `<set attributeName="onclick" to="…"/>` makes a handler.
    if let Some(attr) = tag.attr("attributename")
        && tag.value(text, "attributename").is_some_and(|name| name.trim().to_ascii_lowercase().starts_with("on"))
    {
        said.push(runs(attr.span, format!("`<{name}>` makes a handler that runs code")));
    }
    for attr in &tag.attrs {
        let value = attr.value.map_or("", |value| text.get(value.range()).unwrap_or(""));
        if attr.name.starts_with("on") && attr.name.len() > 4 && !value.trim().is_empty() {
            said.push(runs(attr.span, format!("`{}` runs code when this drawing is shown or touched", attr.name)));
            continue;
        }
        let link = matches!(&*attr.name, "href" | "xlink:href" | "src" | "to" | "from" | "values" | "by");
        if !link {
            continue;
        }
        let address = address(value);
        if ["javascript:", "vbscript:", "data:text/html", "data:text/javascript", "data:application/x"]
            .iter()
            .any(|scheme| address.starts_with(scheme) || address.contains(&format!(";{scheme}")))
            || (address.starts_with("data:image/svg+xml")
                && ["<script", "%3cscript", "onload="].iter().any(|mark| value.to_ascii_lowercase().contains(mark)))
        {
            said.push(runs(attr.span, format!("`{}` runs the code in its address", attr.name)));
        } else if ["http://", "https://", "//"].iter().any(|scheme| address.starts_with(scheme))
            && matches!(name, "image" | "use" | "feimage" | "script" | "style" | "link" | "tref" | "iframe" | "img")
        {
            let message = format!("`<{name}>` loads `{}`", value.trim().chars().take(60).collect::<String>());
            said.push(Said::new(id::SVG_EXTERNAL, attr.span, Confidence::High, message));
        }
    }
}

/// An address as a browser reads it: references are replaced, blanks and control characters dropped.
fn address(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while out.len() < 200 {
        let Some(c) = rest.chars().next() else { break };
        let (c, length) = reference(rest).unwrap_or((c, c.len_utf8()));
        if !c.is_whitespace() && !c.is_control() {
            out.extend(c.to_lowercase());
        }
        rest = &rest[length..];
    }
    out
}

/// The character that `&#…;` stands for, and how long it is written.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix("&#")?;
    let (digits, radix, before) = match body.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 3),
        None => (body, 10, 2),
    };
    let length = digits.bytes().take(8).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let c = char::from_u32(u32::from_str_radix(&digits[..length], radix).ok()?)?;
    let ends = usize::from(digits[length..].starts_with(';'));
    Some((c, before + length + ends))
}

/// Entities that read files, or that stand for one another.
fn entities(text: &str, declaration: Span, said: &mut Vec<Said>) {
    let written = text.get(declaration.range()).unwrap_or("");
    let start = declaration.start as usize;
    for (at, _) in written.match_indices("<!ENTITY").take(1_000) {
        let body = &written[at + "<!ENTITY".len()..];
        let body = &body[..body.find('>').unwrap_or(body.len())];
        let (head, value) = match body.find(['"', '\'']) {
            Some(quote) => body.split_at(quote),
            None => (body, ""),
        };
        let outside = head.split_whitespace().any(|word| matches!(word, "SYSTEM" | "PUBLIC"));
        let nested = value.contains(['&', '%']);
        if outside || nested {
            let message = if outside {
                "an entity of this drawing stands for a file or an address".to_owned()
            } else {
                "entities of this drawing stand for one another; they can grow without an end".to_owned()
            };
            let span = Span::of(start + at..start + at + "<!ENTITY".len());
            said.push(Said::new(id::SVG_ENTITY, span, Confidence::High, message));
        }
    }
    if written.starts_with("<?xml-stylesheet") && written.contains("://") {
        let message = "this drawing loads a style sheet from another host".to_owned();
        said.push(Said::new(id::SVG_EXTERNAL, declaration, Confidence::High, message));
    }
}
