#!/usr/bin/env bash
# Jobs and services as processes: workers and the Docker Engine are killed in every state, and each job ends as if they had not been.
# No -e: a check that fails is counted, and the others go on.
set -uo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

dir=$(mktemp -d)
source "$IDLEWILD_ROOT/scripts/tests/checks.sh"
source "$IDLEWILD_ROOT/scripts/demo/images.sh"
devnet() { "$IDLEWILD_ROOT/scripts/devnet.sh" "$@" --dir "$dir/net"; }
clean_up() {
  if ((failed)); then mkdir -p "$CARGO_TARGET_DIR/logs/compute" && cp "$dir"/net/*.log "$dir"/*.log "$CARGO_TARGET_DIR/logs/compute/" 2>/dev/null; fi
  devnet down >/dev/null 2>&1
  rm -rf "$dir"
}
at_exit clean_up

guests=$CARGO_TARGET_DIR/guests
PROVIDERS=4 BOND=2000000000000000
check "a module and a program are built of one source" "$IDLEWILD_ROOT/guests/build.sh" mandelbrot numbers
rounds_alike() { [[ $("$guests/numbers" <<<"$1") == $("$guests/numbers" <<<"$2") ]]; }
check "numbers a hair apart are equal to the comparator" rounds_alike 'x=0.30000000000000004, 1e3 -1e-17 a.b' 'x=0.3, 1000.0 0 a.b'
check "units and imaginary parts included" rounds_alike '0.30000000000000004ms 0.3+1e-17j' '0.3ms 0.3-1e-17j'
check "and others are not" eval '! rounds_alike "x=0.31" "x=0.3"'
check "four providers and three trackers come up" \
  devnet up --miners 4 --providers $PROVIDERS --trackers 3 --block-time 1000 --no-build || { echo "$passed passed, $failed failed"; exit 1; }
eval "$(tail -n 1 "$dir/output")"

providers() { idlewild offers --json; }
are_registered() { [[ $(providers | jq length) == "$PROVIDERS" ]]; }
check "they register" wait_until 120 are_registered

# The numbers of workers whose report is so, a line for each.
workers() { # FILTER
  devnet status --json | jq -r ".[] | select(.report.compute | $1) | .name | sub(\"miner-\"; \"\")"
}
# A worker whose report is so; its number is in `victim`.
one_is() { victim=$(workers "$1" | head -n 1) && [[ -n $victim ]]; }
kill_and_start() { devnet kill "$victim" && devnet start "$victim"; }
# No result was lost. Who was away for too long may have been late, which costs a hundredth of what stood for a chunk.
nobody_lost() {
  providers | jq -ce --argjson bond $BOND --argjson fee 500000000000 \
    'map({provider, lost, late, bond}) | ., all(.[]; .lost == 0 and (.bond | tonumber) >= $bond - .late * $fee)'
}
nothing_is_held() { # PROJECT
  idlewild job stat --json "$1" --quick | jq -ce 'del(.tasks), (.held == "0" and .finished == .chunks and .without_result == 0)'
}

# Sixteen tiles, each of which takes a while; what they are is known from the program itself.
SIDE=512 ACROSS=4 STEPS=20000
tile() { # NUMBER
  local size=$((SIDE / ACROSS))
  echo "$SIDE $SIDE $(($1 % ACROSS * size)) $(($1 / ACROSS * size)) $size $size $STEPS"
}
for ((number = 0; number < ACROSS * ACROSS; number++)); do tile "$number"; done >"$dir/tasks"
are_right() { # FOLDER
  local number
  for ((number = 0; number < ACROSS * ACROSS; number += 5)); do
    # Each word of the line is an argument.
    # shellcheck disable=SC2046
    "$guests/mandelbrot" $(tile "$number") | cmp - "$1/$number" || return 1
  done
  [[ $(find "$1" -type f | wc -l) == $((ACROSS * ACROSS)) ]]
}
begin_job() { # NAME PROGRAM OPTION...
  local name=$1 program=$2
  shift 2
  background "$dir/$name.log" idlewild run --yes --json --tasks "$dir/tasks" --per-chunk 2 --replicas 2 --price 1 --blocks 10 \
    --output "$dir/$name" "$@" "$program"
  job=$BACKGROUND_PID
}
end_job() { wait "$job"; }
project_of() { grep -oE '^project [0-9]+' "$dir/$1.log" | head -n 1 | cut -d ' ' -f 2; }

# ---- what nobody else can read ------------------------------------------------------------------------------------------------
run_private() {
  echo "x=0.30000000000000004, 1e3 of it" >"$dir/secret"
  idlewild run --yes --private-input --in "$dir/secret" --map 2 --price 1 --blocks 10 --output "$dir/private" "$guests/numbers.wasm" &&
    "$guests/numbers" <"$dir/secret" | cmp - "$dir/private/1"
}
check "a job with a private input" run_private

# ---- workers, in each state of a chunk ----------------------------------------------------------------------------------------
begin_job module "$guests/mandelbrot.wasm"
PAUSE=0.1 check "a worker runs a chunk" wait_until 120 one_is 'any(.running[]?; .doing == "running")'
check "it is killed and started again" kill_and_start
# In that state for a moment only: which one it is killed in is another one each time, and each is right.
PAUSE=0.05 check "a worker has claimed a chunk, or fetches or stores what it takes" wait_until 120 \
  one_is '(.claimed // 0) > 0 or any(.running[]?; .doing == "fetching" or .doing == "storing")'
check "it is killed and started again too" kill_and_start
PAUSE=0.1 check "a worker has bound a result" wait_until 120 one_is '(.waiting // 0) > 0'
check "it is killed before it could show it, or after, and started again" kill_and_start
all() { # DOES
  local number pids=() status=0
  for ((number = 0; number < PROVIDERS; number++)); do
    devnet "$1" "$number" &
    pids+=($!)
  done
  for number in "${pids[@]}"; do wait "$number" || status=1; done
  return "$status"
}
check "all providers are killed at once" all kill
check "and started again" all start
check "the job ends all the same" end_job
forget_process "$job"
check "and each picture is right" are_right "$dir/module"
check "everything was paid once, and the rest came back" wait_until 60 nothing_is_held "$(project_of module)"
check "no result was lost by being killed" nobody_lost

# ---- the engine, in each state of a container ---------------------------------------------------------------------------------
pidfile=$HOME/.cache/idlewild/engine/dockerd.pid
if ! grep -qa "^dockerd" "/proc/$(cat "$pidfile" 2>/dev/null || echo none)/cmdline" 2>/dev/null; then
  echo "skipped: no Docker Engine was started by scripts/engine.sh, and no other is killed here"
  echo "$passed passed, $failed failed"
  ((failed == 0))
  exit
fi
kill_engine() {
  local pid
  pid=$(<"$pidfile") && kill -KILL "$pid" && wait_until 10 has_ended "$pid"
}
has_ended() { ! kill -0 "$1" 2>/dev/null; }
start_engine() { "$IDLEWILD_ROOT/scripts/engine.sh" start; }
containers() { docker ps --all --quiet --filter label=idlewild.worker | sort; }
# Of other networks on this machine, which may have ended anyhow.
containers >"$dir/containers"
container_runs() { [[ -n $(docker ps --quiet --filter label=idlewild.worker) ]]; }
mkdir -p "$dir/render"
cp "$guests/mandelbrot" "$dir/render/"
check "an image of the program" image idlewild-test/mandelbrot:1 "$dir/render" 'ENTRYPOINT ["/mandelbrot"]'
check "an image of a server" site_image idlewild-test/site:1

begin_job container idlewild-test/mandelbrot:1
PAUSE=0.1 check "a container of a chunk runs" wait_until 180 container_runs
check "the engine is killed" kill_engine
check "and started again" start_engine
PAUSE=0.1 check "a container runs again" wait_until 180 container_runs
one_is 'any(.running[]?; .doing == "running")' || victim=0
check "a worker is killed as its container runs, and started again" kill_and_start
check "the job of containers ends all the same" end_job
forget_process "$job"
check "and each of its pictures is right" are_right "$dir/container"
check "its chunks were paid once too" wait_until 60 nothing_is_held "$(project_of container)"
check "no result was lost by the engine's death" nobody_lost
none_is_left() { comm -13 "$dir/containers" <(containers) | tee "$dir/left" && [[ ! -s $dir/left ]]; }
check "no container is left" wait_until 60 none_is_left

# ---- a service ----------------------------------------------------------------------------------------------------------------
deployed() { idlewild service deploy --yes --json "$dir/site.toml" >"$dir/deployed"; }
check "a service is deployed" deployed
service=$(jq .service "$dir/deployed")
background "$dir/keep.log" idlewild service keep --json "$service"
of_service() { idlewild service stat --json "$service"; }
is_matched() { lease=$(of_service | jq -ec '.leases[0] // empty'); }
is_live() { lease=$(of_service | jq -ec '[.leases[] | select(.state == "live")][0] // empty'); }
has_lease() { number_of "$(jq .provider <<<"$lease")"; }
number_of() { # PROVIDER
  victim=$(devnet status --json | jq -r --argjson id "$1" '.[] | select(.report.compute.provider == $id) | .name | sub("miner-"; "")')
  [[ -n $victim ]]
}
reached() { site_answers "$(jq -r .endpoint <<<"$lease")"; }
same_lease() { is_live && [[ $(jq -c '[.lease, .provider, .endpoint]' <<<"$lease") == "$first" ]]; }
PAUSE=0.1 check "a provider is matched" wait_until 120 is_matched
check "whose worker is known" has_lease
check "it is killed as it begins, and started again" kill_and_start
check "the service is live" wait_until 180 is_live
first=$(jq -c '[.lease, .provider, .endpoint]' <<<"$lease")
check "and is reached" wait_until 30 reached
check "its worker is known" has_lease
check "its worker is killed" devnet kill "$victim"
check "it is not reached then" eval '! reached'
check "its worker starts again" devnet start "$victim"
check "it is reached where it was" wait_until 60 reached
# Trackers that found it silent see it answer a little later than its users do.
check "by the same lease" wait_until 60 same_lease
check "the engine is killed under it" kill_engine
check "and starts again" start_engine
check "it is reached once more" wait_until 90 reached
check "by the same lease once more" wait_until 60 same_lease
check "the service is stopped" idlewild service stop "$service"
is_over() { ! idlewild service stat --json "$service" >"$dir/over" 2>&1 || jq -ce '., (.leases == [] and .held == "0")' "$dir/over"; }
check "what it did not use came back" wait_until 120 is_over
check "no container is left of it" wait_until 60 none_is_left

echo "$passed passed, $failed failed"
((failed == 0))
