#!/bin/sh
# sh samples/make.sh build/simulate: makes everything in samples/ anew, byte for byte the same.
set -eu
simulate=$(realpath "${1:-build/simulate}")
cd "$(dirname "$0")"
export TZ=UTC LC_ALL=C
rm -rf epost epost.zip qmail qmail.tar.gz maillog maillog.tar.gz postfix postfix.tar.gz sendmail sendmail.tar.gz exim exim.tar.gz damaged

# A working week in November 2026; on Wednesday own mailboxes are slow, in the night to Friday one login sends in bulk.
"$simulate" --kind epost --seed 2026 --start 2026-11-16T00:00:00+09:00 --zone +09:00 --days 7 --messages 300 \
    --domains 9 --recipients 3000 --retry 0.12 --backlog 2 --burst 4:100 --out epost --truth epost.truth.json

# Four days of multilog: a crash, a clean stop, bounces; example.com puts everything off for nine hours.
"$simulate" --kind multilog --seed 1003 --start 2026-11-09T00:00:00Z --zone +00:00 --days 4 --messages 200 \
    --domains 30 --recipients 3000 --retry 0.15 --restarts 2 --outage 1 --rotate 60000 --warmup 200000 \
    --out qmail --truth qmail.truth.json

# Weekly maillogs over a New Year, other programs' lines among them.
"$simulate" --kind syslog --seed 7 --start 2026-12-14T00:00:00+09:00 --zone +09:00 --days 24 --messages 320 \
    --domains 40 --recipients 3000 --retry 0.15 --restarts 1 --rotate weekly --out maillog --truth maillog.truth.json

# Weekly maillogs of Postfix over a New Year: stamps without year and zone, ids used again; it ran before its log begins.
"$simulate" --kind postfix --host mx2 --seed 365 --start 2025-12-15T00:00:00+09:00 --zone +09:00 --days 24 --messages 300 \
    --domains 30 --recipients 3000 --retry 0.15 --restarts 1 --outage 9 --rotate weekly --warmup 200000 \
    --out postfix --truth postfix.truth.json

# Three weeks of sendmail, submission and delivery in one maillog; and of Exim's own mainlog, rotated by size.
"$simulate" --kind sendmail --host mx3 --seed 16 --start 2026-11-02T00:00:00+09:00 --zone +09:00 --days 21 --messages 200 \
    --domains 30 --recipients 3000 --retry 0.15 --restarts 1 --outage 8 --rotate weekly \
    --out sendmail --truth sendmail.truth.json
"$simulate" --kind exim --seed 13 --start 2026-11-02T00:00:00+09:00 --zone +09:00 --days 21 --messages 200 \
    --domains 30 --recipients 3000 --retry 0.15 --restarts 1 --outage 8 --rotate 50000 \
    --out exim --truth exim.truth.json

find epost qmail maillog postfix sendmail exim -exec touch -d 2027-01-08T00:00:00Z {} +
find epost -type f | sort | zip -q -X -D epost.zip -@
pack() { # archive, then its files in this order
    archive=$1
    shift
    tar --format=ustar --owner=0 --group=0 --numeric-owner --mode=644 --mtime=2027-01-08T00:00:00Z -cf - "$@" |
        gzip -n9 >"$archive"
}
pack qmail.tar.gz $(find qmail -type f | sort)
pack maillog.tar.gz maillog/maillog $(find maillog -name '*.gz' | sort -r)
pack postfix.tar.gz postfix/maillog $(find postfix -name '*.gz' | sort -r)
pack sendmail.tar.gz sendmail/maillog $(find sendmail -name '*.gz' | sort -r)
pack exim.tar.gz $(find exim -type f | sort)
/usr/bin/python3 damage.py maillog/maillog epost/inlog/MAIL1/261118.log damaged
