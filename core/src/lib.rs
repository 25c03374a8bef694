//! Everything of Whetstone that has no screen.
//!
//! The rooms stand from the ground up: a room uses only rooms above it in this list (a test keeps it so).

pub mod domain;
pub mod random;
pub mod job;
pub mod files;
pub mod network;
pub mod doctor;
pub mod manners;
pub mod example;
pub mod starter;
pub mod licences;
pub mod update;
pub mod project;
pub mod model;
pub mod generate;
pub mod feedback;
pub mod train;
pub mod preflight;
pub mod hub;
pub mod evaluate;
pub mod export;
pub mod method;
pub mod bench;
pub mod desk;
pub mod engine;
