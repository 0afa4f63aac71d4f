//! What snapshots share in the file: texts, each there once, and the names of databases and roles.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::Row as _;
use sqlx::sqlite::SqliteConnection;
use twox_hash::XxHash3_64;

use super::{body, json};
use crate::live::statements::{Names, Row, Snapshot, Text, Texts};
use crate::sql::Digester;

/// 128 bits: the chance that two texts of a file share them is nothing to think of.
fn hash(text: &Text) -> u128 {
    let half = |seed| u128::from(XxHash3_64::oneshot_with_seed(seed, text.sql.as_bytes()));
    half(0) << 64 | half(1)
}

pub(super) fn text_number(texts: &Texts, row: &Row, numbers: &FxHashMap<u128, i64>) -> i64 {
    let hash = texts.get(row.key).map(hash);
    hash.and_then(|hash| numbers.get(&hash).copied())
        .unwrap_or(0)
}

/// The numbers of all texts of a snapshot, by their hashes; what the file lacks is put in.
pub(super) async fn numbers(
    connection: &mut SqliteConnection,
    snapshot: &Snapshot,
    texts: &Texts,
    known: &FxHashMap<u128, i64>,
) -> std::result::Result<FxHashMap<u128, i64>, sqlx::Error> {
    let mut found = FxHashMap::default();
    for text in snapshot.rows.iter().filter_map(|row| texts.get(row.key)) {
        let hash = hash(text);
        if found.contains_key(&hash) {
            continue;
        }
        let number = match known.get(&hash) {
            Some(number) => *number,
            None => {
                sqlx::query_scalar(
                    "INSERT INTO text (hash, sql, bytes, cut) VALUES (?, ?, ?, ?) \
                     ON CONFLICT (hash) DO UPDATE SET bytes = excluded.bytes RETURNING id",
                )
                .bind(hash.to_be_bytes().to_vec())
                .bind(&*text.sql)
                .bind(i64::try_from(text.bytes).unwrap_or(i64::MAX))
                .bind(text.cut)
                .fetch_one(&mut *connection)
                .await?
            }
        };
        found.insert(hash, number);
    }
    Ok(found)
}

pub(super) async fn put_names(
    connection: &mut SqliteConnection,
    target: &str,
    snapshot: &Snapshot,
    names: &Names,
) -> std::result::Result<(), sqlx::Error> {
    let mut used: Vec<(bool, i64)> = snapshot
        .rows
        .iter()
        .flat_map(|row| [(false, row.key.database), (true, row.key.user)])
        .collect();
    used.sort_unstable();
    used.dedup();
    for (role, number) in used {
        let list = if role { &names.roles } else { &names.databases };
        let Some(name) = list.get(&number) else {
            continue;
        };
        sqlx::query(
            "INSERT INTO name (target, role, number, name) VALUES (?, ?, ?, ?) \
             ON CONFLICT DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
        )
        .bind(target)
        .bind(role)
        .bind(number)
        .bind(&**name)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// How many numbers are asked for in one statement: SQLite takes some 32,000.
const AT_ONCE: usize = 10_000;

pub(super) async fn load_texts(
    connection: &mut SqliteConnection,
    numbers: &[i64],
) -> std::result::Result<FxHashMap<i64, Text>, sqlx::Error> {
    let mut digester = Digester::default();
    let mut texts = FxHashMap::default();
    for some in numbers.chunks(AT_ONCE) {
        // Numbers in a list of JSON: one parameter, however many there are.
        let list = serde_json::to_string(some).unwrap_or_default();
        let rows = sqlx::query(
            "SELECT id, sql, bytes, cut FROM text WHERE id IN (SELECT value FROM json_each(?))",
        )
        .bind(list)
        .fetch_all(&mut *connection)
        .await?;
        for row in rows {
            let bytes: i64 = row.try_get("bytes")?;
            let sql: &str = row.try_get("sql")?;
            let text = Text {
                cut: row.try_get("cut")?,
                ..Text::new(sql, u64::try_from(bytes).unwrap_or(0), &mut digester)
            };
            texts.insert(row.try_get("id")?, text);
        }
    }
    Ok(texts)
}

pub(super) async fn load_names(
    connection: &mut SqliteConnection,
    target: &str,
) -> std::result::Result<Names, sqlx::Error> {
    let rows = sqlx::query("SELECT role, number, name FROM name WHERE target = ?")
        .bind(target)
        .fetch_all(connection)
        .await?;
    let mut names = Names::default();
    for row in rows {
        let role: bool = row.try_get("role")?;
        let list = if role {
            &mut names.roles
        } else {
            &mut names.databases
        };
        let name: String = row.try_get("name")?;
        list.insert(row.try_get("number")?, Arc::from(name));
    }
    Ok(names)
}

/// Forgets the texts that no snapshot has. Should one be unreadable, none is forgotten: it might need them.
pub(super) async fn forget_texts(
    connection: &mut SqliteConnection,
) -> std::result::Result<(), sqlx::Error> {
    let mut used = FxHashSet::default();
    let ids: Vec<i64> = sqlx::query_scalar("SELECT id FROM snapshot")
        .fetch_all(&mut *connection)
        .await?;
    for id in ids {
        let row = sqlx::query("SELECT columns, body FROM snapshot WHERE id = ?")
            .bind(id)
            .fetch_one(&mut *connection)
            .await?;
        let body: Vec<u8> = row.try_get("body")?;
        let stored = json(&row, "columns").and_then(|columns| body::read(&columns, &body));
        let Some(stored) = stored else { return Ok(()) };
        used.extend(stored.iter().map(|(_, text)| *text));
    }
    let mut used: Vec<i64> = used.into_iter().collect();
    used.sort_unstable();
    sqlx::query("DELETE FROM text WHERE id NOT IN (SELECT value FROM json_each(?))")
        .bind(serde_json::to_string(&used).unwrap_or_default())
        .execute(connection)
        .await?;
    Ok(())
}
