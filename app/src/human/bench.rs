//! The table of measurements.

use serde_json::Value;

/// The lines of one row of the table.
pub(super) fn lines(row: &Value) -> Vec<String> {
    let figure = |name: &str| row[name].as_f64();
    let mut lines = vec![row["title"].as_str().unwrap_or_default().to_owned()];
    if let Some(seconds) = figure("train_seconds_per_pair") {
        let limit = figure("train_share_of_product_limit").unwrap_or_default();
        let reference = figure("reference_share_of_step").unwrap_or_default();
        lines.push(format!("  {seconds:.3} s a pair, {:.0}% of what the products' speed allows", 100.0 * limit));
        lines.push(format!("  the reference pass takes {reference:.2} of that, once"));
        if let Some(peak) = figure("train_peak_mib") {
            lines.push(format!("  at most {peak:.0} MiB of memory"));
        }
    }
    for length in row["lengths"].as_array().into_iter().flatten() {
        let figure = |name: &str| length[name].as_f64().unwrap_or_default();
        lines.push(format!(
            "  {:>5} tokens: {:.3} ms a token, {:.2} times the first ({:.2} by its operations)",
            figure("length"),
            figure("milliseconds_per_token"),
            figure("times_the_first"),
            figure("times_the_first_by_operations")
        ));
    }
    if let (Some(one), Some(eight)) = (figure("decode_tokens_per_second"), figure("decode_8_samples_tokens_per_second"))
    {
        let share = figure("decode_share_of_read_bandwidth").unwrap_or_default();
        lines.push(format!("  {one:.0} tokens a second, {:.0}% of what reading the weights allows", 100.0 * share));
        lines.push(format!("  {eight:.0} tokens a second for eight samples of a prompt together"));
    }
    if let Some(speed) = figure("comparisons_per_second") {
        let tokens = figure("judging_tokens_per_question").unwrap_or_default();
        lines.push(format!("  {speed:.2} comparisons a second, each in both orders, {tokens:.0} tokens a question"));
    }
    lines
}
