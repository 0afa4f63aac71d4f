//! What is none of these logs.

use super::*;

fn check_none(text: &str) {
    let lines: Vec<&[u8]> = text
        .as_bytes()
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(detect(&lines), None, "{text}");
}

#[test]
fn other_logs_are_left_alone() {
    check_none("");
    check_none("hello\nworld");
    check_none(
        "2026-11-21 04:10:19.987 UTC [7] LOG:  duration: 0.095 ms  statement: SELECT '(0.001) SELECT 1; args=None'\n\
         2026-11-21 04:10:19.987 UTC [7] LOG:  statement: INSERT INTO logs VALUES ('Executing (default): SELECT 1;')\n\
         2026-11-21 04:10:19.987 UTC [7] LOG:  execute a: SELECT 'sqlalchemy.engine.Engine SELECT 1'\n\
         2026-11-21 04:10:19.987 UTC [7] DETAIL:  parameters: $1 = 'query: SELECT 1'",
    );
    check_none(
        "{\"message\": \"Executing (default): SELECT 1;\"}\n\
         {\"level\": \"debug\", \"logger\": \"sqlalchemy.engine.Engine\", \"message\": \"SELECT 1\"}\n\
         {\"msg\": \"query: SELECT 1\"}",
    );
    check_none(
        "127.0.0.1 - - [21/Nov/2026:04:10:19 +0000] \"GET /books?q=query:+SELECT HTTP/1.1\" 200 12\n\
         127.0.0.1 - - [21/Nov/2026:04:10:19 +0000] \"GET / HTTP/1.1\" 200 12",
    );
    check_none("GET /books 200 12.3 ms - 12\nGET /books 200 12.3 ms - 12");
    check_none("the query: it was slow\nexecution time: 12\nerror: none\n(0.003) of it");
    let prose = "a line of prose\n".repeat(300) + "query: SELECT 1\nquery: SELECT 2";
    check_none(&prose);
}

#[test]
fn names() {
    let names = ALL.map(AppLog::name);
    assert_eq!(
        names,
        [
            "sqlalchemy-echo",
            "django-log",
            "rails-log",
            "sequelize-log",
            "typeorm-log"
        ]
    );
}
