"""Starts a trainer, sends it SIGTERM when it prints one of the lines given, closes its standard input then, and prints how it ended as JSON.

usage: send_signals.py LINE[,LINE] COMMAND...
"""

import json
import subprocess
import sys
import threading

awaited = sys.argv[1].split(",")
process = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
deadline = threading.Timer(60, process.kill)
deadline.start()
try:
    target = process.pid
    output = []
    for line in process.stdout:
        output.append(line.rstrip("\n"))
        if awaited and output[-1] == awaited[0]:
            del awaited[0]
            if sys.argv[2] == "unshare":
                with open(f"/proc/{process.pid}/task/{process.pid}/children") as children:
                    target = int(children.read())
            subprocess.run(["kill", "-TERM", str(target)], check=True)
            if not awaited:
                process.stdin.close()
    error = process.stderr.read()
    print(json.dumps({"code": process.wait(), "output": output, "error": error, "unsent": awaited}))
finally:
    deadline.cancel()
    process.kill()
