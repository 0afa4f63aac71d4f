//! The statements that read what isn't a table or an index.

use super::present::Present;
use super::relations::{LOCKED, OURS};

/// The catalog but for its lists: one row. Settings that may hold a password or a way to one stay where they are.
pub(super) const HEAD: &str = "SELECT json_strip_nulls(json_build_object(\
    'taken_at', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint, \
    'server', json_build_object('version_num', current_setting('server_version_num')::int, \
    'version', current_setting('server_version'), \
    'started_at', (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint, \
    'standby', pg_is_in_recovery(), \
    'standbys', CASE WHEN pg_has_role('pg_read_all_stats', 'usage') THEN (SELECT count(*) FROM pg_stat_replication) END), \
    'database', (SELECT json_build_object('name', d.datname, 'encoding', pg_encoding_to_char(d.encoding), \
    'collation', d.datcollate, 'bytes', pg_database_size(d.oid), \
    'counted_since', (extract(epoch FROM s.stats_reset) * 1000000)::bigint, \
    'blocks_hit', s.blks_hit, 'blocks_read', s.blks_read, 'temp_files', s.temp_files, 'temp_bytes', s.temp_bytes, \
    'deadlocks', s.deadlocks, 'frozen_age', age(d.datfrozenxid)) \
    FROM pg_database d LEFT JOIN pg_stat_database s ON s.datid = d.oid WHERE d.datname = current_database()), \
    'settings', (SELECT coalesce(json_agg(json_build_object('name', g.name, 'value', g.setting, 'unit', g.unit, \
    'source', g.source, 'default', g.boot_val)), '[]') FROM pg_settings g \
    WHERE g.setting IS NOT NULL AND g.name !~ '(conninfo|_command$|passphrase|password|secret|token)'), \
    'schemas', (SELECT coalesce(json_agg(n.nspname), '[]') FROM pg_namespace n \
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_(catalog$|toast|temp_)'), \
    'extensions', (SELECT coalesce(json_agg(json_build_object('name', e.extname, 'version', e.extversion, \
    'schema', n.nspname)), '[]') FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace)))::text AS json";

/// A foreign key a row; those that a partition has from its parent are left out.
pub(super) fn foreign_keys(present: &Present) -> String {
    let columns = |table: &str, numbers: &str| {
        format!(
            "(SELECT json_agg(a.attname ORDER BY k.at) FROM unnest({numbers}) WITH ORDINALITY k(attnum, at) \
             JOIN pg_attribute a ON a.attrelid = {table} AND a.attnum = k.attnum)"
        )
    };
    let action = |kind: &str| {
        format!(
            "CASE {kind} WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END"
        )
    };
    format!(
        "SELECT json_strip_nulls(json_build_object('table', json_build_object('schema', n.nspname, 'name', t.relname), \
         'name', o.conname, 'columns', {own}, \
         'references', json_build_object('schema', rn.nspname, 'name', r.relname), 'referenced', {there}, \
         'validated', o.convalidated, 'on_delete', {delete}, 'on_update', {update}))::text AS json \
         FROM pg_constraint o JOIN pg_class t ON t.oid = o.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
         JOIN pg_class r ON r.oid = o.confrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace \
         WHERE o.contype = 'f' AND {parent} = 0 AND t.relpersistence <> 't' AND {OURS}",
        own = columns("o.conrelid", "o.conkey"),
        there = columns("o.confrelid", "o.confkey"),
        delete = action("o.confdeltype"),
        update = action("o.confupdtype"),
        parent = present.or("pg_constraint", "o", "conparentid", "0"),
    )
}

/// A sequence a row. Those that the role may not read have no last value.
pub(super) const SEQUENCES: &str = "SELECT json_strip_nulls(json_build_object('schema', n.nspname, 'name', c.relname, \
    'owner', (SELECT json_build_object('table', json_build_object('schema', tn.nspname, 'name', t.relname), \
    'column', a.attname) FROM pg_depend d JOIN pg_class t ON t.oid = d.refobjid \
    JOIN pg_namespace tn ON tn.oid = t.relnamespace \
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid \
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass \
    AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0 LIMIT 1), \
    'type', format_type(s.seqtypid, NULL), 'start', s.seqstart, 'min', s.seqmin, 'max', s.seqmax, \
    'increment', s.seqincrement, 'cycle', s.seqcycle, \
    'last', CASE WHEN has_sequence_privilege(c.oid, 'SELECT,USAGE') THEN pg_sequence_last_value(c.oid) END))::text \
    AS json FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
    WHERE c.relpersistence <> 't' AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_(catalog$|toast|temp_)'";

/// The query of a view a row. It takes locks on what the view reads.
pub(super) fn views() -> String {
    format!(
        "SELECT json_build_object('schema', n.nspname, 'name', c.relname, 'definition', pg_get_viewdef(c.oid))::text \
         AS json FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND {OURS} AND NOT EXISTS (\
         SELECT FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid \
         WHERE w.ev_class = c.oid AND d.refobjid IN {LOCKED})"
    )
}

/// The statistics of a column a row: those of the rows of the table itself before those with its children.
pub(super) fn statistics(values: bool) -> String {
    let of_list = |list: &str| format!("CASE WHEN array_ndims({list}) = 1 THEN {list} END");
    let common = of_list("s.most_common_vals::text::text[]");
    let (common, histogram) = if values {
        (
            format!(
                "(SELECT json_agg(json_build_object('value', coalesce(v.value, ''), 'frequency', v.frequency) \
                 ORDER BY v.at) FROM ROWS FROM (unnest({common}), unnest(s.most_common_freqs)) WITH ORDINALITY \
                 v(value, frequency, at) WHERE v.value IS NOT NULL AND v.frequency IS NOT NULL)"
            ),
            format!("to_json({})", of_list("s.histogram_bounds::text::text[]")),
        )
    } else {
        ("NULL".to_owned(), "NULL".to_owned())
    };
    format!(
        "SELECT DISTINCT ON (s.schemaname, s.tablename, s.attname) json_strip_nulls(json_build_object(\
         'schema', s.schemaname, 'table', s.tablename, 'column', s.attname, 'null_frac', s.null_frac, \
         'avg_width', s.avg_width, 'n_distinct', s.n_distinct, 'correlation', s.correlation, \
         'most_common', {common}, 'histogram', {histogram}))::text AS json \
         FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname WHERE {OURS} \
         ORDER BY s.schemaname, s.tablename, s.attname, s.inherited"
    )
}
