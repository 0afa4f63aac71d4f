//! Speed of the way from bytes to findings, on copies of the sample capture.
//!
//! `cargo bench` runs all; the throughput of `import` is the one that the README quotes beside the whole program's.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test that fails by panicking has done its work"
)]

use std::hint::black_box;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pgloupe::analysis::{Analysis, Patient, analyse};
use pgloupe::capture::Options;
use pgloupe::rules::{self, Settings};
use pgloupe::sql::{self, Digester};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

fn open(path: &Path) -> Arc<Analysis> {
    analyse(
        &[path.to_owned()],
        &Options::default(),
        &Settings::default(),
        &Patient,
    )
    .expect("the capture can be read")
}

/// The texts of all executions of the sample, as the log has them.
fn statements() -> Vec<String> {
    let analysis = open(&fixture("shop.log"));
    let places = analysis.workload.executions.iter().map(|e| e.place);
    places
        .map(|place| analysis.sources.statement(place).expect("a statement").sql)
        .collect()
}

fn lexing(c: &mut Criterion) {
    let statements = statements();
    let bytes: usize = statements.iter().map(String::len).sum();
    let mut group = c.benchmark_group("lexing");
    group.throughput(Throughput::Bytes(bytes as u64));
    let mut digester = Digester::default();
    group.bench_function("digest", |b| {
        b.iter(|| {
            statements.iter().fold(0, |sum, s| {
                sum ^ digester.digest(black_box(s.as_bytes())).values
            })
        });
    });
    group.bench_function("normalise", |b| {
        b.iter(|| {
            statements.iter().fold(0, |sum, s| {
                sum + sql::normalise(black_box(s.as_bytes())).len()
            })
        });
    });
    group.finish();
}

/// A plan of two thousand nodes as people paste it.
fn plans(c: &mut Criterion) {
    use std::fmt::Write as _;
    let mut text =
        "Append  (cost=0.00..1.00 rows=1 width=4) (actual time=0.001..1.000 rows=1 loops=1)\n"
            .to_owned();
    for id in 0..1000 {
        write!(
            text,
            "  ->  Nested Loop  (cost=0.00..{id}.00 rows=9 width=4) (actual time=0.001..{id}.000 rows=9 loops=1)\n        \
             Join Filter: ((o.id = x.id) AND (o.name <> 'it''s'::text))\n        Rows Removed by Join Filter: 12\n        \
             Buffers: shared hit=12 read=4\n        \
             ->  Index Scan using orders_{id}_idx on public.orders_{id} o_{id}  (cost=0.00..1.00 rows=1 width=4) (actual time=0.001..0.002 rows=1 loops=9)\n              \
             Output: o.id, o.customer_id, (o.total * '2'::numeric)\n              Index Cond: (o.id = 5)\n"
        )
        .expect("written");
    }
    let mut group = c.benchmark_group("plans");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("text, 2,001 nodes", |b| {
        b.iter(|| {
            let reading = pgloupe::plan::read(black_box(&text));
            assert_eq!(reading.plans[0].nodes.len(), 2001);
        });
    });
    group.finish();
}

fn import(c: &mut Criterion) {
    let mut group = c.benchmark_group("import");
    group.sample_size(10);
    for name in ["shop.log", "shop.csv", "shop.json"] {
        // Copies of the same minute: the clock steps back between them, which costs the reader nothing.
        let one = std::fs::read(fixture(name)).expect("the fixture is there");
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        let mut bytes = 0;
        while bytes < 32 << 20 {
            file.write_all(&one).expect("written");
            bytes += one.len();
        }
        group.throughput(Throughput::Bytes(bytes as u64));
        group.bench_function(name, |b| {
            b.iter(|| black_box(open(file.path())).workload.executions.len());
        });
    }
    group.finish();
}

fn findings(c: &mut Criterion) {
    let analysis = open(&fixture("shop.log"));
    let forms = rules::Forms::new(&analysis.workload);
    let input = rules::Input {
        workload: &analysis.workload,
        sources: &analysis.sources,
        forms: &forms,
        settings: &analysis.settings,
        indexes: None,
    };
    let mut group = c.benchmark_group("rules");
    group.throughput(Throughput::Elements(
        analysis.workload.executions.len() as u64
    ));
    group.bench_function("all", |b| {
        b.iter(|| rules::check(black_box(&input)).0.len());
    });
    group.finish();
}

criterion_group!(benches, lexing, plans, import, findings);
criterion_main!(benches);
