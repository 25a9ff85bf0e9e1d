//! Figures for Prometheus, at an address of their own.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{extract::State, http::header, response::IntoResponse, routing::get, Router};
use hyper::{service::Service, Response};
use prometheus::{Encoder, Gauge, IntCounter, IntCounterVec, IntGauge, Opts, Registry, TextEncoder};
use tokio::net::TcpListener;

use crate::{control::Controlled, status::Status};

/// Plancks of a coin.
const COIN: f64 = 1e12;

/// The figures of a gateway.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    buckets: IntGauge,
    in_trouble: IntGauge,
    segments_waiting: IntGauge,
    waiting_bytes: IntGauge,
    waiting_seconds: IntGauge,
    local_bytes: IntGauge,
    silent_seconds: IntGauge,
    allowance: Gauge,
    fees: Gauge,
    others_prolonged: IntGauge,
    others_failed: IntGauge,
    others_lost: IntGauge,
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new_custom(Some("idlewild_gateway".into()), None)?;
        let gauge = |name: &str, help: &str| -> Result<IntGauge, prometheus::Error> {
            let gauge = IntGauge::with_opts(Opts::new(name, help))?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let coins = |name: &str, help: &str| -> Result<Gauge, prometheus::Error> {
            let gauge = Gauge::with_opts(Opts::new(name, help))?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let requests = Opts::new("requests_total", "Requests answered since the start, by front and by class of status");
        let requests = IntCounterVec::new(requests, &["front", "status"])?;
        registry.register(Box::new(requests.clone()))?;
        Ok(Self {
            requests,
            buckets: gauge("buckets", "Buckets that are served")?,
            in_trouble: gauge("buckets_in_trouble", "Buckets that something keeps from the network")?,
            segments_waiting: gauge("segments_waiting", "Segments that wait for miners")?,
            waiting_bytes: gauge("waiting_bytes", "Bytes of objects that only this machine has")?,
            waiting_seconds: gauge("waiting_seconds", "Seconds since the oldest of them was written")?,
            local_bytes: gauge("local_bytes", "Bytes of segments on this disk")?,
            silent_seconds: gauge("chain_silent_seconds", "Seconds since the chain last answered, where it does not now")?,
            allowance: coins("allowance_coins", "What may still be spent of the owner's coins")?,
            fees: coins("fees_coins", "What the gateway has for fees")?,
            others_prolonged: gauge("others_deals_prolonged", "Deals of other gateways that were prolonged since the start")?,
            others_failed: gauge("others_deals_failed", "Deals of other gateways that should be prolonged and could not be")?,
            others_lost: gauge("others_deals_lost", "Deals of other gateways that are over though objects were in them")?,
            registry,
        })
    }

    /// A service whose answers are counted as those of a front.
    pub fn counted<S>(&self, front: &'static str, service: S) -> Counted<S> {
        let of = |class: &str| self.requests.with_label_values(&[front, class]);
        let classes = [of("1xx"), of("2xx"), of("3xx"), of("4xx"), of("5xx")];
        Counted { service, classes: Arc::new(classes) }
    }

    fn note(&self, status: &Status) {
        let set = |gauge: &IntGauge, value: u64| gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        set(&self.buckets, status.buckets.len() as u64);
        set(&self.in_trouble, status.buckets.iter().filter(|bucket| bucket.trouble.is_some()).count() as u64);
        set(&self.segments_waiting, status.buckets.iter().map(|bucket| bucket.segments_waiting).sum());
        set(&self.waiting_bytes, status.store.waiting_bytes);
        set(&self.waiting_seconds, status.store.waiting_seconds.unwrap_or(0));
        set(&self.local_bytes, status.store.local_bytes);
        if let Some(network) = &status.network {
            let coins = |plancks: &Option<String>| plancks.as_ref().and_then(|coins| coins.parse::<f64>().ok()).unwrap_or(0.0);
            set(&self.silent_seconds, network.silent_seconds.unwrap_or(0));
            self.allowance.set(coins(&network.allowance) / COIN);
            self.fees.set(coins(&network.fees) / COIN);
            set(&self.others_prolonged, network.others.prolonged);
            set(&self.others_failed, network.others.failed);
            set(&self.others_lost, network.others.lost);
        }
    }

    /// What Prometheus reads.
    fn text(&self, status: &Status) -> Result<Vec<u8>, prometheus::Error> {
        self.note(status);
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}

/// Serves the figures at `/metrics` until `stop` resolves.
pub async fn serve(
    listener: TcpListener,
    metrics: Metrics,
    gateway: Arc<dyn Controlled>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let routes = Router::new().route("/metrics", get(show)).with_state((metrics, gateway));
    axum::serve(listener, routes).with_graceful_shutdown(stop).await
}

async fn show(State((metrics, gateway)): State<(Metrics, Arc<dyn Controlled>)>) -> axum::response::Response {
    match metrics.text(&gateway.status().await) {
        Ok(text) => ([(header::CONTENT_TYPE, prometheus::TEXT_FORMAT)], text).into_response(),
        Err(error) => (axum::http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// A service whose answers are counted.
#[derive(Clone)]
pub struct Counted<S> {
    service: S,
    classes: Arc<[IntCounter; 5]>,
}

impl<S, R, B> Service<R> for Counted<S>
where
    S: Service<R, Response = Response<B>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Counting<S::Future>;

    fn call(&self, request: R) -> Self::Future {
        Counting { answer: Box::pin(self.service.call(request)), classes: self.classes.clone() }
    }
}

/// An answer on its way.
pub struct Counting<F> {
    answer: Pin<Box<F>>,
    classes: Arc<[IntCounter; 5]>,
}

impl<F, B, E> Future for Counting<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = self.answer.as_mut().poll(context);
        if let Poll::Ready(Ok(response)) = &polled {
            let class = usize::from(response.status().as_u16() / 100).saturating_sub(1);
            if let Some(counter) = self.classes.get(class) {
                counter.inc();
            }
        }
        polled
    }
}

#[cfg(test)]
mod tests {
    use hyper::StatusCode;

    use super::*;
    use crate::status::{BucketStatus, NetworkStatus, OthersStatus};

    /// Answers with the status that it is asked for.
    struct Echo;

    impl Service<u16> for Echo {
        type Response = Response<()>;
        type Error = std::convert::Infallible;
        type Future = std::future::Ready<Result<Response<()>, Self::Error>>;

        fn call(&self, status: u16) -> Self::Future {
            let mut answer = Response::new(());
            *answer.status_mut() = StatusCode::from_u16(status).unwrap();
            std::future::ready(Ok(answer))
        }
    }

    #[tokio::test]
    async fn answers_are_counted_by_front_and_class_and_gauges_follow_the_status() {
        let metrics = Metrics::new().unwrap();
        let counted = metrics.counted("s3", Echo);
        for status in [200, 206, 404, 503] {
            counted.call(status).await.unwrap();
        }
        let bucket = BucketStatus { segments_waiting: 2, trouble: Some("no coins".into()), ..BucketStatus::default() };
        let others = OthersStatus { deals: 9, prolonged: 3, failed: 1, lost: 0 }
            .plus(&OthersStatus { lost: 4, ..OthersStatus::default() });
        let network = NetworkStatus {
            allowance: Some("2500000000000".into()),
            silent_seconds: Some(7),
            others,
            ..NetworkStatus::default()
        };
        let status = Status { buckets: vec![bucket, BucketStatus::default()], network: Some(network), ..Status::default() };
        let text = String::from_utf8(metrics.text(&status).unwrap()).unwrap();
        for line in [
            r#"idlewild_gateway_requests_total{front="s3",status="2xx"} 2"#,
            r#"idlewild_gateway_requests_total{front="s3",status="4xx"} 1"#,
            r#"idlewild_gateway_requests_total{front="s3",status="5xx"} 1"#,
            "idlewild_gateway_buckets 2",
            "idlewild_gateway_buckets_in_trouble 1",
            "idlewild_gateway_segments_waiting 2",
            "idlewild_gateway_chain_silent_seconds 7",
            "idlewild_gateway_allowance_coins 2.5",
            "idlewild_gateway_others_deals_prolonged 3",
            "idlewild_gateway_others_deals_failed 1",
            "idlewild_gateway_others_deals_lost 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in {text}");
        }
    }
}
