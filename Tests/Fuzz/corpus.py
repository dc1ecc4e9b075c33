"""Writes the captured frames as inputs of the fuzzer: corpus.py CAPTURES CORPUS."""

import glob
import hashlib
import json
import os
import sys

captures, corpus = sys.argv[1:]
os.makedirs(corpus, exist_ok=True)


def write(mode, key, version, frame):
    data = bytes([mode]) + key.to_bytes(2, "big") + (version & 0xFFFF).to_bytes(2, "big") + frame
    with open(os.path.join(corpus, hashlib.sha1(data).hexdigest()), "wb") as out:
        out.write(data)


for path in glob.glob(os.path.join(captures, "*.jsonl")):
    asked = {}
    for line in open(path):
        entry = json.loads(line)
        if entry["port"] not in (9003, 9010, 9020, 9030) or "hex" not in entry or entry.get("cut"):
            continue
        frame, is_controller = bytes.fromhex(entry["hex"]), entry["port"] == 9003
        if len(frame) > 4096:
            continue
        if entry["dir"] == ">":
            asked[entry["conn"], entry.get("corr")] = entry.get("api", 0), entry.get("version", 0)
            write(is_controller, 0, 0, frame)
        else:
            key, version = asked.get((entry["conn"], entry.get("corr")), (0, 0))
            write(2 | is_controller, key, version, frame)
            # A RecordSet begins where a batch's header looks like one: magic 2 behind epoch -1.
            place = frame.find(b"\xff\xff\xff\xff\x02")
            if place >= 12:
                write(4, 0, 0, frame[place - 12 :])
