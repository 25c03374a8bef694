#!/bin/sh
# Stands in for an engine process in the tests of child.rs: what it does is said by the job's rules file.
echo '{"event":"heartbeat","sequence":0}'
ended='{"event":"ended","outcome":"completed","summary":{}}'
while read -r line; do
    case "$line" in
    *'"heartbeat"'*) ;;
    *'"cancel"'*) echo '{"event":"ended","outcome":"cancelled"}' ;;
    *'"detach"'*) echo detached >&2 ;;
    *well*) echo '{"event":"started","job":"judge"}'; echo "$ended" ;;
    *babbles*) echo 'Loading checkpoint shards: 100%'; echo '{"event":"started","job":"judge"}'; echo "$ended" ;;
    *waits*) echo '{"event":"started","job":"judge"}' ;;
    *killed*) echo '{"event":"started","job":"judge"}'; kill -9 $$ ;;
    *aborts*) for number in $(seq 30); do echo "line $number" >&2; done; kill -6 $$ ;;
    *leaves*) exit 3 ;;
    esac
done
