#!/bin/sh
# keeper.sh HOME DIST: keeps the agent and the edge of one Stead running.
#
# Starts DIST/bin/stead-agent and DIST/bin/stead-edge, each again when it ends, and appends what they print to HOME/agent.log
# and HOME/edge.log. An agent that ends with 0 has been asked to: then the edge is ended too, and the keeper itself. TERM ends
# both. HOME/keeper.lock is locked while the keeper lives, so that a home never has two; a program that a killed keeper left
# behind is watched until it ends, not started twice.
#
# Whoever ends something removes HOME/keeper.pid first and signals second: what was just forked loses the signal, having its
# parent's traps for a moment, but looks for the file once it can hear.
home=$1 dist=$2
export STEAD_HOME="$home"
log_bytes_max=8388608

exec 9> "$home/keeper.lock"
# Exit code 75 (EX_TEMPFAIL): another keeper has this home.
flock -n 9 || exit 75
echo $$ > "$home/keeper.pid"

# is_ours PID: whether this process was started for this home (a pid may have been given to a stranger since).
is_ours() {
  tr '\0' '\n' 2> /dev/null < "/proc/$1/cmdline" | grep -qxF -e "$home"
}

# turn LOG: a log that has grown large is put aside; one former log is kept.
turn() {
  if [ -f "$1" ] && [ "$(wc -c < "$1")" -gt $log_bytes_max ]; then mv -f "$1" "$1.1"; fi
}

# await_left PROGRAM: when a killed keeper left this program running, waits for its end.
await_left() {
  left=$(cat "$home/$1.pid" 2> /dev/null) || return 0
  while [ -n "$left" ] && [ -z "$stopping" ] && is_ours "$left"; do
    child=$left
    sleep 0.2
  done
}

# pause QUICK: how long to wait after so many ends in a row that came within three seconds of the start. Who lived longer
# has been able to start: what ended it is no cause to keep users waiting.
pause() {
  case $1 in
    0 | 1 | 2 | 3) sleep 0.1 ;;
    4) sleep 0.5 ;;
    5) sleep 1 ;;
    6) sleep 2 ;;
    *) sleep 5 ;;
  esac
}

# keep PROGRAM: runs until TERM, or until the agent ends with 0.
keep() {
  program=$1 child= stopping= quick=0
  trap 'stopping=yes; rm -f "$home/keeper.pid"; [ -z "$child" ] || kill -TERM "$child" 2> /dev/null' TERM
  await_left "$program"
  while [ -z "$stopping" ] && [ -e "$home/keeper.pid" ]; do
    turn "$home/$program.log"
    began=$(date +%s)
    # Lock and terminal are the keeper's own: what it starts must not hold them.
    /bin/sh -c '[ -e "$1" ] || exit 143; shift; exec "$@"' keeper "$home/keeper.pid" \
      "$dist/bin/stead-$program" --home "$home" >> "$home/$program.log" 2>&1 < /dev/null 9>&- &
    child=$!
    echo "$child" > "$home/$program.pid"
    [ -z "$stopping" ] || kill -TERM "$child" 2> /dev/null
    wait "$child"
    code=$?
    # A trapped signal ends `wait` before the child has ended.
    while kill -0 "$child" 2> /dev/null; do wait "$child"; code=$?; done
    child=
    [ -z "$stopping" ] || break
    [ "$program" = agent ] && [ $code -eq 0 ] && break
    if [ $(($(date +%s) - began)) -ge 3 ]; then quick=0; else quick=$((quick + 1)); fi
    echo "keeper: $program ended with $code and is started again" >> "$home/$program.log"
    pause $quick
  done
  rm -f "$home/$program.pid"
  [ "$program" = agent ] || return 0
  # The edge's loop is known to the agent's, which was forked after it: so this works without the main shell, too.
  rm -f "$home/keeper.pid"
  kill -TERM "$edge" 2> /dev/null
}

agent= edge=
trap 'rm -f "$home/keeper.pid"; kill -TERM $agent $edge 2> /dev/null' TERM INT HUP
# The two loops hold the lock too: they outlive a killed keeper, and go on keeping.
keep edge &
edge=$!
keep agent &
agent=$!
# A signal that came before this line knew only the loops above.
[ -e "$home/keeper.pid" ] || kill -TERM $agent $edge 2> /dev/null
while kill -0 $agent 2> /dev/null; do wait $agent; done
while kill -0 $edge 2> /dev/null; do wait $edge; done
