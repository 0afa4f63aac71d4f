//! What is no plan says what it is and what to do.

use pgloupe::plan::read;

fn check(text: &str, nodes: usize, line: u32, what: &str) {
    let reading = read(text);
    let count: usize = reading.plans.iter().map(|plan| plan.nodes.len()).sum();
    assert_eq!(count, nodes, "{text}");
    let warning = reading
        .warnings
        .first()
        .unwrap_or_else(|| panic!("no warning: {text}"));
    assert_eq!(
        (reading.warnings.len(), warning.line),
        (1, line),
        "{text}: {:?}",
        reading.warnings
    );
    assert!(warning.what.contains(what), "{text}: {}", warning.what);
}

#[test]
fn no_plan() {
    let none = "no plan was found; open what EXPLAIN gives";
    check("", 0, 1, none);
    check("\n\n \t\n", 0, 1, none);
    check("select * from orders;", 0, 1, none);
    check("\0\u{1}\u{fffd}PK\u{3}\u{4}\0\0", 0, 1, none);
    check("Update on the status: all is well", 0, 1, none);
    check("[", 0, 1, "the text ends before the first node");
    check(
        "\n{\"a\": 1, \"b\": [2]}",
        0,
        2,
        "this is JSON, but no plan",
    );
    check("{\"Plan\": 5}", 0, 1, "this is JSON, but no plan");
    check("[1, 2, 3]", 0, 1, "this is JSON, but no plan");
    check(
        "<explain><Query></Query></explain>",
        0,
        1,
        "this is XML, but no plan",
    );
    let utility = "               QUERY PLAN                \n------------------\n Utility statements have no plan structure\n(1 row)\n";
    check(utility, 0, 3, "utility statement");
}

#[test]
fn cut_and_damaged() {
    let cut = "copy the whole plan";
    check(
        "[{\"Plan\": {\"Node Type\": \"Sort\",\n \"Plans\": [{\"Node Type\": \"Seq Scan\", \"Relation Na",
        2,
        2,
        cut,
    );
    check(
        "{\"Plan\": {\"Node Type\": \"Sort\", \"Plan Rows\": 12",
        1,
        1,
        cut,
    );
    check(
        "<explain><Query>\n<Plan><Node-Type>Sort</Node-Type>\n<Plans><Plan><Node-Type>Se",
        2,
        3,
        cut,
    );
    check(
        "- Plan: \n    Node Type: \"Sort\"\n    Filter: \"(a = ",
        1,
        3,
        cut,
    );
    check(
        "[{\"Plan\": {\"Node Type\": \"Sort\", stray, \"Plan Rows\": 1}}]",
        1,
        1,
        "fit nowhere in the plan",
    );
    check(
        "<Plan><Node-Type>Sort</Node-Type></Output></Plan>",
        1,
        1,
        "fit nowhere in the plan",
    );
}

/// What stands in the midst of a plan splits it no more than it has to.
#[test]
fn strays_and_tails() {
    let head = "Sort  (cost=1.00..2.00 rows=1 width=4)\n";
    let scan = "  ->  Seq Scan on t  (cost=1.00..2.00 rows=1 width=4)\n        Filter: (a > 1)\n";
    check(
        &format!("{head}by the way\n{scan}"),
        2,
        2,
        "\u{201c}by the way\u{201d} fit nowhere in the plan",
    );
    // Without its first lines, what is left is in pieces.
    let deep = "        ->  Result  (cost=0.00..0.01 rows=1 width=4)\n";
    check(
        &format!("{deep}{scan}"),
        2,
        1,
        "the beginning of the plan is missing",
    );
    let pieces = read(&format!("{deep}{scan}")).plans;
    assert_eq!(pieces.len(), 2, "{pieces:?}");
}

/// The figure where the text was cut may be half of one: it isn't told.
#[test]
fn half_a_figure_is_none() {
    let reading =
        read("{\"Plan\": {\"Node Type\": \"Sort\", \"Total Cost\": 10.5, \"Plan Rows\": 12");
    assert_eq!(reading.plans[0].nodes[0].estimate, None);
    assert_eq!(reading.plans[0].nodes[0].number("Total Cost"), Some(10.5));
    assert_eq!(reading.plans[0].nodes[0].number("Plan Rows"), None);
}
