//! Datasets in the forms that other tools write and read, in and out.
