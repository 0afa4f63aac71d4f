//! How each framework spells a statement.
//!
//! | framework | what only it writes |
//! |---|---|
//! | SQLAlchemy | `SELECT books.id AS books_id …`: nothing quoted, everything with its table |
//! | Django | `SELECT "books"."id", …`: everything quoted, no alias; `AS "__count"` |
//! | Rails | `SELECT "books".* …`, `SELECT COUNT(*) FROM "books"`, `SELECT 1 AS one` |
//! | Sequelize | `FROM "Books" AS "Book"` |
//! | TypeORM | `"Book"."id" AS "Book_id"` |
//! | Prisma | `"public"."Book"."id"` |
//! | Hibernate | `select b1_0.id,…`, before version 6 `book0_.id as id1_0_` |
//! | Laravel | `select * from "books" …`: words in small letters, names in quotes |
//! | Ecto | `SELECT b0."id" … FROM "books" AS b0` |
//! | GORM | `SELECT * FROM "books" …`, `SELECT count(*) FROM "books"` |

use super::Target;

/// The framework that spells a SELECT so.
pub(super) fn of_select(sql: &str) -> Option<Target> {
    if sql.contains("\"__prisma") {
        return Some(Target::Prisma);
    }
    let (verb, list) = sql.split_once(' ')?;
    let (first, rest) = first_item(list);
    let source = after(sql, " FROM ").or_else(|| after(sql, " from "))?;
    if verb == "select" {
        return match () {
            () if source.starts_with('"') => Some(Target::Laravel),
            () if is_hibernate(first) => Some(Target::Hibernate),
            () => None,
        };
    }
    if is_ecto_alias(source) {
        return Some(Target::Ecto);
    }
    if first.starts_with('"') {
        return quoted(first, rest, source);
    }
    let of_quoted = source.starts_with('"');
    match first {
        "*" if of_quoted => Some(Target::Gorm),
        "COUNT(*)" if rest.starts_with("AS \"__count\"") => Some(Target::Django),
        "COUNT(*)" if rest.starts_with("FROM") && of_quoted => Some(Target::Rails),
        _ if first.starts_with("COUNT(") && rest.starts_with("AS \"cnt\"") => Some(Target::TypeOrm),
        "count(*)" if rest.starts_with("AS \"count\"") => Some(Target::Sequelize),
        "count(*)" if rest.starts_with("AS count_1") => Some(Target::SqlAlchemy),
        "count(*)" if rest.starts_with("FROM") && of_quoted => Some(Target::Gorm),
        _ if first.starts_with('$') || first == "1" => match () {
            () if rest.starts_with("AS \"a\"") => Some(Target::Django),
            () if rest.starts_with("AS one") => Some(Target::Rails),
            () => None,
        },
        _ => {
            let (table, column) = first.split_once('.')?;
            let plain = !first.contains(['"', '*', '(']) && !column.is_empty();
            // Whoever writes SQL by hand gives the table a short name.
            let from = source.split([' ', ',']).next() == Some(table);
            let whole = from || sql.contains(&format!("JOIN {table} "));
            let alias = rest.starts_with(&format!("AS {table}_{column}"));
            (plain && (whole || alias)).then_some(Target::SqlAlchemy)
        }
    }
}

/// The framework that spells an INSERT, UPDATE or DELETE so.
pub(super) fn of_write(sql: &str) -> Option<Target> {
    let small = ["insert into ", "update ", "delete from "];
    if let Some(rest) = small.iter().find_map(|verb| sql.strip_prefix(verb)) {
        // People write in small letters, too, but not without a space behind a comma.
        let packed = sql.contains(',') && !sql.contains(", ");
        return match () {
            () if rest.starts_with('"') => Some(Target::Laravel),
            () if packed => Some(Target::Hibernate),
            () => None,
        };
    }
    let large = ["INSERT INTO ", "UPDATE ", "DELETE FROM "];
    let table = large.iter().find_map(|verb| sql.strip_prefix(verb))?;
    let name = table.split([' ', '(']).next().unwrap_or_default();
    let returned = after(sql, " RETURNING ").unwrap_or_default();
    match () {
        () if name.matches('"').count() == 4 => Some(Target::Prisma),
        () if is_ecto_alias(table) => Some(Target::Ecto),
        () if table.starts_with(&format!("{name}(\"")) => Some(Target::TypeOrm),
        () if name.starts_with('"') && returned.starts_with(&format!("{name}.")) => {
            Some(Target::Django)
        }
        () if !name.starts_with('"') && returned.starts_with(&format!("{name}.")) => {
            Some(Target::SqlAlchemy)
        }
        () => None,
    }
}

