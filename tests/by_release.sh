#!/usr/bin/env bash
# tests/by_release.sh SCRIPT TEALIGHT ARGUMENT...: runs SCRIPT with the release build's command in place of one with
# sanitizers, where it was built: hundreds of models, each read by several processes, would take many minutes.
script=$1 tealight=$2
shift 2
case $tealight in */debug/*) [ -x build/release/tealight ] && tealight=$PWD/build/release/tealight ;; esac
exec "$script" "$tealight" "$@"
