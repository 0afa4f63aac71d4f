//! Words of the text form that the fixtures' server doesn't write: of other versions and of extensions.

use pgloupe::plan::{Actual, Node, Plan, Value, read};

use super::common::{read_whole, tree};

fn one(text: &str) -> Plan {
    let mut plans = read_whole(text, text);
    assert_eq!(plans.len(), 1, "{text}");
    plans.remove(0)
}

/// A scan with these lines under it.
fn with(lines: &str) -> Node {
    let lines: String = lines.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!(
        "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual time=0.010..0.020 rows=1 loops=1)\n{lines}"
    );
    one(&text).nodes.remove(0)
}

fn check_tree(text: &str, expected: &str) {
    assert_eq!(tree(&one(text)), expected, "{text}");
}

#[test]
fn headings() {
    let cases = [
        ("Seq Scan on s.t x", "Seq Scan|Seq Scan|s|t|x|"),
        (
            "Index Scan Backward using \"a on b\" on t",
            "Index Scan|Index Scan Backward||t||a on b",
        ),
        (
            "Parallel Index Only Scan using i on t",
            "Index Only Scan|Parallel Index Only Scan||t||i",
        ),
        (
            "Bitmap Index Scan on i",
            "Bitmap Index Scan|Bitmap Index Scan||||i",
        ),
        ("Hash Right Anti Join", "Hash Join|Hash Right Anti Join||||"),
        (
            "Nested Loop Semi Join",
            "Nested Loop|Nested Loop Semi Join||||",
        ),
        ("Merge Append", "Merge Append|Merge Append||||"),
        ("Merge on t", "ModifyTable|Merge||t||"),
        (
            "Partial GroupAggregate",
            "Aggregate|Partial GroupAggregate||||",
        ),
        (
            "HashSetOp Intersect All",
            "SetOp|HashSetOp Intersect All||||",
        ),
        (
            "Async Foreign Scan on far f",
            "Foreign Scan|Async Foreign Scan||far|f|",
        ),
        (
            "Foreign Update on far",
            "Foreign Scan|Foreign Update||far||",
        ),
        (
            "Custom Scan (ChunkAppend) on readings",
            "Custom Scan|Custom Scan (ChunkAppend)||readings||",
        ),
        (
            "Brand New Scan on \"My \"\"t\"\"\" y",
            "Brand New Scan|Brand New Scan||My \"t\"|y|",
        ),
        (
            "Function Scan on pg_catalog.generate_series g",
            "Function Scan|Function Scan|pg_catalog||g|",
        ),
        (
            "Subquery Scan on \"*SELECT* 1\"",
            "Subquery Scan|Subquery Scan|||*SELECT* 1|",
        ),
    ];
    for (heading, expected) in cases {
        let node = &one(&format!("{heading}  (cost=0.00..1.00 rows=1 width=4)")).nodes[0];
        let names = [&node.schema, &node.relation, &node.alias, &node.index];
        let names = names.map(|name| name.as_deref().unwrap_or_default());
        let got = format!("{}|{}|{}", node.kind, node.title, names.join("|"));
        assert_eq!(got, expected, "{heading}");
    }
}

#[test]
fn names_that_look_like_a_plan() {
    let node =
        &one("Seq Scan on \"my  (cost=1.00..2.00 rows=3 width=4)\" \"-> Seq Scan on x\"").nodes[0];
    assert_eq!(
        node.relation.as_deref(),
        Some("my  (cost=1.00..2.00 rows=3 width=4)")
    );
    assert_eq!(node.alias.as_deref(), Some("-> Seq Scan on x"));
    assert_eq!((node.estimate, node.actual), (None, Actual::Unknown));
    let node = with(
        "Filter: (a = 'one\n  ->  Seq Scan on u  (cost=0.00..1.00 rows=1 width=4)\ntwo'::text)\nRows Removed by Filter: 3",
    );
    assert_eq!(node.number("Rows Removed by Filter"), Some(3.0));
    assert!(
        node.text("Filter").unwrap().ends_with("\n  two'::text)"),
        "{node:?}"
    );
}

