//! What the files say: Python syntax, names and values.

pub mod python;
