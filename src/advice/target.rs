//! What a suggestion's code is written for.

/// A framework, or plain SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// SQLAlchemy's ORM (Python).
    SqlAlchemy,
    /// Django's ORM (Python).
    Django,
    /// Active Record (Ruby on Rails).
    Rails,
    /// Sequelize (JavaScript).
    Sequelize,
    /// TypeORM (TypeScript).
    TypeOrm,
    /// Prisma Client (TypeScript).
    Prisma,
    /// Hibernate and JPA (Java).
    Hibernate,
    /// Eloquent (Laravel, PHP).
    Laravel,
    /// Ecto (Elixir).
    Ecto,
    /// GORM (Go).
    Gorm,
    /// Plain SQL.
    Sql,
}

impl Target {
    /// All of them, in the order that they are shown in.
    pub const ALL: [Self; 11] = [
        Self::SqlAlchemy,
        Self::Django,
        Self::Rails,
        Self::Sequelize,
        Self::TypeOrm,
        Self::Prisma,
        Self::Hibernate,
        Self::Laravel,
        Self::Ecto,
        Self::Gorm,
        Self::Sql,
    ];

    /// Its name in reports and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SqlAlchemy => "sqlalchemy",
            Self::Django => "django",
            Self::Rails => "rails",
            Self::Sequelize => "sequelize",
            Self::TypeOrm => "typeorm",
            Self::Prisma => "prisma",
            Self::Hibernate => "hibernate",
            Self::Laravel => "laravel",
            Self::Ecto => "ecto",
            Self::Gorm => "gorm",
            Self::Sql => "sql",
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::SqlAlchemy => "SQLAlchemy",
            Self::Django => "Django",
            Self::Rails => "Rails",
            Self::Sequelize => "Sequelize",
            Self::TypeOrm => "TypeORM",
            Self::Prisma => "Prisma",
            Self::Hibernate => "Hibernate",
            Self::Laravel => "Laravel",
            Self::Ecto => "Ecto",
            Self::Gorm => "GORM",
            Self::Sql => "SQL",
        }
    }

    /// The target that reports and settings call so.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|target| target.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn names_lead_back() {
        for target in Target::ALL {
            assert_eq!(Target::from_name(target.name()), Some(target));
        }
        assert_eq!(Target::from_name("cobol"), None);
    }
}
