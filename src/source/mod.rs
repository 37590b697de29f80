//! What the files say: syntax, names, and values of Python, JavaScript, Jinja, and HTML.

pub mod markup;
pub mod python;
pub mod script;
