// @aws-sdk/client-s3 against the gateway, with the checksums and trailers that it sends by itself.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  S3Client, CreateBucketCommand, PutObjectCommand, GetObjectCommand, HeadObjectCommand, ListObjectsV2Command,
  CreateMultipartUploadCommand, UploadPartCommand, CompleteMultipartUploadCommand, CopyObjectCommand, DeleteObjectsCommand,
  GetObjectAttributesCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

const options = {
  endpoint: process.env.IDLEWILD_S3,
  region: 'idlewild',
  forcePathStyle: true,
  maxAttempts: 1,
  credentials: { accessKeyId: process.env.AWS_ACCESS_KEY_ID, secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY },
};
const s3 = new S3Client(options);
const Bucket = 'javascript';
const bytes = async (response) => Buffer.from(await response.Body.transformToByteArray());
let passed = 0;
let failed = 0;

async function check(what, run) {
  try {
    await run();
    passed += 1;
    console.log(`ok      ${what}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${what}\n        ${String(error.stack ?? error).replaceAll('\n', '\n        ')}`);
  }
}

await check('a bucket and an object', async () => {
  await s3.send(new CreateBucketCommand({ Bucket }));
  const Body = randomBytes(200_000);
  const put = await s3.send(new PutObjectCommand({ Bucket, Key: 'ä/b c', Body, ContentType: 'image/png', Metadata: { a: '1' } }));
  assert.equal(put.ETag, `"${createHash('md5').update(Body).digest('hex')}"`);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'ä/b c' }));
  assert.ok((await bytes(got)).equals(Body));
  assert.equal(got.ContentType, 'image/png');
  assert.deepEqual(got.Metadata, { a: '1' });
});

await check('a stream goes with a trailing checksum', async () => {
  const Body = randomBytes(1_500_000);
  const pieces = [Body.subarray(0, 700_000), Body.subarray(700_000)];
  const put = await s3.send(new PutObjectCommand({
    Bucket, Key: 'stream', Body: Readable.from(pieces), ContentLength: Body.length, ChecksumAlgorithm: 'SHA256',
  }));
  assert.equal(put.ChecksumSHA256, createHash('sha256').update(Body).digest('base64'));
  const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }));
  assert.ok((await bytes(got)).equals(Body));
});

await check('a checksum that is wrong is refused', async () => {
  const wrong = createHash('sha256').update('other').digest('base64');
  await assert.rejects(s3.send(new PutObjectCommand({ Bucket, Key: 'wrong', Body: 'this', ChecksumSHA256: wrong })));
  await assert.rejects(s3.send(new HeadObjectCommand({ Bucket, Key: 'wrong' })), { name: 'NotFound' });
});

await check('parts, attributes and a range', async () => {
  const Key = 'parts';
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'CRC32' }));
  const bodies = [randomBytes(5 << 20), randomBytes(1000)];
  const Parts = [];
  for (const [at, Body] of bodies.entries()) {
    const part = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: at + 1, Body }));
    Parts.push({ PartNumber: at + 1, ETag: part.ETag, ChecksumCRC32: part.ChecksumCRC32 });
  }
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
  const attributes = await s3.send(new GetObjectAttributesCommand({ Bucket, Key, ObjectAttributes: ['ObjectSize', 'ETag', 'ObjectParts'] }));
  assert.equal(attributes.ObjectSize, (5 << 20) + 1000);
  const got = await s3.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${(5 << 20) - 2}-${(5 << 20) + 1}` }));
  assert.ok((await bytes(got)).equals(Buffer.concat(bodies).subarray((5 << 20) - 2, (5 << 20) + 2)));
});

await check('listing, copying and deleting', async () => {
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/stream` }));
  const listed = await s3.send(new ListObjectsV2Command({ Bucket }));
  assert.deepEqual(listed.Contents.map((item) => item.Key), ['copy', 'parts', 'stream', 'ä/b c']);
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: listed.Contents.map(({ Key }) => ({ Key })) } }));
  assert.equal((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});

await check('a presigned address, by fetch', async () => {
  const into = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'signed' }), { expiresIn: 60 });
  assert.equal((await fetch(into, { method: 'PUT', body: 'by fetch' })).status, 200);
  const from = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'signed' }), { expiresIn: 60 });
  assert.equal(await (await fetch(from)).text(), 'by fetch');
});

await check('a wrong secret is told so', async () => {
  const other = new S3Client({ ...options, credentials: { ...options.credentials, secretAccessKey: 'wrong' } });
  await assert.rejects(other.send(new ListObjectsV2Command({ Bucket })), { name: 'SignatureDoesNotMatch' });
});

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
