#!/bin/sh
# What systemd runs around each run of an app's unit, as root. It takes the place that shim.sh has without systemd: it makes
# restarts wait, and writes down how each run began and ended, also while no agent is there to see it.
#
#   unit.sh wait DIR      before a run (ExecStartPre=): waits until DIR/until
#   unit.sh began DIR     once it runs (ExecStartPost=)
#   unit.sh ended DIR     after it (ExecStopPost=)
#
# DIR lies in /run, so all of it is gone after a reboot:
# DIR/pid    "PID STARTTIME" of the run under way; start time is field 22 of /proc/PID/stat
# DIR/until  when the next run may start, in seconds since 1970
# DIR/quick  "COUNT BEGAN": how many runs in a row ended early, and when the last one began
# DIR/verdict  "SECONDS ANSWER": the run under way is being ended since it is not alive; how long it had been seen alive,
#            and what it answered last
# DIR/ends   a line for each end: "SECONDS CODE STATUS OOM PEAK", CODE and STATUS as systemd has them (exited 1, killed KILL,
#            dumped SEGV), OOM yes when one of its processes was killed for memory, PEAK in bytes or -; behind that the
#            ANSWER of one that was not alive
dir=$2
ends_max=100
steady=60 longest=60

# Directory of the memory controller of this unit's control group: of version 1 where that has it, else of version 2.
group() {
  path=$(sed -n 's/^[0-9]*:\([^:]*,\)\{0,1\}memory\(,[^:]*\)\{0,1\}:\(.*\)/\3/p' /proc/self/cgroup)
  if [ -n "$path" ]; then
    echo "/sys/fs/cgroup/memory${path%/.control}"
  else
    path=$(sed -n 's/^0:://p' /proc/self/cgroup)
    echo "/sys/fs/cgroup${path%/.control}"
  fi
}

# How many of its processes the kernel has killed for memory so far.
kills() {
  group=$(group)
  sed -n 's/^oom_kill //p' "$group/memory.events" "$group/memory.oom_control" 2> /dev/null | head -n 1
}

case $1 in
  wait)
    read -r until 2> /dev/null < "$dir/until" || until=0
    left=$((until - $(date +%s)))
    # A clock that was set back makes nobody wait longer.
    [ $left -le $longest ] || left=$longest
    [ $left -le 0 ] || sleep $left
    rm -f "$dir/until" "$dir/verdict"
    kills > "$dir/kills"
    ;;
  began)
    date +%s > "$dir/began"
    read -r stat 2> /dev/null < "/proc/$MAINPID/stat" || exit 0
    set -- ${stat##*) }
    shift 19
    echo "$MAINPID $1" > "$dir/pid.new" && mv "$dir/pid.new" "$dir/pid"
    ;;
  ended)
    # Nothing ran: it was stopped while it waited.
    [ -n "$EXIT_CODE" ] || exit 0
    now=$(date +%s)
    read -r count 2> /dev/null < "$dir/quick" || count=0
    read -r began 2> /dev/null < "$dir/began" || began=$now
    read -r before 2> /dev/null < "$dir/kills" || before=0
    oom=no
    [ "$(kills)" = "" ] || [ "$(kills)" -le "${before:-0}" ] || oom=yes
    [ "$SERVICE_RESULT" != oom-kill ] || oom=yes
    group=$(group)
    peak=$(cat "$group/memory.peak" 2> /dev/null || cat "$group/memory.max_usage_in_bytes" 2> /dev/null || echo -)
    lasted=$((now - began))
    # The time that it hung does not count.
    if read -r alive answer 2> /dev/null < "$dir/verdict"; then lasted=$alive; else answer=; fi
    [ $lasted -lt $steady ] || count=0
    wait=1 n=0
    while [ $n -lt "$count" ] && [ $wait -lt $longest ]; do wait=$((wait * 2)) n=$((n + 1)); done
    [ $wait -le $longest ] || wait=$longest
    echo $((count + 1)) > "$dir/quick"
    echo $((now + wait)) > "$dir/until"
    { tail -n $ends_max "$dir/ends" 2> /dev/null; printf '%s\n' "$now $EXIT_CODE ${EXIT_STATUS:--} $oom $peak${answer:+ $answer}"; } > "$dir/ends.new"
    mv "$dir/ends.new" "$dir/ends"
    rm -f "$dir/pid" "$dir/began" "$dir/verdict"
    ;;
esac
