"""Many at once, many parts, and clients that take their time.

With IDLEWILD_LARGE set, also an object of 10,000 whole parts: 50 GB of the disk, unless that packs zeros.
"""

import asyncio
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import urlparse

from harness import check, client, refused, run

s3 = client(config={"max_pool_connections": 50, "read_timeout": 300})
BUCKET = "load"
MIB = 1 << 20
PARTS = 10_000
patience = float(os.environ["IDLEWILD_PATIENCE"])
place = urlparse(os.environ["IDLEWILD_S3"])
local = threading.local()


def signed(what, **parameters):
    """The target of a presigned request."""
    address = s3.generate_presigned_url(what, Params={"Bucket": BUCKET, **parameters}, ExpiresIn=3600)
    return address.split(place.netloc, 1)[1]


def head(method, target, more=""):
    return f"{method} {target} HTTP/1.1\r\nHost: {place.netloc}\r\n{more}\r\n".encode()


def put(target, *pieces):
    """A PUT over this thread's connection; the entity's tag."""
    connection = getattr(local, "connection", None)
    if connection is None:
        connection = local.connection = HTTPConnection(place.netloc, timeout=120)
    connection.putrequest("PUT", target)
    connection.putheader("Content-Length", str(sum(map(len, pieces))))
    connection.endheaders()
    for piece in pieces:
        connection.send(piece)
    answer = connection.getresponse()
    said = answer.read()
    assert answer.status == 200, said
    return answer.getheader("ETag")


def upload(key, body):
    """As many parts as there may be. The upload, and what completes it."""
    began = s3.create_multipart_upload(Bucket=BUCKET, Key=key)["UploadId"]

    def part(number):
        target = signed("upload_part", Key=key, UploadId=began, PartNumber=number)
        return {"PartNumber": number, "ETag": put(target, *body(number))}

    with ThreadPoolExecutor(16) as threads:
        return began, list(threads.map(part, range(1, PARTS + 1)))


def listed(key, began):
    pages = s3.get_paginator("list_parts").paginate(Bucket=BUCKET, Key=key, UploadId=began)
    return [{"PartNumber": part["PartNumber"], "ETag": part["ETag"]} for page in pages for part in page["Parts"]]


@check("ten thousand parts are taken and listed; too small for an object, they are refused by that")
def small_parts():
    s3.create_bucket(Bucket=BUCKET)
    began, parts = upload("small", lambda number: [b"%d" % number])
    assert listed("small", began) == parts
    error = refused("EntityTooSmall", s3.complete_multipart_upload, Bucket=BUCKET, Key="small", UploadId=began, MultipartUpload={"Parts": parts})
    assert "5 MiB" in str(error), error
    s3.abort_multipart_upload(Bucket=BUCKET, Key="small", UploadId=began)
    refused("NoSuchUpload", s3.list_parts, Bucket=BUCKET, Key="small", UploadId=began)


if os.environ.get("IDLEWILD_LARGE"):

    @check("ten thousand parts of 5 MiB become one object")
    def large_parts():
        rest = bytes(5 * MIB - 8)
        began, parts = upload("large", lambda number: [number.to_bytes(8, "big"), rest])
        assert listed("large", began) == parts
        s3.complete_multipart_upload(Bucket=BUCKET, Key="large", UploadId=began, MultipartUpload={"Parts": parts})
        seen = s3.head_object(Bucket=BUCKET, Key="large")
        assert seen["ContentLength"] == PARTS * 5 * MIB and seen["ETag"].endswith('-10000"'), seen
        for number in (1, 2, 4_999, PARTS):
            at = (number - 1) * 5 * MIB
            piece = s3.get_object(Bucket=BUCKET, Key="large", Range=f"bytes={at}-{at + 7}")["Body"].read()
            assert int.from_bytes(piece, "big") == number, (number, piece)
            part = s3.get_object(Bucket=BUCKET, Key="large", PartNumber=number)
            assert part["PartsCount"] == PARTS and part["Body"].read() == number.to_bytes(8, "big") + rest
        s3.delete_object(Bucket=BUCKET, Key="large")


