//! Which functions are harmless.

use super::Refusal;
use std::collections::BTreeSet;

/// A function that a text can reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::live) struct Function {
    /// The name in the text by which it is reached.
    pub(in crate::live) word: String,
    /// With its schema and the types of its arguments, as the server writes it.
    pub(in crate::live) signature: String,
    pub(in crate::live) name: String,
    pub(in crate::live) schema: String,
    pub(in crate::live) oid: i64,
    pub(in crate::live) volatile: bool,
    /// SECURITY DEFINER: it has its owner's rights.
    pub(in crate::live) definer: bool,
    pub(in crate::live) language: String,
    pub(in crate::live) extension: Option<String>,
    /// By a call, an operator, a cast …
    pub(in crate::live) how: String,
}

/// All that a text can reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::live) struct Reached {
    /// By names before brackets.
    pub(in crate::live) called: Vec<Function>,
    /// By other ways, the server's own left out.
    pub(in crate::live) hidden: Vec<Function>,
}

/// Whether the statement is to be planned only, or run as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::live) enum Mode {
    Plan,
    Run,
}

/// What comes with the server has a number below this (`FirstNormalObjectId`).
const FIRST_OF_USERS: i64 = 16_384;

/// The server's own functions that are VOLATILE and yet leave nothing behind.
const HARMLESS: &[&str] = &[
    "random",
    "random_normal",
    "clock_timestamp",
    "timeofday",
    "gen_random_uuid",
    "uuidv4",
    "uuidv7",
    "pg_is_in_recovery",
    "pg_relation_size",
    "pg_table_size",
    "pg_indexes_size",
    "pg_total_relation_size",
    "pg_database_size",
    "bernoulli",
    "system",
    "currval",
    "lastval",
    // One of its forms is VOLATILE up to 13; `AT TIME ZONE` calls it.
    "timezone",
    // Of extensions that are known.
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "gen_random_bytes",
    "gen_salt",
];

/// The server's own functions that are not VOLATILE and yet run what they are given, read whole databases, or take
/// a number of a transaction.
const DANGEROUS: &[&str] = &[
    "table_to_xml",
    "table_to_xmlschema",
    "table_to_xml_and_xmlschema",
    "schema_to_xml",
    "schema_to_xmlschema",
    "schema_to_xml_and_xmlschema",
    "database_to_xml",
    "database_to_xmlschema",
    "database_to_xml_and_xmlschema",
    "query_to_xml",
    "query_to_xmlschema",
    "query_to_xml_and_xmlschema",
    "cursor_to_xml",
    "cursor_to_xmlschema",
    "ts_stat",
    "ts_rewrite",
    "pg_current_xact_id",
    "txid_current",
    "fmgr_internal_validator",
    "fmgr_c_validator",
    "fmgr_sql_validator",
    "plpgsql_validator",
    "pg_read_file",
    "pg_read_binary_file",
    "lo_get",
];

/// Extensions whose functions do what they say when they are not VOLATILE. Not here, as they run texts that they are
/// given or reach out of the database: tablefunc, xml2, dblink, postgres_fdw, file_fdw, adminpack, and languages.
const EXTENSIONS: &[&str] = &[
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dict_int",
    "dict_xsyn",
    "earthdistance",
    "fuzzystrmatch",
    "h3",
    "hll",
    "hstore",
    "hypopg",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "pg_bigm",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "postgis",
    "postgis_raster",
    "rum",
    "seg",
    "semver",
    "timescaledb",
    "tsm_system_rows",
    "tsm_system_time",
    "unaccent",
    "uuid-ossp",
    "vector",
];

/// What keeps the text from being planned or run; `None` when nothing does. `surely` are names that the syntax tree
/// has as functions, `known` the functions that a person vouches for.
pub(in crate::live) fn judge(
    reached: &Reached,
    surely: &BTreeSet<String>,
    known: &[String],
    mode: Mode,
) -> Option<Refusal> {
    let mut refusal = Refusal::default();
    for name in surely {
        let found = reached.called.iter().any(|function| function.word == *name);
        if !found && !is_syntax(name) {
            refusal
                .reasons
                .push(format!("{name}() is not known on this server"));
        }
    }
    for function in reached.called.iter().chain(&reached.hidden) {
        let Some((why, may_vouch)) = objection(function, mode) else {
            continue;
        };
        if may_vouch && known.contains(&function.signature) {
            continue;
        }
        if may_vouch && !refusal.functions.contains(&function.signature) {
            refusal.functions.push(function.signature.clone());
        }
        let way = match function.how.as_str() {
            "call" => String::new(),
            how => format!(" (reached by {how})"),
        };
        let reason = format!("{}{way} {why}", function.signature);
        if !refusal.reasons.contains(&reason) {
            refusal.reasons.push(reason);
        }
    }
    (!refusal.reasons.is_empty()).then_some(refusal)
}

/// Why a function may not be reached, and whether a person may say that it may.
fn objection(function: &Function, mode: Mode) -> Option<(&'static str, bool)> {
    let name = function.name.as_str();
    let harmless = HARMLESS.contains(&name);
    let runs = mode == Mode::Run;
    if function.oid < FIRST_OF_USERS && function.schema == "pg_catalog" {
        return match () {
            () if DANGEROUS.contains(&name) => Some((
                "runs what it is given, or reaches further than the statement",
                false,
            )),
            () if function.volatile && runs && !harmless => {
                Some(("is VOLATILE: it may change something", false))
            }
            () => None,
        };
    }
    if function.definer {
        return Some((
            "is SECURITY DEFINER: it runs with the rights of its owner",
            false,
        ));
    }
    match function.extension.as_deref() {
        Some(extension) if EXTENSIONS.contains(&extension) => {
            (function.volatile && runs && !harmless)
                .then_some(("is VOLATILE: it may change something", false))
        }
        // Planning runs no VOLATILE function, but looks into those in SQL.
        _ if function.volatile && !runs && function.language != "sql" => None,
        Some(_) => Some((
            "belongs to an extension that is not known to be harmless",
            true,
        )),
        None if function.volatile && runs => Some(("is VOLATILE: it may change something", false)),
        None => Some(("was written on this server and may do anything", true)),
    }
}

/// What looks like a function to the parser and is syntax to the server.
fn is_syntax(name: &str) -> bool {
    const SYNTAX: &[&str] = &[
        "array",
        "cast",
        "coalesce",
        "collation",
        "current_catalog",
        "current_date",
        "current_role",
        "current_schema",
        "current_time",
        "current_timestamp",
        "current_user",
        "exists",
        "extract",
        "greatest",
        "grouping",
        "least",
        "localtime",
        "localtimestamp",
        "normalize",
        "nullif",
        "overlay",
        "position",
        "row",
        "session_user",
        "substring",
        "treat",
        "trim",
        "unnest",
        "user",
        "xmlattributes",
        "xmlconcat",
        "xmlelement",
        "xmlexists",
        "xmlforest",
        "xmlparse",
        "xmlpi",
        "xmlroot",
        "xmlserialize",
        "xmltable",
        "json",
        "json_array",
        "json_arrayagg",
        "json_exists",
        "json_object",
        "json_objectagg",
        "json_query",
        "json_scalar",
        "json_serialize",
        "json_table",
        "json_value",
        "merge_action",
        "any",
        "all",
        "some",
    ];
    SYNTAX.contains(&name)
}
