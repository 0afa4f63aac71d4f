//! From files to findings in one call: what the window and the command line both do.

pub mod indexes;
mod plans;

pub use plans::{FoundPlan, PlanGroup, PlanPlace, PlanRef, PlanSet};

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use crate::advice::indexes::IndexAdvice;
use crate::capture::{self, CaptureError, Description, Options, Progress, Sources};
use crate::catalog::Catalog;
use crate::plan::Plan;
use crate::rules::{self, Finding, Forms, Input, Scope, Settings, Subject, Suppressed};
use crate::workload::{
    Builder, CaptureSummary, Endpoint, FileSummary, QueryId, RequestId, Workload, endpoints,
};

/// Bytes after which a first preview is made; each later one waits for four times as many, so that all previews
/// together cost a third of the final analysis.
const FIRST_PREVIEW: u64 = 4 << 20;

/// The shortest time between previews of a capture that is followed.
const FOLLOW_PAUSE: Duration = Duration::from_millis(500);

/// A workload with what the rules say of it. Never changes once made.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The capture's content.
    pub workload: Workload,
    /// Findings, the largest saving first.
    pub findings: Vec<Finding>,
    /// How much was suppressed.
    pub suppressed: Suppressed,
    /// The kinds of requests, the one that takes the most time in all first.
    pub endpoints: Arc<[Endpoint]>,
    /// The thresholds that the rules used.
    pub settings: Settings,
    /// Reads single records of the capture again.
    pub sources: Arc<Sources>,
    /// What the rules have looked up in the capture.
    forms: Arc<Forms>,
    /// What the database consists of, where a server or a file tells.
    pub catalog: Option<Arc<Catalog>>,
    /// What is advised on indexes, once somebody has asked.
    pub indexes: Option<Arc<IndexAdvice>>,
    /// The plans of the capture, once somebody has asked for them.
    plans: Arc<OnceLock<PlanSet>>,
    /// (request, finding) pairs, sorted; without findings about the capture as a whole.
    by_request: Vec<(RequestId, u32)>,
}

/// What somebody who waits for an analysis may say and wants to know. Called from several threads.
pub trait Watch: Sync {
    /// Whether to stop; asked many times a second.
    fn cancelled(&self) -> bool {
        false
    }
    /// How far reading has come; told for every mebibyte or so.
    fn progress(&self, _progress: Progress) {}
    /// All that is known so far, told at growing steps while a large capture is read.
    fn preview(&self, _analysis: Arc<Analysis>) {}
    /// Whether previews are worth making.
    fn wants_previews(&self) -> bool {
        false
    }
}

/// A [`Watch`] for those who just wait.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patient;

impl Watch for Patient {}

/// Reads a capture and runs all rules on it. Blocks until done.
///
/// # Errors
/// Those of [`Sources::open`] and [`capture::read()`].
pub fn analyse(
    paths: &[PathBuf],
    options: &Options,
    settings: &Settings,
    watch: &dyn Watch,
) -> Result<Arc<Analysis>, CaptureError> {
    let cancelled = || watch.cancelled();
    let (sources, warnings) = Sources::open(paths, options, &cancelled, &mut |progress| {
        watch.progress(progress);
    })?;
    let sources = Arc::new(sources);
    let mut progress = Progress::default();
    let summary = CaptureSummary {
        files: files(&sources),
        warnings,
        ..CaptureSummary::default()
    };
    let mut builder = Builder::new(summary, settings.request_gap_us());
    let mut pace = Pace::new(options.follow);
    capture::read(&sources, options, &cancelled, &mut |batch, bytes| {
        builder.add(batch);
        if bytes > 0 {
            progress.bytes += bytes;
            progress.total = sources.expected();
            progress.executions = builder.executions() as u64;
            watch.progress(progress);
        }
        if watch.wants_previews() && pace.is_time(progress, bytes > 0) {
            let begun = Instant::now();
            builder.set_files(files(&sources));
            watch.preview(Arc::new(Analysis::new(
                builder.preview(),
                Arc::clone(&sources),
                settings.clone(),
            )));
            pace.shown(begun);
        }
    })?;
    // Only now are the sizes of packed files known.
    builder.set_files(files(&sources));
    Ok(Arc::new(Analysis::new(
        builder.finish(),
        sources,
        settings.clone(),
    )))
}

