"""Milliseconds of processor time of a module's runs by PyPI's wasmtime: wasmtime_runs.py MODULE RUNS [ARGUMENT ...]. Prints an object in JSON.

`counted` is with fuel and canonical NaNs, `default` with the settings that it has by itself. Compiling is not counted.
"""

import json
import sys
import time

from wasmtime import Config, Engine, ExitTrap, Linker, Module, Store, WasiConfig

# More than any run takes, and what a signed number holds.
FUEL = 2**63 - 1


def prepare(path, counts):
    config = Config()
    if counts:
        config.consume_fuel = True
        config.cranelift_nan_canonicalization = True
    engine = Engine(config)
    linker = Linker(engine)
    linker.define_wasi()
    return engine, linker, Module.from_file(engine, path), counts


def run(engine, linker, module, counts, arguments):
    began = time.process_time()
    store = Store(engine)
    wasi = WasiConfig()
    wasi.argv = ["program", *arguments]
    wasi.stdout_file = "/dev/null"
    store.set_wasi(wasi)
    if counts:
        store.set_fuel(FUEL)
    try:
        linker.instantiate(store, module).exports(store)["_start"](store)
    except ExitTrap as exit:
        if exit.code != 0:
            raise
    return (time.process_time() - began) * 1000


def main():
    path, runs, *arguments = sys.argv[1:]
    ways = {name: prepare(path, name == "counted") for name in ("counted", "default")}
    times = {name: [] for name in ways}
    for _ in range(int(runs)):
        for name, way in ways.items():
            times[name].append(run(*way, arguments))
    print(json.dumps(times))


main()
