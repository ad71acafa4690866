#!/bin/sh
# An agent that counts: one line in $LOG for every request, and one empty file in $EFFECTS for every idempotency key,
# created exclusively, so that the effect of a key happens once however often it is asked for. Takes $PACE percent of the
# declared time. The first attempt of a task whose number ends with 7 fails. Builtins only, but for sleep: it starts in a
# millisecond.
# A request without its line end is none: whoever asked died on the way.
IFS= read -r line || exit 1
rest=${line#*\"task_id\":\"} task=${rest%%\"*}
rest=${line#*\"idempotency_key\":\"} key=${rest%%\"*}
rest=${line#*\"attempt\":} attempt=${rest%%[!0-9]*}
rest=${line#*\"declared_time_ms\":} ms=${rest%%[!0-9]*}

printf '%s %s %s %s\n' "$AGENT" "$task" "$attempt" "$key" >>"$LOG"
dataset=${key%%/*} rest=${key#*/}
effect="$EFFECTS/$dataset+${rest%%/*}+${rest#*/}"
if [ ! -e "$effect" ]; then
  ms=$((ms * PACE / 100)) fraction=$((1000 + ms % 1000))
  sleep "$((ms / 1000)).${fraction#1}"
  case "$task:$attempt" in
  *7:1)
    echo '{"status":"failed","error":"the first attempt of this task fails"}'
    exit 0
    ;;
  esac
  set -C
  { true >"$effect"; } 2>/dev/null
fi
printf '{"status":"completed","confidence":0.97,"output":{"key":"%s"}}\n' "$key"