fn files(sources: &Sources) -> Vec<FileSummary> {
    let summary = |f: Description| FileSummary {
        path: f.path,
        format: f.format,
        wrappers: f.wrappers,
        bytes: f.bytes,
    };
    sources.describe().into_iter().map(summary).collect()
}

/// When previews are made.
struct Pace {
    follow: bool,
    /// Bytes after which the next is due, while a capture is read to its end.
    bytes: u64,
    /// When the next is due, while a capture is followed.
    due: Instant,
    /// Whether there is something new.
    news: bool,
}

impl Pace {
    fn new(follow: bool) -> Self {
        Self {
            follow,
            bytes: FIRST_PREVIEW,
            due: Instant::now(),
            news: false,
        }
    }

    fn is_time(&mut self, progress: Progress, news: bool) -> bool {
        self.news |= news;
        if self.follow {
            return self.news && Instant::now() >= self.due;
        }
        let due = progress.bytes >= self.bytes && progress.bytes < progress.total;
        if due {
            self.bytes = progress.bytes * 4;
        }
        due
    }

    /// Notes that a preview was made, which `begun` then.
    fn shown(&mut self, begun: Instant) {
        self.news = false;
        self.due = Instant::now() + FOLLOW_PAUSE.max(begun.elapsed() * 4);
    }
}

impl Analysis {
    /// Runs all rules on a workload.
    #[must_use]
    pub fn new(workload: Workload, sources: Arc<Sources>, settings: Settings) -> Self {
        let forms = Arc::new(Forms::new(&workload));
        let endpoints = endpoints(&workload).into();
        Self::checked(workload, sources, settings, forms, endpoints, None)
    }

    fn checked(
        workload: Workload,
        sources: Arc<Sources>,
        settings: Settings,
        forms: Arc<Forms>,
        endpoints: Arc<[Endpoint]>,
        indexes: Option<Arc<IndexAdvice>>,
    ) -> Self {
        let (findings, suppressed) = rules::check(&Input {
            workload: &workload,
            sources: &sources,
            forms: &forms,
            settings: &settings,
            indexes: indexes.as_deref(),
        });
        let mut by_request: Vec<(RequestId, u32)> = (0..)
            .zip(&findings)
            .filter(|(_, finding)| {
                rules::rule(finding.rule).is_some_and(|rule| rule.scope != Scope::Capture)
            })
            .flat_map(|(n, finding)| finding.sightings.iter().map(move |s| (s.request, n)))
            .collect();
        by_request.sort_unstable();
        by_request.dedup();
        Self {
            workload,
            findings,
            suppressed,
            endpoints,
            settings,
            sources,
            forms,
            catalog: None,
            indexes,
            plans: Arc::default(),
            by_request,
        }
    }

    /// An analysis of nothing.
    #[must_use]
    pub fn empty(settings: Settings) -> Self {
        let builder = Builder::new(CaptureSummary::default(), settings.request_gap_us());
        Self::new(builder.finish(), Arc::default(), settings)
    }

    /// An analysis of nothing but plans.
    #[must_use]
    pub fn of_plans(plans: PlanSet, settings: Settings) -> Self {
        let mut summary = CaptureSummary::default();
        for warning in &plans.warnings {
            summary.warnings.push(capture::Warning {
                file: 0,
                line: Some(warning.line.into()),
                what: warning.what.clone(),
            });
        }
        let builder = Builder::new(summary, settings.request_gap_us());
        let mut analysis = Self::new(builder.finish(), Arc::default(), settings);
        analysis.plans = Arc::new(plans.into());
        analysis
    }

    /// The same with what is known of a live server: what its rules say stands before all else.
    #[must_use]
    pub fn with_server(
        mut self,
        catalog: Option<Arc<Catalog>>,
        mut findings: Vec<Finding>,
    ) -> Self {
        for finding in &mut findings {
            if let Some(Subject::Statement(fingerprint)) = &finding.subject {
                let known = self.workload.queries.iter();
                let at = known.clone().position(|q| q.fingerprint == *fingerprint);
                finding.queries = at.map(QueryId::at).into_iter().collect();
            }
        }
        let ignored = rules::without_ignored(&self.workload, &self.settings, &mut findings);
        self.suppressed.findings += ignored.findings;
        // Of statements that are slow on average, the server's rules know more.
        self.findings.retain(|f| f.rule != "slow-query");
        findings.append(&mut self.findings);
        self.findings = findings;
        self.catalog = catalog;
        self
    }

