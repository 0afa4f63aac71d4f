//! The report that people read in a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::analysis::Analysis;
use crate::capture::CaptureError;
use crate::rules::{self, Finding};
use crate::workload::{Endpoint, Grouping, Workload};

/// Characters of a query in the table.
const WIDTH: usize = 80;

/// The report as text, with `limit` entries at most in each list.
///
/// # Errors
/// [`CaptureError::Read`] when the capture can't be read again for line numbers.
pub fn text(analysis: &Analysis, limit: usize) -> Result<String, CaptureError> {
    let workload = &analysis.workload;
    let mut out = String::new();
    let names: Vec<String> = workload
        .capture
        .files
        .iter()
        .map(|f| f.path.display().to_string())
        .collect();
    // Writing to a String can't fail.
    let mut line =
        |text: std::fmt::Arguments<'_>| out.write_fmt(format_args!("{text}\n")).unwrap_or_default();
    line(format_args!("{}", names.join(", ")));
    // Shares are of both.
    let spent = if workload.timed() && workload.steps > 0 {
        let (ran, steps) = (time(workload.db_time), time(workload.steps));
        format!("{ran} of database time and {steps} of parsing and binding")
    } else if workload.timed() {
        format!("{} of database time", time(workload.db_time))
    } else {
        "no durations".to_owned()
    };
    line(format_args!(
        "{} executions of {} queries in {} requests on {} sessions, {spent}",
        workload.executions.len(),
        workload.queries.len(),
        workload.requests.len(),
        workload.sessions.iter().filter(|s| s.active).count(),
    ));
    if let Some(how) = grouped(workload) {
        line(format_args!("requests were told apart by {how}"));
    }
    let warnings = &workload.capture.warnings;
    if warnings.total() > 0 {
        line(format_args!("{} warnings", warnings.total()));
        for warning in warnings.first().iter().take(limit) {
            let file = names
                .get(usize::from(warning.file))
                .map_or("", String::as_str);
            match warning.line {
                Some(at) => line(format_args!("  {file}:{at}: {}", warning.what)),
                None => line(format_args!("  {file}: {}", warning.what)),
            }
        }
    }
    line(format_args!("\nFINDINGS ({})", analysis.findings.len()));
    if analysis.findings.is_empty() {
        let checked: Vec<&str> = rules::RULES.iter().map(|r| r.name).collect();
        line(format_args!("  none; checked for {}", checked.join(", ")));
    }
    for (number, finding) in analysis.findings.iter().enumerate().take(limit) {
        line(format_args!(
            "{}",
            self::finding(analysis, number + 1, finding)?
        ));
    }
    more(&mut line, analysis.findings.len(), limit);
    if analysis.suppressed.sightings > 0 {
        line(format_args!(
            "  suppressed: {} findings, in {} requests",
            analysis.suppressed.findings, analysis.suppressed.sightings
        ));
    }
    endpoints(&mut line, analysis, limit);
    line(format_args!("\nQUERIES ({})", workload.queries.len()));
    line(format_args!(
        "{:>10} {:>6} {:>9} {:>9} {:>9} {:>9}  query",
        "total", "share", "runs", "mean", "p95", "max"
    ));
    for query in workload.queries.iter().take(limit) {
        let stats = &query.stats;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "durations, not negative"
        )]
        let (mean, p95) = (stats.mean().unwrap_or(0.0) as u64, stats.p95 as u64);
        line(format_args!(
            "{:>10} {:>5.1}% {:>9} {:>9} {:>9} {:>9}  {}",
            time(stats.total),
            workload.share(stats.total) * 100.0,
            stats.executions,
            time(mean),
            time(p95),
            time(stats.max),
            shortened(&query.summary)
        ));
    }
    more(&mut line, workload.queries.len(), limit);
    Ok(out)
}

/// How requests were told apart, the commonest way first.
fn grouped(workload: &Workload) -> Option<String> {
    let mut ways: BTreeMap<Grouping, usize> = BTreeMap::new();
    for request in &workload.requests {
        *ways.entry(request.grouping).or_default() += 1;
    }
    let (way, _) = ways
        .into_iter()
        .max_by_key(|(way, n)| (*n, std::cmp::Reverse(*way)))?;
    Some(match way {
        Grouping::Trace => "their trace ids".to_owned(),
        Grouping::RequestId => "their ids".to_owned(),
        Grouping::Lines => "the lines that begin and end them".to_owned(),
        Grouping::Window => "the request log".to_owned(),
        Grouping::Transaction => "their transactions".to_owned(),
        Grouping::Anchor => "what each of them asks first".to_owned(),
        Grouping::Pause => "the pauses between them".to_owned(),
        Grouping::Run => {
            "nothing but long pauses: statements can't be attributed to requests for certain"
                .to_owned()
        }
    })
}