/// A SELECT whose first item is a quoted name.
fn quoted(first: &str, rest: &str, source: &str) -> Option<Target> {
    let parts: Vec<&str> = first.split('.').collect();
    let renamed = table_alias(source).is_some_and(|alias| alias.starts_with('"'));
    match parts.as_slice() {
        [_, "*"] => Some(Target::Rails),
        [_, _, _] => Some(Target::Prisma),
        [table, column] => {
            let joined = format!(
                "AS \"{}_{}\"",
                table.trim_matches('"'),
                column.trim_matches('"')
            );
            if rest.starts_with(&joined) {
                Some(Target::TypeOrm)
            } else if renamed {
                Some(Target::Sequelize)
            } else {
                Some(Target::Django)
            }
        }
        _ => renamed.then_some(Target::Sequelize),
    }
}

/// The first item of a select list, and what follows it in the list.
fn first_item(list: &str) -> (&str, &str) {
    let list = list.strip_prefix("DISTINCT ").unwrap_or(list);
    let end = list.find([',', ' ']).unwrap_or(list.len());
    let (first, rest) = list.split_at_checked(end).unwrap_or((list, ""));
    (first, rest.trim_start())
}

fn after<'a>(sql: &'a str, word: &str) -> Option<&'a str> {
    sql.split_once(word).map(|(_, rest)| rest)
}

/// What a FROM clause calls its first table, where it says AS.
fn table_alias(source: &str) -> Option<&str> {
    let (_, rest) = source.split_once(' ')?;
    rest.strip_prefix("AS ")
}

