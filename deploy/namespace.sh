#!/bin/sh
# Creates the namespace, or sets how long finished runs stay readable; safe to run again.
set -eu

tries=0
until temporal operator cluster health; do
  tries=$((tries + 1))
  if [ "$tries" -ge 30 ]; then
    echo 'Temporal did not become healthy within a minute.' >&2
    exit 1
  fi
  sleep 2
done

if temporal operator namespace describe --namespace default >/dev/null 2>&1; then
  temporal operator namespace update --namespace default --retention 30d
else
  temporal operator namespace create --namespace default --retention 30d
fi