    /// The same with more plans, the last of which somebody just asked for.
    #[must_use]
    pub fn with_plan(&self, plan: Plan, json: &str) -> Self {
        let mut set = self.plans().clone();
        set.add(plan, json, &self.workload);
        Self {
            plans: Arc::new(set.into()),
            ..self.clone()
        }
    }

    /// The same with the plans of another, whose queries may have other ids.
    #[must_use]
    pub fn with_plans_of(&self, other: &Self) -> Self {
        let mut set = other.plans().clone();
        set.forget_queries();
        Self {
            plans: Arc::new(set.into()),
            ..self.clone()
        }
    }

    /// The plans of the capture by query and shape. The first call reads them, which may take seconds.
    #[must_use]
    pub fn plans(&self) -> &PlanSet {
        self.plans
            .get_or_init(|| PlanSet::of_capture(&self.workload, &self.sources))
    }

    /// The same, where they have been read already.
    #[must_use]
    pub fn plans_if_read(&self) -> Option<&PlanSet> {
        self.plans.get()
    }

    /// How many plans there are.
    #[must_use]
    pub fn plan_count(&self) -> usize {
        let texts = self.plans.get().map_or(0, |p| p.texts.len());
        self.workload.plans.len().max(texts)
    }

    /// Whether it holds nothing but plans: a file of them, or what was pasted.
    #[must_use]
    pub fn is_plans(&self) -> bool {
        self.workload.queries.is_empty() && self.plans.get().is_some_and(|p| !p.texts.is_empty())
    }

    /// The findings seen in a request, as positions in [`Analysis::findings`]; those about the capture as a whole are
    /// none of it.
    pub fn findings_of(&self, request: RequestId) -> impl Iterator<Item = usize> + '_ {
        let from = self.by_request.partition_point(|pair| pair.0 < request);
        self.by_request
            .iter()
            .skip(from)
            .take_while(move |pair| pair.0 == request)
            .map(|pair| pair.1 as usize)
    }

    /// The same for the executions alone that begin within `from..to`, in microseconds since 1970-01-01 UTC.
    #[must_use]
    pub fn narrowed(&self, from: i64, to: i64) -> Self {
        let workload = self.workload.narrowed(from, to);
        let forms = Arc::new(Forms::new(&workload));
        let endpoints = endpoints(&workload).into();
        let indexes = self.indexes.as_ref();
        let indexes = indexes.map(|indexes| Arc::new(indexes.met_with(&workload)));
        let sources = Arc::clone(&self.sources);
        let settings = self.settings.clone();
        Self::checked(workload, sources, settings, forms, endpoints, indexes)
    }

    /// The same with advice on indexes: findings tell of it.
    #[must_use]
    pub fn with_indexes(&self, indexes: &IndexAdvice) -> Self {
        let indexes = Arc::new(indexes.met_with(&self.workload));
        let mut analysis = self.checked_again(self.settings.clone(), Some(indexes));
        let of_server = self.findings.iter().filter(|f| f.subject.is_some());
        let of_server: Vec<Finding> = of_server.cloned().collect();
        if !of_server.is_empty() {
            let catalog = analysis.catalog.clone();
            analysis = analysis.with_server(catalog, of_server);
            // What an index saves is known; what the server's rules speak of is mostly not.
            analysis.findings.sort_by_key(|f| f.rule != "missing-index");
        }
        analysis
    }

    /// The same with other thresholds. The requests stay as they were split.
    #[must_use]
    pub fn with_settings(&self, settings: Settings) -> Self {
        self.checked_again(settings, self.indexes.clone())
    }

    fn checked_again(&self, settings: Settings, indexes: Option<Arc<IndexAdvice>>) -> Self {
        let mut analysis = Self::checked(
            self.workload.clone(),
            Arc::clone(&self.sources),
            settings,
            Arc::clone(&self.forms),
            Arc::clone(&self.endpoints),
            indexes,
        );
        analysis.plans = Arc::clone(&self.plans);
        analysis.catalog.clone_from(&self.catalog);
        analysis
    }
}
