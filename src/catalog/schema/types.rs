//! The names of types as the server writes them.

use super::cursor::Cursor;

/// Names that people write, and what `format_type` makes of them.
const ALIASES: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("char", "character"),
    ("dec", "numeric"),
    ("decimal", "numeric"),
    ("float", "double precision"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("int", "integer"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int8", "bigint"),
    ("timestamptz", "timestamp with time zone"),
    ("timetz", "time with time zone"),
    ("varbit", "bit varying"),
    ("varchar", "character varying"),
];

/// A type as `format_type` writes it: `VARCHAR (50) []` is `character varying(50)[]`.
pub(super) fn type_name(mut cursor: Cursor<'_>) -> Option<String> {
    cursor.take("setof");
    let before = cursor;
    let path = cursor.path()?;
    let quoted = before.next_text().starts_with('"');
    let mut modifier = cursor.group().map(|g| modifier(&g));
    let builtin = path.schema.as_deref().is_none_or(|s| s == "pg_catalog") && !quoted;
    let mut name = if builtin {
        let alias = ALIASES.iter().find(|(alias, _)| *alias == path.name);
        alias
            .map_or(path.name.as_str(), |(_, name)| name)
            .to_owned()
    } else {
        before.until_array().text()
    };
    let mut suffix = "";
    if builtin {
        if path.name == "double" {
            cursor.take("precision");
            "double precision".clone_into(&mut name);
        }
        if path.name == "national" {
            cursor.skip();
            "character".clone_into(&mut name);
        }
        if cursor.take("varying") {
            name.push_str(" varying");
            modifier = modifier.or_else(|| cursor.group().map(|g| self::modifier(&g)));
        }
        if let "timestamp" | "time" = path.name.as_str() {
            suffix = if cursor.take_all("with time zone") {
                " with time zone"
            } else {
                cursor.take_all("without time zone");
                " without time zone"
            };
        }
        // `timestamptz(3)` is `timestamp(3) with time zone`.
        if let Some(short) = name.strip_suffix(" with time zone") {
            name = short.to_owned();
            suffix = " with time zone";
        }
        if path.name == "interval" && !cursor.at_end() && !cursor.is_symbol("[") {
            let fields = cursor.until(|c| c.is_symbol("["));
            name = format!("interval {}", fields.text().to_ascii_lowercase());
        }
        let bits = modifier.as_deref().and_then(|m| m.parse::<u32>().ok());
        if path.name == "float" && modifier.take().is_some() && bits.is_some_and(|b| b < 25) {
            "real".clone_into(&mut name);
        }
        if matches!(name.as_str(), "character" | "bit") {
            // Without a length both mean one.
            modifier = modifier.or_else(|| Some("1".to_owned()));
        }
    } else {
        modifier = None;
    }
    if let Some(modifier) = modifier {
        name = format!("{name}({modifier})");
    }
    name.push_str(suffix);
    if cursor.take("array") || cursor.is_symbol("[") {
        name.push_str("[]");
    }
    Some(name)
}

fn modifier(group: &Cursor<'_>) -> String {
    group.texts().collect()
}

impl<'a> Cursor<'a> {
    /// Everything up to the brackets of an array.
    fn until_array(mut self) -> Cursor<'a> {
        self.until(|c| c.is_symbol("[") || c.is("array"))
    }
}

#[cfg(test)]
mod tests {
    use super::super::cursor::lex;
    use super::*;

    #[test]
    fn types_are_called_as_the_server_calls_them() {
        for (written, want) in [
            ("int", "integer"),
            ("INT8[]", "bigint[]"),
            ("pg_catalog.int4", "integer"),
            ("varchar( 50 )", "character varying(50)"),
            ("character varying (50)[][]", "character varying(50)[]"),
            ("varchar", "character varying"),
            ("char", "character(1)"),
            ("\"char\"", "\"char\""),
            ("char(3)", "character(3)"),
            ("decimal(12, 2)", "numeric(12,2)"),
            ("numeric", "numeric"),
            ("timestamp", "timestamp without time zone"),
            ("timestamp(3)", "timestamp(3) without time zone"),
            ("timestamptz(3)", "timestamp(3) with time zone"),
            (
                "timestamp (3) with time zone",
                "timestamp(3) with time zone",
            ),
            ("TIMESTAMP WITH TIME ZONE[]", "timestamp with time zone[]"),
            ("timetz", "time with time zone"),
            ("double precision", "double precision"),
            ("float(10)", "real"),
            ("float(53)", "double precision"),
            ("interval day to second", "interval day to second"),
            ("integer array", "integer[]"),
            ("shop.status", "shop.status"),
            ("shop.\"St Atus\"[]", "shop.\"St Atus\"[]"),
            (
                "public.geometry(Point, 4326)",
                "public.geometry(Point, 4326)",
            ),
            ("vector(3)", "vector(3)"),
            ("bit varying(5)", "bit varying(5)"),
        ] {
            let tokens = lex(written);
            let got = type_name(Cursor::new(written, &tokens));
            assert_eq!(got.as_deref(), Some(want), "{written}");
        }
    }
}
