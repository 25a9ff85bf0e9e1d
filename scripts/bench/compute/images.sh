# Eight machines pull an image of 300 MB: how many of it where it is stored has to send, and what of the same image with another top layer.
# shellcheck shell=bash

build "image benchmark" --example pull_bench
note "300 MB, 8 machines ..."
timed "$BIN/examples/pull_bench" 8 300
pulled() { tail -n 1 "$work/output" | jq ".$1"; }
figure image_from_origin "$(pulled origin_images)" images '' '' '<= 1.5'
figure image_top_layer "$(pulled top_layer_pulled_by_each)" layers '' '' '<= 1.01'
figure image_seconds "$(pulled seconds)" s '' '' ''
