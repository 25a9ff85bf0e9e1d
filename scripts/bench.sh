#!/usr/bin/env bash
# Benchmarks: figures, each beside a peer that was measured in the same run, and its target.
#
# usage: scripts/bench.sh GROUP[/PART] [--json] [--runs N] [--size MIB] [--no-build]
#
# groups and their parts:
#   storage   codec     encrypting, encoding and hashing, for each core
#             prove     a proof in the wasm runtime
#             transfer  putting to 24 miners and getting back, with and without all of them; memory
#   capacity  disk      plotting and scanning on the disk of this script's folder
#             plot      plotting in memory, for each core, beside engraver
#             rules     the estimate of the network's space, and emission: how exact they are
#             scan      scanning in memory, on one core, beside scavenger
#             verify    verifying a claim in wasm; what claims weigh
#   compute   chain       proofs of calls on a book of 100,000 orders; what a project of 100,000 tasks weighs
#             containers  beginning a task, and work in a container, beside `docker run` and natively
#             idle        a worker that has nothing to do
#             images      eight machines pulling an image
#             modules     deterministic modules, beside PyPI's wasmtime
#             tasks       tasks of nothing with signed receipts, beside dask.distributed and GNU parallel
#   gateway   listing   100,000 keys, beside SeaweedFS
#             names     resolving a name, from the cache and from the chain
#             network   putting to 24 miners and getting back, beside the same without miners
#             objects   putting and getting, beside SeaweedFS and rclone
#             packing   what a million small objects become
#
# engraver and scavenger are built from the crate registry when they are first wanted, and kept in ~/.cache/idlewild/peers; so are PyPI's
# dask.distributed and wasmtime in ~/.cache/idlewild/peers-compute, and its SeaweedFS and rclone in ~/.cache/idlewild/peers-gateway. What
# needs something that is not here is skipped, and says so; a target beside a peer that is not here is missed.
#
# options:
#   --json      one JSON object a line: name, value, unit, peer, peer_value, ratio, target, ok
#   --runs N    runs of each, of which the median counts (default 5)
#   --size MIB  what is encoded, put and scanned, in MiB (default 1024)
#   --no-build  use the programs that are there
#
# One line a figure. Exits with 1 when a target is missed. Run it on an idle machine.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# A group is a folder below scripts/bench, and a part a file in it, which is sourced here: it measures, and calls `figure`.
parts=$IDLEWILD_ROOT/scripts/bench
json='' group='' runs=5 size=1024 build=1
while (($#)); do
  case $1 in
    -h | --help) show_help "${BASH_SOURCE[0]}"; exit 0 ;;
    --json) json=1 ;;
    --runs) runs=${2:-}; shift ;;
    --size) size=${2:-}; shift ;;
    --no-build) build='' ;;
    -*) die "unknown argument: $1 (see --help)" ;;
    *) [[ -z $group ]] || die "one group at a time (see --help)"; group=$1 ;;
  esac
  shift || die "a value is missing (see --help)"
done
[[ -n $group ]] || die "which group? (see --help)"
[[ $runs =~ ^[1-9][0-9]*$ ]] || die "--runs must be a positive number, and is '$runs'"
[[ $size =~ ^[1-9][0-9]*$ ]] || die "--size must be a positive number of MiB, and is '$size'"
if [[ -f $parts/$group.sh ]]; then
  files=("$parts/$group.sh")
