use super::super::scan::Literal;
use super::*;
use crate::catalog::Common;

fn column(name: &str, data_type: &str, statistics: ColumnStatistics) -> Column {
    Column {
        name: name.to_owned(),
        data_type: data_type.to_owned(),
        statistics: Some(statistics),
        ..Column::default()
    }
}

fn common(values: &[(&str, f64)]) -> Vec<Common> {
    let one = |(value, frequency): &(&str, f64)| Common {
        value: (*value).to_owned(),
        frequency: *frequency,
    };
    values.iter().map(one).collect()
}

fn table() -> Table {
    let histogram = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect();
    Table {
        rows: Some(1_000),
        columns: vec![
            column(
                "status",
                "text",
                ColumnStatistics {
                    n_distinct: 4.0,
                    most_common: common(&[("done", 0.7), ("sent", 0.2)]),
                    ..ColumnStatistics::default()
                },
            ),
            column(
                "n",
                "integer",
                ColumnStatistics {
                    n_distinct: -1.0,
                    histogram: histogram(&["0", "10", "20", "30", "40"]),
                    ..ColumnStatistics::default()
                },
            ),
            column(
                "ts",
                "timestamp with time zone",
                ColumnStatistics {
                    null_frac: 0.2,
                    n_distinct: -0.8,
                    histogram: histogram(&["2026-01-01 00:00:00+00", "2026-01-11 00:00:00+00"]),
                    ..ColumnStatistics::default()
                },
            ),
            column(
                "done",
                "boolean",
                ColumnStatistics {
                    n_distinct: 2.0,
                    most_common: common(&[("t", 0.999), ("f", 0.001)]),
                    ..ColumnStatistics::default()
                },
            ),
        ],
        ..Table::default()
    }
}

fn comparison(column: &str, op: Op, values: &[&str]) -> Comparison {
    let literal = |v: &&str| match v.strip_prefix('$') {
        Some(number) => Value::Parameter(number.parse().unwrap()),
        None => Value::Literal((*v).to_owned(), Literal::Text),
    };
    Comparison {
        terms: vec![Term::column(column)],
        op,
        against: Against::Values(values.iter().map(literal).collect()),
        text: String::new(),
    }
}

#[test]
fn comparisons_keep_the_part_that_statistics_tell() {
    for (column, op, values, want) in [
        ("status", Op::Eq, vec!["done"], 0.7),
        ("status", Op::Eq, vec!["lost"], 0.05),
        ("status", Op::Eq, vec!["$1"], 0.25),
        ("status", Op::NotEq, vec!["done"], 0.3),
        ("status", Op::In(Some(2)), vec!["done", "sent"], 0.9),
        ("status", Op::NotIn, vec!["done", "sent"], 0.1),
        ("n", Op::Eq, vec!["5"], 0.001),
        ("n", Op::In(None), vec!["$1"], 0.01),
        ("n", Op::Lt, vec!["15"], 0.375),
        ("n", Op::Ge, vec!["15"], 0.625),
        ("n", Op::Lt, vec!["-3"], 0.0),
        ("n", Op::Gt, vec!["$1"], 1.0 / 3.0),
        ("n", Op::Between, vec!["10", "12"], 0.05),
        ("n", Op::Between, vec!["$1", "$2"], 0.005),
        ("ts", Op::Gt, vec!["2026-01-06"], 0.4),
        ("ts", Op::Lt, vec!["2026-01-06 00:00:00+00"], 0.4),
        ("ts", Op::IsNull, vec![], 0.2),
        ("ts", Op::NotNull, vec![], 0.8),
        ("done", Op::IsFalse, vec![], 0.001),
        ("done", Op::IsTrue, vec![], 0.999),
        ("done", Op::Eq, vec!["false"], 0.001),
        ("unheard", Op::Eq, vec!["1"], 0.005),
    ] {
        let got = of_comparison(&table(), &comparison(column, op.clone(), &values));
        assert!(
            (got - want).abs() < 1e-9,
            "{column} {op:?} {values:?}: {got}, not {want}"
        );
    }
}

#[test]
fn the_two_ends_of_a_range_are_one() {
    let ends = |low: &str, high: &str| {
        let one = |op, value: &str| Condition::One(comparison("n", op, &[value]));
        of_scan(&table(), &[one(Op::Ge, low), one(Op::Lt, high)])
    };
    assert!((ends("10", "20") - 0.25).abs() < 1e-9);
    assert!((ends("$1", "$2") - TWO_ENDS).abs() < 1e-9);
    let any = Condition::Any(vec![
        vec![Condition::One(comparison("status", Op::Eq, &["sent"]))],
        vec![Condition::One(comparison("done", Op::IsFalse, &[]))],
    ]);
    assert!((of_condition(&table(), &any) - 0.2008).abs() < 1e-9);
}

#[test]
fn patterns_are_counted_in_a_histogram() {
    let statistics = ColumnStatistics {
        histogram: (0..200).map(|n| format!("Item {n:03}")).collect(),
        ..ColumnStatistics::default()
    };
    for (text, ignore_case, want) in [
        ("Item 0%", false, 0.5),
        ("item 0%", false, 0.0001),
        ("item 0%", true, 0.5),
        ("%99", false, 0.01),
        ("Item _5_", false, 0.1),
        ("%x%", false, 0.0001),
    ] {
        let got = pattern::part(Some(&statistics), text, ignore_case);
        assert!((got - want).abs() < 1e-9, "{text}: {got}, not {want}");
    }
    assert_eq!(plain_prefix("ab_c"), "ab");
    assert_eq!(plain_prefix("%ab"), "");
    assert_eq!(longest_run("%ab%cde_f%"), 3);
    assert_eq!(longest_run(r"%a\%b%"), 1);
}
