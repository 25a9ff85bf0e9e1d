"""boto3 against the gateway: what applications do with buckets and objects."""

import hashlib
import io
import os
import time
import urllib.error
import urllib.request

from boto3.s3.transfer import TransferConfig
from botocore import auth
from botocore.crt.auth import CRT_AUTH_TYPE_MAPS
from harness import check, client, refused, run

s3 = client()
BUCKET = "python"
MIB = 1 << 20


def body(response):
    return response["Body"].read()


@check("a bucket is made once, found, and listed")
def buckets():
    s3.create_bucket(Bucket=BUCKET)
    refused("BucketAlreadyOwnedByYou", s3.create_bucket, Bucket=BUCKET)
    refused("InvalidBucketName", client(config={"parameter_validation": False}).create_bucket, Bucket="Not.A.Bucket")
    assert BUCKET in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.head_bucket(Bucket=BUCKET)
    refused("404", s3.head_bucket, Bucket="no-such-bucket")
    refused("NoSuchBucket", s3.put_object, Bucket="no-such-bucket", Key="k", Body=b"")
    s3.get_bucket_location(Bucket=BUCKET)


@check("an object comes back byte for byte, with its type, its metadata and how durable it is")
def objects():
    data = os.urandom(100_000)
    put = s3.put_object(
        Bucket=BUCKET, Key="a/größe 1+2.bin", Body=data, ContentType="application/x-thing", CacheControl="max-age=7",
        Metadata={"colour": "green", "size": "xl"},
    )
    assert put["ETag"] == '"%s"' % hashlib.md5(data).hexdigest()
    assert put["ResponseMetadata"]["HTTPHeaders"]["x-idlewild-durability"] in ("local", "network")
    got = s3.get_object(Bucket=BUCKET, Key="a/größe 1+2.bin")
    assert body(got) == data
    assert got["ContentType"] == "application/x-thing" and got["CacheControl"] == "max-age=7"
    assert got["Metadata"] == {"colour": "green", "size": "xl"}
    head = s3.head_object(Bucket=BUCKET, Key="a/größe 1+2.bin")
    assert head["ContentLength"] == len(data) and head["ETag"] == put["ETag"]
    assert head["ResponseMetadata"]["HTTPHeaders"]["x-idlewild-durability"] in ("local", "network")
    refused("NoSuchKey", s3.get_object, Bucket=BUCKET, Key="missing")
    refused("404", s3.head_object, Bucket=BUCKET, Key="missing")


@check("an object of no bytes is an object")
def empty():
    s3.put_object(Bucket=BUCKET, Key="empty", Body=b"")
    assert body(s3.get_object(Bucket=BUCKET, Key="empty")) == b""
    refused("InvalidRange", s3.get_object, Bucket=BUCKET, Key="empty", Range="bytes=0-0")


@check("ranges give what was asked for")
def ranges():
    data = bytes(range(256)) * 40
    s3.put_object(Bucket=BUCKET, Key="range", Body=data)
    for asked, want in {"bytes=0-9": data[:10], "bytes=5000-": data[5000:], "bytes=-7": data[-7:], "bytes=10000-99999": data[10000:]}.items():
        got = s3.get_object(Bucket=BUCKET, Key="range", Range=asked)
        assert body(got) == want, asked
        assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    refused("InvalidRange", s3.get_object, Bucket=BUCKET, Key="range", Range="bytes=10240-")


@check("checksums of every kind are verified and given back")
def checksums():
    for algorithm in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"):
        data = os.urandom(70_000)
        put = s3.put_object(Bucket=BUCKET, Key=algorithm, Body=data, ChecksumAlgorithm=algorithm)
        got = s3.get_object(Bucket=BUCKET, Key=algorithm, ChecksumMode="ENABLED")
        assert body(got) == data
        assert got["Checksum" + algorithm] == put["Checksum" + algorithm]
    refused(("BadDigest", "InvalidRequest", "XAmzContentChecksumMismatch"), s3.put_object, Bucket=BUCKET, Key="bad", Body=b"abc", ChecksumSHA256="A" * 43 + "=")
    refused("404", s3.head_object, Bucket=BUCKET, Key="bad")


