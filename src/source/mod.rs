//! What the files say: syntax, names, and values of Python and JavaScript.

pub mod python;
pub mod script;
