//! The command line: the window, or a report without one.

mod catalog;
mod fingerprint;
mod indexes;
mod plan;
mod report;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::app;
use crate::capture::Options;

/// Shows why a page is slow: reads a PostgreSQL query log and finds N+1 bursts, slow queries and full loads.
#[derive(Parser)]
#[command(name = "pgloupe", version, max_term_width = 100, args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    input: Input,
    /// Go on with the log as it grows
    #[arg(long)]
    follow: bool,
}

const AFTER_HELP: &str = "\
Examples:
  pgloupe                                  open the window
  pgloupe postgresql.log                   open the window on a capture
  pgloupe postgresql://me@host/db          connect to a running server
  pgloupe --follow postgresql.log          open it and go on as it grows
  pgloupe report postgresql*.log.gz        print findings and queries as text
  docker logs db 2>&1 | pgloupe report -   read standard input
  pgloupe postgresql.log requests.jsonl    name the requests by the application's own log of them
  pgloupe report app.csv --format json     print them for programs
  psql -XqAtc 'EXPLAIN (ANALYZE, BUFFERS) SELECT …' | pgloupe plan
                                           say where the time of a plan goes, and what to do
  pgloupe indexes --url postgresql://me@host/db postgresql.log
                                           propose indexes for a capture, tried with the server's planner
  pgloupe catalog postgresql://me@host/db >catalog.json
                                           keep what a database consists of

A capture is PostgreSQL's log with durations: text, csvlog or jsonlog, in any language and with any prefix, as a
file, an archive or a folder, as containers, syslog, journald and clouds wrap it; an export of pg_stat_statements;
the queries that SQLAlchemy, Django, Rails, Sequelize or TypeORM log; a trace of OpenTelemetry or Jaeger as JSON.
  ALTER SYSTEM SET log_min_duration_statement = 0;  SELECT pg_reload_conf();";

#[derive(Args)]
struct Input {
    /// PostgreSQL logs, folders of them, or - for standard input; several are one capture, in the order of time
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The log_line_prefix of text logs, as SHOW log_line_prefix prints it (found out when not given)
    #[arg(long, value_name = "PREFIX", allow_hyphen_values = true)]
    prefix: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Print the findings and queries of a capture
    Report(ReportArgs),
    /// Print plans of EXPLAIN with the time of each node, and what to do about it
    Plan(PlanArgs),
    /// Print which indexes to make for statements, which exist without need, and what else helps
    Indexes(IndexesArgs),
    /// Print tables, columns, indexes, sizes and settings of a database as JSON, to work with them without it
    Catalog(CatalogArgs),
    /// Print fingerprint and normalised text of statements, one a line
    Fingerprint(FingerprintArgs),
}

#[derive(Args)]
struct ReportArgs {
    #[command(flatten)]
    input: Input,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Entries in each list of the text form
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Thresholds and suppressions (a .pgloupe.toml next to the capture is found by itself)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A server whose planner says which indexes the queries need (a URL, or key=value pairs as psql takes them)
    #[arg(long, value_name = "URL", conflicts_with = "catalog")]
    url: Option<String>,
    /// What the database consists of, for indexes by estimate: what pgloupe catalog printed, or pg_dump --schema-only
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// Write fixes for this framework first: sqlalchemy, django, rails, sequelize, typeorm, prisma, hibernate,
    /// laravel, ecto, gorm, sql (recognised when not given)
    #[arg(long, value_name = "NAME")]
    orm: Option<String>,
    /// Executions of one query in one request from which on they are an N+1 burst [default: 3]
    #[arg(long, value_name = "N")]
    n_plus_one: Option<u32>,
    /// Inserts, updates or upserts in one request from which on they are a loop [default: 5]
    #[arg(long, value_name = "N")]
    loops: Option<u32>,
    /// Milliseconds from which on an execution is slow [default: 100]
    #[arg(long, value_name = "MS")]
    slow: Option<f64>,
    /// Milliseconds from which on reading a table without a limit is a full load [default: 0.8]
    #[arg(long, value_name = "MS")]
    full_load: Option<f64>,
    /// Milliseconds that a statement takes on its way to the server and back [default: 0.5]
    #[arg(long, value_name = "MS")]
    round_trip: Option<f64>,
}

