//! Django's `django.db.backends`.

use super::*;

const LOG: AppLog = AppLog::Django;

#[test]
fn statements_with_their_values() {
    check_whole(
        LOG,
        "(0.003) SELECT \"a\".\"x\" FROM \"a\" WHERE \"a\".\"k\" = 'it''s; args=x'; args=(\"it's; args=x\",); alias=default\n\
         (0.000) BEGIN; args=None; alias=default\n\
         (0.012) SELECT 1\n  FROM a\n WHERE b LIKE '50%'; args=('50%',); alias=other\n\
         (1.250) UPDATE a SET x=%s WHERE id=%s; args=[('a', Int4(1)), (None, Int4(2)), (\"b's\", Int4(3))]; alias=default\n\
         (0.001) UPDATE a SET x=%(x)s; args=[{'x': 1}, {'x': 2}]; alias=default\n\
         (0.001) UPDATE a SET x=%s; args=<generator object at 0x7f>; alias=default\n\
         (0.001) SELECT 7 % 3, 'a%s'; args={'n': 1}; alias=default\n\
         (0.001) None; args=(); alias=default\n\
         (0.001) DECLARE \"_django_curs_1\" NO SCROLL CURSOR WITH HOLD FOR SELECT 1; args=(); alias=default\n",
        &[
            "SELECT \"a\".\"x\" FROM \"a\" WHERE \"a\".\"k\" = 'it''s; args=x' 3000us",
            "BEGIN",
            "SELECT 1\n  FROM a\n WHERE b LIKE '50%' 12000us",
            "UPDATE a SET x=$1 WHERE id=$2 [a|1] 1250000us x3",
            "UPDATE a SET x=$1 [1] 1000us x2",
            "UPDATE a SET x=$1 hidden 1000us",
            "SELECT 7 % 3, 'a%s' 1000us",
            "DECLARE \"_django_curs_1\" NO SCROLL CURSOR WITH HOLD FOR SELECT 1 1000us",
        ],
    );
}

#[test]
fn loggers_of_ones_own() {
    check_whole(
        LOG,
        "DEBUG 2026-11-21 04:10:19,500 utils 12 1405 (0.001) SELECT 1; args=()\n\
         INFO 2026-11-21 04:10:20,500 basehttp 12 1405 \"GET /a/?b=1 HTTP/1.1\" 200 12\n\
         Watching for file changes\n\
         2026-11-21 04:10:21,500 [Thread-3 (process_request_thread)] DEBUG django.db.backends: (0.001) SELECT 2; args=(); alias=default\n\
         [21/Nov/2026 04:10:22] DEBUG (0.001) SELECT 3; args=None; alias=default\n\
         \u{1b}[32m[21/Nov/2026 04:10:23] \"POST /a HTTP/1.1\" 404 12\u{1b}[0m\n\
         \u{1b}[36mDEBUG\u{1b}[0m (0.001) SELECT \u{1b}[1m4\u{1b}[0m\nFROM a; args=None; alias=default\n",
        &[
            "0.5 12 1405: SELECT 1 1000us",
            "1.5 12 1405: ENDS GET /a/?b=1 200 None",
            "2.5 Thread-3 process_request_thread: SELECT 2 1000us",
            "3 SELECT 3 1000us",
            "4 ENDS POST /a 404 None",
            "SELECT 4\nFROM a 1000us",
        ],
    );
}

#[test]
fn what_is_cut_off() {
    check_broken(
        LOG,
        "FROM a; args=(); alias=default\n(0.001) SELECT 1\n(0.001) SELECT 2; args=(); alias=default\n",
        &["SELECT 2 1000us"],
        &["a statement without its end"],
    );
}
