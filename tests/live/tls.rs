//! Encryption, and the proof of who the server is.

use crate::common::{Admin, try_open};
use crate::own::Own;
use pgloupe::live::{LiveError, Session, Target, TlsMode, Trouble};
use std::path::Path;
use std::process::Command;

const HBA: &str =
    "local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all ::1/128 trust";

/// An authority, and certificates that it signed: for this host, for another, and for the past.
fn certificates(folder: &Path) -> bool {
    let script = r#"set -e
        for ca in ca other; do
            openssl req -x509 -newkey rsa:2048 -nodes -keyout $ca.key -out $ca.crt -days 9 -subj /CN=$ca
        done
        sign() {
            openssl req -newkey rsa:2048 -nodes -keyout $1.key -out $1.csr -subj /CN=$2
            echo "subjectAltName=DNS:$2" > $1.ext
            openssl x509 -req -in $1.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days $3 -out $1.crt -extfile $1.ext
        }
        sign here localhost 9
        sign there db.example.com 9
        sign past localhost -1
        chmod 600 *.key"#;
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder)
        .output();
    let done = output.as_ref().is_ok_and(|output| output.status.success());
    assert!(done || !crate::common::required(), "{output:?}");
    done
}

struct Check {
    own: Own,
    target: Target,
}

impl Check {
    fn serve(&self, name: &str) {
        for kind in ["crt", "key"] {
            let from = self.own.path().join(format!("{name}.{kind}"));
            std::fs::copy(from, format!("{}/server.{kind}", self.own.data())).unwrap();
        }
        self.own.give_away();
        self.own.reload();
    }

    fn open(&self, mode: TlsMode, authority: Option<&str>) -> Result<Session, LiveError> {
        let mut target = self.target.clone();
        target.tls.mode = Some(mode);
        target.tls.root_certificate = authority.map(|name| self.own.path().join(name));
        try_open(&target, None)
    }
}

#[test]
fn a_server_is_trusted_for_its_authority_its_name_and_its_date() {
    use TlsMode::{Prefer, Require, VerifyCa, VerifyFull};
    let Some(own) = Own::start("tls", "", HBA) else {
        return;
    };
    if !certificates(own.path()) {
        eprintln!("left out: openssl made no certificates");
        return;
    }
    let mut target = own.target();
    target.host = "localhost".to_owned();
    let check = Check { own, target };
    let trouble = |mode, authority| match check.open(mode, authority) {
        Ok(session) => Err(session.facts().tls.clone()),
        Err(error) => Ok(error.trouble),
    };

    // A server without encryption: full verification does not fall back.
    assert_eq!(trouble(VerifyFull, Some("ca.crt")), Ok(Trouble::NoTls));
    assert_eq!(trouble(Require, None), Ok(Trouble::NoTls));
    assert_eq!(trouble(Prefer, None), Err(None));

    Admin::new(&check.own.socket(), None).run("alter system set ssl = on");
    check.serve("here");
    let session = check.open(VerifyFull, Some("ca.crt")).unwrap();
    assert!(
        session
            .facts()
            .tls
            .as_deref()
            .is_some_and(|tls| tls.starts_with("TLSv1"))
    );
    assert_eq!(
        trouble(VerifyFull, Some("other.crt")),
        Ok(Trouble::UnknownAuthority)
    );
    assert_eq!(trouble(VerifyFull, None), Ok(Trouble::UnknownAuthority));
    assert!(trouble(Require, None).is_err());
    // Who names an authority wants it asked.
    assert_eq!(
        trouble(Require, Some("other.crt")),
        Ok(Trouble::UnknownAuthority)
    );
    assert_eq!(
        trouble(VerifyFull, Some("nowhere.crt")),
        Ok(Trouble::CertificateFile)
    );
    assert_eq!(
        trouble(VerifyFull, Some("log")),
        Ok(Trouble::CertificateFile)
    );

    check.serve("there");
    assert_eq!(
        trouble(VerifyFull, Some("ca.crt")),
        Ok(Trouble::WrongHostName)
    );
    assert!(trouble(VerifyCa, Some("ca.crt")).is_err());

    check.serve("past");
    assert_eq!(trouble(VerifyFull, Some("ca.crt")), Ok(Trouble::Expired));
    assert_eq!(trouble(VerifyCa, Some("ca.crt")), Ok(Trouble::Expired));
}
