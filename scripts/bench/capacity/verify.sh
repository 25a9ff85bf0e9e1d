# Verifying one claim in wasm, executed as validators do: in wasmtime with SIMD and bulk memory off. And what claims weigh, as was
# measured when the weights were last written: a claim that is refused, and four that are verified in one block.
# shellcheck shell=bash

build "verification benchmark" --example verify_bench
# A round takes a fifth of a second.
rounds=$((runs * 10))
background "$work/verify.json" "$BIN/examples/verify_bench" "$rounds"
verify_pid=$BACKGROUND_PID
note "$rounds rounds ..."
wait "$verify_pid" || die "the verification benchmark failed: $(tail -n 3 "$work/verify.json")"
forget_process "$verify_pid"
took() { jq -s --arg name "$1" '.[] | select(.name == $name) | .ms' "$work/verify.json"; }

figure verify_x1 "$(took verify_x1)" ms 'one PoC2 nonce' "$(took verify_poc2)" '<= 100'
figure verify_poc2 "$(took verify_poc2)" ms "by RustCrypto's shabal, in wasm too" "$(took verify_poc2_other)" '<= 70'

# Microseconds that a call of the pallet weighs, without what its reads and writes of the state do.
weights=$IDLEWILD_ROOT/pallets/capacity/src/weights.rs
weight() { # CALL
  awk -v call="fn $1(" '
    /^impl.* for SubstrateWeight</ { measured = 1 }
    /^}/ { measured = 0 }
    measured && index($0, call) { found = 1 }
    found && match($0, /Weight::from_parts\([0-9_]+/) {
      weight = substr($0, RSTART + 19, RLENGTH - 19)
      gsub(/_/, "", weight)
      print weight / 1e6
      exit
    }' "$weights"
}
# Microseconds of a block.
block() {
  sed -n 's/^pub const MAXIMUM_BLOCK_WEIGHT.*from_parts(\([0-9]*\) \* WEIGHT_REF_TIME_PER_SECOND,.*/\1 * 1e6/p' \
    "$IDLEWILD_ROOT/runtime/src/configs/system.rs"
}
refused=$(weight refuse) verified=$(weight submit) block=$(block)
if [[ -z $refused || -z $verified || -z $block ]]; then
  warn "$weights has no weights that were measured, or the runtime no length of a block: see scripts/weights.sh"
  missed=$((missed + 1))
else
  figure refuse_claim "$refused" us '' '' '<= 50'
  figure four_claims "$(calc "4 * $verified * 100 / ($block)")" percent '' '' '<= 25'
fi
