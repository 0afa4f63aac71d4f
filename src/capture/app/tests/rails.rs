//! Rails' `development.log`.

use super::*;

const LOG: AppLog = AppLog::Rails;

/// Colours a query as Rails does.
fn coloured(name: &str, sql: &str, binds: &str) -> String {
    format!("  \u{1b}[1m\u{1b}[36m{name}\u{1b}[0m  \u{1b}[1m\u{1b}[34m{sql}\u{1b}[0m{binds}\n")
}

#[test]
fn a_request_in_colours() {
    let lines = [
        "Started GET \"/books?a=1\" for 127.0.0.1 at 2026-11-21 05:10:20 +0100\n".to_owned(),
        "Processing by ShopController#books as HTML\n  Parameters: {\"a\"=>\"1\"}\n".to_owned(),
        coloured(
            "User Load (0.9ms)",
            "SELECT \"users\".* FROM \"users\" WHERE \"users\".\"id\" = $1 LIMIT $2",
            "  [[\"id\", 7], [\"LIMIT\", 1]]",
        ),
        "  \u{21b3} app/controllers/shop_controller.rb:2:in `map'\n".to_owned(),
        coloured("CACHE User Load (0.0ms)", "SELECT $1", "  [[\"id\", 7]]"),
        coloured(
            "Book Load (1.5ms)",
            "SELECT *\n\n  FROM books\nhidden WORLD",
            "",
        ),
        coloured("TRANSACTION (0.1ms)", "BEGIN", ""),
        coloured("SCHEMA (0.2ms)", "SELECT a.attname FROM pg_attribute a", ""),
        "Completed 200 OK in 241ms (Views: 1.0ms | ActiveRecord: 4.5ms | Allocations: 1)\n\n\n"
            .to_owned(),
    ]
    .concat();
    check_whole(
        LOG,
        &lines,
        &[
            "1 BEGINS GET /books?a=1",
            "HANDLER ShopController#books",
            "SELECT \"users\".* FROM \"users\" WHERE \"users\".\"id\" = $1 LIMIT $2 [7|1] 900us",
            "SOURCE app/controllers/shop_controller.rb:2:in `map'",
            "SELECT $1 [7] cached",
            "SELECT *\n\n  FROM books\nhidden WORLD 1500us",
            "BEGIN 100us",
            "SELECT a.attname FROM pg_attribute a 200us",
            "ENDS   200 Some(241000)",
        ],
    );
}

#[test]
fn queries_without_colours() {
    check_whole(
        LOG,
        "  Book Load (0.9ms)  SELECT *\n      FROM books\n      WHERE id = $1\n  [[\"id\", 5]]\n\
         hello from the application\n\
         \u{20}  (12.5ms)  SELECT COUNT(*) FROM \"tags\" /*application:Shop,action:index*/\n\
         \u{20} \u{21b3} app/a.rb:1\n\
         \u{20} Book Load (0.1ms)\n        SELECT * FROM a\n    \n        WHERE b = 'x\ny'\n\
         \u{20} Rendered books/index.html.erb within layouts/application (5.0ms)\n\
         \u{20} Book Create (0.4ms)  INSERT INTO b (c, d, e) VALUES ($1, $2, $3)  [[\"c\", nil], [\"d\", \"it's \\\"q\\\" \\#{x}\\n\"], [\"e\", \"<12 bytes of binary data>\"]]\n\
         \u{20} Book Load (0.4ms)  SELECT $1\n\
         \u{20} ASYNC Book Load (0.0ms) (db time 3.5ms)  SELECT 1  []\n",
        &[
            "SELECT *\n      FROM books\n      WHERE id = $1 [5] 900us",
            "SELECT COUNT(*) FROM \"tags\" /*application:Shop,action:index*/ 12500us",
            "SOURCE app/a.rb:1",
            "SELECT * FROM a\n    \n        WHERE b = 'x\ny' 100us",
            "INSERT INTO b (c, d, e) VALUES ($1, $2, $3) [NULL|it's \"q\" #{x}\n|<12 bytes of binary data>] 400us",
            "SELECT $1 hidden 400us",
            "SELECT 1 3500us",
        ],
    );
}

#[test]
fn tags_and_loggers() {
    let (one, two) = (
        "e8a5731b-1c2d-4e5f-8a9b-0c1d2e3f4a5b",
        "0011731b-1c2d-4e5f-8a9b-0c1d2e3f4a5b",
    );
    check_whole(
        LOG,
        &format!(
            "[{one}] Started POST \"/a\" for 127.0.0.1 at 2026-11-21 04:10:20 +0000\n\
             [{two}] Started POST \"/b\" for 127.0.0.1 at 2026-11-21 04:10:20 +0000\n\
             [{one}] Processing by AController#a as JSON\n\
             [{one}]   A Load (0.9ms)  SELECT 1\n  FROM a\n\
             [{two}]   B Load (0.9ms)  SELECT 2\n\
             [{one}]   \u{21b3} app/a.rb:1\n\
             [shop] [{two}] Completed 302 Found in 5ms (ActiveRecord: 0.9ms)\n\
             D, [2026-11-21T04:10:19.500000 #71] DEBUG -- :   C Load (0.9ms)  SELECT 3\n\
             D, [2026-11-21T04:10:19.500000 #71] DEBUG -- : [{one}]   \u{1b}[1m\u{1b}[35m (0.9ms)\u{1b}[0m  SELECT 4  [[\"a\", 1]]\n"
        ),
        &[
            &format!("1 {one}: BEGINS POST /a"),
            &format!("1 {two}: BEGINS POST /b"),
            &format!("{one}: HANDLER AController#a"),
            &format!("{one}: SELECT 1\n  FROM a 900us"),
            &format!("{two}: SELECT 2 900us"),
            &format!("{one}: SOURCE app/a.rb:1"),
            &format!("{two}: ENDS   302 Some(5000)"),
            "0.5 71: SELECT 3 900us",
            &format!("0.5 {one}: SELECT 4 900us"),
        ],
    );
}

#[test]
fn what_is_cut_off() {
    check_broken(
        LOG,
        "  \u{1b}[1m\u{1b}[36mA Load (0.1ms)\u{1b}[0m  \u{1b}[1m\u{1b}[34mSELECT 1\n  B Load (0.1ms)  SELECT 'x\n  C Load (0.1ms)  SELECT 2\n",
        &["SELECT 2 100us"],
        &["a statement without its end", "a statement without its end"],
    );
}

#[test]
fn a_query_and_its_source_stay_together() {
    let lines = "  A Load (0.1ms)  SELECT 1\n  B Load (0.1ms)  SELECT 2\n  \u{21b3} app/a.rb:1\n";
    assert_eq!(last_start(lines.as_bytes(), LOG), 27);
}
