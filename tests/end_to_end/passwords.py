"""Passwords, tokens and AUTH strings that programs write into their logs must reach no output."""
import io
import os
import zipfile

from stage import OUTPUTS, Run, case, check, write

SYSLOG = (
    b"vpopmail[1]: vchkpw-smtp: password fail (pass: '%s') info@example.com:203.0.113.7",
    b"vpopmail[1]: vchkpw-pop3: setuid failed (pass: '%s') info@example.com:203.0.113.7",
    b"vpopmail[1]: vchkpw-smtp: something new (pass: '%s') info@example.com:203.0.113.7",
    b"dovecot: auth-worker(2): sql(a@example.com,203.0.113.7): unknown user (given password: %s)",
    b"dovecot: auth: passwd-file(a@example.com,203.0.113.7): Password mismatch (SHA1 of given password: %s)",
    b"dovecot: auth: Error: sql(a@example.com,203.0.113.7): lookup failed (given password: %s)",
    b"dovecot: auth: Debug: client in: AUTH\t1\tPLAIN\tservice=imap\tresp=%s",
    b"dovecot: auth: Error: client in: AUTH\t1\tPLAIN\tservice=imap\tresp=%s",
    b"dovecot: auth: Error: ldap: bind to ldap://admin:%s@ldap.example.com failed",
    b"dovecot: auth: Fatal: Invalid configuration: password=%s",
    b"dovecot: imap-login: Error: oauth2: token=%s was refused",
    b"dovecot: imap-login: Panic: Authorization: Bearer %s",
    b"postfix/smtpd[3]: warning: non-SMTP command from x[203.0.113.7]: AUTH PLAIN %s",
    b"postfix/smtpd[3]: improper command pipelining after EHLO from x[203.0.113.7]: AUTH LOGIN %s",
    b"postfix/smtpd[3]: fatal: mysql://mail:%s@localhost/mail: cannot connect",
    b"postfix/smtpd[3]: warning: dict: password = x, pass=%s, host=localhost",
    b"sm-mta[4]: wAK0x1X2000004: --- AUTH PLAIN %s",
    b"qmail: 1795500000.000000 alert: cannot start: password=%s is wrong",
    b"qmail: 1795500001.000000 warning: unable to open mysql://vpopmail:%s@localhost/vpopmail",
    b"saslauthd[5]: do_auth : cannot reach server, password=%s",
    b"authdaemond: supplied password '%s' does not match encrypted password 'x'",
    b"authdaemond: failed to connect to mysql server, password='%s'",
    b"pop3d: PASS %s",
    b"imapd: a1 LOGIN bob %s",
    b"amavis[6]: (00006-01) (!)connect to sql failed: password=%s",
    b"spamd[7]: spamd: error: bayes: dbi:mysql password=%s",
    b"strange[8]: AUTH PLAIN %s",
    b"clamd[9]: ERROR: token=%s",
)
EPOST = {
    "receivelog/261120.log": b"[20/Nov/2026:08:20:45], 02b40010, AUTH PLAIN %s\r\n[20/Nov/2026:08:20:46], 02b40010, AUTH LOGIN %s\r\n",
    "acceptlog/261120.log": b"[20/Nov/2026:08:20:45], (mx.example.jp), 192.0.2.49[192.0.2.49], AUTH PLAIN %s, AUTH-LOGIN:a [failed],,abort\r\n",
    "imap4log/261120.log": b"[20/Nov/2026:08:31:05] - from 192.0.2.77 AUTHENTICATE PLAIN %s failed\r\n"
                           b"[20/Nov/2026:08:31:06] - from 192.0.2.77 LOGIN bob %s failed\r\n",
    "receiveimap4/261120.log": b"[20/Nov/2026:08:30:00], 02b40010, a1 LOGIN tanaka@example.jp %s\r\n",
    "pop3log/261120.log": b"tanaka from 192.0.2.77 PASS %s [20/Nov/2026:08:40:00] failed\r\n",
    "receivepop3/261120.log": b"[20/Nov/2026:08:30:00], 02b40010, PASS %s\r\n",
}


class Secrets:
    """Each time another one; a list of those that were given."""

    def __init__(self):
        self.given = []

    def into(self, template):
        made = tuple(b"Zq%dXsecretX%dqZ" % (len(self.given) + i, len(self.given) + i) for i in range(template.count(b"%s")))
        self.given += made
        return template % made


def evidence(stage, secrets):
    place = stage.place("secrets")
    lines = [b"Nov 20 09:%02d:%02d mx1 %s\n" % (i // 60, i % 60, secrets.into(t)) for i, t in enumerate(SYSLOG)]
    write(place + "/host/mail.log", b"".join(lines))
    labelled = [b"@%016x%08x %s\n" % (4611686018427387914 + 1795500000 + i, 0, line.split(b"mx1 ", 1)[1].rstrip(b"\n"))
                for i, line in enumerate(lines) if b"1795500" not in line]
    write(place + "/smtpd/current", b"".join(labelled))
    wiz = b"2026/11/20 09:00:00 550 Relay does not accept\r\n2026/11/20 09:00:01 EXCEPTION_ACCESS_VIOLATION AUTH PLAIN %s\r\n"
    write(place + "/wiz/error.log", secrets.into(wiz))
    for name, text in EPOST.items():
        write(os.path.join(place, "epost", name), secrets.into(text))
    return place


def told(run):
    """Everything a run gave, by name."""
    yield "stdout", run.out
    yield "stderr", run.err
    for name in run.files():
        data = run.file(name)
        yield name, data
        if name.endswith(".xlsx"):
            with zipfile.ZipFile(io.BytesIO(data)) as book:
                for part in book.namelist():
                    yield f"{name}!{part}", book.read(part)


def hold(run, secrets):
    for name, data in told(run):
        found = [s for s in secrets.given if s in data]
        check(not found, name, "holds", len(found), "secrets, one of them", found[:1])


@case
def no_password_in_a_log_reaches_an_output(stage):
    secrets = Secrets()
    place = evidence(stage, secrets)
    check(len(set(secrets.given)) == len(secrets.given) > 30, "too few secrets")
    run = stage.report(place, options=("-v", "--lang", "ja,en"))
    check(len(run.files()) > len(OUTPUTS), "a report in two languages has", run.files(), run.said())
    quoted = run.file("report.json")
    check(b"AUTH PLAIN *" in quoted or b"password=*" in quoted, "no line with a secret is quoted: this proves nothing")
    hold(run, secrets)
    hold(Run(["inspect"], *stage.child(["inspect", place]), stage.place("none")), secrets)


@case
def a_report_merged_from_shards_has_no_password_either(stage):
    secrets = Secrets()
    place = evidence(stage, secrets)
    folder = stage.place("shards")
    plan = os.path.join(folder, "plan")
    code, out, _ = stage.child(["inspect", place, "--plan", plan, "-q", "-f"])
    shards = int(out.decode().strip().splitlines()[-1].split(" logs, ")[1].split(" shards")[0])
    parts = []
    for number in range(1, shards + 1):
        parts.append(os.path.join(folder, f"{number}.part"))
        code, _, err = stage.child(["scan", "--plan", plan, "--shard", str(number), "-o", parts[-1], "-f"])
        check(code in (0, 1), err)
    merged = os.path.join(folder, "out")
    code, out, err = stage.child(["merge", "--plan", plan, *parts, "-o", merged, "-f"])
    check(code in (0, 1), err)
    for name in OUTPUTS:
        with open(os.path.join(merged, name), "rb") as f:
            data = f.read()
        check(not [s for s in secrets.given if s in data], name)
