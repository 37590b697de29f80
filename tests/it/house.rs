//! The laws of the house.
