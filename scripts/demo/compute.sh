# Jobs and services on machines that nobody trusts: sourced by demo.sh.
#
# Three providers, one of them a liar, and five trackers. A picture of the Mandelbrot set is rendered in 64 tiles, each chunk by two
# providers: as a WASI module, and where a Docker Engine runs as a container too. The liar is caught, loses its bond, and the picture is
# right all the same. Then a service is deployed, reached at the endpoint that stands on chain, its provider is killed, and it
# moves to another one and is billed once.
# shellcheck shell=bash

SIDE=1024 ACROSS=8 STEPS=4000
pictures=$PWD
guests=$CARGO_TARGET_DIR/guests
tiles=$CARGO_TARGET_DIR/release/examples/tiles

if [[ -n $build ]]; then
  step "A module and a program from one source"
  "$IDLEWILD_ROOT/guests/build.sh" mandelbrot
  progress "the liar, and what makes a picture of tiles" "$CARGO_TARGET_DIR/logs/demo-examples.log" \
    cargo build --release --manifest-path "$IDLEWILD_ROOT/Cargo.toml" --workspace --example liar --example tiles --locked
fi
engine=''
if borrow_engine; then
  engine=1
else
  warn "containers and the service are left out"
fi

step "A chain, two honest providers and a liar, five trackers"
setting=$(devnet up --miners 4 --providers 2 --liars 1 --trackers 5 --block-time 500 --price 1 --no-build)
eval "$(tail -n 1 <<<"$setting")"

providers() { idlewild offers --json; }
ready() {
  local count
  count=$(providers | jq length) && ((count == 3))
}
PAUSE=1 wait_until 120 ready || die "not all providers registered within two minutes"
# What provider a worker says that it is.
provider_of() { # NUMBER
  idlewild_status | jq -r --arg name "miner-$1" '.[] | select(.name == $name) | .report.compute.provider'
}
is_liar_known() { liar=$(provider_of 4) && [[ $liar =~ ^[0-9]+$ ]]; }
PAUSE=1 wait_until 60 is_liar_known || die "the liar does not say which provider it is"
bond_of() { providers | jq -r --argjson id "$1" '.[] | select(.provider == $id) | .bond'; }
coins() { jq -rn --argjson p "$1" '($p / 1e9 | round) / 1000 | tostring + " IDW"'; }

# Renders the picture by a program, and saves it.
render() { # NAME PROGRAM OPTION...
  local name=$1 program=$2 folder=$dir/$1 before after
  shift 2
  mkdir -p "$folder"
  "$tiles" tasks "$SIDE" "$ACROSS" "$STEPS" >"$folder/tasks"
  before=$(bond_of "$liar")
  idlewild run --yes --json --tasks "$folder/tasks" --per-chunk 4 --replicas 2 --blocks 10 --price 1 --output "$folder/tiles" "$@" \
    "$program" >"$folder/report.json"
  "$tiles" assemble "$SIDE" "$ACROSS" "$folder/tiles" "$pictures/mandelbrot-$name.png"
  after=$(bond_of "$liar")
  note "$(jq '.tasks | length' "$folder/report.json") tiles are right and in $pictures/mandelbrot-$name.png after $(jq '.seconds | round' "$folder/report.json") s"
  note "the liar's bond: $(coins "$before") before, $(coins "$after") after"
}

step "Rendering $((ACROSS * ACROSS)) tiles by a WASI module, each chunk by two providers"
had=$(bond_of "$liar")
render module "$guests/mandelbrot.wasm"
(($(bond_of "$liar") < had)) || die "the liar was not caught"

if [[ -n $engine ]]; then
  # shellcheck source=/dev/null
  source "$IDLEWILD_ROOT/scripts/demo/images.sh"
  step "The same by a container of the same source"
  mkdir -p "$dir/render"
  cp "$guests/mandelbrot" "$dir/render/"
  image idlewild-demo/mandelbrot:1 "$dir/render" 'ENTRYPOINT ["/mandelbrot"]'
  render container idlewild-demo/mandelbrot:1
  cmp "$pictures"/mandelbrot-{module,container}.png || die "the two pictures differ"
  note "both pictures are the same, byte for byte"

  step "A service"
  mkdir -p "$dir/site/www"
  cp "$pictures/mandelbrot-module.png" "$dir/site/www/"
  site_image idlewild-demo/site:1
  service=$(idlewild service deploy --yes --json "$dir/site.toml" | jq .service)
  background "$dir/keep.log" idlewild service keep --json "$service"
  stat() { idlewild service stat --json "$service"; }
  # The machine whose lease is live now, other than the one that is named.
  live() { # [PROVIDER]
    found=$(stat | jq -ec --argjson not "${1:--1}" '[.leases[] | select(.state == "live" and .provider != $not)][0] // empty')
  }
  PAUSE=1 wait_until 240 live || { stat >&2; die "the service is not reached within four minutes"; }
  first=$found
  provider=$(jq .provider <<<"$first")
  reached() { site_answers "$(jq -r .endpoint <<<"$found")"; }
  wait_until 30 reached || die "nothing answers at $(jq -r .endpoint <<<"$found")"
  note "$(duration $((SECONDS - begun))): provider $provider serves it at $(jq -r .endpoint <<<"$found")"

  step "Its provider is killed"
  number=''
  for candidate in 0 1 4; do
    if [[ $(provider_of "$candidate") == "$provider" ]]; then number=$candidate; fi
  done
  [[ -n $number ]] || die "no worker says that it is provider $provider"
  devnet kill "$number"
  moved() { live "$provider"; }
  PAUSE=1 wait_until 400 moved || { stat >&2; die "the service did not move"; }
  wait_until 60 reached || die "nothing answers at $(jq -r .endpoint <<<"$found")"
  note "$(duration $((SECONDS - begun))): provider $(jq .provider <<<"$found") serves it at $(jq -r .endpoint <<<"$found")"
  devnet start "$number"
  torn_down() { [[ -z $(docker ps --all --quiet --filter "label=idlewild.lease=$(jq .lease <<<"$first")") ]]; }
  wait_until 60 torn_down || die "the provider that is back left its container"
  note "the provider that was killed is back, and ended what it had left"
  idlewild service stop "$service" >/dev/null
  over() { [[ $(idlewild service stat "$service" 2>&1) == *"it is over"* ]]; }
  PAUSE=1 wait_until 120 over || { stat >&2; die "the service did not end"; }
  note "it was stopped; each lease was paid out once, and what was not used came back:"
  grep 'was paid out' "$dir/keep.log" | sed 's/^/    /'
fi
printf '\nPictures: %s\n' "$(ls "$pictures"/mandelbrot-*.png | tr '\n' ' ')"
