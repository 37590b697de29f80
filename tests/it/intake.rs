//! Paths, folders, ZIPs.
