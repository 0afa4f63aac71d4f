//! A visit of pgloupe to a server, in this process or in one of its own that can be killed and looked at.

use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::Duration;

use pgloupe::catalog::to_json;
use pgloupe::live::activity::{ActivityReader, tree};
use pgloupe::live::catalog::{Options, read_catalog};
use pgloupe::live::explain::{Ask, Explained, Request, analyze, plain};
use pgloupe::live::history::History;
use pgloupe::live::statements::{Names, Statements, Texts, difference};
use pgloupe::live::{Canceller, Limits, LiveError, Secret, Session, Target, Tls};
use sqlx::postgres::PgConnectOptions;

/// Variables by which a process of its own knows what to do.
const URL: &str = "PGLOUPE_PROMISE_URL";
const THEN: &str = "PGLOUPE_PROMISE_THEN";

/// What a process of its own does when it has asked everything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// Prints what it knows and ends.
    Print,
    /// Stays connected.
    Stay,
    /// Stays within a unit of work.
    StayInTransaction,
    /// Waits for a statement that runs for long.
    Run,
    /// Panics with all it knows.
    Panic,
}

impl Then {
    const ALL: [Self; 5] = [
        Self::Run,
        Self::Print,
        Self::Stay,
        Self::StayInTransaction,
        Self::Panic,
    ];
}

/// Where a URL leads, taken apart by the driver, so that no code of ours is the judge of itself.
pub(crate) fn target(url: &str) -> (Target, Secret) {
    let options = PgConnectOptions::from_str(url).expect("a URL");
    let target = Target {
        host: options.get_host().to_owned(),
        port: options.get_port(),
        database: options.get_database().unwrap_or("postgres").to_owned(),
        user: options.get_username().to_owned(),
        tls: Tls::default(),
    };
    let (role, _) = url
        .trim_start_matches("postgres://")
        .split_once('@')
        .unwrap();
    let password = role.split_once(':').map_or("", |(_, password)| password);
    (target, Secret::new(password))
}

/// Connects.
pub(crate) fn open(url: &str) -> Result<Session, LiveError> {
    let (target, password) = target(url);
    Session::open(
        &target,
        &password,
        &Canceller::new(),
        Duration::from_secs(10),
    )
}

/// Asks everything that there is to ask, and returns it as text.
pub(crate) fn ask_everything(session: &mut Session) -> String {
    let mut said = format!("{:?}\n", session.facts());
    said.push_str(&statements(session));
    let activity = ActivityReader::open(session).unwrap();
    let seen = activity.read(session).unwrap();
    said.push_str(&format!("{seen:?}\n{:?}\n", tree(&seen)));
    let catalog = read_catalog(session, &Options::default()).unwrap();
    said.push_str(&format!("{catalog:?}\n{}\n", to_json(&catalog).unwrap()));
    for text in TEXTS {
        let ask = ask(text);
        said.push_str(&format!("{text}: {:?}\n", plain(session, &ask)));
        said.push_str(&format!("{:?}\n", run(session, ask)));
    }
    said.push_str(&format!("{:?}\n{session:?}\n", session.load()));
    said
}

/// Texts to ask plans for: harmless ones, and such that would write if they were run.
const TEXTS: &[&str] = &[
    "SELECT count(*) FROM pg_class",
    "SELECT relname FROM pg_class WHERE relname = $1",
    "SELECT * FROM orders o JOIN customers c ON c.id = o.customer WHERE c.city = $1 ORDER BY total LIMIT 5",
    "SELECT * FROM dear",
    "SELECT writes('x')",
    "SELECT nextval('orders_id_seq')",
    "SELECT * FROM orders FOR UPDATE",
    "UPDATE orders SET total = $1 WHERE id = $2",
    "WITH gone AS (DELETE FROM orders RETURNING *) SELECT count(*) FROM gone",
    "INSERT INTO log (what) VALUES ($1)",
    "SELECT 1; DELETE FROM orders",
    "COMMIT",
    "DROP TABLE orders",
];

fn ask(text: &str) -> Ask {
    Ask {
        text: text.to_owned(),
        search_path: Some("public".to_owned()),
        ..Ask::default()
    }
}

/// Has a text run, agreed to by whoever it takes.
fn run(session: &mut Session, ask: Ask) -> Result<Explained, LiveError> {
    let request = Request::new(session, ask, Duration::from_secs(5))?;
    analyze(session, request.agree_as_superuser())
}

/// Runs for long: the limit is a minute where the server notices that nobody listens any more.
fn run_on(session: &mut Session) {
    let text = "SELECT count(*) FROM generate_series(1, 10000) a, generate_series(1, 10000000) b";
    let limit = if session.facts().major() >= 14 { 60 } else { 5 };
    let request = Request::new(session, ask(text), Duration::from_secs(limit)).unwrap();
    let ended = analyze(session, request.agree_as_superuser());
    panic!("{ended:?}");
}

/// Two looks at the statements with texts and names, and what ran in between.
fn statements(session: &mut Session) -> String {
    let opened = Statements::open(session).unwrap();
    let mut said = format!("{:?}\n{:?}\n", opened.probe, opened.obstacles);
    let Some(statements) = opened.statements else {
        return said;
    };
    let before = statements.snapshot(session).unwrap();
    let (mut texts, mut names) = (Texts::default(), Names::default());
    statements
        .fetch_texts(session, &before, &mut texts)
        .unwrap();
    Statements::fetch_names(session, &before, &mut names).unwrap();
    let after = statements.snapshot(session).unwrap();
    let file = std::env::temp_dir().join(format!("pgloupe-{}", std::process::id()));
    let mut history = History::open(&file.join("history")).unwrap();
    let target = session.target().to_string();
    history.record(&target, &before, &texts, &names).unwrap();
    said.push_str(&format!("{texts:?}\n{names:?}\n"));
    said.push_str(&format!("{:?}\n", difference(&before, &after)));
    said
}

/// A process that visits `url`. What is to be set in its environment, and what wraps it, comes from `wrap`.
pub(crate) fn process(url: &str, then: Then, wrap: impl FnOnce(Command) -> Command) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "visitor::in_a_process",
            "--ignored",
            "--nocapture",
        ])
        .env(URL, url)
        .env(THEN, format!("{then:?}"))
        .env("RUST_BACKTRACE", "full")
        .env("RUST_LOG", "trace")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    wrap(command).spawn().expect("this program can run again")
}

#[test]
#[ignore = "only what the other tests run in a process of its own"]
fn in_a_process() {
    let url = std::env::var(URL).expect("run by the other tests");
    let then = std::env::var(THEN).expect("run by the other tests");
    let then = Then::ALL
        .into_iter()
        .find(|known| format!("{known:?}") == then)
        .unwrap();
    let mut session = match open(&url) {
        Ok(session) => session,
        Err(error) if then == Then::Panic => {
            panic!("{error} {error:?} {:?}", target(&url))
        }
        Err(error) => {
            println!("{error}\n{error:?}\n{error:#?}\n{:?}", target(&url));
            return;
        }
    };
    let said = ask_everything(&mut session);
    let forever = || std::thread::sleep(Duration::from_mins(1));
    match then {
        Then::Print => println!("{said}"),
        Then::Panic => panic!("{said} {session:?} {:?}", target(&url)),
        Then::Stay => forever(),
        Then::Run => run_on(&mut session),
        Then::StayInTransaction => session
            .read(Limits::default(), |_| {
                forever();
                Ok(())
            })
            .unwrap(),
    }
}
