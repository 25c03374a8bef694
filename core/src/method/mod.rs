//! The six methods as data, where a project stands on its way, and the advisor.

pub mod advisor;
