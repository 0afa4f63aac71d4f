//! Sequelize and TypeORM.

use super::*;

#[test]
fn sequelize_with_and_without_parameters() {
    check_whole(
        AppLog::Sequelize,
        "Executing (default): SELECT \"id\" FROM \"a\" WHERE \"b\" = 'x; 5';\n\
         Executing (e2f0c1d2-aaaa-4bbb-8ccc-0d1e2f3a4b5c): START TRANSACTION;\n\
         Executing (e2f0c1d2-aaaa-4bbb-8ccc-0d1e2f3a4b5c): UPDATE \"a\" SET \"b\"=$1 WHERE \"id\" = $2; \"it's; \\\"q\\\"\", 5\n\
         Executing (default): SELECT $1, $2; { \"$2\": null, \"$1\": [\"a b\",\"c\"] }\n\
         Executing (default): SELECT $1; [ 5 ]\n\
         Executing (default): SELECT 1 WHERE 5 = ANY($1); [5,6]\n\
         Executing (default): SELECT $1, $2, $3; with parameters [ 'x', true, { a: 1 } ]\n\
         Executing (default): UPDATE a SET b=$1;\n\
         Server listening on 3000\n\
         Executing (default): \n  SELECT *\n  FROM a\n\n  WHERE b = $1; 5\n\
         GET /books 200 12.3 ms - 12\n\
         2026-11-21T04:10:20.500Z [debug]: Executing (default): SELECT 1;\n",
        &[
            "SELECT \"id\" FROM \"a\" WHERE \"b\" = 'x; 5'",
            "e2f0c1d2-aaaa-4bbb-8ccc-0d1e2f3a4b5c: START TRANSACTION",
            "e2f0c1d2-aaaa-4bbb-8ccc-0d1e2f3a4b5c: UPDATE \"a\" SET \"b\"=$1 WHERE \"id\" = $2 [it's; \"q\"|5]",
            "SELECT $1, $2 [{\"a b\",c}|NULL]",
            "SELECT $1 [5]",
            "SELECT 1 WHERE 5 = ANY($1) [{5,6}]",
            "SELECT $1, $2, $3 [x|true|{ a: 1 }]",
            "UPDATE a SET b=$1 hidden",
            "SELECT *\n  FROM a\n\n  WHERE b = $1 [5]",
            "ENDS GET /books 200 Some(12300)",
            "1.5 SELECT 1",
        ],
    );
}

#[test]
fn sequelize_with_times() {
    check_whole(
        AppLog::Sequelize,
        "Executed (default): SELECT 1; Elapsed time: 3ms\n\
         Executed (default): SELECT $1; \"x\" Elapsed time: 12ms\n\
         Executed (default): SELECT 1; Elapsed time: 0ms\n\
         Executed (default): SELECT $1 WHERE a = 'x' 7\n\
         Executed (default): SELECT 1; 7\n\
         Executed (default): SELECT $1; 7\n\
         Executed (default): SELECT 1 LIMIT 5\n",
        &[
            "SELECT 1 3000us",
            "SELECT $1 [x] 12000us",
            "SELECT 1",
            "SELECT $1 WHERE a = 'x' hidden 7000us",
            "SELECT 1 7000us",
            "SELECT $1 [7]",
            "SELECT 1 LIMIT 5",
        ],
    );
    // Both lines of a statement, and other statements in between.
    check_whole(
        AppLog::Sequelize,
        "sequelize:sql:pg Executing (default): SELECT 1 +0ms\n\
         sequelize:sql:pg Executing (default): SELECT 2; +1ms\n\
         sequelize:sql:pg Executed (default): SELECT 2; +4ms\n\
         Executed (default): SELECT 1 Elapsed time: 3ms\n\
         Executed (default): SELECT 1 Elapsed time: 3ms\n",
        &["SELECT 1 3000us", "SELECT 2", "SELECT 1 3000us"],
    );
    check_broken(
        AppLog::Sequelize,
        "Executing (default): SELECT 'x\nExecuting (default): SELECT 2;\n",
        &["SELECT 2"],
        &["a statement without its end"],
    );
}

#[test]
fn typeorm_in_the_console() {
    check_whole(
        AppLog::TypeOrm,
        "query: START TRANSACTION\n\
         query: SELECT \"a\".\"id\" FROM \"a\" WHERE ((\"a\".\"b\" = $1)) AND c <> '-- PARAMETERS: [7]' -- PARAMETERS: [\"it's -- PARAMETERS: [1]\"]\n\
         query: INSERT INTO a VALUES ($1, $2, $3, DEFAULT) -- PARAMETERS: [null,[\"x\",\"y z\"],\"{\\\"k\\\":1}\"]\n\
         query: \n   SELECT *\n   FROM book\n   WHERE id = ANY($1)\n -- PARAMETERS: [[1,2]]\n\
         query: SELECT 1, $1 -- PARAMETERS: [5]\n\
         query is slow: SELECT 1, $1 -- PARAMETERS: [5]\n\
         execution time: 1500\n\
         query: SELECT nope\n\
         query: SELECT 2\n\
         query failed: SELECT nope\n\
         error: error: column \"nope\" does not exist\n    at Parser.parse (/app/node_modules/pg/parser.js:1:2)\n\
         query is slow: SELECT 3\nexecution time: 200\n\
         query failed: SELECT 4\n\
         \u{1b}[90m\u{1b}[4mquery:\u{1b}[24m\u{1b}[39m \u{1b}[94mSELECT\u{1b}[0m \u{1b}[37m$\u{1b}[0m\u{1b}[32m1\u{1b}[0m \u{1b}[90m-- PARAMETERS: [5]\u{1b}[0m\n\
         [Nest] 71  - 11/21/2026, 4:10:19 AM     LOG query: COMMIT\n",
        &[
            "START TRANSACTION",
            "SELECT \"a\".\"id\" FROM \"a\" WHERE ((\"a\".\"b\" = $1)) AND c <> '-- PARAMETERS: [7]' [it's -- PARAMETERS: [1]]",
            "INSERT INTO a VALUES ($1, $2, $3, DEFAULT) [NULL|{x,\"y z\"}|{\"k\":1}]",
            "SELECT *\n   FROM book\n   WHERE id = ANY($1) [{1,2}]",
            "SELECT 1, $1 [5] 1500000us",
            "SELECT 2",
            "SELECT 3 200000us",
            "SELECT $1 [5]",
            "COMMIT",
        ],
    );
}

#[test]
fn typeorm_in_its_file() {
    check_whole(
        AppLog::TypeOrm,
        "[2026-11-21T04:10:19.500Z][QUERY]: SELECT $1 -- PARAMETERS: [5]\r\n\
         [2026-11-21T04:10:20.500Z][SLOW QUERY: 301 ms]: SELECT $1 -- PARAMETERS: [5]\r\n\
         [2026-11-21T04:10:20.500Z][QUERY]: SELECT 2\r\n\
         [2026-11-21T04:10:20.500Z][FAILED QUERY]: SELECT 2\r\n\
         [2026-11-21T04:10:20.500Z][QUERY ERROR]: error: no\r\n\
         [2026-11-21T04:10:21.500Z][QUERY]: SELECT 3 \r\n",
        &["0.5 SELECT $1 [5] 301000us", "2.5 SELECT 3"],
    );
}
