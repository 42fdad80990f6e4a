"""Runs a command and prints what the operating system says it took, as one line of JSON.

usage: measured.py LIMIT_SECONDS LOG COMMAND [ARGUMENT ...]

Seconds of wall clock and processor, peak resident memory of its largest process, and whether the limit ended it. The
command and all that it started are ended at the limit.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time

limit, log, command = float(sys.argv[1]), sys.argv[2], sys.argv[3:]
with open(log, "wb") as out:
    started = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    try:
        code = child.wait(limit)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        code = None
    seconds = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, bytes
print(
    json.dumps(
        {
            "code": code,
            "seconds": seconds,
            "cpuSeconds": used.ru_utime + used.ru_stime,
            "peakMiB": round(used.ru_maxrss * unit / 2**20),
        }
    )
)
