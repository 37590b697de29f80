//! What values do in the place where they are put out.

use std::collections::BTreeMap;

use super::check::Said;
use super::values::{Data, Form, Value};
use super::walk::{Put, Walked};
use crate::model::{Confidence, PluginFile, RuleId, Span};
use crate::rules::id;
use crate::source::markup::Page;
use crate::source::markup::html::Place;

/// Judges everything that a template puts out.
pub(super) fn judge(text: &str, walked: &Walked<'_>, said: &mut Vec<Said>) {
    // What one tag leaves unescaped is told once, at the tag: the first value, and how many others.
    let mut switches: BTreeMap<u32, (Span, String, usize)> = BTreeMap::new();
    for put in &walked.puts {
        let judge = Judge { text, put };
        if put.autoescape == Some(false)
            && !put.value.escaped
            && put.value.data == Data::Variable
            && put.value.form != Form::Address
        {
            let (.., count) = switches.entry(put.switch.start).or_insert_with(|| (put.switch, judge.shown(), 0));
            *count += 1;
        } else {
            said.extend(judge.judge());
        }
    }
    for (span, shown, count) in switches.into_values() {
        let others = match count {
            1 => "becomes".to_owned(),
            2 => "and another value become".to_owned(),
            _ => format!("and {} other values become", count - 1),
        };
        let message = format!("escaping is switched off here: `{shown}` {others} markup; nothing has cleaned it");
        said.push(Said::new(id::TEMPLATE_UNESCAPED, span, Confidence::Medium, message));
    }
    for chosen in &walked.chosen {
        let message = format!("the request decides which template `{}` takes in", chosen.what);
        said.push(Said::new(id::TEMPLATE_REQUEST_DATA, chosen.span, Confidence::High, message));
    }
}

struct Judge<'j> {
    text: &'j str,
    put: &'j Put<'j>,
}

