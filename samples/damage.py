"""damage.py MAILLOG INLOG OUT: evidence as it really arrives - cut, bent, renamed, hostile.  Deterministic."""
import gzip
import os
import struct
import sys
import zlib

maillog, inlog, out = sys.argv[1:]
os.makedirs(out)
DATE = (2026, 11, 20, 9, 0, 0)


def write(name, data):
    path = os.path.join(out, name)
    with open(path, "wb") as f:
        f.write(data)
    os.utime(path, (1799366400, 1799366400))


def packed(data):
    return gzip.compress(data, 9, mtime=0)


class Cipher:
    """The old zip encryption; its twelve leading bytes are fixed here so that the archive is always the same."""

    def __init__(self, password):
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self.step(byte)

    def step(self, byte):
        k = self.keys
        k[0] = zlib.crc32(bytes([byte]), k[0] ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
        k[1] = ((k[1] + (k[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        k[2] = zlib.crc32(bytes([k[1] >> 24]), k[2] ^ 0xFFFFFFFF) ^ 0xFFFFFFFF

    def encrypt(self, data):
        result = bytearray()
        for byte in data:
            t = (self.keys[2] | 2) & 0xFFFF
            result.append(byte ^ ((t * (t ^ 1) >> 8) & 255))
            self.step(byte)
        return bytes(result)


def zip_entry(name, data, password=None):
    """Local header with data, and a function that gives the central record for an offset."""
    crc, size, flags = zlib.crc32(data), len(data), 0
    if password:
        flags = 1
        data = Cipher(password).encrypt(bytes(11) + bytes([crc >> 24]) + data)
    date = (DATE[0] - 1980) << 9 | DATE[1] << 5 | DATE[2]
    time = DATE[3] << 11 | DATE[4] << 5
    head = struct.pack("<HHHHHIIIHH", 20, flags, 0, time, date, crc, len(data), size, len(name), 0)
    local = b"PK\x03\x04" + head + name + data
    return local, lambda at: (b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, at)
                              + name)


def hostile_zip(lines):
    part = b"".join(lines[:20])
    entries = [(b"inlog/261118.log", b"".join(lines), None), (b"../../../tmp/escape/inlog/261119.log", part, None),
               (b"inlog/\x1b[31mred\x1b[0m.log", part, None), (b"inlog/<script>alert(1)</script>.log", part, None),
               (b"secret/261120.log", part, b"open sesame")]
    body, central = b"", b""
    for name, data, password in entries:
        local, record = zip_entry(name, data, password)
        central += record(len(body))
        body += local
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(central), len(body), 0)
    return body + central + b"PK\x05\x06" + end


def main():
    with open(maillog, "rb") as f:
        log = f.readlines()[:240]
    with open(inlog, "rb") as f:
        entries = f.readlines()
    whole = packed(b"".join(log))
    write("truncated.gz", whole[: len(whole) * 6 // 10])
    write("multi-member.gz", b"".join(packed(b"".join(log[i : i + 80])) for i in (0, 80, 160)))
    write("bad-crc.gz", whole[:-8] + bytes([whole[-8] ^ 0x55]) + whole[-7:])
    write("no-trailer.gz", whole[:-8])
    write("hostile.zip", hostile_zip(entries))
    write("nul-bytes.log", b"".join(log[:40]) + bytes(3000) + b"\n" + b"".join(log[40:60]))
    write("crlf.log", b"".join(log[:60]).replace(b"\n", b"\r\n"))
    write("cp932.log", "".join(f"2026/11/20 09:0{i}:00 システムコールエラーが発生しました。\r\n" for i in range(9)).encode("cp932"))
    write("utf16.log", b"\xff\xfe" + b"".join(log[:30]).decode("ascii").encode("utf-16-le"))
    write("empty.log", b"")
    write("maillog", b"".join(struct.pack("<IQ", i * 2654435761 % 2**32, i * i * 40503) for i in range(500)))


main()
