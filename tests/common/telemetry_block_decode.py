#!/usr/bin/env python3
"""A second decoder of telemetry blocks, a second reading of docs/telemetry-block.md.

    telemetry_block_decode.py BLOCK             prints the block as text
    telemetry_block_decode.py BLOCK EXPECTED    compares with a text; exit 1 when they differ

Knows uncompressed blocks only: Python 3.11 has no zstd.
"""
import struct
import sys

SCALES = [(1, 1), (1, 10), (1, 100), (1, 1000), (1, 10**4), (1, 10**5), (1, 10**6),
          (10, 1), (100, 1), (1000, 1), (1024, 1), (4096, 1), (1048576, 1)]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, count):
        part = self.data[self.at:self.at + count]
        if len(part) != count:
            raise ValueError("truncated")
        self.at += count
        return part

    def varint(self):
        value = shift = 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def signed(self):
        value = self.varint()
        return value >> 1 ^ -(value & 1)


def read_values(reader, samples):
    shape = reader.take(1)[0]
    method, gaps, code = shape & 3, shape & 4, shape >> 4
    numerator, denominator = (struct.unpack("<d", reader.take(8))[0], 1) if code == 15 else SCALES[code]
    kinds = [] if gaps else [0] * samples
    while len(kinds) < samples:
        run = reader.varint()
        kinds += [run & 15] * ((run >> 4) + 1)
    integers, value, delta = [], 0, 0
    for i in range(kinds.count(0)):
        if method == 0:
            value = reader.signed() if i == 0 else value
        else:
            step = reader.signed()
            delta = delta + step if method == 2 and i > 1 else step
            value += delta
        integers.append(value)
    numbers = iter(integers)
    return ["absent:%d" % (kind - 1) if kind else "%.9g" % (next(numbers) * numerator / denominator) for kind in kinds]


def decode(data):
    if data[:3] != b"KTB" or data[3] != 1 or data[4] != 0:
        raise ValueError("not an uncompressed block of version 1")
    if crc32c(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
        raise ValueError("bad checksum")
    frame = Reader(data[5:-4])
    lines = ["sequence %d" % frame.varint()]
    body = Reader(frame.take(frame.varint()))
    flags = body.varint()
    lines.append("boot %d" % struct.unpack("<Q", body.take(8))[0])
    lines.append("trusted %d" % (flags & 1))
    lines.append("first_at_ms %d" % body.signed())
    lines.append("since_boot_ms %d" % body.varint())
    interval = body.varint()
    lines.append("interval_ms %d" % interval)
    offsets = [0] * body.varint()
    for i in range(1, len(offsets)):
        offsets[i] = offsets[i - 1] + interval + (body.signed() if flags & 2 else 0)
    lines.append(" ".join(["offsets"] + [str(offset) for offset in offsets]))
    instances = [body.take(body.varint()).decode("ascii") for _ in range(body.varint())]
    series = 0
    for _ in range(body.varint()):
        series += body.signed()
        instance = instances[body.varint()] or "-"
        lines.append(" ".join(["column", str(series), instance] + read_values(body, len(offsets))))
    if body.at != len(body.data) or frame.at != len(frame.data):
        raise ValueError("bytes are left over")
    return lines


def main():
    with open(sys.argv[1], "rb") as file:
        lines = decode(file.read())
    if len(sys.argv) < 3:
        print("\n".join(lines))
        return 0
    with open(sys.argv[2], encoding="ascii") as file:
        expected = file.read().splitlines()
    differing = [(a, b) for a, b in zip(lines, expected) if a != b]
    for mine, theirs in differing:
        print("decoded:  %s\nexpected: %s" % (mine, theirs))
    return 1 if differing or len(lines) != len(expected) else 0


if __name__ == "__main__":
    sys.exit(main())
