# Encrypting, encoding and hashing in memory. The measure is what one core does, so that the clock is the one of the core's own work.
# shellcheck shell=bash

build "codec benchmark" --example codec_bench
background "$work/codec.json" "$BIN/examples/codec_bench" "$size" "$runs"
codec_pid=$BACKGROUND_PID
note "$size MiB, $runs runs ..."
wait "$codec_pid" || die "the codec benchmark failed: $(tail -n 1 "$work/codec.json")"
forget_process "$codec_pid"
codec() { jq -s --arg name "$1" '.[] | select(.name == $name) | .cpu' "$work/codec.json"; }

for geometry in 16+8 4+4 20+10; do
  target=''
  if [[ $geometry == 16+8 ]]; then target='>= 1.5'; fi
  figure "encode_$geometry" "$(codec "codec_encode_$geometry")" GB/s \
    'ring, reed-solomon-erasure, blake3 in turn' "$(codec "codec_libraries_$geometry")" "$target"
done
figure put_codec_16+8 "$(codec codec_put_16+8)" GB/s '' '' ''
figure decode_16+8 "$(codec codec_decode_16+8_whole)" GB/s '' '' ''
figure decode_16+8_8_lost "$(codec codec_decode_16+8_8_lost)" GB/s 'with none lost' "$(codec codec_decode_16+8_whole)" ''

# What the first figure is made of: 16+8 seals and codes each byte once, and hashes one and a half for it.
figure part_seal "$(codec codec_part_seal)" GB/s '' '' ''
figure part_reed_solomon_16+8 "$(codec codec_part_reed_solomon_16+8)" GB/s '' '' ''
figure part_hash "$(codec codec_part_hash)" GB/s '' '' ''
