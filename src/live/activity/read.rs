//! Reads what goes on, with the columns that the server has.

use sqlx::postgres::PgRow;

use super::{Activity, Holder, HolderKind, Lock, Session};
use crate::live::reader::Reader;
use crate::live::{self, Limits, LiveError};

/// Reads a server's sessions again and again.
#[derive(Clone, Debug)]
pub struct ActivityReader {
    sessions: String,
}

const COLUMNS: &str = "SELECT c.relname || '.' || a.attname AS name FROM pg_attribute a \
    JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'pg_catalog'::regnamespace \
    AND c.relname IN ('pg_stat_activity', 'pg_locks') \
    AND a.attname IN ('leader_pid', 'query_id', 'waitstart', 'backend_type') AND NOT a.attisdropped";

impl ActivityReader {
    /// Looks at what the server's views have.
    ///
    /// # Errors
    /// When the server or the network says no.
    pub fn open(session: &mut live::Session) -> Result<Self, LiveError> {
        session.read(Limits::default(), |reader| {
            let rows = reader.quick(COLUMNS)?;
            let names: Result<Vec<String>, LiveError> =
                rows.iter().map(|row| reader.get(row, "name")).collect();
            Ok(Self {
                sessions: sessions_sql(&names?),
            })
        })
    }

    /// What goes on now, our own session and what works for it left out.
    ///
    /// # Errors
    /// When the server or the network says no.
    pub fn read(&self, session: &mut live::Session) -> Result<Activity, LiveError> {
        session.read(Limits::default(), |reader| {
            let rows = reader.quick_composed(self.sessions.clone())?;
            let sessions: Result<Vec<Session>, LiveError> =
                rows.iter().map(|row| session_of(reader, row)).collect();
            let sessions = sessions?;
            let mut activity = Activity {
                hidden: sessions.iter().filter(|session| session.hidden).count(),
                sessions,
                ..Activity::default()
            };
            for row in &reader.quick(HOLDERS)? {
                activity.taken_at = reader.get(row, "now")?;
                activity.holders.extend(holder(reader, row)?);
            }
            Ok(activity)
        })
    }
}

/// The statement for a server whose views have these columns, of those that not all have.
fn sessions_sql(present: &[String]) -> String {
    let column = |view: &str, alias: &str, name: &str, missing: &str| {
        let full = format!("{view}.{name}");
        if present.contains(&full) {
            format!("{alias}.{name}")
        } else {
            missing.to_owned()
        }
    };
    let activity = |name, missing| column("pg_stat_activity", "a", name, missing);
    let micros = |time: &str| format!("(extract(epoch FROM {time}) * 1000000)::bigint");
    // Asking who blocks whom takes all locks on locks for a moment: only of those that wait.
    format!(
        "WITH waiting AS (SELECT DISTINCT ON (l.pid) l.pid, l.locktype, l.mode, l.relation, l.database, \
         {waitstart} AS since FROM pg_locks l WHERE NOT l.granted ORDER BY l.pid) \
         SELECT a.pid, a.usename::text AS usename, a.datname::text AS datname, a.application_name, \
         host(a.client_addr) AS client, {kind}::text AS kind, a.state, a.wait_event_type, a.wait_event, \
         {leader} AS leader, {query_id} AS query_id, a.query, {connected} AS connected_at, {transaction} AS \
         transaction_at, {statement} AS statement_at, {state} AS state_at, age(a.backend_xmin)::bigint AS xmin_age, \
         w.locktype, w.mode, {since} AS lock_since, \
         CASE WHEN w.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         THEN (SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = w.relation) END AS relation, \
         CASE WHEN w.pid IS NOT NULL THEN pg_blocking_pids(a.pid) END AS blocked_by \
         FROM pg_stat_activity a LEFT JOIN waiting w ON w.pid = a.pid \
         WHERE a.pid <> pg_backend_pid() AND {leader} IS DISTINCT FROM pg_backend_pid() ORDER BY a.pid",
        waitstart = column("pg_locks", "l", "waitstart", "NULL::timestamptz"),
        kind = activity("backend_type", "NULL"),
        leader = activity("leader_pid", "NULL::int"),
        query_id = activity("query_id", "NULL::bigint"),
        connected = micros("a.backend_start"),
        transaction = micros("a.xact_start"),
        statement = micros("a.query_start"),
        state = micros("a.state_change"),
        since = micros("w.since"),
    )
}

