//! Files, folders and archives that were made to hurt.
