#!/bin/sh
# sh tests/train.sh PROGRAM SIMULATE FOLDER: reports on simulated logs of each kind, plain and compressed, by one worker and
# by two; a program built with -fprofile-generate leaves its counts beside its objects.
set -eu
program=$1 simulate=$2 folder=$3
rm -rf "$folder"
mkdir "$folder"
for kind in multilog syslog epost postfix sendmail exim; do
    "$simulate" --kind $kind --bytes 40000000 --retry 0.12 --domains 1000 --recipients 1000000 --seed 11 --out "$folder/$kind" >/dev/null
    for workers in 1 2; do
        "$program" report "$folder/$kind" --input-tz +09:00 -j$workers -o "$folder/report" -f -q
    done
    find "$folder/$kind" -type f -exec gzip -q {} +
    "$program" report "$folder/$kind" --input-tz +09:00 -j2 -o "$folder/report" -f -q
done
rm -r "$folder"