/// What keeps old rows, one row even when nothing does: it has the time. A role without rights sees no standbys.
const HOLDERS: &str = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now, h.* \
    FROM (SELECT) one LEFT JOIN (\
    SELECT 'session' AS kind, pid::text AS name, age(backend_xmin)::bigint AS age, NULL::bigint AS since \
    FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() \
    AND backend_type IS DISTINCT FROM 'walsender' \
    UNION ALL SELECT 'slot', slot_name::text, age(xmin)::bigint, NULL FROM pg_replication_slots WHERE xmin IS NOT NULL \
    UNION ALL SELECT 'slot catalog', slot_name::text, age(catalog_xmin)::bigint, NULL FROM pg_replication_slots \
    WHERE catalog_xmin IS NOT NULL \
    UNION ALL SELECT 'prepared', gid, age(transaction)::bigint, (extract(epoch FROM prepared) * 1000000)::bigint \
    FROM pg_prepared_xacts \
    UNION ALL SELECT 'standby', coalesce(nullif(application_name, ''), pid::text), age(backend_xmin)::bigint, NULL \
    FROM pg_stat_replication WHERE backend_xmin IS NOT NULL\
    ) h ON true ORDER BY h.age DESC NULLS LAST, h.kind, h.name";

/// What the server shows instead of other roles' statements.
const HIDDEN: &str = "<insufficient privilege>";

fn session_of(reader: &Reader<'_>, row: &PgRow) -> Result<Session, LiveError> {
    let query: Option<String> = reader.get(row, "query")?;
    let hidden = query.as_deref() == Some(HIDDEN);
    let kind: Option<String> = reader.get(row, "wait_event_type")?;
    let event: Option<String> = reader.get(row, "wait_event")?;
    let locked: Option<String> = reader.get(row, "locktype")?;
    let lock = match locked {
        None => None,
        Some(kind) => Some(Lock {
            kind,
            mode: reader
                .get::<Option<String>>(row, "mode")?
                .unwrap_or_default(),
            relation: reader.get(row, "relation")?,
            since: reader.get(row, "lock_since")?,
        }),
    };
    let application: Option<String> = reader.get(row, "application_name")?;
    Ok(Session {
        pid: reader.get(row, "pid")?,
        user: reader.get(row, "usename")?,
        database: reader.get(row, "datname")?,
        application: application.filter(|name| !name.is_empty()),
        client: reader.get(row, "client")?,
        kind: reader.get(row, "kind")?,
        state: reader.get(row, "state")?,
        wait: kind.zip(event),
        leader: reader.get(row, "leader")?,
        query_id: reader.get(row, "query_id")?,
        query: query.filter(|query| !hidden && !query.is_empty()),
        connected_at: reader.get(row, "connected_at")?,
        transaction_at: reader.get(row, "transaction_at")?,
        statement_at: reader.get(row, "statement_at")?,
        state_at: reader.get(row, "state_at")?,
        xmin_age: reader.get(row, "xmin_age")?,
        blocked_by: reader
            .get::<Option<Vec<i32>>>(row, "blocked_by")?
            .unwrap_or_default(),
        lock,
        hidden,
    })
}

fn holder(reader: &Reader<'_>, row: &PgRow) -> Result<Option<Holder>, LiveError> {
    let kind: Option<String> = reader.get(row, "kind")?;
    let kind = match kind.as_deref() {
        Some("session") => HolderKind::Session,
        Some("slot") => HolderKind::Slot,
        Some("slot catalog") => HolderKind::SlotCatalog,
        Some("prepared") => HolderKind::Prepared,
        Some("standby") => HolderKind::Standby,
        _ => return Ok(None),
    };
    Ok(Some(Holder {
        kind,
        name: reader
            .get::<Option<String>>(row, "name")?
            .unwrap_or_default(),
        age: reader.get::<Option<i64>>(row, "age")?.unwrap_or(0),
        since: reader.get(row, "since")?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_by_presence() {
        let all = [
            "pg_stat_activity.leader_pid",
            "pg_stat_activity.query_id",
            "pg_stat_activity.backend_type",
            "pg_locks.waitstart",
        ];
        let new = sessions_sql(&all.map(str::to_owned));
        let old = sessions_sql(&[all[2].to_owned()]);
        for name in ["a.leader_pid", "a.query_id", "l.waitstart"] {
            assert!(new.contains(name) && !old.contains(name), "{name}");
        }
        assert!(old.contains("a.backend_type"));
    }
}
