//! The models that are suggested, with what is known of them: `assets/catalog.toml`.
use super::HubError;
use crate::domain::{ComputeSettings, Fit, OfferedModel};
use crate::job::JobContext;
use crate::model::DecoderConfig;
pub struct Row {
    pub title: String,
    pub good_at: String,
}
pub fn row(_repository: &str) -> Option<Row> {
    None
}
pub fn offered(_compute: &ComputeSettings, _context: &JobContext<'_>) -> Result<Vec<OfferedModel>, HubError> {
    Ok(Vec::new())
}
pub fn fit_of(
    _config: &DecoderConfig,
    _bytes: Option<u64>,
    _compute: &ComputeSettings,
    _context: &JobContext<'_>,
) -> Result<Fit, HubError> {
    Err(HubError::Offline { what: "fit".to_owned() })
}