@check("a wrong Content-MD5 changes nothing")
def content_md5():
    refused(("BadDigest", "InvalidDigest"), s3.put_object, Bucket=BUCKET, Key="md5", Body=b"abc", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    refused("404", s3.head_object, Bucket=BUCKET, Key="md5")


@check("conditional requests")
def conditions():
    etag = s3.put_object(Bucket=BUCKET, Key="cond", Body=b"1")["ETag"]
    refused("304", s3.get_object, Bucket=BUCKET, Key="cond", IfNoneMatch=etag)
    refused("PreconditionFailed", s3.get_object, Bucket=BUCKET, Key="cond", IfMatch='"0"')
    refused("PreconditionFailed", s3.put_object, Bucket=BUCKET, Key="cond", Body=b"2", IfNoneMatch="*")
    refused("PreconditionFailed", s3.put_object, Bucket=BUCKET, Key="cond", Body=b"2", IfMatch='"0"')
    s3.put_object(Bucket=BUCKET, Key="cond", Body=b"2", IfMatch=etag)
    assert body(s3.get_object(Bucket=BUCKET, Key="cond")) == b"2"


@check("listing pages, prefixes and delimiters, in both versions")
def listing():
    keys = [f"l/{folder}/{number:03}" for folder in "abc" for number in range(40)] + ["l/top"]
    for key in keys:
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix="l/", PaginationConfig={"PageSize": 17})
    assert [item["Key"] for page in pages for item in page.get("Contents", [])] == sorted(keys)
    pages = s3.get_paginator("list_objects").paginate(Bucket=BUCKET, Prefix="l/", PaginationConfig={"PageSize": 17})
    assert [item["Key"] for page in pages for item in page.get("Contents", [])] == sorted(keys)
    folders = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", Delimiter="/")
    assert [prefix["Prefix"] for prefix in folders["CommonPrefixes"]] == ["l/a/", "l/b/", "l/c/"]
    assert [item["Key"] for item in folders["Contents"]] == ["l/top"]
    assert folders["KeyCount"] == 4
    after = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", StartAfter="l/c/038")
    assert [item["Key"] for item in after["Contents"]] == ["l/c/039", "l/top"]
    one = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", Delimiter="/", MaxKeys=1)
    assert one["IsTruncated"] and [prefix["Prefix"] for prefix in one["CommonPrefixes"]] == ["l/a/"]
    two = s3.list_objects_v2(Bucket=BUCKET, Prefix="l/", Delimiter="/", MaxKeys=1, ContinuationToken=one["NextContinuationToken"])
    assert [prefix["Prefix"] for prefix in two["CommonPrefixes"]] == ["l/b/"]


@check("a large file goes in parts, and comes back in parts")
def multipart():
    data = os.urandom(23 * MIB + 17)
    config = TransferConfig(multipart_threshold=8 * MIB, multipart_chunksize=8 * MIB, max_concurrency=4)
    s3.upload_fileobj(io.BytesIO(data), BUCKET, "large", Config=config)
    head = s3.head_object(Bucket=BUCKET, Key="large")
    assert head["ETag"].endswith('-3"') and head["ContentLength"] == len(data)
    back = io.BytesIO()
    s3.download_fileobj(BUCKET, "large", back, Config=config)
    assert back.getvalue() == data
    part = s3.get_object(Bucket=BUCKET, Key="large", PartNumber=3)
    assert body(part) == data[16 * MIB :] and part["PartsCount"] == 3


