# Beginning a task: a module that was run before, and a container, beside `docker run` with the same limits. And what a container takes of
# a processor for work that a program does natively as well.
# shellcheck shell=bash

build "container and module benchmarks" --example container_bench --example wasi_bench
"$IDLEWILD_ROOT/guests/build.sh" noop mandelbrot
guests=$CARGO_TARGET_DIR/guests

remove_image() { docker image rm -f idlewild-bench:1 >/dev/null 2>&1; }

container_figures() {
  local image rounds=$((runs * 4))
  image=$(tar -c -C "$guests" noop mandelbrot | docker import - idlewild-bench:1) || die "the engine takes no image"
  at_exit remove_image
  note "$rounds tasks of nothing, and $runs runs of a task of seconds ..."
  timed "$BIN/examples/container_bench" "$image" "$rounds" /noop
  cp "$work/output" "$work/nothing.json"
  timed "$BIN/examples/container_bench" "$image" "$runs" --native "$guests/mandelbrot" /mandelbrot 1600 1200 0 0 1600 1200 3000
  cp "$work/output" "$work/busy.json"
  timed "$BIN/examples/wasi_bench" "$guests/noop.wasm" 1
  middle() { median $(jq ".$2[]" "$work/$1.json"); } # FILE FIELD
  figure module_start "$(jq .start "$work/output")" ms '`docker run` of nothing' "$(middle nothing docker)" 'ratio <= 0.05'
  figure container_task "$(middle nothing ours)" ms '`docker run` of the same' "$(middle nothing docker)" 'ratio <= 1.1'
  figure container_work "$(middle busy metered)" ms 'processor time of the same natively' "$(middle busy native_busy)" 'ratio <= 1.02'
  figure container_work_clock "$(middle busy ours)" ms 'the same natively, by the clock' "$(middle busy native)" ''
}

if ! command -v docker >/dev/null; then
  reason='there is no docker on this machine'
elif ! docker info >/dev/null 2>&1; then
  reason='no engine answers: start dockerd'
else
  reason=''
fi
if [[ -z $reason ]]; then
  container_figures
else
  for name in module_start container_task container_work; do skip "$name" "$reason"; done
fi