#[test]
fn figures_of_other_versions() {
    // PostgreSQL 18.
    let node = &one("Index Scan using i on t  (cost=0.00..1.00 rows=1 width=4) (actual time=0.010..0.020 rows=0.25 loops=4)\n  Index Searches: 4\n  Disabled: true\n  WAL: records=1 fpi=2 bytes=30 buffers full=4").nodes[0];
    assert_eq!(node.rows(), Some(0.25));
    assert_eq!(
        (node.number("Index Searches"), node.text("Disabled")),
        (Some(4.0), Some("true"))
    );
    assert_eq!(
        (node.usage.wal.bytes, node.usage.wal.buffers_full),
        (30.0, 4.0)
    );
    let node = with("Storage: Memory  Maximum Storage: 17kB");
    assert_eq!(
        (node.text("Storage"), node.number("Maximum Storage")),
        (Some("Memory"), Some(17.0))
    );
    // PostgreSQL 17.
    let node = with(
        "Buffers: shared hit=1 read=2 dirtied=3 written=4, local hit=5, temp read=6 written=7\nI/O Timings: shared read=0.1 write=0.2, local read=0.3, temp write=0.4",
    );
    let usage = node.usage;
    assert_eq!(
        (usage.shared.written, usage.local.hit, usage.temp.written),
        (4.0, 5.0, 7.0)
    );
    assert_eq!(
        (
            usage.shared.write_ms,
            usage.local.read_ms,
            usage.temp.write_ms
        ),
        (0.2, 0.3, 0.4)
    );
    // PostgreSQL 14 and before.
    assert!(
        (with("I/O Timings: read=0.5 write=0.25")
            .usage
            .shared
            .read_ms
            - 0.5)
            .abs()
            < 1e-9
    );
    // Figures that a test hides.
    let node = &one("Seq Scan on t (actual rows=N loops=N)").nodes[0];
    assert_eq!(
        (node.actual, node.text("actual")),
        (Actual::Unknown, Some("rows=N loops=N"))
    );
}

#[test]
fn lines_with_several_figures() {
    let cases: [(&str, &[(&str, &str)]); 8] = [
        (
            "Sort Method: external merge  Disk: 12kB",
            &[
                ("Sort Method", "external merge"),
                ("Sort Space Used", "12"),
                ("Sort Space Type", "Disk"),
            ],
        ),
        (
            "Planned Partitions: 4  Batches: 5  Memory Usage: 60kB  Disk Usage: 70kB",
            &[
                ("Planned Partitions", "4"),
                ("HashAgg Batches", "5"),
                ("Peak Memory Usage", "60"),
                ("Disk Usage", "70"),
            ],
        ),
        (
            "Hits: 1  Misses: 2  Evictions: 3  Overflows: 4  Memory Usage: 5kB",
            &[
                ("Cache Hits", "1"),
                ("Cache Misses", "2"),
                ("Cache Evictions", "3"),
                ("Cache Overflows", "4"),
            ],
        ),
        (
            "Heap Blocks: exact=3 lossy=4",
            &[("Exact Heap Blocks", "3"), ("Lossy Heap Blocks", "4")],
        ),
        ("Heap Blocks: lossy=4", &[("Lossy Heap Blocks", "4")]),
        (
            "Tuples: inserted=1 deleted=2 skipped=3",
            &[
                ("Tuples Inserted", "1"),
                ("Tuples Deleted", "2"),
                ("Tuples Skipped", "3"),
            ],
        ),
        (
            "Sampling: system ('1'::real)",
            &[("Sampling Method", "system")],
        ),
        ("A line nobody knows", &[("A line nobody knows", "")]),
    ];
    for (line, expected) in cases {
        let node = with(line);
        for (name, value) in expected {
            assert_eq!(node.text(name), Some(*value), "{line}: {name}");
        }
    }
    let hash = &one("Hash  (cost=1.00..1.00 rows=1 width=4) (actual time=1.000..1.000 rows=1 loops=1)\n  Buckets: 2048 (originally 1024)  Batches: 4 (originally 1)  Memory Usage: 40kB").nodes[0];
    assert_eq!(
        (
            hash.number("Hash Batches"),
            hash.number("Original Hash Batches")
        ),
        (Some(4.0), Some(1.0))
    );
}

