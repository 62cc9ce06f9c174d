import fs from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { PacketReader } from '../../../src/filter/packet-reader.ts';
import { scratchFolder } from '../../support/scratch.ts';

/** A file descriptor that gives these bytes and then ends. */
export function input(bytes: Uint8Array): number {
  const file = path.join(scratchFolder(), 'input');
  fs.writeFileSync(file, bytes);
  const fd = fs.openSync(file, 'r');
  onTestFinished(() => fs.closeSync(fd));
  return fd;
}

/** A file descriptor that takes bytes, and what it has taken. */
export function output(): { fd: number; written: () => Buffer } {
  const file = path.join(scratchFolder(), 'output');
  const fd = fs.openSync(file, 'w+');
  onTestFinished(() => fs.closeSync(fd));
  return { fd, written: () => fs.readFileSync(file) };
}

export const readerOf = (...parts: readonly (string | Buffer)[]): PacketReader =>
  new PacketReader(input(Buffer.concat(parts.map((part) => Buffer.from(part)))));

export { packet, packets, unpack } from '../../support/packets.ts';
