//! Which functions, operators and casts a text can reach on this server.

use super::judge::{Function, Reached};
use crate::live::error::LiveError;
use crate::live::reader::Reader;
use crate::sql::Calls;
use sqlx::postgres::PgRow;

/// What the names before brackets may mean: functions of the schema that is written, else of any on the path.
const CALLED: &str = "select i.name as word, \
    p.oid::regprocedure::text as signature, p.proname::text as name, n.nspname::text as schema, \
    p.oid::int8 as oid, p.provolatile::text as volatility, p.prosecdef as definer, \
    l.lanname::text as language, e.extname::text as extension, 'call' as how \
    from unnest($1::text[], $2::text[]) as i(schema, name) \
    join pg_proc p on p.proname = i.name \
    join pg_namespace n on n.oid = p.pronamespace \
    join pg_language l on l.oid = p.prolang \
    left join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid \
      and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e' \
    left join pg_extension e on e.oid = d.refobjid \
    where n.nspname = i.schema or (i.schema = '' and n.nspname = any($3::text[]))";

/// What is called without a bracket, where it is not the server's own or an extension's: `t.f` for `f(t)`, operators,
/// casts to a type that is named, implicit casts, and the checks of a domain that is named.
const HIDDEN: &str = "select '' as word, \
    p.oid::regprocedure::text as signature, p.proname::text as name, n.nspname::text as schema, \
    p.oid::int8 as oid, p.provolatile::text as volatility, p.prosecdef as definer, \
    l.lanname::text as language, null::text as extension, h.how as how \
    from ( \
      select f.oid, 'column' as how from pg_proc f join pg_type t on t.oid = f.proargtypes[0] \
        where f.pronargs = 1 and t.typtype = 'c' and f.proname = any($1::text[]) and f.pronamespace::regnamespace::text <> 'information_schema' \
      union select o.oprcode::oid, 'operator' from pg_operator o join pg_namespace s on s.oid = o.oprnamespace \
        where o.oprname = any($2::text[]) and ($4 or s.nspname = any($3::text[])) \
      union select c.castfunc, 'cast' from pg_cast c join pg_type t on t.oid = c.casttarget \
        where c.castfunc <> 0 and (c.castcontext = 'i' or t.typname = any($1::text[])) \
      union select d.refobjid, 'domain' from pg_constraint k join pg_type t on t.oid = k.contypid \
        join pg_depend d on d.classid = 'pg_constraint'::regclass and d.objid = k.oid and d.refclassid = 'pg_proc'::regclass \
        where t.typname = any($1::text[]) \
    ) h \
    join pg_proc p on p.oid = h.oid \
    join pg_namespace n on n.oid = p.pronamespace \
    join pg_language l on l.oid = p.prolang \
    where p.oid >= 16384 and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass \
      and d.objid = p.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e')";

/// Looks up what `calls` names, along a `search_path`.
///
/// # Errors
///
/// When the server does not answer.
pub(in crate::live) fn reached(
    reader: &mut Reader<'_>,
    calls: &Calls,
    search_path: &str,
) -> Result<Reached, LiveError> {
    let path = path(reader, search_path)?;
    let (schemas, names): (Vec<_>, Vec<_>) = calls
        .called
        .iter()
        .map(|(schema, name)| (schema.clone().unwrap_or_default(), name.clone()))
        .unzip();
    let called = sqlx::query(CALLED).bind(schemas).bind(names).bind(&path);
    let called = functions(reader, called)?;
    let words: Vec<_> = calls.named.iter().cloned().collect();
    // `OPERATOR(schema.+)` names one that is not on the path.
    let any_schema = calls.named.contains("operator");
    let operators: Vec<_> = calls.operators.iter().cloned().collect();
    let hidden = sqlx::query(HIDDEN)
        .bind(words)
        .bind(operators)
        .bind(&path)
        .bind(any_schema);
    let hidden = functions(reader, hidden)?;
    Ok(Reached { called, hidden })
}

/// The schemas that names without one are looked for in. It may name schemas that don't exist.
fn path(reader: &mut Reader<'_>, search_path: &str) -> Result<Vec<String>, LiveError> {
    set_path(reader, search_path)?;
    let row = reader.row(sqlx::query(
        "select pg_catalog.current_schemas(true)::pg_catalog.text[] as path",
    ))?;
    let path = reader.get(&row, "path")?;
    set_path(reader, "pg_catalog")?;
    Ok(path)
}

/// Sets where names are looked for, up to the end of the transaction.
///
/// # Errors
///
/// When the server does not take it.
pub(in crate::live) fn set_path(
    reader: &mut Reader<'_>,
    search_path: &str,
) -> Result<(), LiveError> {
    let set = sqlx::query("select pg_catalog.set_config('search_path', $1, true)");
    reader.row(set.bind(search_path.to_owned())).map(drop)
}

fn functions(
    reader: &mut Reader<'_>,
    query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
) -> Result<Vec<Function>, LiveError> {
    let rows = reader.rows(query)?;
    rows.iter().map(|row| function(reader, row)).collect()
}

fn function(reader: &Reader<'_>, row: &PgRow) -> Result<Function, LiveError> {
    let volatility: String = reader.get(row, "volatility")?;
    Ok(Function {
        word: reader.get(row, "word")?,
        signature: reader.get(row, "signature")?,
        name: reader.get(row, "name")?,
        schema: reader.get(row, "schema")?,
        oid: reader.get(row, "oid")?,
        volatile: volatility == "v",
        definer: reader.get(row, "definer")?,
        language: reader.get(row, "language")?,
        extension: reader.get(row, "extension")?,
        how: reader.get(row, "how")?,
    })
}
