//! Format × report → bytes: one file per format, each with its own frozen shape.
