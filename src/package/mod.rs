//! ZIP packages: safe reading.
