# `prove` in the wasm runtime, executed as validators do: in wasmtime with SIMD and bulk memory off. What any extrinsic costs (its
# signature, nonce, fee and length) is measured by a remark of the same length, and taken off.
# shellcheck shell=bash

build "proof benchmark" --example prove_bench
# A round takes milliseconds, so a run is many of them.
rounds=$((runs * 60))
background "$work/prove.json" "$BIN/examples/prove_bench" "$rounds"
prove_pid=$BACKGROUND_PID
note "$rounds rounds ..."
wait "$prove_pid" || die "the proof benchmark failed: $(tail -n 3 "$work/prove.json")"
forget_process "$prove_pid"
proof() { jq -s --argjson slots "$1" '.[] | select(.slots == $slots) | '"$2" "$work/prove.json"; } # SLOTS FIELD

for slots in 100 100000; do
  figure "prove_time_$slots" "$(proof "$slots" .own_ms)" ms 'a remark of its length' "$(proof "$slots" .remark_ms)" '<= 0.6'
  figure "prove_whole_$slots" "$(proof "$slots" .prove_ms)" ms 'a remark of its length' "$(proof "$slots" .remark_ms)" ''
  figure "prove_length_$slots" "$(proof "$slots" .extrinsic_bytes)" bytes '' '' '<= 20000'
  figure "prove_state_$slots" "$(proof "$slots" .state_bytes)" bytes 'a remark of its length' "$(proof "$slots" .remark_state_bytes)" ''
done
figure prove_time_growth "$(proof 100000 .own_ms)" ms 'with 100 slots' "$(proof 100 .own_ms)" 'ratio <= 1.3'
figure prove_length_growth "$(proof 100000 .extrinsic_bytes)" bytes 'with 100 slots' "$(proof 100 .extrinsic_bytes)" 'ratio <= 1.3'
