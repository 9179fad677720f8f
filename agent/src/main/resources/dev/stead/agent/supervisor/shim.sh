#!/bin/sh
# The shim above one instance. It outlives the agent, appends what the instance prints to a file,
# and writes down how the instance ended. Plain POSIX sh: dash, ash and bash run it.
#
#   shim.sh DIR RUN COMMAND [CGROUP.PROCS...]     the shim itself, started by setsid
#   shim.sh --app DIR RUN COMMAND [PROCS...]      started by the shim: becomes the instance
#   shim.sh --task MARK COUNT [PROCS...] WORD...  becomes a command run once; COUNT procs files
#
# DIR/run    the run that may start now, written by the supervisor before it starts the shim
# DIR/pid    "RUN PID STARTTIME SHIM-PID SHIM-STARTTIME", written by the instance before it becomes
#            the command; start times are field 22 of /proc/PID/stat
# DIR/output what the instance prints
# DIR/exit   its exit status as sh sees it: a code, or 128 + the number of a signal
#
# The environment is the instance's own and reaches it untouched but for STEAD_SHIM, by which its
# processes are found again; it stands in no file and on no command line. "command -p" finds the system's tools whatever PATH the instance wants.

newline='
'

refuse() {
  echo "stead: $1" >&2
  exit 125
}

start_time() {
  read -r stat < "/proc/$1/stat" || return 1
  set -- ${stat##*) }
  shift 19
  echo "$1"
}

# One program with its arguments replaces its shell: a process less, and the instance's pid is the
# program's own. Whatever has an operator, or starts with a builtin or an assignment, stays as it is.
directly() {
  first=${1%% *}
  case $1 in
    *[\;\&\|\(\)\{\}\`]* | *"$newline"*) ;;
    *)
      case $(command -v "$first") in
        */*) printf 'exec ' ;;
      esac
      ;;
  esac
  printf '%s' "$1"
}

become_app() {
  dir=$1 run=$2 line=$3
  shift 3
  exec < /dev/null >> "$dir/output" 2>&1
  for procs; do
    echo "$$" > "$procs" || refuse "cannot join the control group $procs"
  done
  record="$run $$ $(start_time $$) $PPID $(start_time "$PPID")" &&
    echo "$record" > "$dir/pid.tmp" &&
    command -p mv "$dir/pid.tmp" "$dir/pid" || refuse "cannot write $dir/pid"
  # Written first, asked for permission second: a supervisor that withdraws the permission and
  # then finds no pid file knows that nothing will start.
  read -r permitted < "$dir/run" && [ "$permitted" = "$run" ] || exit 125
  STEAD_SHIM=$dir exec /bin/sh -c "$(directly "$line")"
}

# What to put before a command so that it hears every signal: a parent that ignored one (as "&" in a script does with
# INT, and so the keeper with the agent) would make it deaf. Nothing where env is too old to do it.
undeaf() {
  /usr/bin/env --default-signal true 2> /dev/null && echo '/usr/bin/env --default-signal'
}

become_task() {
  mark=$1 count=$2
  shift 2
  while [ "$count" -gt 0 ]; do
    echo "$$" > "$1" || refuse "cannot join the control group $1"
    shift
    count=$((count - 1))
  done
  STEAD_SHIM=$mark exec "$@"
}

case $1 in
  --app)
    shift
    become_app "$@"
    ;;
  --task)
    shift
    exec $(undeaf) /bin/sh "$0" --hearing-task "$@"
    ;;
  --hearing-task)
    shift
    become_task "$@"
    ;;
esac

# Caught, not ignored: what is ignored here would stay ignored in the instance. They wait until the
# instance has ended.
trap : HUP INT QUIT TERM USR1 USR2 ALRM
# In the foreground, so that the shell says "(core dumped)" on its standard error where it applies.
command -p setsid $(undeaf) /bin/sh "$0" --app "$@"
code=$?
echo "$code" > "$1/exit.tmp" && command -p mv "$1/exit.tmp" "$1/exit"