#[test]
fn behind_the_tree() {
    let plan = one("Result  (cost=0.00..0.01 rows=1 width=4) (actual time=0.001..0.001 rows=1 loops=1)
Settings: work_mem = '1MB', search_path = 'a, ''b'''
Query Identifier: -7
Planning:
  Buffers: shared hit=3
  Memory: used=25kB  allocated=32kB
Planning Time: 0.5 ms
JIT:
  Functions: 3
  Options: Inlining false, Optimization true, Expressions true, Deforming true
  Timing: Generation 1.5 ms (Deform 0.5 ms), Inlining 0.0 ms, Optimization 2.0 ms, Emission 3.0 ms, Total 6.5 ms
Trigger for constraint loans_book_fkey on books: time=1.25 calls=3
Trigger note on loans: calls=4
Serialization: time=0.036 ms  output=36kB  format=text
  Buffers: shared hit=9
Execution Time: 7.25 ms
Extension Says: something
  More: 1");
    assert_eq!(
        plan.settings,
        [
            ("work_mem".into(), "1MB".into()),
            ("search_path".into(), "a, 'b'".into())
        ]
    );
    assert_eq!(
        (plan.query_id, plan.planning_ms, plan.execution_ms),
        (Some(-7), Some(0.5), Some(7.25))
    );
    assert!((plan.planning_usage.shared.hit - 3.0).abs() < 1e-9);
    let jit = plan.jit.as_ref().unwrap();
    assert_eq!(
        (
            jit.functions,
            jit.generation_ms,
            jit.deform_ms,
            jit.total_ms
        ),
        (3.0, Some(1.5), Some(0.5), Some(6.5))
    );
    assert_eq!(jit.options[0], ("Inlining".to_owned(), false));
    let [first, second] = &plan.triggers[..] else {
        panic!("{:?}", plan.triggers)
    };
    assert_eq!(
        (
            first.constraint.as_deref(),
            first.relation.as_deref(),
            first.ms,
            first.calls
        ),
        (Some("loans_book_fkey"), Some("books"), Some(1.25), 3.0)
    );
    assert_eq!(
        (
            second.name.as_str(),
            second.relation.as_deref(),
            second.ms,
            second.line
        ),
        ("note", Some("loans"), None, 13)
    );
    let made = plan.serialization.as_ref().unwrap();
    assert_eq!(
        (
            made.ms,
            made.output_kb,
            made.format.as_deref(),
            made.usage.shared.hit
        ),
        (Some(0.036), Some(36.0), Some("text"), 9.0)
    );
    let names: Vec<_> = plan.properties.iter().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["Planning", "Extension Says"]);
    let Value::Group(memory) = &plan.properties[0].value else {
        panic!("{:?}", plan.properties)
    };
    assert_eq!(memory[0].value, Value::Text("25".to_owned()));
    let old = one(
        "Seq Scan on t  (cost=0.00..1.00 rows=1 width=4) (actual time=0.010..0.020 rows=1 loops=1)\n Total runtime: 5.5 ms",
    );
    assert_eq!(old.execution_ms, Some(5.5));
}