/// The kinds of requests that have a name.
fn endpoints(line: &mut impl FnMut(std::fmt::Arguments<'_>), analysis: &Analysis, limit: usize) {
    let named: Vec<&Endpoint> = analysis
        .endpoints
        .iter()
        .filter(|e| e.label.is_some())
        .collect();
    if named.is_empty() {
        return;
    }
    line(format_args!("\nENDPOINTS ({})", named.len()));
    line(format_args!(
        "{:>8} {:>9} {:>9} {:>9} {:>10} {:>9}  endpoint",
        "requests", "p50", "p95", "p99", "statements", "database"
    ));
    for e in named.iter().take(limit) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "durations, not negative"
        )]
        let [p50, p95, p99] = [e.p50, e.p95, e.p99].map(|micros| time(micros as u64));
        let share = e
            .database_share()
            .map_or_else(|| "-".to_owned(), |share| format!("{:.1}%", share * 100.0));
        line(format_args!(
            "{:>8} {p50:>9} {p95:>9} {p99:>9} {:>10.1} {share:>9}  {}",
            e.requests.len(),
            e.mean_statements(),
            e.label.as_deref().unwrap_or_default()
        ));
    }
    more(line, named.len(), limit);
}

fn more(line: &mut impl FnMut(std::fmt::Arguments<'_>), all: usize, limit: usize) {
    if all > limit {
        line(format_args!(
            "  … and {} more (--limit {all} shows all)",
            all - limit
        ));
    }
}

fn finding(analysis: &Analysis, number: usize, finding: &Finding) -> Result<String, CaptureError> {
    let workload = &analysis.workload;
    let timed = workload.timed();
    let saves = match (finding.saving.db_time, finding.saving.executions) {
        (Some(saved), _) => format!("saves {} ({})", time(saved), finding.saving.known_by.word()),
        (None, Some(saved)) if !timed && saved > 0 => format!("saves {saved} executions"),
        _ if timed => format!("costs {}", time(finding.cost.db_time)),
        _ => format!("costs {} executions", finding.cost.executions),
    };
    let fewer = finding.saving.executions.unwrap_or(0);
    let on_the_way = if fewer > 0 {
        let each = analysis.settings.round_trip_us();
        format!(
            ", and {} on the way to the server and back",
            time(fewer.saturating_mul(each))
        )
    } else {
        String::new()
    };
    let of_all = if timed {
        format!(", {:.1} % of database time", finding.cost.share * 100.0)
    } else {
        String::new()
    };
    let mut lines = vec![
        String::new(),
        format!(
            "{number}. {} [{}, {}]",
            finding.title,
            finding.rule,
            finding.severity.word()
        ),
        format!("   {}", finding.detail),
        format!(
            "   {saves}{of_all}{on_the_way}; {} confidence",
            finding.confidence.word()
        ),
    ];
    if let Some(worst) = finding
        .sightings
        .iter()
        .max_by_key(|s| (s.executions, s.db_time))
        && let Some(e) = workload.executions.get(worst.first)
    {
        let file = workload
            .capture
            .files
            .get(usize::from(e.place.file))
            .map_or_else(String::new, |f| f.path.display().to_string());
        let line = analysis.sources.line(e.place)?;
        lines.push(format!(
            "   seen in {} {}, worst at {file}:{line}",
            finding.requests(),
            if finding.requests() == 1 {
                "request"
            } else {
                "requests"
            }
        ));
    }
    let queries = finding.queries.iter().filter_map(|q| workload.query(*q));
    lines.extend(queries.map(|query| format!("   {}", shortened(&query.summary))));
    if let Some(fix) = finding.suggestions.first() {
        lines.push(format!("   {} ({})", fix.title, fix.target.title()));
        lines.extend(fix.code.lines().map(|line| format!("       {line}")));
    }
    Ok(lines.join("\n"))
}

fn shortened(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}

/// Microseconds with three significant digits and a unit that fits.
fn time(micros: u64) -> String {
    let micros = micros as f64;
    let (value, unit) = if micros < 1e3 {
        return format!("{micros} µs");
    } else if micros < 1e6 {
        (micros / 1e3, "ms")
    } else {
        (micros / 1e6, "s")
    };
    let digits = if value < 10.0 {
        2
    } else {
        usize::from(value < 100.0)
    };
    format!("{value:.digits$} {unit}")
}
