//! Blueprints and routes.

mod asks;
mod before_request;
mod blueprint;
mod check;
mod collect;
mod endpoint;
mod login;
mod order;
mod refusal;
mod rule;

pub(super) use check::check;
pub(in crate::contract) use collect::collect;
pub(in crate::contract) use collect::is_app;
pub(super) use collect::{adds_route, is_blueprint};