@check("parts are listed, wrong ones refused, and an upload that is given up leaves nothing")
def uploads():
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="parts")["UploadId"]
    assert upload in [item["UploadId"] for item in s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]]
    one = s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=1, Body=b"a" * (5 * MIB))
    two = s3.upload_part(Bucket=BUCKET, Key="parts", UploadId=upload, PartNumber=2, Body=b"b")
    listed = s3.list_parts(Bucket=BUCKET, Key="parts", UploadId=upload)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in listed] == [(1, 5 * MIB), (2, 1)]

    def complete(parts):
        return s3.complete_multipart_upload(Bucket=BUCKET, Key="parts", UploadId=upload, MultipartUpload={"Parts": parts})

    first, second = {"PartNumber": 1, "ETag": one["ETag"]}, {"PartNumber": 2, "ETag": two["ETag"]}
    refused("InvalidPart", complete, [first, {"PartNumber": 3, "ETag": two["ETag"]}])
    refused("InvalidPartOrder", complete, [second, first])
    refused("404", s3.head_object, Bucket=BUCKET, Key="parts")
    complete([first, second])
    assert s3.head_object(Bucket=BUCKET, Key="parts")["ContentLength"] == 5 * MIB + 1
    small = s3.create_multipart_upload(Bucket=BUCKET, Key="small")["UploadId"]
    tags = [s3.upload_part(Bucket=BUCKET, Key="small", UploadId=small, PartNumber=n, Body=b"x")["ETag"] for n in (1, 2)]
    parts = [{"PartNumber": n, "ETag": tag} for n, tag in zip((1, 2), tags)]
    refused("EntityTooSmall", s3.complete_multipart_upload, Bucket=BUCKET, Key="small", UploadId=small, MultipartUpload={"Parts": parts})
    s3.abort_multipart_upload(Bucket=BUCKET, Key="small", UploadId=small)
    refused("NoSuchUpload", s3.list_parts, Bucket=BUCKET, Key="small", UploadId=small)
    refused("404", s3.head_object, Bucket=BUCKET, Key="small")


@check("objects are copied, with their metadata or with another")
def copies():
    s3.put_object(Bucket=BUCKET, Key="from", Body=b"copied", Metadata={"a": "1"}, ContentType="text/x")
    s3.copy_object(Bucket=BUCKET, Key="to", CopySource={"Bucket": BUCKET, "Key": "from"})
    got = s3.get_object(Bucket=BUCKET, Key="to")
    assert body(got) == b"copied" and got["Metadata"] == {"a": "1"} and got["ContentType"] == "text/x"
    s3.copy_object(Bucket=BUCKET, Key="from", CopySource={"Bucket": BUCKET, "Key": "from"}, MetadataDirective="REPLACE", Metadata={"b": "2"})
    assert s3.head_object(Bucket=BUCKET, Key="from")["Metadata"] == {"b": "2"}
    refused("InvalidRequest", s3.copy_object, Bucket=BUCKET, Key="from", CopySource={"Bucket": BUCKET, "Key": "from"})
    refused("NoSuchKey", s3.copy_object, Bucket=BUCKET, Key="to", CopySource={"Bucket": BUCKET, "Key": "missing"})
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="sewn")["UploadId"]
    part = s3.upload_part_copy(Bucket=BUCKET, Key="sewn", UploadId=upload, PartNumber=1, CopySource={"Bucket": BUCKET, "Key": "large"}, CopySourceRange=f"bytes=0-{6 * MIB - 1}")
    tag = part["CopyPartResult"]["ETag"]
    s3.complete_multipart_upload(Bucket=BUCKET, Key="sewn", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    assert s3.head_object(Bucket=BUCKET, Key="sewn")["ContentLength"] == 6 * MIB


@check("what is deleted is gone, one by one and many at once")
def deletes():
    for number in range(5):
        s3.put_object(Bucket=BUCKET, Key=f"d/{number}", Body=b"x")
    s3.delete_object(Bucket=BUCKET, Key="d/0")
    s3.delete_object(Bucket=BUCKET, Key="d/0")
    gone = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": f"d/{n}"} for n in range(1, 5)] + [{"Key": "d/none"}]})
    assert len(gone["Deleted"]) == 5 and "Errors" not in gone
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="d/")["KeyCount"] == 0
    refused("BucketNotEmpty", s3.delete_bucket, Bucket=BUCKET)


