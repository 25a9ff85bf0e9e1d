# Other people's plotter and scanner, to compare with: engraver 2.5.0 and scavenger 1.9.0. Both stay programs of their own, under
# their own licence; nothing of them becomes part of ours. Built once and kept. Sets ENGRAVER and SCAVENGER.
# shellcheck shell=bash

peers=$HOME/.cache/idlewild/peers
recipe=$parts/capacity/peers
ENGRAVER=$peers/bin/engraver
SCAVENGER=$peers/bin/scavenger

# Gets the source of engraver, to be built with what is changed in it.
fetch_plotter() {
  mkdir -p "$peers/source"
  : >"$peers/source/empty.rs"
  cat >"$peers/source/Cargo.toml" <<END
[package]
name = "source"
version = "0.0.0"
edition = "2021"
[lib]
path = "empty.rs"
[dependencies]
engraver = "=2.5.0"
[patch.crates-io]
aligned_alloc.path = "$recipe/aligned_alloc"
[workspace]
exclude = ["crates"]
END
  cd "$peers/source"
  cargo vendor --versioned-dirs crates
}

# Both want a crate that was withdrawn, whose place ours takes, and define the same variables in several files, which compilers of
# C have come to refuse.
install_peer() { # CARGO-OPTION...
  CFLAGS=-fcommon cargo install --root "$peers" --target-dir "$peers/target" \
    --config "patch.crates-io.aligned_alloc.path='$recipe/aligned_alloc'" "$@"
}

install_peers() {
  local plotter=$peers/source/crates/engraver-2.5.0 without='without it there is nothing to compare with'
  rm -rf "$peers"
  progress "engraver's source" "$logs/source.log" fetch_plotter || die "it cannot be had: $without"
  # This engraver was released with its vector code switched off for a test. On again, and by a name where one is given.
  sed -i 's/= String::from("");$/= std::env::var("ENGRAVER_SIMD").unwrap_or(simd_ext);/' "$plotter/src/plotter.rs"
  # With 512 bits it crashes: it reads memory as aligned to 64 bytes that it asked for as any.
  sed -i 's/malloc(\(.*\));$/_mm_malloc(\1, 64);/' "$plotter/src/c/noncegen_512_avx512f.c"
  [[ $(grep -c ENGRAVER_SIMD "$plotter/src/plotter.rs") == 1 &&
    $(grep -c _mm_malloc "$plotter/src/c/noncegen_512_avx512f.c") == 2 ]] ||
    die "engraver is not the one that is known: it would be slower than it can be"
  progress "engraver 2.5.0" "$logs/engraver.log" install_peer --path "$plotter" || die "engraver cannot be built: $without"
  progress "scavenger 1.9.0" "$logs/scavenger.log" install_peer scavenger --version 1.9.0 --features simd ||
    die "scavenger cannot be built: $without"
  rm -rf "$peers/source" "$peers/target"
}

logs=$CARGO_TARGET_DIR/logs/peers
wanted=$(cat "$recipe/install.sh" "$recipe"/aligned_alloc/Cargo.toml "$recipe"/aligned_alloc/src/*.rs | sha256sum)
if [[ $(cat "$peers/recipe" 2>/dev/null) != "$wanted" || ! -x $ENGRAVER || ! -x $SCAVENGER ]]; then
  install_peers
  printf '%s\n' "$wanted" >"$peers/recipe"
fi