@check("a thousand clients at once each get what they asked for")
def thousand():
    payload = os.urandom(100_000)
    s3.put_object(Bucket=BUCKET, Key="one", Body=payload)
    read = head("GET", signed("get_object", Key="one"), "Connection: close\r\n")
    writes = [head("PUT", signed("put_object", Key=f"many/{n}"), "Connection: close\r\nContent-Length: 5\r\n") for n in range(0, 1000, 2)]

    async def one(number, all_are_here):
        into, out = await asyncio.open_connection(place.hostname, place.port)
        await all_are_here.wait()
        out.write(read if number % 2 else writes[number // 2] + b"%05d" % number)
        answer = await into.read()
        out.close()
        start, _, body = answer.partition(b"\r\n\r\n")
        assert start.startswith(b"HTTP/1.1 200 "), start[:200]
        assert number % 2 == 0 or body == payload
        return number

    async def everybody():
        # None asks before all are connected.
        all_are_here = asyncio.Barrier(1000)
        return await asyncio.wait_for(asyncio.gather(*(one(number, all_are_here) for number in range(1000))), 120)

    begun = time.monotonic()
    assert len(asyncio.run(everybody())) == 1000
    print(f"        {time.monotonic() - begun:.1f} s")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="many/")
    assert sum(page["KeyCount"] for page in pages) == 500
    assert s3.get_object(Bucket=BUCKET, Key="many/998")["Body"].read() == b"00998"


@check("300 slow clients are cut off, and others are served meanwhile")
def slow():
    size = 20 * MIB
    s3.put_object(Bucket=BUCKET, Key="wide", Body=bytes(size))
    read = head("GET", signed("get_object", Key="wide"))
    writes = [head("PUT", signed("put_object", Key=f"slow/{n}"), f"Content-Length: {MIB}\r\n") for n in range(100)]

    async def writer(number):
        """A body in drops."""
        into, out = await asyncio.open_connection(place.hostname, place.port)
        out.write(writes[number])
        answer = asyncio.ensure_future(into.read())
        try:
            while not answer.done():
                out.write(b"drop")
                await out.drain()
                await asyncio.wait([answer], timeout=0.3)
            start = answer.result()
        except ConnectionError:
            answer.cancel()
            start = b""
        out.close()
        assert not start.startswith(b"HTTP/1.1 2"), start[:100]

    async def reader():
        """An answer that is not taken."""
        link = socket.socket()
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        link.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(link, (place.hostname, place.port))
        await loop.sock_sendall(link, read)
        assert (await loop.sock_recv(link, 12)) == b"HTTP/1.1 200"
        await asyncio.sleep(patience * 3)
        came = 0
        try:
            while piece := await loop.sock_recv(link, MIB):
                came += len(piece)
        except ConnectionError:
            pass
        link.close()
        assert came < size, "it was kept for a client that takes nothing"

    async def head_only():
        """A request in drops."""
        into, out = await asyncio.open_connection(place.hostname, place.port)
        answer = asyncio.ensure_future(into.read())
        try:
            for byte in b"GET /load HTTP/1.1\r\nX-A: " + b"a" * 10_000:
                out.write(bytes([byte]))
                await out.drain()
                await asyncio.wait([answer], timeout=0.3)
                if answer.done():
                    break
        except ConnectionError:
            pass
        assert answer.done() or out.is_closing(), "its head was waited for"
        answer.cancel()
        out.close()

    async def everybody():
        clients = [writer(n) for n in range(100)] + [reader() for _ in range(100)] + [head_only() for _ in range(100)]
        everyone = asyncio.gather(*clients)
        longest, served = 0, 0
        while not everyone.done():
            begun = time.monotonic()
            await asyncio.to_thread(s3.put_object, Bucket=BUCKET, Key="quick", Body=b"x" * 10_000)
            await asyncio.to_thread(s3.list_buckets)
            longest, served = max(longest, time.monotonic() - begun), served + 1
            await asyncio.wait([everyone], timeout=0.2)
        await everyone
        return longest, served

    longest, served = asyncio.run(asyncio.wait_for(everybody(), patience * 20))
    print(f"        {served} others were served, the slowest in {longest:.1f} s")
    assert served > 3 and longest < patience * 2
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="slow/")["KeyCount"] == 0


run()
