//! What the tests ask to be put into words.

use super::super::{
    CacheScope, Load, Relation, RelationKind, Suggestion, Target, batch, cache, count_per_page,
    eager_loading, fewer_round_trips, page_loop, pagination,
};
use super::query;
use super::texts::{ANSWERS, COUNTS, PAGES, writes};

/// A burst of look-ups.
pub(super) struct Eager {
    pub name: &'static str,
    path: Vec<Relation>,
    siblings: Vec<Relation>,
    child: &'static str,
}

impl Eager {
    /// What is said of it.
    pub(super) fn suggest(&self, targets: &[Target]) -> Vec<Suggestion> {
        eager_loading(&self.path, &self.siblings, &query(self.child), targets)
    }
}

fn relation(kind: RelationKind, parent: &str, child: &str, key: &str, load: Load) -> Relation {
    Relation {
        kind,
        parent: parent.to_owned(),
        child: child.to_owned(),
        key: key.to_owned(),
        through: None,
        other_keys: Vec::new(),
        load,
    }
}

fn one(name: &'static str, relation: Relation, child: &'static str) -> Eager {
    Eager {
        name,
        path: vec![relation],
        siblings: Vec::new(),
        child,
    }
}

/// All bursts.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(super) fn eager() -> Vec<Eager> {
    use Load::{Columns, Count, Exists, First, Rows};
    use RelationKind::{
        Ancestors, BelongsTo, HasMany, LookUp, ManyToMany, OneToOne, SelfReference,
    };
    let books = |load| relation(HasMany, "authors", "books", "author_id", load);
    let tags = |load| Relation {
        through: Some("book_tags".to_owned()),
        ..relation(ManyToMany, "books", "tags", "book_id", load)
    };
    vec![
        one(
            "has many",
            books(Rows),
            "SELECT books.id AS books_id, books.title AS books_title, books.author_id AS books_author_id FROM books WHERE 7::INTEGER = books.author_id",
        ),
        one(
            "has many, filtered",
            books(Rows),
            "SELECT * FROM books WHERE books.author_id = 7 AND books.price_cents > 5 AND books.status IN ('a', 'b') AND NOT books.hidden AND books.deleted_at IS NULL ORDER BY books.id",
        ),
        one(
            "has many, with what can't be said",
            books(Rows),
            "SELECT books.title FROM books WHERE books.author_id = 7 AND (books.price_cents > 5 OR books.title LIKE 'a%')",
        ),
        one(
            "belongs to",
            relation(BelongsTo, "books", "publishers", "publisher_id", Rows),
            "SELECT \"publishers\".* FROM \"publishers\" WHERE \"publishers\".\"id\" = 7 LIMIT 1",
        ),
        one(
            "belongs to, two keys",
            Relation {
                other_keys: vec!["shipping_address_id".to_owned()],
                ..relation(BelongsTo, "orders", "addresses", "billing_address_id", Rows)
            },
            "SELECT addresses.id, addresses.street FROM addresses WHERE addresses.id = 7",
        ),
        Eager {
            name: "a chain",
            path: vec![
                relation(HasMany, "orders", "order_items", "order_id", Rows),
                relation(BelongsTo, "order_items", "books", "book_id", Rows),
                relation(BelongsTo, "books", "authors", "author_id", Rows),
            ],
            siblings: Vec::new(),
            child: "SELECT authors.id, authors.name FROM authors WHERE authors.id = 7",
        },
        one(
            "one to one",
            relation(OneToOne, "users", "user_profiles", "user_id", Rows),
            "SELECT * FROM user_profiles WHERE user_id = 7 LIMIT 1",
        ),
        one(
            "many to many",
            tags(Rows),
            "SELECT \"tags\".\"id\", \"tags\".\"name\" FROM \"tags\" INNER JOIN \"book_tags\" ON (\"tags\".\"id\" = \"book_tags\".\"tag_id\") WHERE \"book_tags\".\"book_id\" = 7",
        ),
        one(
            "many to many, filtered",
            tags(Rows),
            "SELECT tags.id AS tags_id FROM tags, book_tags WHERE 7 = book_tags.book_id AND tags.id = book_tags.tag_id AND tags.name LIKE 'a%'",
        ),
        Eager {
            name: "polymorphic key",
            path: vec![relation(
                BelongsTo,
                "comments",
                "posts",
                "commentable_id",
                Rows,
            )],
            siblings: vec![
                relation(BelongsTo, "comments", "photos", "commentable_id", Rows),
                relation(BelongsTo, "comments", "videos", "commentable_id", Rows),
            ],
            child: "SELECT \"posts\".* FROM \"posts\" WHERE \"posts\".\"id\" = 1 LIMIT 1",
        },
        Eager {
            name: "inheritance",
            path: vec![relation(OneToOne, "media", "ebooks", "id", Rows)],
            siblings: vec![relation(OneToOne, "media", "audiobooks", "id", Rows)],
            child: "SELECT ebooks.file_mb AS ebooks_file_mb FROM ebooks WHERE 7::INTEGER = ebooks.id",
        },
        one(
            "self reference",
            relation(SelfReference, "categories", "categories", "parent_id", Rows),
            "SELECT id FROM categories WHERE parent_id = 7",
        ),
        one(
            "ancestors",
            relation(Ancestors, "categories", "categories", "parent_id", Rows),
            "SELECT id, parent_id, name FROM categories WHERE id = 7",
        ),
        one(
            "look-up by id",
            relation(LookUp, "", "books", "id", Rows),
            "SELECT books.id, books.title FROM books WHERE books.id = 7",
        ),
        one(
            "look-up by another column",
            relation(LookUp, "", "feature_flags", "name", Rows),
            "SELECT enabled FROM feature_flags WHERE name = 'flag_0' AND tenant_id = 4",
        ),
        one(
            "count",
            books(Count),
            "SELECT count(*) AS count_1 FROM books WHERE books.author_id = 7 AND books.price_cents > 5",
        ),
        one(
            "count of a sub-select",
            books(Count),
            "SELECT count(*) AS count_1 FROM (SELECT books.id AS books_id FROM books WHERE books.author_id = 7) AS anon_1",
        ),
        one(
            "sum",
            relation(HasMany, "orders", "order_items", "order_id", Count),
            "SELECT sum(order_items.qty) AS sum_1 FROM order_items WHERE order_items.order_id = 7",
        ),
        one(
            "many to many, count",
            tags(Count),
            "SELECT COUNT(*) FROM \"tags\" INNER JOIN \"book_tags\" ON \"tags\".\"id\" = \"book_tags\".\"tag_id\" WHERE \"book_tags\".\"book_id\" = 7",
        ),
        one(
            "exists",
            books(Exists),
            "SELECT 1 AS \"a\" FROM \"books\" WHERE (\"books\".\"author_id\" = 7 AND \"books\".\"price_cents\" > 5) LIMIT 1",
        ),
        one(
            "exists, joined by the parent's key",
            relation(HasMany, "authors", "books", "id", Exists),
            "SELECT 1 AS \"row_exists\" FROM (SELECT 1 AS dummy_column) \"dummy_table\" WHERE EXISTS (SELECT 1 FROM \"books\" \"Book\" LEFT JOIN \"authors\" \"Book_author\" ON \"Book_author\".\"id\"=\"Book\".\"author_id\" WHERE ((\"Book_author\".\"id\" = 7)))",
        ),
        one(
            "exists, looked up",
            relation(LookUp, "", "permissions", "code", Exists),
            "SELECT EXISTS (SELECT 1 FROM permissions WHERE user_id = 7 AND code = 'a.view')",
        ),
        one(
            "first",
            books(First),
            "SELECT \"books\".* FROM \"books\" WHERE \"books\".\"author_id\" = 7 ORDER BY \"books\".\"published\" DESC, \"books\".\"id\" ASC LIMIT 1",
        ),
        one(
            "first few",
            books(Rows),
            "SELECT \"books\".* FROM \"books\" WHERE \"books\".\"author_id\" = 7 AND price_cents > 5 ORDER BY \"books\".\"published\" DESC LIMIT 3",
        ),
        one(
            "first, many to many",
            tags(First),
            "SELECT tags.* FROM tags JOIN book_tags ON tags.id = book_tags.tag_id WHERE book_tags.book_id = 7 ORDER BY tags.name LIMIT 1",
        ),
        one(
            "deferred columns",
            relation(OneToOne, "books", "books", "id", Columns),
            "SELECT \"books\".\"id\", \"books\".\"description\", \"books\".\"cover\" FROM \"books\" WHERE \"books\".\"id\" = 7 LIMIT 21",
        ),
        one(
            "names in capitals",
            relation(HasMany, "User", "OrderItem", "userId", Rows),
            "SELECT \"public\".\"OrderItem\".\"id\", \"public\".\"OrderItem\".\"userId\" FROM \"public\".\"OrderItem\" WHERE \"public\".\"OrderItem\".\"userId\" = 7 AND \"public\".\"OrderItem\".\"class\" = 'x'",
        ),
        one(
            "tables of a Django app",
            relation(HasMany, "shop_order", "shop_orderitem", "order_id", Rows),
            "SELECT \"shop_orderitem\".\"id\" FROM \"shop_orderitem\" WHERE \"shop_orderitem\".\"order_id\" = 7",
        ),
    ]
}