elif [[ -d $parts/$group ]]; then
  files=("$parts/$group"/*.sh)
else
  die "there is no group or part '$group' (see --help)"
fi

missed=0
# Reports a figure. Its target is '>= 1.5' or '<= 20', or with the word ratio before it where the peer is the measure; none is ''.
figure() { # NAME VALUE UNIT PEER PEER_VALUE TARGET
  local line
  line=$(jq -nc --arg name "$1" --argjson value "$2" --arg unit "$3" --arg peer "$4" --argjson peer_value "${5:-null}" --arg target "$6" '
    def rounded: if . == null or . == 0 then . else ([pow(10; 3 - (fabs | log10 | floor)), 1] | max) as $scale | . * $scale | round / $scale end;
    (if ($peer_value // 0) > 0 then $value / $peer_value else null end) as $ratio
    | ($target | split(" ")) as $words
    | (if $words[0] == "ratio" then [$ratio] + $words[1:] else [$value] + $words end) as [$figure, $how, $bound]
    | {
        name: $name, value: ($value | rounded), unit: $unit, peer: (if $peer == "" then null else $peer end),
        peer_value: ($peer_value | rounded), ratio: ($ratio | rounded), target: (if $target == "" then null else $target end),
        ok: (if $target == "" then true elif $figure == null then false
          elif $how == ">=" then $figure >= ($bound | tonumber) else $figure <= ($bound | tonumber) end)
      }')
  if [[ $line == *'"ok":false'* ]]; then missed=$((missed + 1)); fi
  if [[ -n $json ]]; then
    printf '%s\n' "$line"
  else
    jq -r '[.name, (.value | tostring), .unit,
        (if .target == null then "" elif .ok then "ok" else "MISSED" end),
        ([(if .target then "wanted " + .target else empty end),
          (if .ratio then "\(.ratio) of \(.peer_value) \(.unit): \(.peer)" else .peer // empty end)] | join("; "))] | @tsv' <<<"$line" |
      awk -F '\t' '{ printf "%-24s %9s %-9s %-7s %s\n", $1, $2, $3, $4, $5 }'
  fi
}

# Reports a figure whose peer cannot be had here, and why. Nothing shows that its target is met: it counts as missed.
alone() { # NAME VALUE UNIT REASON TARGET
  figure "$1" "$2" "$3" "no peer: $4" '' "$5"
}

# Reports that a figure cannot be had here, and why. It counts as neither met nor missed.
skip() { # NAME REASON
  if [[ -n $json ]]; then
    jq -nc --arg name "$1" --arg reason "$2" '{ name: $name, skipped: $reason }'
  else
    printf '%-24s %9s %-9s %-7s %s\n' "$1" - - skipped "$2"
  fi
}

# The middle one of some numbers; of an even number of them, the lower.
median() { printf '%s\n' "$@" | sort -g | awk '{ numbers[NR] = $1 } END { print numbers[int((NR + 1) / 2)] }'; }

# A number from an expression in numbers.
calc() { awk "BEGIN { printf \"%.9g\", $* }"; }

# Runs a program. Sets TOOK, the seconds it took, and BUSY, those that processors worked for it, which is the better measure on a
# machine with other things to do. What it says is in $work/output.
timed() { # PROGRAM ARGUMENT...
  local status=0 pid user system
  background "$work/output" clocked "$@"
  pid=$BACKGROUND_PID
  wait "$pid" || status=$?
  forget_process "$pid"
  ((status == 0)) || die "$* failed: $(tail -n 5 "$work/output")"
  read -r TOOK user system <"$work/clock"
  BUSY=$(calc "$user + $system")
}
clocked() {
  # shellcheck disable=SC2034
  local TIMEFORMAT='%3R %3U %3S'
  { time "$@" 2>&3; } 3>&2 2>"$work/clock"
}

# Builds with the one set of crates that every other script builds with, so that nothing is compiled twice.
build() { # LABEL CARGO-OPTION...
  local label=$1
  shift
  [[ -n $build ]] || return 0
  progress "$label" "$CARGO_TARGET_DIR/logs/bench-build.log" \
    cargo build --release --workspace --locked --manifest-path "$IDLEWILD_ROOT/Cargo.toml" "$@"
}

BIN=${IDLEWILD_BIN:-$CARGO_TARGET_DIR/release}
# On a disk, which a folder for temporary files often is not.
mkdir -p "$HOME/.cache/idlewild"
work=$(mktemp -d "$HOME/.cache/idlewild/bench.XXXXXX")
at_exit rm -rf "$work"

read -r load _ </proc/loadavg
awk -v load="$load" 'BEGIN { exit load < 1 }' && warn "this machine is busy (load $load): the figures will be worse than it can do"
cd "$work"
for file in "${files[@]}"; do
  step "$(basename "$(dirname "$file")"): $(basename "$file" .sh)"
  # shellcheck source=/dev/null
  source "$file"
done
if ((missed)); then warn "$missed targets missed"; fi
((missed == 0))