@check("versions stay, can be read, and are removed one by one")
def versions():
    bucket = "versions"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    ids = [s3.put_object(Bucket=bucket, Key="k", Body=str(n).encode())["VersionId"] for n in range(3)]
    assert len(set(ids)) == 3
    assert body(s3.get_object(Bucket=bucket, Key="k", VersionId=ids[0])) == b"0"
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert marker["DeleteMarker"]
    refused("NoSuchKey", s3.get_object, Bucket=bucket, Key="k")
    listed = s3.list_object_versions(Bucket=bucket)
    assert [version["VersionId"] for version in listed["Versions"]] == ids[::-1]
    assert [item["VersionId"] for item in listed["DeleteMarkers"]] == [marker["VersionId"]]
    s3.delete_object(Bucket=bucket, Key="k", VersionId=marker["VersionId"])
    assert body(s3.get_object(Bucket=bucket, Key="k")) == b"2"
    s3.delete_object(Bucket=bucket, Key="k", VersionId=ids[2])
    assert body(s3.get_object(Bucket=bucket, Key="k")) == b"1"


@check("tags of objects and buckets")
def tagging():
    s3.put_object(Bucket=BUCKET, Key="tagged", Body=b"x", Tagging="a=1&b=2")
    tags = {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=BUCKET, Key="tagged")["TagSet"]}
    assert tags == {"a": "1", "b": "2"}
    assert s3.get_object(Bucket=BUCKET, Key="tagged")["TagCount"] == 2
    s3.put_object_tagging(Bucket=BUCKET, Key="tagged", Tagging={"TagSet": [{"Key": "c", "Value": "3"}]})
    s3.delete_object_tagging(Bucket=BUCKET, Key="tagged")
    assert s3.get_object_tagging(Bucket=BUCKET, Key="tagged")["TagSet"] == []
    refused("NoSuchTagSet", s3.get_bucket_tagging, Bucket=BUCKET)
    s3.put_bucket_tagging(Bucket=BUCKET, Tagging={"TagSet": [{"Key": "of", "Value": "bucket"}]})
    assert s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"] == [{"Key": "of", "Value": "bucket"}]


@check("a presigned address reads and writes without keys, and stops to when it is over or altered")
def presigned():
    s3.put_object(Bucket=BUCKET, Key="signed", Body=b"by address")
    address = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "signed"}, ExpiresIn=60)
    assert urllib.request.urlopen(address, timeout=10).read() == b"by address"

    def status(address):
        try:
            return urllib.request.urlopen(address, timeout=10).status
        except urllib.error.HTTPError as error:
            return error.code

    assert status(address.replace("signed?", "other?")) == 403
    short = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "signed"}, ExpiresIn=1)
    deadline = time.time() + 20
    while status(short) != 403:
        assert time.time() < deadline, "the address goes on after its time"
        time.sleep(0.2)
    into = s3.generate_presigned_url("put_object", Params={"Bucket": BUCKET, "Key": "into"}, ExpiresIn=60)
    urllib.request.urlopen(urllib.request.Request(into, data=b"put", method="PUT"), timeout=10)
    assert body(s3.get_object(Bucket=BUCKET, Key="into")) == b"put"


@check("a policy lets the world read what it says, and no more")
def policy():
    refused("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=BUCKET)
    refused("MalformedPolicy", s3.put_bucket_policy, Bucket=BUCKET, Policy="{")
    s3.put_bucket_policy(
        Bucket=BUCKET,
        Policy='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s/open/*"}]}' % BUCKET,
    )
    for key in ("open/1", "closed"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    plain = os.environ["IDLEWILD_S3"] + "/" + BUCKET + "/"
    assert urllib.request.urlopen(plain + "open/1", timeout=10).read() == b"x"
    try:
        urllib.request.urlopen(plain + "closed", timeout=10)
        raise AssertionError("the world reads what no policy gives it")
    except urllib.error.HTTPError as error:
        assert error.code == 403
    s3.delete_bucket_policy(Bucket=BUCKET)


@check("cross-origin rules are kept and answered")
def cors():
    refused("NoSuchCORSConfiguration", s3.get_bucket_cors, Bucket=BUCKET)
    rule = {"AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://app.example"], "AllowedHeaders": ["*"], "MaxAgeSeconds": 60}
    s3.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [rule]})
    assert s3.get_bucket_cors(Bucket=BUCKET)["CORSRules"][0]["AllowedOrigins"] == ["https://app.example"]
    address = os.environ["IDLEWILD_S3"] + f"/{BUCKET}/signed"
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "PUT"}
    answer = urllib.request.urlopen(urllib.request.Request(address, method="OPTIONS", headers=headers), timeout=10)
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    headers["Origin"] = "https://other.example"
    try:
        urllib.request.urlopen(urllib.request.Request(address, method="OPTIONS", headers=headers), timeout=10)
        raise AssertionError("another origin is let in")
    except urllib.error.HTTPError as error:
        assert error.code == 403


