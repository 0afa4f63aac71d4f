//! Reads the view: all numbers in one round trip, texts and names once.

use std::sync::Arc;

use sqlx::postgres::PgRow;

use super::columns::{Columns, micros};
use super::diagnose::{Obstacle, diagnose};
use super::probe::{Probe, probe};
use super::snapshot::{Header, Raw, Snapshot};
use super::texts::{LONGEST_TEXT, Names, Text, TextKey, Texts};
use crate::live::reader::{Reader, composed};
use crate::live::{Limits, LiveError, Session, Trouble};
use crate::sql::Digester;

/// Reads a server's statements again and again.
#[derive(Clone, Debug)]
pub struct Statements {
    columns: Columns,
    /// The extension's schema as an identifier.
    schema: String,
    numbers: String,
    texts: String,
}

/// What there is to read from a server.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What it says about itself.
    pub probe: Probe,
    /// What is in the way, with the lines that mend it.
    pub obstacles: Vec<Obstacle>,
    /// Reads statements, unless an obstacle keeps it from that.
    pub statements: Option<Statements>,
}

/// How many texts are asked for at once.
const TEXTS_AT_ONCE: usize = 5_000;
/// How many bytes of texts come at once, the last of which may go beyond.
const BYTES_AT_ONCE: u64 = 8 << 20;

impl Statements {
    /// Looks at what there is to read.
    ///
    /// # Errors
    /// When the server or the network says no.
    pub fn open(session: &mut Session) -> Result<Opened, LiveError> {
        let probe = session.read(Limits::default(), probe)?;
        let obstacles = diagnose(&probe);
        let blocked = obstacles.iter().any(|obstacle| obstacle.case.blocks());
        let system = session.facts().system_identifier.is_some();
        let statements = probe
            .extension
            .as_ref()
            .filter(|_| !blocked)
            .and_then(|extension| {
                let columns = probe.columns().ok()?;
                Some(Self {
                    numbers: numbers(&columns, &extension.quoted, extension.info, system),
                    texts: texts(&extension.quoted),
                    schema: extension.quoted.clone(),
                    columns,
                })
            });
        Ok(Opened {
            probe,
            obstacles,
            statements,
        })
    }

    /// What the view has.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }

    /// The extension's schema, as an identifier in SQL.
    #[must_use]
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// The statement that [`Self::snapshot`] sends.
    #[must_use]
    pub fn sql(&self) -> &str {
        &self.numbers
    }

    /// All numbers as they stand, without texts: one statement, one round trip.
    ///
    /// # Errors
    /// When the server or the network says no.
    pub fn snapshot(&self, session: &mut Session) -> Result<Snapshot, LiveError> {
        session.read(Limits::default(), |reader| {
            let rows = reader.quick_composed(self.numbers.clone())?;
            let mut rows = rows.iter();
            let header = match rows.next() {
                Some(row) => header(reader, row)?,
                None => Header::default(),
            };
            let raw: Result<Vec<Raw>, LiveError> = rows.map(|row| raw(reader, row)).collect();
            Ok(Snapshot::new(header, self.columns.clone(), raw?))
        })
    }

    /// Fetches the texts of a snapshot that are not known yet.
    ///
    /// # Errors
    /// When the server or the network says no; what was fetched until then is kept.
    pub fn fetch_texts(
        &self,
        session: &mut Session,
        snapshot: &Snapshot,
        known: &mut Texts,
    ) -> Result<(), LiveError> {
        let missing = known.missing(snapshot);
        let mut digester = Digester::default();
        for batch in missing.chunks(TEXTS_AT_ONCE) {
            let mut rest = batch;
            while !rest.is_empty() {
                let found = session.read(Limits::default(), |reader| self.some(reader, rest))?;
                let bytes: u64 = found.iter().map(|(_, text, _)| text.len() as u64).sum();
                // All that stands before the last one that came and didn't come itself is lost.
                let last = found
                    .last()
                    .map(|(key, ..)| *key)
                    .filter(|_| bytes >= BYTES_AT_ONCE);
                let upto = last.map_or(rest.len(), |last| rest.partition_point(|k| *k <= last));
                let (asked, later) = rest.split_at_checked(upto.max(1)).unwrap_or((rest, &[]));
                for key in asked {
                    known.put(*key, None);
                }
                for (key, text, bytes) in found {
                    known.put(key, Some(Text::new(&text, bytes, &mut digester)));
                }
                rest = later;
            }
        }
        Ok(())
    }

    /// The first of these texts, in the order of their keys, as many as come at once.
    fn some(
        &self,
        reader: &mut Reader<'_>,
        keys: &[TextKey],
    ) -> Result<Vec<(TextKey, String, u64)>, LiveError> {
        let databases: Vec<i64> = keys.iter().map(|key| key.database).collect();
        let queries: Vec<i64> = keys.iter().map(|key| key.query).collect();
        let query = composed(self.texts.clone()).bind(databases).bind(queries);
        let rows = reader.rows(query)?;
        rows.iter()
            .map(|row| {
                let key = TextKey {
                    database: reader.get(row, "dbid")?,
                    query: reader.get(row, "queryid")?,
                };
                let bytes: i64 = reader.get(row, "bytes")?;
                Ok((
                    key,
                    reader.get(row, "text")?,
                    u64::try_from(bytes).unwrap_or(0),
                ))
            })
            .collect()
    }

