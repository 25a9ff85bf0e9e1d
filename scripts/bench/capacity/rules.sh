# How exact two rules of the chain are, by simulation: the same in every run, whatever the machine.
#
# After a day of rounds an estimate's standard error is 2.7 %. Eight are three times that: the estimates of one network in 300 are
# further off. Of a thousand ten may be; were the rule exact, chance would make it more in one simulation of a thousand.
# shellcheck shell=bash

build "simulation" --example simulate
timed "$BIN/examples/simulate" 1000
simulated() { jq ".$1" "$work/output"; }
note "$(simulated networks) networks, and twice $(simulated minutes) minutes"

figure estimates_within_8 "$(simulated within)" percent '' '' '>= 99'
# What simulating a thousand adds to 2.7 by chance is 0.06: three times that.
figure estimate_error "$(simulated deviation)" percent '' '' '<= 2.9'
figure estimate_worst "$(simulated worst)" percent '' '' ''
figure emission_difference "$(simulated difference)" units '' '' '<= 0'
