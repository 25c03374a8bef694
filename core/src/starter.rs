//! The starter model that comes with the program.
