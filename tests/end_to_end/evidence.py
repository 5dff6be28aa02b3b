"""Small pieces of evidence, made here so that every case shows what it stands on.  Reserved names and addresses only."""
import gzip
import struct

FIRST = 1795500000  # 2026-11-24T05:20:00Z


def tai64n(second, nano=0):
    return f"@{(1 << 62) + 10 + second:016x}{nano:08x}"


def joined(*parts):
    return b"".join(p if isinstance(p, bytes) else p.encode("utf-8") for p in parts)


def message(serial, queue_id=None, sender=b"abe@example.jp", recipient=b"ito@example.com", second=None, outcome="success",
            reply=b"192.0.2.1_accepted_message./Remote_host_said:_250_ok/"):
    """The eight lines of one qmail message with one remote recipient (multilog)."""
    at = FIRST + 60 * serial if second is None else second
    queue_id = 4000 + serial % 50 if queue_id is None else queue_id
    bodies = (f"new msg {queue_id}",
              joined(f"info msg {queue_id}: bytes 1900 from <", sender, f"> qp {20000 + serial} uid 89"),
              joined(f"starting delivery {serial + 1}: msg {queue_id} to remote ", recipient),
              "status: local 0/10 remote 1/20",
              joined(f"delivery {serial + 1}: {outcome}: ", reply),
              "status: local 0/10 remote 0/20", f"end msg {queue_id}")
    return b"".join(joined(tai64n(at + (1 if i > 3 else 0), 1000 * (i + 1)), " ", body, b"\n")
                    for i, body in enumerate(bodies))


def multilog(messages, start=0):
    """A whole log of that many messages, seven lines each."""
    return b"".join(message(i) for i in range(start, start + messages))


LINES = 7  # of one message


def status_lines(n, second=FIRST):
    return b"".join(joined(tai64n(second + i), " status: local 0/10 remote 0/20\n") for i in range(n))


def packed(data, level=6):
    return gzip.compress(data, level, mtime=0)


def zip_entry(name, data, crc=None, size=None, flags=0, method=0, stored=None):
    """(local header with data, central record for an offset); crc and size may lie."""
    import zlib

    body = data if stored is None else stored
    crc = zlib.crc32(data) if crc is None else crc
    size = len(data) if size is None else size
    head = struct.pack("<HHHHHIIIHH", 20, flags, method, 0, 0x5D78, crc, len(body), size, len(name), 0)
    record = lambda at: b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<HHHII", 0, 0, 0, 0, at) + name
    return b"PK\x03\x04" + head + name + body, record


def zip_of(entries, directory=True):
    body, central = b"", b""
    for local, record in entries:
        central += record(len(body))
        body += local
    if not directory:
        return body
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(central), len(body), 0)
    return body + central + b"PK\x05\x06" + end


def tar_header(name, size, kind=b"0", link=b"", bad=False):
    head = bytearray(512)
    head[0:len(name[:100])] = name[:100]
    for at, width, value in ((100, 8, 0o644), (108, 8, 0), (116, 8, 0), (124, 12, size), (136, 12, FIRST)):
        head[at:at + width] = f"{value:0{width - 1}o}\0".encode()
    head[156:157] = kind
    head[157:157 + len(link)] = link
    head[257:265] = b"ustar\x0000"
    head[148:156] = b" " * 8
    head[148:156] = f"{sum(head) ^ (0o777 if bad else 0):06o}\0 ".encode()
    return bytes(head)


def tar_entry(name, data, bad=False):
    return tar_header(name, len(data), bad=bad) + data + bytes(-len(data) % 512)


def tar_of(*entries):
    return b"".join(entries) + bytes(1024)
