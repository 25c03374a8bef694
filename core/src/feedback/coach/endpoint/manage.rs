//! The endpoints of this machine added, tried and forgotten, as a job: keys and networks are no window's.

use serde_json::{Map, Value, json};

use super::trial::tried;
use super::{Endpoint, EndpointError, Endpoints, key, place};
use crate::domain::{Secret, Spent};
use crate::feedback::FeedbackError;
use crate::job::{EndpointsSpec, JobContext, NewEndpoint};

/// The job: see [`EndpointsSpec`].
pub fn endpoints(spec: &EndpointsSpec, context: &JobContext<'_>) -> Result<Map<String, Value>, FeedbackError> {
    let mut endpoints = Endpoints::of_user()?;
    let mut summary = act(spec, &mut endpoints, context)?;
    summary.insert("endpoints".to_owned(), json!(endpoints.list()));
    Ok(summary)
}

fn act(
    spec: &EndpointsSpec,
    endpoints: &mut Endpoints,
    context: &JobContext<'_>,
) -> Result<Map<String, Value>, FeedbackError> {
    let mut summary = Map::new();
    let said = match spec {
        EndpointsSpec::List => String::new(),
        EndpointsSpec::Put { endpoint, key } => put(endpoint, key.as_ref(), endpoints, &mut summary, context)?,
        EndpointsSpec::Remove { name } => {
            let endpoint = endpoints.find(name)?.clone();
            let had_key = key::forget(&endpoint, &context.switch_of_a_part())?;
            endpoints.remove(name)?;
            let and_key = if had_key { ", and its key was taken out of the system's keyring" } else { "" };
            format!("{name} is forgotten{and_key}.")
        }
        EndpointsSpec::Test { name, key } => test(name, key.as_ref(), endpoints, context)?,
        EndpointsSpec::ForgetKey { name } => {
            let endpoint = endpoints.find(name)?.clone();
            if key::forget(&endpoint, &context.switch_of_a_part())? {
                "The key was taken out of the system's keyring.".to_owned()
            } else {
                "There was no key in the system's keyring.".to_owned()
            }
        }
    };
    summary.insert("said".to_owned(), json!(said));
    Ok(summary)
}

/// What a person described, not checked yet.
fn described(new: &NewEndpoint) -> Endpoint {
    let usual = Endpoint::new(&new.name, &new.address, &new.model);
    Endpoint {
        prompt_price: new.prompt_price,
        completion_price: new.completion_price,
        currency: new.currency.trim().to_owned(),
        concurrency: new.concurrency.unwrap_or(usual.concurrency),
        context_length: new.context_length,
        answer_tokens: new.answer_tokens.unwrap_or(usual.answer_tokens),
        ..usual
    }
}

fn put(
    new: &NewEndpoint,
    key: Option<&Secret>,
    endpoints: &mut Endpoints,
    summary: &mut Map<String, Value>,
    context: &JobContext<'_>,
) -> Result<String, FeedbackError> {
    let mut endpoint = described(new);
    endpoint.check()?;
    if place::needs_confirmation(&endpoint.url()?)? {
        let same = |known: &Endpoint| known.plain_http && known.origin().ok() == endpoint.origin().ok();
        endpoint.plain_http = new.plain_http || endpoints.find(&endpoint.name).is_ok_and(same);
        if !endpoint.plain_http {
            return Err(EndpointError::NotConfirmed { name: endpoint.name.clone(), host: endpoint.host() }.into());
        }
    }
    let key = key.filter(|key| !key.is_empty()).map(|key| key::checked(key.clone(), "what was typed")).transpose()?;
    key::forget_before_moving(endpoints, &endpoint, &context.switch_of_a_part())?;
    endpoints.put(endpoint.clone())?;
    let said = format!("{} is {} at {}.", endpoint.name, endpoint.model, endpoint.host());
    let Some(key) = key else { return Ok(said) };
    let kept = key::keep(&endpoint, &key, &context.switch_of_a_part())?;
    summary.insert("kept".to_owned(), json!(kept));
    Ok(if kept {
        format!("{said} Its key is kept in the system's keyring.")
    } else {
        format!("{said} This system has no keyring that answers, so its key is kept for this sitting alone.")
    })
}

/// What came of a trial, for people.
fn test(
    name: &str,
    key: Option<&Secret>,
    endpoints: &mut Endpoints,
    context: &JobContext<'_>,
) -> Result<String, FeedbackError> {
    let trial = tried(name, key, endpoints, context)?;
    let said = trial.sentence();
    let mut letters = said.trim_end_matches(['.', ' ', ':']).chars();
    let said: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let Spent { prompt_tokens, completion_tokens, .. } = trial.spent;
    Ok(format!("{said}. {prompt_tokens} tokens read, {completion_tokens} written, {:.1} seconds.", trial.seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::CancelToken;

    fn described_at(address: &str) -> NewEndpoint {
        NewEndpoint {
            name: " judge ".to_owned(),
            address: address.to_owned(),
            model: "large".to_owned(),
            ..NewEndpoint::default()
        }
    }

    #[test]
    fn an_endpoint_is_put_and_one_without_encryption_after_a_confirmation() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("endpoints.toml");
        let (tell, cancel) = (|_| (), CancelToken::default());
        let context = JobContext::new(&tell, &cancel);
        let put = |new: NewEndpoint| {
            let spec = EndpointsSpec::Put { endpoint: Box::new(new), key: None };
            act(&spec, &mut Endpoints::read(&path).expect("a list"), &context)
        };
        let summary = put(described_at("http://localhost:11434/v1")).expect("this machine needs no encryption");
        assert_eq!(summary["said"], "judge is large at localhost:11434.");
        let known = Endpoints::read(&path).expect("a list");
        assert_eq!((known.list().len(), known.find("judge").expect("kept").concurrency), (1, 4));
        let open = described_at("http://192.168.7.7:8000/v1");
        let error = put(open.clone()).expect_err("nobody confirmed it");
        assert!(error.to_string().contains("192.168.7.7"), "{error}");
        put(NewEndpoint { plain_http: true, ..open.clone() }).expect("confirmed");
        put(open).expect("the same address was confirmed");
        put(described_at("http://example.com/v1")).expect_err("nobody may");
        put(NewEndpoint { name: "a b".to_owned(), ..described_at("https://x.y/v1") }).expect_err("no name");
        assert!(Endpoints::read(&path).expect("a list").find("judge").expect("kept").plain_http);
    }

    #[test]
    fn what_is_not_known_is_neither_tried_nor_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let (tell, cancel) = (|_| (), CancelToken::default());
        let context = JobContext::new(&tell, &cancel);
        let name = || "nobody".to_owned();
        for spec in [
            EndpointsSpec::Test { name: name(), key: None },
            EndpointsSpec::Remove { name: name() },
            EndpointsSpec::ForgetKey { name: name() },
        ] {
            let mut none = Endpoints::read(&folder.path().join("endpoints.toml")).expect("none");
            let error = act(&spec, &mut none, &context).expect_err("it is not known");
            assert!(error.to_string().contains("knows no endpoint"), "{error}");
        }
    }
}
