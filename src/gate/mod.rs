//! Settings × plugins → report: runs the engines, decides severities, applies suppressions and fixes.
