//! Every rule against its fixture: the exact set of lines.
