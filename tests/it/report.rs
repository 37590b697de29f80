//! Formats against their official schemas.