    /// Fetches the names of databases and roles that are not known yet.
    ///
    /// # Errors
    /// When the server or the network says no.
    pub fn fetch_names(
        session: &mut Session,
        snapshot: &Snapshot,
        known: &mut Names,
    ) -> Result<(), LiveError> {
        let (databases, roles) = known.missing(snapshot);
        if databases.is_empty() && roles.is_empty() {
            return Ok(());
        }
        session.read(Limits::default(), |reader| {
            let rows = reader.rows(sqlx::query(NAMES).bind(databases).bind(roles))?;
            for row in &rows {
                let (number, name): (i64, String) =
                    (reader.get(row, "number")?, reader.get(row, "name")?);
                let role: bool = reader.get(row, "role")?;
                let list = if role {
                    &mut known.roles
                } else {
                    &mut known.databases
                };
                list.insert(number, Arc::from(name));
            }
            Ok(())
        })
    }
}

const NAMES: &str = "SELECT false AS role, oid::bigint AS number, datname::text AS name FROM pg_database \
    WHERE oid::bigint = ANY($1) \
    UNION ALL SELECT true, oid::bigint, rolname::text FROM pg_roles WHERE oid::bigint = ANY($2)";

/// The statement that reads all numbers. The first row is the header, taken before the others.
///
/// Numbers come as text, in which the many zeros are short: a tenth of the bytes.
fn numbers(columns: &Columns, schema: &str, info: bool, system: bool) -> String {
    let either = |known: bool, sql: String| if known { sql } else { "NULL".to_owned() };
    let of_info = |what: &str| {
        either(
            info,
            format!("(SELECT {what} FROM {schema}.pg_stat_statements_info)"),
        )
    };
    format!(
        "SELECT json_build_object('taken_at', {taken}, 'server', json_build_object('started_at', {started}, \
         'system', {system}, 'address', host(inet_server_addr()) || ':' || inet_server_port()), \
         'user', current_user, 'has_info', {info}, 'reset_at', {reset}, 'evictions', {evictions}, \
         'max', current_setting('pg_stat_statements.max', true)::bigint, \
         'track_io_timing', current_setting('track_io_timing')::boolean, \
         'track_planning', current_setting('pg_stat_statements.track_planning', true)::boolean)::text AS header, \
         NULL::bigint AS dbid, NULL::bigint AS userid, NULL::bigint AS queryid, NULL::boolean AS toplevel, \
         NULL::bigint AS since, NULL::bigint AS minmax_since, NULL::text AS numbers \
         UNION ALL SELECT NULL, {list} FROM {schema}.pg_stat_statements(false) s",
        taken = micros("clock_timestamp()"),
        started = micros("pg_postmaster_start_time()"),
        system = either(
            system,
            "(SELECT system_identifier FROM pg_control_system())".to_owned()
        ),
        reset = of_info(&micros("stats_reset")),
        evictions = of_info("dealloc"),
        list = columns.list(),
    )
}

/// The statement that reads texts: of these keys, in their order, as many as come at once.
fn texts(schema: &str) -> String {
    format!(
        "SELECT t.dbid, t.queryid, t.bytes, left(t.query, {LONGEST_TEXT}) AS text FROM (\
         SELECT d.*, sum(least(d.bytes, {LONGEST_TEXT})) OVER (ORDER BY d.dbid, d.queryid) AS upto FROM (\
         SELECT DISTINCT ON (k.dbid, k.queryid) k.dbid, k.queryid, s.query, octet_length(s.query)::bigint AS bytes \
         FROM {schema}.pg_stat_statements(true) s \
         JOIN unnest($1::bigint[], $2::bigint[]) k(dbid, queryid) ON k.queryid = s.queryid AND k.dbid = s.dbid::bigint \
         WHERE s.query IS NOT NULL ORDER BY k.dbid, k.queryid) d) t \
         WHERE t.upto - least(t.bytes, {LONGEST_TEXT}) < {BYTES_AT_ONCE} ORDER BY t.dbid, t.queryid"
    )
}

fn header(reader: &Reader<'_>, row: &PgRow) -> Result<Header, LiveError> {
    let text: Option<String> = reader.get(row, "header")?;
    serde_json::from_str(&text.unwrap_or_default()).map_err(|error| {
        let place = reader.target().to_string();
        LiveError::new(
            Trouble::Other,
            place,
            format!("its answer can't be read: {error}"),
        )
    })
}

fn raw(reader: &Reader<'_>, row: &PgRow) -> Result<Raw, LiveError> {
    let database: Option<i64> = reader.get(row, "dbid")?;
    let user: Option<i64> = reader.get(row, "userid")?;
    let numbers: Option<&str> = reader.get(row, "numbers")?;
    Ok(Raw {
        database: database.unwrap_or(0),
        user: user.unwrap_or(0),
        query: reader.get(row, "queryid")?,
        top_level: reader.get(row, "toplevel")?,
        since: reader.get(row, "since")?,
        minmax_since: reader.get(row, "minmax_since")?,
        numbers: array(numbers.unwrap_or_default()),
    })
}

/// The members of an array of numbers as PostgreSQL writes it: `{1,2.5,NULL}`.
fn array(text: &str) -> Vec<Option<f64>> {
    let inside = text.trim_start_matches('{').trim_end_matches('}');
    inside
        .split(',')
        .map(|number| number.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays() {
        assert_eq!(
            array("{1,2.5,NULL,1e+15}"),
            [Some(1.0), Some(2.5), None, Some(1e15)]
        );
    }
}
