//! A tolerant JSON reader: a usable tree with spans, and every fault of the text in one go.

mod fault;
mod reader;
mod space;
mod string;
mod tree;
mod word;

pub(crate) use fault::{Fault, FaultKind};
pub(crate) use reader::parse;
pub(crate) use tree::{Json, Member, Node};

#[cfg(test)]
mod faults_test;
#[cfg(test)]
mod twin_test;