/// Everything that one target says.
pub(super) fn all(target: Target) -> Vec<(String, Vec<Suggestion>)> {
    let targets = [target];
    let mut all: Vec<(String, Vec<Suggestion>)> = Vec::new();
    for case in eager() {
        all.push((case.name.to_owned(), case.suggest(&targets)));
    }
    for (name, kind, write, look_up) in writes() {
        let look_up = look_up.map(query);
        all.push((
            name.to_owned(),
            batch(kind, &query(write), look_up.as_ref(), &targets),
        ));
    }
    for (name, sql) in PAGES {
        all.push((name.to_owned(), pagination(&query(sql), &targets)));
    }
    for (name, sql) in PAGES.into_iter().take(4) {
        all.push((format!("all of {name}"), page_loop(&query(sql), &targets)));
    }
    for (name, sql) in COUNTS {
        all.push((name.to_owned(), count_per_page(&query(sql), &targets)));
    }
    let measured = CacheScope::Capture {
        hit_rate: 0.874,
        ttl_s: Some(300),
    };
    for (name, sql) in ANSWERS {
        let query = query(sql);
        all.push((
            format!("{name}, in a request"),
            cache(&query, CacheScope::Request, &targets),
        ));
        all.push((name.to_owned(), cache(&query, measured, &targets)));
    }
    all.push(("round trips".to_owned(), fewer_round_trips(&targets)));
    all
}
