// The least that a long-running filter can do: answers every request with the bytes it got. What it costs is git's protocol
// and Node itself, so it is the floor that git-lode's filter is measured against.
import fs from 'node:fs';

const FLUSH = Buffer.from('0000');
const ANSWER = Buffer.concat([packet('status=success\n'), FLUSH]);
const END = Buffer.concat([FLUSH, FLUSH]);

const buffer = Buffer.allocUnsafe(1 << 20);
let start = 0;
let end = 0;

/** @param {string | Uint8Array} content */
function packet(content) {
  const bytes = Buffer.from(content);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

/** Makes `count` bytes available at `start`. @param {number} count */
function fill(count) {
  if (end - start >= count) return;
  buffer.copyWithin(0, start, end);
  end -= start;
  start = 0;
  while (end < count) {
    const read = fs.readSync(0, buffer, end, buffer.length - end, null);
    // git closes our input when it has no more requests.
    if (read === 0) process.exit(0);
    end += read;
  }
}

/** The next packet with its length in front, valid until the next call; undefined for a flush packet. */
function next() {
  fill(4);
  const length = Number.parseInt(buffer.toString('latin1', start, start + 4), 16);
  const size = Math.max(length, 4);
  fill(size);
  start += size;
  return length === 0 ? undefined : buffer.subarray(start - size, start);
}

/** Copies of the packets up to the next flush packet. git reads nothing before it has written all, so they have to be kept. */
function readList() {
  const packets = [];
  for (let each = next(); each !== undefined; each = next()) packets.push(Buffer.from(each));
  return packets;
}

/** @param {Buffer} bytes */
function write(bytes) {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(1, bytes, done);
}

readList();
write(Buffer.concat([packet('git-filter-server\n'), packet('version=2\n'), FLUSH]));
readList();
write(Buffer.concat([packet('capability=clean\n'), packet('capability=smudge\n'), FLUSH]));
for (;;) {
  readList();
  write(Buffer.concat([ANSWER, ...readList(), END]));
}
