//! The norms of a layer: the same shape for their names, their weights and their gradients.

/// One thing for each norm that a layer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LayerNorms<T> {
    /// Before attention.
    pub input: T,
    /// Of each query head and of each key head, before they are turned.
    pub query_key: Option<[T; 2]>,
    /// Of what attention gives, before the residual is added.
    pub attention_output: Option<T>,
    /// Before the feed-forward part.
    pub feed_forward: T,
    /// Of what the feed-forward part gives, before the residual is added.
    pub feed_forward_output: Option<T>,
}

impl<T> LayerNorms<T> {
    /// The same norms with something else for each.
    pub fn try_map<U, E>(self, mut make: impl FnMut(T) -> Result<U, E>) -> Result<LayerNorms<U>, E> {
        let query_key = match self.query_key {
            Some([query, key]) => Some([make(query)?, make(key)?]),
            None => None,
        };
        Ok(LayerNorms {
            input: make(self.input)?,
            query_key,
            attention_output: self.attention_output.map(&mut make).transpose()?,
            feed_forward: make(self.feed_forward)?,
            feed_forward_output: self.feed_forward_output.map(&mut make).transpose()?,
        })
    }

    /// All of them, always in the same order.
    pub fn into_vec(self) -> Vec<T> {
        let [query, key] = self.query_key.map_or([None, None], |norms| norms.map(Some));
        let all =
            [Some(self.input), query, key, self.attention_output, Some(self.feed_forward), self.feed_forward_output];
        all.into_iter().flatten().collect()
    }

    /// The same norms by reference.
    pub fn as_ref(&self) -> LayerNorms<&T> {
        LayerNorms {
            input: &self.input,
            query_key: self.query_key.as_ref().map(|[query, key]| [query, key]),
            attention_output: self.attention_output.as_ref(),
            feed_forward: &self.feed_forward,
            feed_forward_output: self.feed_forward_output.as_ref(),
        }
    }
}
