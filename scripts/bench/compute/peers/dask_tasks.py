"""Tasks a second of dask.distributed, of which nothing is asked: dask_tasks.py TASKS RUNS. Prints a list in JSON.

A worker process for each core with one thread is what is quickest for such tasks. Results are fetched, as who ran them has to know.
"""

import json
import os
import sys
import time

from dask.distributed import Client, LocalCluster


def nothing(_):
    return None


def main():
    tasks, runs = (int(argument) for argument in sys.argv[1:])
    cores = len(os.sched_getaffinity(0))
    rates = []
    with LocalCluster(n_workers=cores, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.gather(client.map(nothing, range(1000), pure=False))
        for _ in range(runs):
            began = time.perf_counter()
            client.gather(client.map(nothing, range(tasks), pure=False))
            rates.append(tasks / (time.perf_counter() - began))
    # Its own lines go to standard error.
    print(json.dumps(rates))


if __name__ == "__main__":
    main()
