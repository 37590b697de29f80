//! Python that was written to hurt.
