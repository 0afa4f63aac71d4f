//! From files to findings in one call: what the window and the command line both do.

use std::path::PathBuf;
use std::sync::Arc;

use crate::capture::{self, CaptureError, Options, Progress, Sources};
use crate::rules::{self, Context, Finding, Settings};
use crate::workload::{Builder, CaptureSummary, FileSummary, RequestId, Workload};

/// Bytes after which a first preview is made; each later one waits for four times as many, so that all previews
/// together cost a third of the final analysis.
const FIRST_PREVIEW: u64 = 4 << 20;

/// A workload with what the rules say of it. Never changes once made.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The capture's content.
    pub workload: Workload,
    /// Findings, the largest saving first.
    pub findings: Vec<Finding>,
    /// The thresholds that the rules used.
    pub settings: Settings,
    /// Reads single records of the capture again.
    pub sources: Arc<Sources>,
    /// (request, finding) pairs, sorted.
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
    let files: Vec<FileSummary> = sources
        .describe()
        .map(|(path, format, bytes)| FileSummary {
            path: path.to_owned(),
            format: format.clone(),
            bytes,
        })
        .collect();
    let mut progress = Progress {
        total: files.iter().map(|f| f.bytes).sum(),
        ..Progress::default()
    };
    let summary = CaptureSummary {
        files,
        warnings,
        ..CaptureSummary::default()
    };
    let mut builder = Builder::new(summary, settings.request_gap_us());
    let mut next_preview = FIRST_PREVIEW;
    capture::read(&sources, &cancelled, &mut |batch, bytes| {
        builder.add(batch);
        progress.bytes += bytes;
        progress.executions = builder.executions() as u64;
        watch.progress(progress);
        if progress.bytes >= next_preview
            && progress.bytes < progress.total
            && watch.wants_previews()
        {
            next_preview = progress.bytes * 4;
            watch.preview(Arc::new(Analysis::new(
                builder.preview(),
                Arc::clone(&sources),
                settings.clone(),
            )));
        }
    })?;
    Ok(Arc::new(Analysis::new(
        builder.finish(),
        sources,
        settings.clone(),
    )))
}

impl Analysis {
    /// Runs all rules on a workload.
    #[must_use]
    pub fn new(workload: Workload, sources: Arc<Sources>, settings: Settings) -> Self {
        let findings = rules::check(&Context {
            workload: &workload,
            sources: &sources,
            settings: &settings,
        });
        let mut by_request: Vec<(RequestId, u32)> = (0..)
            .zip(&findings)
            .flat_map(|(n, finding)| finding.sightings.iter().map(move |s| (s.request, n)))
            .collect();
        by_request.sort_unstable();
        by_request.dedup();
        Self {
            workload,
            findings,
            settings,
            sources,
            by_request,
        }
    }

    /// The findings seen in a request, as positions in [`Analysis::findings`].
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
        Self::new(
            self.workload.narrowed(from, to),
            Arc::clone(&self.sources),
            self.settings.clone(),
        )
    }

    /// The same with other thresholds. The requests stay as they were split.
    #[must_use]
    pub fn with_settings(&self, settings: Settings) -> Self {
        Self::new(self.workload.clone(), Arc::clone(&self.sources), settings)
    }
}