impl Judge<'_> {
    fn judge(&self) -> Option<Said> {
        let value = self.put.value;
        let off = self.put.autoescape == Some(false) && !value.escaped;
        let raw = if off { value.data } else { value.raw };
        if raw != Data::None && value.form != Form::Address {
            return Some(self.unescaped(raw, off));
        }
        if value.data < Data::Variable {
            return None;
        }
        match self.put.place {
            Place::Text | Place::Comment | Place::Style => None,
            Place::Script(quote) => self.script(*quote),
            Place::Tag => self.tag(),
            Place::Attr { tag, name, quote, start } => self.attribute(tag, name, *quote, *start),
        }
    }

    /// The value as it is written.
    fn shown(&self) -> String {
        let written = self.text.get(self.put.value.at.range()).unwrap_or("");
        let written = if written.is_empty() { self.text.get(self.put.span.range()).unwrap_or("") } else { written };
        let line: String = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut: String = line.chars().take(60).collect();
        if cut.len() < line.len() { format!("{cut}…") } else { cut }
    }

    fn said(&self, rule: RuleId, confidence: Confidence, message: String) -> Said {
        Said::new(rule, self.span(), confidence, message)
    }

    /// The line of the value, not of its marks.
    fn span(&self) -> Span {
        let span = self.put.span;
        let inner = self.text.get(span.range()).unwrap_or("");
        let head = inner.len() - inner.trim_start_matches(|c: char| "{%-+".contains(c) || c.is_whitespace()).len();
        if inner[..head].contains('\n') { Span::of(span.start as usize + head..span.end as usize) } else { span }
    }

    /// A value of the request where a variable would be dangerous, too.
    fn requested(&self, what: &str) -> Option<Said> {
        (self.put.value.data == Data::Request).then(|| {
            let message = format!("`{}` comes from the request and {what}", self.shown());
            self.said(id::TEMPLATE_REQUEST_DATA, Confidence::High, message)
        })
    }

    fn unescaped(&self, raw: Data, off: bool) -> Said {
        let how = if off { "where `autoescape` is off" } else { "by `safe`" };
        let shown = self.shown();
        match raw {
            Data::Request => {
                let message = format!("`{shown}` comes from the request and becomes markup {how}");
                self.said(id::TEMPLATE_REQUEST_DATA, Confidence::High, message)
            }
            Data::Variable => {
                let message = format!("`{shown}` becomes markup {how}; nothing here has escaped or cleaned it");
                self.said(id::TEMPLATE_UNESCAPED, Confidence::Medium, message)
            }
            Data::Result | Data::None => {
                let message = format!("the result of `{shown}` becomes markup {how}");
                self.said(id::TEMPLATE_UNESCAPED_RESULT, Confidence::Low, message)
            }
        }
    }

    fn script(&self, quote: Option<u8>) -> Option<Said> {
        let Value { form, .. } = self.put.value;
        let shown = self.shown();
        let tojson = "`tojson` writes its own quotes; these end too early";
        match (form, quote) {
            (Form::Json, None | Some(b'\'')) | (Form::Address, Some(_)) => None,
            (Form::Json, Some(_)) => {
                let message = format!("`{shown}` stands in quotes of a script: {tojson}");
                Some(self.said(id::TEMPLATE_DATA_IN_CODE, Confidence::Medium, message))
            }
            (_, None) => self.requested("becomes code of a script").or_else(|| {
                let message = format!("`{shown}` becomes code of a script: no quote keeps it in");
                Some(self.said(id::TEMPLATE_DATA_IN_CODE, Confidence::Medium, message))
            }),
            (_, Some(b'`')) => self.requested("stands between backticks, which nothing escapes").or_else(|| {
                let message = format!("`{shown}` stands between backticks of a script, which nothing escapes");
                Some(self.said(id::TEMPLATE_DATA_IN_CODE, Confidence::Medium, message))
            }),
            (_, Some(_)) => {
                let message = format!("`{shown}` stands in a string of a script, but is escaped for HTML");
                Some(self.said(id::TEMPLATE_DATA_IN_SCRIPT_TEXT, Confidence::Medium, message))
            }
        }
    }

    fn tag(&self) -> Option<Said> {
        let shown = self.shown();
        let lower = shown.to_ascii_lowercase();
        // A ready list of attributes, as forms and `xmlattr` make them.
        let ready = ["attr", "param", "flags", "options", "html", "class", "selected", "checked", "disabled", "hidden"];
        // `{{ name }}="{{ value }}"` with names from a dict.
        let named = self.text[self.put.span.end as usize..].trim_start().starts_with('=');
        if (named || ready.iter().any(|word| lower.contains(word))) && self.put.value.data != Data::Request {
            return None;
        }
        self.requested("becomes an attribute").or_else(|| {
            let message = format!("`{shown}` becomes an attribute of a tag, whatever it holds");
            Some(self.said(id::TEMPLATE_UNQUOTED_DATA, Confidence::Low, message))
        })
    }

    fn attribute(&self, tag: &str, name: &str, quote: Option<u8>, start: u32) -> Option<Said> {
        let Value { form, .. } = self.put.value;
        let shown = self.shown();
        if is_code(name) {
            if form == Form::Address || (form == Form::Json && quote == Some(b'\'')) {
                return None;
            }
            if form == Form::Json {
                let message = format!("`{shown}` stands in `{name}=\"…\"`, and the quotes that `tojson` writes end it");
                return Some(self.said(id::TEMPLATE_DATA_IN_CODE, Confidence::Medium, message));
            }
            return self.requested(&format!("becomes code of `{name}`")).or_else(|| {
                let message = format!(
                    "`{shown}` stands in the code of `{name}`; the browser undoes the escaping before it runs the code"
                );
                Some(self.said(id::TEMPLATE_DATA_IN_CODE, Confidence::Medium, message))
            });
        }
        let before = self.text.get(start as usize..self.put.span.start as usize).unwrap_or("").trim_start();
        let before = before.get(..before.floor_char_boundary(200)).unwrap_or("").to_ascii_lowercase();
        if before.starts_with("javascript:") && is_address(tag, name) {
            if form == Form::Address {
                return None;
            }
            return self.requested("becomes code of an address").or_else(|| {
                let message = format!(
                    "`{shown}` stands in code of an address; the browser undoes the escaping before it runs the code"
                );
                Some(self.said(id::TEMPLATE_DATA_IN_CODE, Confidence::Medium, message))
            });
        }
        if tag == "meta" && name == "content" && before.trim_end().ends_with("url=") && form == Form::Plain {
            return self.requested("decides where the browser is led");
        }
        if name == "srcdoc" {
            return self.requested("becomes markup of a frame").or_else(|| {
                let message = format!("`{shown}` becomes markup of a frame: the browser undoes the escaping");
                Some(self.said(id::TEMPLATE_DATA_IN_CODE, Confidence::Medium, message))
            });
        }
        if quote.is_none() && form != Form::Address {
            return self.requested("stands in an attribute without quotes").or_else(|| {
                let message =
                    format!("`{shown}` is the value of `{name}` without quotes; a blank in it ends the value");
                Some(self.said(id::TEMPLATE_UNQUOTED_DATA, Confidence::High, message))
            });
        }
        let starts = start == self.put.span.start;
        if starts && form == Form::Plain && is_address(tag, name) {
            let what = if tag == "script" { "decides which script is loaded" } else { "decides where this leads" };
            let mut name = shown.as_str();
            name = name.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            // A view has made these, nearly always by `url_for`.
            let made = !name.contains(['.', '[', '('])
                && ["url", "uri", "href", "path", "action"].iter().any(|end| name.ends_with(end));
            return self.requested(what).or_else(|| {
                if made || !matches!(tag, "a" | "area" | "iframe") {
                    return None;
                }
                let message = format!("`{shown}` is a whole address, and may start with `javascript:`");
                Some(self.said(id::TEMPLATE_DATA_IN_ADDRESS, Confidence::Low, message))
            });
        }
        None
    }
}

/// Attributes whose value is code: those of browsers and of well-known libraries.
fn is_code(name: &str) -> bool {
    (name.starts_with("on") && name.len() > 4)
        || ["@", "x-on:", "hx-on", "v-on:", "ng-click", "ng-init"].iter().any(|start| name.starts_with(start))
        || matches!(name, "x-data" | "x-init" | "x-show" | "x-if" | "x-html" | "v-html" | "hx-vals")
}

/// Attributes whose value is an address that can run code.
fn is_address(tag: &str, name: &str) -> bool {
    match name {
        "href" | "xlink:href" => tag != "link" && tag != "base",
        "action" | "formaction" => true,
        "src" => matches!(tag, "iframe" | "frame" | "embed" | "script"),
        "data" => tag == "object",
        _ => false,
    }
}

/// The first value of a template that Flask does not escape because of its name.
pub(super) fn never_escaped(file: &PluginFile, text: &str, page: &Page, walked: &Walked<'_>) -> Option<Said> {
    let bare = |put: &&Put<'_>| put.value.data >= Data::Variable && !put.value.escaped && put.autoescape.is_none();
    let put = walked.puts.iter().find(bare)?;
    if page.tags.is_empty() {
        return None;
    }
    let judge = Judge { text, put };
    let message = format!(
        "`{}` is put out as it is: Flask escapes in `.html` and `.xml`, not in `.{}`",
        judge.shown(),
        file.path.extension().unwrap_or("")
    );
    Some(judge.said(id::TEMPLATE_NOT_ESCAPED, Confidence::High, message))
}
