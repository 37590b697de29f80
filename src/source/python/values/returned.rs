//! The types of what comes from outside, and of what calls of it return.

use super::args::Args;
use super::interp::Interp;
use super::value::{Sym, Ty, Val};

/// The type of something from outside itself, not of what it returns.
pub(super) fn type_of_external(path: &str) -> Ty {
    match path.strip_prefix("builtins.") {
        Some(name) if name.starts_with(|c: char| c.is_lowercase()) => Ty::Function,
        Some(_) => Ty::Class,
        None => Ty::Unknown,
    }
}

/// The type of what a call of something outside returns.
fn returned_type(path: &str) -> Ty {
    match path {
        "builtins.str"
        | "builtins.repr"
        | "builtins.format"
        | "builtins.chr"
        | "builtins.hex"
        | "builtins.input"
        | "builtins.ascii"
        | "json.dumps"
        | "re.sub"
        | "flask.render_template"
        | "flask.render_template_string"
        | "flask.url_for"
        | "html.escape"
        | "html.unescape"
        | "markupsafe.Markup"
        | "markupsafe.escape"
        | "flask.Markup"
        | "flask.escape"
        | "os.path.join"
        | "os.path.basename"
        | "os.path.dirname"
        | "os.getcwd"
        | "os.path.abspath"
        | "textwrap.dedent"
        | "time.strftime"
        | "urllib.parse.quote"
        | "secrets.token_hex"
        | "secrets.token_urlsafe" => Ty::Str,
        "builtins.bytes" | "builtins.bytearray" | "pickle.dumps" | "zlib.compress" | "gzip.compress"
        | "base64.b64encode" | "os.urandom" => Ty::Bytes,
        "builtins.int" | "builtins.len" | "builtins.ord" | "builtins.hash" | "builtins.id" | "time.time_ns" => Ty::Int,
        "builtins.float" | "time.time" | "time.monotonic" | "time.perf_counter" => Ty::Float,
        "builtins.bool"
        | "builtins.isinstance"
        | "builtins.issubclass"
        | "builtins.hasattr"
        | "builtins.callable"
        | "builtins.any"
        | "builtins.all"
        | "os.path.exists"
        | "os.path.isfile"
        | "os.path.isdir" => Ty::Bool,
        "builtins.tuple" => Ty::Tuple,
        "builtins.list" | "builtins.sorted" | "builtins.dir" | "os.listdir" => Ty::List,
        "builtins.dict"
        | "builtins.vars"
        | "builtins.globals"
        | "builtins.locals"
        | "collections.OrderedDict"
        | "collections.defaultdict"
        | "collections.Counter" => Ty::Dict,
        "builtins.set" | "builtins.frozenset" => Ty::Set,
        "builtins.print" | "builtins.setattr" | "time.sleep" => Ty::None,
        "builtins.range"
        | "builtins.map"
        | "builtins.filter"
        | "builtins.zip"
        | "builtins.enumerate"
        | "builtins.open"
        | "builtins.object"
        | "datetime.datetime.now"
        | "datetime.datetime.utcnow"
        | "datetime.date.today"
        | "datetime.datetime"
        | "datetime.date"
        | "datetime.timedelta"
        | "packaging.version.Version"
        | "packaging.version.parse"
        | "pathlib.Path"
        | "uuid.uuid4"
        | "decimal.Decimal"
        | "flask.Blueprint"
        | "flask.jsonify"
        | "flask.make_response"
        | "flask.redirect"
        | "flask.Response" => Ty::Other,
        _ => Ty::Unknown,
    }
}

impl Interp<'_> {
    pub(super) fn type_of_call(&self, callee: &Val, args: &Args) -> Ty {
        match callee.as_sym() {
            // A text, or the default, which is None when there is none.
            Some(Sym::External(path)) if matches!(&**path, "os.environ.get" | "os.getenv") => {
                let default = args.get("default", 1).map_or(Ty::None, |(value, _)| self.type_of(value));
                if default == Ty::Str { Ty::Str } else { Ty::Unknown }
            }
            Some(Sym::External(path)) => returned_type(path),
            Some(Sym::Attr { base, name }) => super::strings::method_type(self.type_of(base), name),
            _ => Ty::Unknown,
        }
    }
}

pub(super) fn class_type(class: &Val) -> Ty {
    match class.as_external() {
        Some("builtins.str") => Ty::Str,
        Some("builtins.bytes") => Ty::Bytes,
        Some("builtins.dict") => Ty::Dict,
        Some("builtins.list") => Ty::List,
        Some("builtins.tuple") => Ty::Tuple,
        Some("builtins.int") => Ty::Int,
        Some("builtins.float") => Ty::Float,
        Some("builtins.bool") => Ty::Bool,
        Some("builtins.set") => Ty::Set,
        _ => Ty::Unknown,
    }
}
