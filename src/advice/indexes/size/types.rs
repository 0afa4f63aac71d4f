//! How values of a type lie in an index.

/// How values of a type lie in an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// Always so many bytes, at a multiple of the second number.
    Fixed(u32, u32),
    /// A length goes before each of them.
    Variable,
}

/// How values of a type lie in an index (`typlen` and `typalign` of `pg_type`). Types that nobody knows here are taken
/// for texts.
pub(super) fn layout(data_type: &str) -> Layout {
    let lower = data_type.to_ascii_lowercase();
    if lower.ends_with(']') {
        return Layout::Variable;
    }
    // `timestamp(3) with time zone` is the type `timestamp with time zone`.
    let name: String = match (lower.find('('), lower.rfind(')')) {
        (Some(open), Some(close)) if open < close => {
            let tail = lower.get(close + 1..).unwrap_or_default();
            format!("{}{tail}", lower.get(..open).unwrap_or_default().trim_end())
        }
        _ => lower,
    };
    match name.as_str() {
        "boolean" | "bool" | "\"char\"" => Layout::Fixed(1, 1),
        "smallint" | "int2" | "smallserial" => Layout::Fixed(2, 2),
        "integer" | "int" | "int4" | "serial" | "date" | "real" | "float4" | "oid" => {
            Layout::Fixed(4, 4)
        }
        "macaddr" => Layout::Fixed(6, 4),
        "bigint"
        | "int8"
        | "bigserial"
        | "timestamp"
        | "timestamp without time zone"
        | "timestamp with time zone"
        | "timestamptz"
        | "time"
        | "time without time zone"
        | "double precision"
        | "float8"
        | "money" => Layout::Fixed(8, 8),
        "macaddr8" => Layout::Fixed(8, 4),
        "time with time zone" | "timetz" => Layout::Fixed(12, 8),
        "uuid" => Layout::Fixed(16, 1),
        "interval" => Layout::Fixed(16, 8),
        _ => Layout::Variable,
    }
}

/// Whether values that are equal are also the same bytes, without which a B-tree doesn't keep them once. The others are
/// the classes without a support function 4 in `pg_amproc`.
pub(super) fn equal_is_same(data_type: &str) -> bool {
    let name = data_type.to_ascii_lowercase();
    let other = [
        "numeric",
        "decimal",
        "real",
        "float",
        "double",
        "interval",
        "jsonb",
        "tsvector",
        "tsquery",
        "int4range",
        "int8range",
        "numrange",
        "tsrange",
        "tstzrange",
        "daterange",
        "record",
    ];
    !name.ends_with(']')
        && !other.iter().any(|start| name.starts_with(start))
        && !name.ends_with("multirange")
}
