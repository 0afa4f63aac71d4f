//! How the rows of two tables hang together.

/// How the rows of two tables hang together, and what was asked of one for each row of the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Which of the tables holds the key of the other.
    pub kind: RelationKind,
    /// The table that was read first; empty for [`RelationKind::LookUp`].
    pub parent: String,
    /// The table whose rows were looked up one at a time.
    pub child: String,
    /// The column that holds the other table's key: `books.author_id`, or the parent's `publisher_id` when it points
    /// to one child. Of a join table the column that leads to the parent, of [`RelationKind::LookUp`] the column that
    /// rows were looked up by.
    pub key: String,
    /// The join table, for [`RelationKind::ManyToMany`].
    pub through: Option<String>,
    /// Further keys of the parent that lead to the same child with the same query: `shipping_id` beside `billing_id`.
    pub other_keys: Vec<String>,
    /// What is asked of the child.
    pub load: Load,
}

/// Which side of a relation holds the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RelationKind {
    /// The children point to their parent: an author has many books.
    HasMany,
    /// The parent points to one child: a book belongs to a publisher.
    BelongsTo,
    /// One child points to its parent, or shares its key: a medium is an ebook.
    OneToOne,
    /// A join table points to both: books have tags.
    ManyToMany,
    /// Children of a row of the same table, by the key of their parent.
    SelfReference,
    /// The parent of a row of the same table, then the parent of that, and so on.
    Ancestors,
    /// The keys came from outside: no query before gave them.
    LookUp,
}

/// What a burst asks of the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Load {
    /// Its rows.
    Rows,
    /// How many there are, or another aggregate of them.
    Count,
    /// Whether there is any.
    Exists,
    /// One row for each parent: the first in some order.
    First,
    /// A column of rows that were read already without it.
    Columns,
}