#[derive(Args)]
struct PlanArgs {
    /// A plan as text, JSON, YAML or XML, also as copied out of psql; or a log with plans of auto_explain; `-` is
    /// standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Thresholds (a .pgloupe.toml next to the file is found by itself)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// What the database consists of: what pgloupe catalog printed, or pg_dump --schema-only
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
}

#[derive(Args)]
struct IndexesArgs {
    #[command(flatten)]
    input: Input,
    /// Statements in the place of a capture, one JSON object a line: {"sql": "…", "calls": 120}; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "files")]
    sql: Option<PathBuf>,
    /// The server whose planner is asked (a URL, or key=value pairs as psql takes them); without a capture and --sql its
    /// own statistics tell which statements it runs
    #[arg(long, value_name = "URL", conflicts_with = "catalog")]
    url: Option<String>,
    /// What the database consists of: what pgloupe catalog printed, or pg_dump --schema-only
    #[arg(long, value_name = "FILE")]
    catalog: Option<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Entries in each list of the text form
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Thresholds (a .pgloupe.toml next to the capture is found by itself)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The most indexes to propose [default: 20]
    #[arg(long, value_name = "N")]
    most: Option<usize>,
    /// The most megabytes that they may take together
    #[arg(long, value_name = "MB")]
    most_mb: Option<f64>,
}

#[derive(Args)]
struct CatalogArgs {
    /// A connection (a URL, or key=value pairs as psql takes them; what is left out comes from PGHOST and its kin,
    /// the service file and .pgpass), or a file of definitions as pg_dump --schema-only writes it
    #[arg(value_name = "URL|FILE", default_value = "")]
    from: String,
    /// Leave out the most common values and histograms of columns: they are data of the tables
    #[arg(long)]
    without_values: bool,
}

#[derive(Args)]
struct FingerprintArgs {
    /// Where the statements are; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    /// With json, each line in is {"sql": "…"} and each line out an object
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Why a command ended without its result.
enum Failure {
    /// The arguments are wrong: exit status 2.
    Arguments(String),
    /// No input could be read: exit status 3.
    Input(String),
    /// Nobody takes the output any more, as with `pgloupe report … | head`: not worth a word.
    Output,
    /// The window can't be opened: exit status 1.
    Window(String),
}

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Some(Command::Report(args)) => report::run(&args),
        Some(Command::Fingerprint(args)) => fingerprint::run(&args),
        Some(Command::Plan(args)) => plan::run(&args),
        Some(Command::Catalog(args)) => catalog::run(&args),
        Some(Command::Indexes(args)) => indexes::run(&args),
        None => open_window(cli.input, cli.follow),
    };
    let (message, status) = match result {
        Ok(()) | Err(Failure::Output) => return ExitCode::SUCCESS,
        Err(Failure::Arguments(message)) => (message, 2),
        Err(Failure::Input(message)) => (message, 3),
        Err(Failure::Window(message)) => (message, 1),
    };
    // When even standard error is closed, the exit status has to do.
    writeln!(std::io::stderr(), "pgloupe: {message}").unwrap_or_default();
    ExitCode::from(status)
}

fn open_window(input: Input, follow: bool) -> Result<(), Failure> {
    // What is written like a connection is one; it may be the only thing.
    let server = match input.files.as_slice() {
        [one] => one.to_str().filter(|text| is_url(text)).map(str::to_owned),
        _ => None,
    };
    app::run(app::Start {
        files: if server.is_some() {
            Vec::new()
        } else {
            input.files
        },
        server,
        options: Options {
            prefix: input.prefix,
            follow,
            ..Options::default()
        },
    })
    .map_err(Failure::Window)
}

/// Whether a text is a connection's URL.
fn is_url(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|_| Failure::Output)
}