@check("lifecycle rules are kept")
def lifecycle():
    refused("NoSuchLifecycleConfiguration", s3.get_bucket_lifecycle_configuration, Bucket=BUCKET)
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    kept = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"][0]
    assert kept["Expiration"]["Days"] == 3 and kept["Filter"]["Prefix"] == "tmp/"
    s3.delete_bucket_lifecycle(Bucket=BUCKET)


@check("a lock keeps a version until it ends")
def lock():
    bucket = "locked"
    s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    version = s3.put_object(Bucket=bucket, Key="k", Body=b"kept")["VersionId"]
    s3.put_object_legal_hold(Bucket=bucket, Key="k", LegalHold={"Status": "ON"})
    refused("AccessDenied", s3.delete_object, Bucket=bucket, Key="k", VersionId=version)
    assert s3.get_object_legal_hold(Bucket=bucket, Key="k")["LegalHold"]["Status"] == "ON"
    s3.put_object_legal_hold(Bucket=bucket, Key="k", LegalHold={"Status": "OFF"})
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    s3.put_object_retention(Bucket=bucket, Key="k", Retention={"Mode": "GOVERNANCE", "RetainUntilDate": until})
    refused("AccessDenied", s3.delete_object, Bucket=bucket, Key="k", VersionId=version)
    s3.delete_object(Bucket=bucket, Key="k", VersionId=version, BypassGovernanceRetention=True)
    refused(("NoSuchKey", "NoSuchVersion"), s3.get_object, Bucket=bucket, Key="k", VersionId=version)


@check("who signs wrongly is told so, and sees nothing")
def signatures():
    refused("SignatureDoesNotMatch", client(secret_key="wrong").list_buckets)
    refused("InvalidAccessKeyId", client(access_key="IWNOBODY").list_buckets)
    refused("SignatureDoesNotMatch", client(secret_key="wrong").put_object, Bucket=BUCKET, Key="forged", Body=b"x")
    refused("404", s3.head_object, Bucket=BUCKET, Key="forged")


@check("what awscrt signs is understood too")
def other_signer():
    usual = dict(auth.AUTH_TYPE_MAPS)
    auth.AUTH_TYPE_MAPS.update(CRT_AUTH_TYPE_MAPS)
    try:
        other = client()
        for key in ("crt", "crt/größe 1+2 ?#&=;"):
            other.put_object(Bucket=BUCKET, Key=key, Body=key.encode(), ChecksumAlgorithm="CRC64NVME")
            assert body(other.get_object(Bucket=BUCKET, Key=key)) == key.encode()
            address = other.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=60)
            assert urllib.request.urlopen(address, timeout=10).read() == key.encode()
        refused("SignatureDoesNotMatch", client(secret_key="wrong").list_buckets)
    finally:
        auth.AUTH_TYPE_MAPS.clear()
        auth.AUTH_TYPE_MAPS.update(usual)


@check("keys that name no place are refused, and keys that only look so are kept")
def keys():
    # Without dots being taken out on the client's side.
    for key in ("../up", "a/../../b", "x" * 1025):
        refused(("InvalidArgument", "InvalidURI", "KeyTooLongError", "InvalidRequest", "400"), s3.put_object, Bucket=BUCKET, Key=key, Body=b"x")
    for key in ("a..b", "...", ".", "./a", "a/./b", "with space", "per%cent", "ключ", "a//b", "trailing/", "?&#+=;"):
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
        assert body(s3.get_object(Bucket=BUCKET, Key=key)) == key.encode(), key


run()
