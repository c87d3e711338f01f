//! Where a page redirects to.

use std::time::Duration;

use authsmith::{HttpTransport, Limits, Transport};
use authsmith_protocol::Request;
use url::Url;

use crate::Failed;
use crate::failed::Unusable;

/// How long one page may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// A page that redirects has no body worth more.
const MAX_BODY: usize = 1024 * 1024;

/// Fetches `url` and gives the status of its answer.
pub(crate) async fn status(url: &Url) -> Result<u16, Failed> {
    let request = Request::new(http::Method::GET, url.clone());
    Ok(HttpTransport::new().send(request, Limits::new(DEADLINE, MAX_BODY)).await?.status)
}

/// Fetches `url` and gives the URL that it redirects to, without opening that.
pub(crate) async fn redirect(url: &Url) -> Result<Url, Failed> {
    let request = Request::new(http::Method::GET, url.clone());
    let response = HttpTransport::new().send(request, Limits::new(DEADLINE, MAX_BODY)).await?;
    let location = response.headers.get(http::header::LOCATION).and_then(|value| value.to_str().ok());
    match (response.status, location) {
        (300..=399, Some(location)) => Ok(url.join(location)?),
        (300..=399, None) => Err(Unusable("a redirect without a Location".into()).into()),
        (status, _) => Err(Unusable(format!(
            "status {status} instead of a redirect; consent may need a browser: leave out --auto"
        ))
        .into()),
    }
}
