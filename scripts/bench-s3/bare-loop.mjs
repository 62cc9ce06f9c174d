// `node bare-loop.mjs put|get FOLDER BUCKET`: each file of a folder as one object `bare/<path>`, sixteen requests at once, by the
// SDK and with no thought: a floor for what git-lode does with the same bytes.
import { createReadStream, createWriteStream, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';

const [direction, folder = '.', bucket] = process.argv.slice(2);
const client = new S3Client({
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});
const PREFIX = 'bare/';
const AT_ONCE = 16;
await pLimit(AT_ONCE).map(direction === 'put' ? files() : await keys(), direction === 'put' ? put : get);

function files() {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
}

async function keys() {
  /** @type {string[]} */
  const found = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: PREFIX })) {
    for (const { Key = '' } of page.Contents ?? []) found.push(Key.slice(PREFIX.length));
  }
  return found;
}

/** @param {string} name */
async function put(name) {
  const file = path.join(folder, name);
  const body = createReadStream(file, { highWaterMark: 1 << 20 });
  const { size } = statSync(file);
  const command = new PutObjectCommand({
    Bucket: bucket,
    Key: PREFIX + name,
    Body: body,
    ContentLength: size,
  });
  command.middlewareStack.add(
    (next) => (args) => {
      const { headers } = /** @type {{ headers: Record<string, string> }} */ (args.request);
      headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return next(args);
    },
    { step: 'build' },
  );
  await client.send(command);
}

/** @param {string} name */
async function get(name) {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: PREFIX + name }));
  await pipeline(/** @type {import('node:stream').Readable} */ (Body), createWriteStream(file));
}
