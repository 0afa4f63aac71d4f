//! The statements that read tables and indexes.

use super::present::Present;

/// Schemas that are not the server's own, as a condition on `n`.
pub(super) const OURS: &str =
    "n.nspname <> 'information_schema' AND n.nspname !~ '^pg_(catalog$|toast|temp_)'";

/// Relations that somebody has locked for himself, or wants to: to ask for their size, and on many versions for any
/// expression of theirs, would wait. What was locked a moment later still ends the statement by its limit.
pub(super) const LOCKED: &str = "(SELECT l.relation FROM pg_locks l WHERE l.mode = 'AccessExclusiveLock' AND l.relation IS NOT NULL)";

fn micros(time: &str) -> String {
    format!("(extract(epoch FROM {time}) * 1000000)::bigint")
}

/// A table a row, in the order of nothing.
pub(super) fn tables(present: &Present) -> String {
    let of_table = |column, missing| present.or("pg_stat_all_tables", "s", column, missing);
    let generated = present.or("pg_attribute", "a", "attgenerated", "''");
    format!(
        "WITH columns AS (SELECT a.attrelid, json_agg(json_build_object('name', a.attname, \
         'type', format_type(a.atttypid, a.atttypmod), 'not_null', a.attnotnull, \
         'default', CASE WHEN {generated} = '' AND a.attrelid NOT IN {LOCKED} THEN pg_get_expr(d.adbin, d.adrelid) END, \
         'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by-default' END, \
         'generated', CASE WHEN {generated} <> '' AND a.attrelid NOT IN {LOCKED} THEN pg_get_expr(d.adbin, d.adrelid) END, \
         'collation', CASE WHEN a.attcollation <> t.typcollation THEN \
         (SELECT l.collname FROM pg_collation l WHERE l.oid = a.attcollation) END) ORDER BY a.attnum) AS list \
         FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_class c ON c.oid = a.attrelid \
         JOIN pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attnum > 0 AND NOT a.attisdropped AND {OURS} GROUP BY a.attrelid), \
         parents AS (SELECT i.inhrelid, json_agg(json_build_object('schema', n.nspname, 'name', p.relname) \
         ORDER BY i.inhseqno) AS list FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent \
         JOIN pg_namespace n ON n.oid = p.relnamespace GROUP BY i.inhrelid) \
         SELECT json_strip_nulls(json_build_object('schema', n.nspname, 'name', c.relname, \
         'kind', CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' \
         WHEN 'm' THEN 'materialized-view' ELSE 'view' END, 'unlogged', c.relpersistence = 'u', \
         'partition_of', CASE WHEN c.relispartition THEN p.list -> 0 END, \
         'partition_bound', CASE WHEN c.oid NOT IN {LOCKED} THEN pg_get_expr(c.relpartbound, c.oid) END, \
         'partition_key', CASE WHEN c.relkind = 'p' AND c.oid NOT IN {LOCKED} THEN pg_get_partkeydef(c.oid) END, \
         'inherits', CASE WHEN NOT c.relispartition THEN p.list END, \
         'rows', CASE WHEN c.relkind IN ('r', 'm', 'p', 'f') AND c.reltuples >= 0 AND (c.reltuples > 0 OR c.relpages > 0) \
         THEN c.reltuples::bigint END, \
         'pages', CASE WHEN c.relkind IN ('r', 'm') THEN c.relpages END, \
         'bytes', CASE WHEN c.relkind IN ('r', 'm') AND c.oid NOT IN {LOCKED} THEN json_build_object(\
         'heap', pg_relation_size(c.oid) + pg_relation_size(c.oid, 'fsm') + pg_relation_size(c.oid, 'vm'), \
         'toast', CASE WHEN c.reltoastrelid <> 0 THEN pg_total_relation_size(c.reltoastrelid) ELSE 0 END, \
         'indexes', pg_indexes_size(c.oid)) END, \
         'counters', CASE WHEN c.relkind IN ('r', 'm') AND s.relid IS NOT NULL THEN json_build_object(\
         'seq_scans', coalesce(s.seq_scan, 0), 'seq_rows', coalesce(s.seq_tup_read, 0), \
         'index_scans', coalesce(s.idx_scan, 0), 'index_rows', coalesce(s.idx_tup_fetch, 0), \
         'inserted', coalesce(s.n_tup_ins, 0), 'updated', coalesce(s.n_tup_upd, 0), \
         'hot_updated', coalesce(s.n_tup_hot_upd, 0), 'deleted', coalesce(s.n_tup_del, 0), \
         'live', coalesce(s.n_live_tup, 0), 'dead', coalesce(s.n_dead_tup, 0), \
         'changed_since_analyze', coalesce(s.n_mod_since_analyze, 0), 'inserted_since_vacuum', {inserted}, \
         'last_vacuum', {vacuum}, 'last_autovacuum', {autovacuum}, 'last_analyze', {analyze}, \
         'last_autoanalyze', {autoanalyze}, 'last_seq_scan', {seq_scan}, \
         'heap_hit', io.heap_blks_hit, 'heap_read', io.heap_blks_read, \
         'index_hit', io.idx_blks_hit, 'index_read', io.idx_blks_read) END, \
         'options', (SELECT json_object_agg(o.prefix || o.option_name, o.option_value) FROM (\
         SELECT '' AS prefix, own.* FROM pg_options_to_table(c.reloptions) own UNION ALL \
         SELECT 'toast.', toast.* FROM pg_class tc, pg_options_to_table(tc.reloptions) toast \
         WHERE tc.oid = c.reltoastrelid) o WHERE o.option_value IS NOT NULL), \
         'frozen_age', CASE WHEN c.relkind IN ('r', 'm') THEN age(c.relfrozenxid) END, \
         'multixact_age', CASE WHEN c.relkind IN ('r', 'm') THEN mxid_age(c.relminmxid) END, \
         'replica_identity', CASE c.relreplident WHEN 'n' THEN to_json('nothing'::text) WHEN 'f' THEN \
         to_json('full'::text) WHEN 'i' THEN (SELECT json_build_object('index', ic.relname) FROM pg_index i \
         JOIN pg_class ic ON ic.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisreplident) END, \
         'columns', coalesce(columns.list, '[]')))::text AS json \
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         LEFT JOIN columns ON columns.attrelid = c.oid \
         LEFT JOIN parents p ON p.inhrelid = c.oid \
         LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid \
         LEFT JOIN pg_statio_all_tables io ON io.relid = c.oid \
         WHERE c.relkind IN ('r', 'p', 'f', 'm', 'v') AND c.relpersistence <> 't' AND {OURS}",
        inserted = of_table("n_ins_since_vacuum", "NULL::bigint"),
        vacuum = micros("s.last_vacuum"),
        autovacuum = micros("s.last_autovacuum"),
        analyze = micros("s.last_analyze"),
        autoanalyze = micros("s.last_autoanalyze"),
        seq_scan = micros(&of_table("last_seq_scan", "NULL::timestamptz")),
    )
}