#[test]
fn trees() {
    check_tree(
        "Limit (never executed)\n  CTE far away\n    ->  Append (actual rows=2 loops=1)\n          Subplans Removed: 1\n          ->  Seq Scan on a a_1 (actual rows=1 loops=1)\n          ->  Seq Scan on b a_2 (actual rows=1 loops=1)\n  InitPlan 2 (returns $1)\n    ->  Result (never executed)\n  ->  CTE Scan on \"far away\" (never executed)\n        SubPlan 3\n          ->  Result (never executed)\n",
        "Limit never\n  [CTE far away] Append 2x1\n    Seq Scan on a 1x1\n    Seq Scan on b 1x1\n  [InitPlan 2 (returns $1)] Result never\n  CTE Scan never\n    [SubPlan 3] Result never\n",
    );
    // COSTS OFF and nothing else.
    check_tree(
        "Hash Join\n  Hash Cond: (a.id = b.id)\n  ->  Seq Scan on a\n  ->  Hash\n        ->  Seq Scan on b\n",
        "Hash Join\n  Seq Scan on a\n  Hash\n    Seq Scan on b\n",
    );
    check_tree("Seq Scan on t\n", "Seq Scan on t\n");
    check_tree(
        "      QUERY PLAN      \n----------------------\n Result\n(1 row)\n",
        "Result\n",
    );
    // Tabs for eight blanks, and for four.
    check_tree(
        "Sort  (cost=1.00..2.00 rows=1 width=4)\n  ->  Sort  (cost=1.00..2.00 rows=1 width=4)\n\t->  Sort  (cost=1.00..2.00 rows=1 width=4)\n\t      ->  Result  (cost=1.00..2.00 rows=1 width=4)\n",
        "Sort\n  Sort\n    Sort\n      Result\n",
    );
    // Old servers have one word above all sub plans.
    check_tree(
        "Result\n  SubPlan\n    ->  Limit\n          ->  Seq Scan on a\n    ->  Seq Scan on b\n  ->  Seq Scan on c\n",
        "Result\n  [SubPlan] Limit\n    Seq Scan on a\n  [SubPlan] Seq Scan on b\n  Seq Scan on c\n",
    );
    // Citus.
    check_tree(
        "Custom Scan (Citus Adaptive)  (cost=0.00..0.00 rows=0 width=0)\n  Task Count: 2\n  ->  Task\n        Node: host=localhost port=5432 dbname=postgres\n        ->  Seq Scan on events_1 events  (cost=0.00..1.00 rows=1 width=4)\n",
        "Custom Scan (Citus Adaptive)\n  Task\n    Seq Scan on events_1\n",
    );
    // Rules make several statements of one.
    let plans = read("Insert on log  (cost=0.00..0.01 rows=1 width=4)\n  ->  Result  (cost=0.00..0.01 rows=1 width=4)\n\nUpdate on t  (cost=0.00..1.00 rows=1 width=4)\n  ->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)\n").plans;
    assert_eq!(
        plans.iter().map(tree).collect::<Vec<_>>(),
        [
            "Insert on log\n  Result\n",
            "Update on t\n  Seq Scan on t\n"
        ]
    );
}

#[test]
fn nodes_know_their_lines() {
    let text = "\n\nSort  (cost=1.00..2.00 rows=1 width=4)\n  Sort Key: a\n  InitPlan 1 (returns $0)\n    ->  Result  (cost=1.00..2.00 rows=1 width=4)\n  ->  Seq Scan on t\n        (cost=1.00..2.00 rows=1 width=4)\n        Filter: (a > $0)\nPlanning Time: 0.1 ms\n";
    let plan = one(text);
    let lines: Vec<_> = plan.nodes.iter().map(|node| node.lines.clone()).collect();
    assert_eq!(lines, [3..=4, 5..=6, 7..=9]);
    assert_eq!(plan.lines, 3..=10);
    let json = "[\n  {\n    \"Plan\": {\n      \"Node Type\": \"Sort\",\n      \"Plans\": [\n        {\n          \"Node Type\": \"Seq Scan\",\n          \"Sort Key\": [\n            \"a\"\n          ]\n        }\n      ]\n    }\n  }\n]\n";
    let plan = one(json);
    let lines: Vec<_> = plan.nodes.iter().map(|node| node.lines.clone()).collect();
    assert_eq!(lines, [3..=4, 6..=10]);
}
