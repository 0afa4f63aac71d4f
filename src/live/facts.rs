//! Who we are on a server, and which server it is.

use super::error::LiveError;
use super::reader::Reader;
use super::target::Target;
use std::time::Duration;

/// What a server says of itself and of us.
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are the answers to yes-or-no questions"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerFacts {
    /// `server_version_num`: 150004 is 15.4.
    pub version: u32,
    /// The version as the server writes it.
    pub version_text: String,
    /// The role that statements run as.
    pub role: String,
    /// Whether that role may do anything.
    pub superuser: bool,
    /// Whether it has the rights of `pg_monitor`.
    pub monitor: bool,
    /// Whether it has the rights of `pg_read_all_stats`: without, the statements of others are hidden.
    pub reads_all_stats: bool,
    /// Whether it has the rights of `pg_read_all_data` (14 and later).
    pub reads_all_data: bool,
    /// The database.
    pub database: String,
    /// When the server started, in microseconds since 1970.
    pub started: i64,
    /// The server's address as it sees it itself; none for a socket.
    pub address: Option<String>,
    /// What names the cluster for good, where the role may read it.
    pub system_identifier: Option<String>,
    /// Whether it follows another server.
    pub in_recovery: bool,
    /// Protocol and cipher of the connection as the server sees it; none when it is not encrypted (a pooler in
    /// between shows its own).
    pub tls: Option<String>,
    /// Where names without a schema are looked for.
    pub search_path: String,
    /// Whether something stands between us and the server.
    pub pooler: Pooler,
}

/// Whether a pooler stands between us and the server. One that has just opened a connection for us can't be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooler {
    /// Nothing speaks for it.
    #[default]
    NotSeen,
    /// The server's port is not ours: a pooler, a tunnel or a container.
    Perhaps,
    /// The backend is older than our connection.
    Certain,
}

impl ServerFacts {
    /// The major version: 15.
    #[must_use]
    pub fn major(&self) -> u32 {
        self.version / 10_000
    }

    /// What to tell a person of a version that was not tried out.
    #[must_use]
    pub fn version_note(&self) -> Option<String> {
        match self.major() {
            10..=12 => Some(format!(
                "PostgreSQL {} is no longer maintained; some figures are missing.",
                self.major()
            )),
            13..=18 => None,
            _ => Some(format!(
                "PostgreSQL {} is newer than this program; what it does not know is left out.",
                self.major()
            )),
        }
    }

    /// Whether two answers may come from two servers: after a failover, a restart from a suspended state, or behind
    /// a pooler that leads to several. Differences between counters mean nothing then.
    #[must_use]
    pub fn same_server(&self, other: &Self) -> bool {
        let identifiers = self
            .system_identifier
            .as_ref()
            .zip(other.system_identifier.as_ref());
        self.database == other.database
            && self.started == other.started
            && identifiers.is_none_or(|(a, b)| a == b)
    }
}

const FACTS: &str = "select current_setting('server_version_num')::int4 as version, \
    current_setting('server_version') as version_text, \
    current_user::text as role, \
    current_setting('is_superuser') = 'on' as superuser, \
    pg_has_role('pg_monitor', 'usage') as monitor, \
    pg_has_role('pg_read_all_stats', 'usage') as stats, \
    exists (select from pg_roles where rolname = 'pg_read_all_data' and pg_has_role(oid, 'usage')) as data, \
    current_database()::text as database, \
    (extract(epoch from pg_postmaster_start_time()) * 1000000)::int8 as started, \
    host(inet_server_addr()) as address, \
    inet_server_port() as port, \
    pg_is_in_recovery() as recovery, \
    has_function_privilege('pg_control_system()', 'execute') as control, \
    (extract(epoch from clock_timestamp() - a.backend_start) * 1000)::float8 as age, \
    (select s.version || ' ' || s.cipher from pg_stat_ssl s where s.pid = a.pid and s.ssl) as tls \
    from pg_stat_get_activity(pg_backend_pid()) a";

/// Asks for all of it. `waited` is how long ago we began to connect.
pub(super) fn read(
    reader: &mut Reader<'_>,
    target: &Target,
    waited: Duration,
) -> Result<ServerFacts, LiveError> {
    let row = reader.row(sqlx::query(FACTS))?;
    let version: i32 = reader.get(&row, "version")?;
    let age: Option<f64> = reader.get(&row, "age")?;
    let port: Option<i32> = reader.get(&row, "port")?;
    let control: bool = reader.get(&row, "control")?;
    let mut facts = ServerFacts {
        version: u32::try_from(version).unwrap_or(0),
        version_text: reader.get(&row, "version_text")?,
        role: reader.get(&row, "role")?,
        superuser: reader.get(&row, "superuser")?,
        monitor: reader.get(&row, "monitor")?,
        reads_all_stats: reader.get(&row, "stats")?,
        reads_all_data: reader.get(&row, "data")?,
        database: reader.get(&row, "database")?,
        started: reader.get(&row, "started")?,
        address: reader.get(&row, "address")?,
        system_identifier: None,
        in_recovery: reader.get(&row, "recovery")?,
        tls: reader.get(&row, "tls")?,
        search_path: reader.search_path().to_owned(),
        pooler: pooler(target, age, port, waited),
    };
    if control {
        let row = reader.row(sqlx::query(
            "select system_identifier::text as identifier from pg_control_system()",
        ))?;
        facts.system_identifier = reader.get(&row, "identifier")?;
    }
    Ok(facts)
}

fn pooler(target: &Target, age: Option<f64>, port: Option<i32>, waited: Duration) -> Pooler {
    let ours = waited.as_secs_f64() * 1000.0;
    match port {
        // The answer may take as long again as connecting did; a second on top is for slow networks.
        _ if age.is_some_and(|age| age > 2.0 * ours + 1000.0) => Pooler::Certain,
        Some(port) if port != i32::from(target.port) => Pooler::Perhaps,
        None if !target.socket() => Pooler::Perhaps,
        _ => Pooler::NotSeen,
    }
}