/// An index a row, in the order of nothing.
pub(super) fn indexes(present: &Present) -> String {
    let of_index = |column, missing| present.or("pg_index", "x", column, missing);
    let keys = of_index("indnkeyatts", "x.indnatts");
    format!(
        "SELECT json_strip_nulls(json_build_object('table', json_build_object('schema', n.nspname, 'name', t.relname), \
         'name', i.relname, 'method', m.amname, 'keys', coalesce(k.keys, '[]'), 'include', k.include, \
         'predicate', CASE WHEN t.oid NOT IN {LOCKED} THEN pg_get_expr(x.indpred, x.indrelid) END, 'unique', x.indisunique, \
         'nulls_not_distinct', {nulls}, 'primary', x.indisprimary, 'exclusion', x.indisexclusion, \
         'constraint', (SELECT o.conname FROM pg_constraint o WHERE o.conindid = x.indexrelid \
         AND o.contype IN ('p', 'u', 'x') LIMIT 1), \
         'partition_of', (SELECT json_build_object('schema', pn.nspname, 'name', pi.relname) FROM pg_inherits h \
         JOIN pg_class pi ON pi.oid = h.inhparent JOIN pg_namespace pn ON pn.oid = pi.relnamespace \
         WHERE h.inhrelid = x.indexrelid), \
         'valid', x.indisvalid, 'ready', x.indisready, \
         'bytes', CASE WHEN i.relkind = 'i' AND i.oid NOT IN {LOCKED} AND t.oid NOT IN {LOCKED} \
         THEN pg_relation_size(i.oid) END, \
         'pages', CASE i.relkind WHEN 'i' THEN i.relpages END, \
         'counters', CASE WHEN i.relkind = 'i' AND s.indexrelid IS NOT NULL THEN json_build_object(\
         'scans', coalesce(s.idx_scan, 0), 'entries', coalesce(s.idx_tup_read, 0), \
         'rows', coalesce(s.idx_tup_fetch, 0), 'last_scan', {last}, \
         'hit', io.idx_blks_hit, 'read', io.idx_blks_read) END, \
         'definition', CASE WHEN t.oid NOT IN {LOCKED} AND i.oid NOT IN {LOCKED} \
         THEN pg_get_indexdef(x.indexrelid) END))::text AS json \
         FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
         JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_am m ON m.oid = i.relam \
         LEFT JOIN pg_stat_all_indexes s ON s.indexrelid = x.indexrelid \
         LEFT JOIN pg_statio_all_indexes io ON io.indexrelid = x.indexrelid \
         LEFT JOIN LATERAL (SELECT json_agg(json_build_object(\
         'column', CASE WHEN x.indkey[at - 1] <> 0 THEN a.attname END, \
         'expression', CASE WHEN x.indkey[at - 1] = 0 THEN \
         CASE WHEN t.oid IN {LOCKED} THEN '' ELSE pg_get_indexdef(x.indexrelid, at, false) END END, \
         'opclass', CASE WHEN NOT oc.opcdefault THEN oc.opcname END, \
         'collation', CASE WHEN co.oid <> a.attcollation THEN co.collname END, \
         'descending', (x.indoption[at - 1] & 1) <> 0, \
         'nulls_first', (x.indoption[at - 1] & 2) <> 0) ORDER BY at) FILTER (WHERE at <= {keys}) AS keys, \
         json_agg(a.attname ORDER BY at) FILTER (WHERE at > {keys}) AS include \
         FROM generate_series(1, x.indnatts::int) at \
         LEFT JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[at - 1] \
         LEFT JOIN pg_opclass oc ON oc.oid = x.indclass[at - 1] AND at <= {keys} \
         LEFT JOIN pg_collation co ON co.oid = x.indcollation[at - 1] AND at <= {keys}) k ON true \
         WHERE t.relpersistence <> 't' AND {OURS}",
        nulls = of_index("indnullsnotdistinct", "false"),
        last = micros(&present.or(
            "pg_stat_all_indexes",
            "s",
            "last_idx_scan",
            "NULL::timestamptz"
        )),
    )
}