/// `"books" AS b0`
fn is_ecto_alias(source: &str) -> bool {
    let Some(alias) = table_alias(source).filter(|_| source.starts_with('"')) else {
        return false;
    };
    let alias = alias.split(' ').next().unwrap_or_default();
    let digits = alias.trim_start_matches(|c: char| c.is_ascii_lowercase());
    digits.len() < alias.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// `b1_0.id`, `book0_.id`
fn is_hibernate(first: &str) -> bool {
    let first = first.strip_prefix("count(").unwrap_or(first);
    let Some((alias, _)) = first.split_once('.') else {
        return false;
    };
    let Some((name, number)) = alias.rsplit_once('_') else {
        return false;
    };
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let numbered = letters.len() < name.len() && !letters.is_empty();
    numbered && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table")]
    fn selects_tell_who_wrote_them() {
        for (sql, want) in [
            (
                "SELECT books.id AS books_id FROM books WHERE $1::INTEGER = books.author_id",
                Some(Target::SqlAlchemy),
            ),
            (
                "SELECT books.id, books.title FROM books WHERE books.id IN ($1)",
                Some(Target::SqlAlchemy),
            ),
            (
                "SELECT anon_1.books_id AS anon_1_books_id FROM (SELECT 1) AS anon_1",
                Some(Target::SqlAlchemy),
            ),
            (
                "SELECT count(*) AS count_1 FROM books",
                Some(Target::SqlAlchemy),
            ),
            ("SELECT b.id FROM books b WHERE b.id = $1", None),
            ("SELECT name FROM authors WHERE id=$1 LIMIT $2", None),
            (
                "SELECT \"books\".\"id\", \"books\".\"title\" FROM \"books\" WHERE \"books\".\"id\" = $1 LIMIT $2",
                Some(Target::Django),
            ),
            (
                "SELECT COUNT(*) AS \"__count\" FROM \"books\"",
                Some(Target::Django),
            ),
            (
                "SELECT $1 AS \"a\" FROM \"books\" LIMIT $2",
                Some(Target::Django),
            ),
            (
                "SELECT \"books\".* FROM \"books\" WHERE \"books\".\"id\" = $1 LIMIT $2",
                Some(Target::Rails),
            ),
            ("SELECT COUNT(*) FROM \"books\"", Some(Target::Rails)),
            (
                "SELECT $1 AS one FROM \"books\" LIMIT $2",
                Some(Target::Rails),
            ),
            (
                "SELECT \"id\", \"title\", \"author_id\" AS \"authorId\" FROM \"books\" AS \"Book\" WHERE \"Book\".\"id\" = $1",
                Some(Target::Sequelize),
            ),
            (
                "SELECT \"Book\".\"id\", \"author\".\"id\" AS \"author.id\" FROM \"books\" AS \"Book\"",
                Some(Target::Sequelize),
            ),
            (
                "SELECT count(*) AS \"count\" FROM \"books\" AS \"Book\"",
                Some(Target::Sequelize),
            ),
            (
                "SELECT \"Book\".\"id\" AS \"Book_id\" FROM \"books\" \"Book\" WHERE ((\"Book\".\"id\" = $1)) LIMIT $2",
                Some(Target::TypeOrm),
            ),
            (
                "SELECT DISTINCT \"Book\".\"id\" AS \"Book_id\" FROM \"books\" \"Book\"",
                Some(Target::TypeOrm),
            ),
            (
                "SELECT COUNT(1) AS \"cnt\" FROM \"books\" \"Book\"",
                Some(Target::TypeOrm),
            ),
            (
                "SELECT \"public\".\"User\".\"id\", \"public\".\"User\".\"email\" FROM \"public\".\"User\" WHERE $1=$2 LIMIT $3 OFFSET $4",
                Some(Target::Prisma),
            ),
            (
                "SELECT \"t0\".\"id\", \"User_posts\".\"__prisma_data__\" AS \"posts\" FROM \"public\".\"User\" AS \"t0\"",
                Some(Target::Prisma),
            ),
            (
                "select b1_0.id,b1_0.title from books b1_0 where b1_0.author_id=$1",
                Some(Target::Hibernate),
            ),
            (
                "select book0_.id as id1_0_ from books book0_",
                Some(Target::Hibernate),
            ),
            (
                "select count(b1_0.id) from books b1_0",
                Some(Target::Hibernate),
            ),
            ("select id from books", None),
            (
                "select * from \"books\" where \"books\".\"author_id\" = $1",
                Some(Target::Laravel),
            ),
            (
                "select count(*) as aggregate from \"books\"",
                Some(Target::Laravel),
            ),
            (
                "SELECT b0.\"id\", b0.\"title\" FROM \"books\" AS b0 WHERE (b0.\"author_id\" = $1)",
                Some(Target::Ecto),
            ),
            ("SELECT count(*) FROM \"books\" AS b0", Some(Target::Ecto)),
            (
                "SELECT * FROM \"books\" WHERE \"books\".\"author_id\" = $1 AND \"books\".\"deleted_at\" IS NULL",
                Some(Target::Gorm),
            ),
            (
                "SELECT count(*) FROM \"books\" WHERE author_id = $1",
                Some(Target::Gorm),
            ),
            ("SELECT * FROM books", None),
            ("SELECT $1", None),
            ("", None),
        ] {
            assert_eq!(of_select(sql), want, "{sql}");
        }
    }

    #[test]
    fn writes_tell_less() {
        for (sql, want) in [
            (
                "INSERT INTO import_rows (sku) VALUES ($1) RETURNING import_rows.id",
                Some(Target::SqlAlchemy),
            ),
            (
                "INSERT INTO \"books\" (\"a\") VALUES ($1) RETURNING \"books\".\"id\"",
                Some(Target::Django),
            ),
            (
                "INSERT INTO \"books\"(\"a\") VALUES (DEFAULT) RETURNING \"id\"",
                Some(Target::TypeOrm),
            ),
            (
                "INSERT INTO \"public\".\"User\" (\"a\") VALUES ($1)",
                Some(Target::Prisma),
            ),
            (
                "insert into books (title,id) values ($1,$2)",
                Some(Target::Hibernate),
            ),
            ("insert into tags (code, uses) values ($1, $2)", None),
            ("update tags set uses = $1 where id = $2", None),
            (
                "update \"books\" set \"a\" = $1 where \"id\" = $2",
                Some(Target::Laravel),
            ),
            ("UPDATE \"books\" AS b0 SET \"a\" = $1", Some(Target::Ecto)),
            (
                "INSERT INTO \"books\" (\"a\") VALUES ($1) RETURNING \"id\"",
                None,
            ),
        ] {
            assert_eq!(of_write(sql), want, "{sql}");
        }
    }
}
