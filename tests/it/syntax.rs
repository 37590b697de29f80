//! Our Python against CPython's.
