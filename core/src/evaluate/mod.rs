//! Whether a model got better: old against new on prompts that were never trained on.
