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

/** One packet; null is a flush packet. */
export function packet(payload: string | Uint8Array | null): Buffer {
  if (payload === null) return Buffer.from('0000');
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

export const packets = (...payloads: readonly (string | Uint8Array | null)[]): Buffer =>
  Buffer.concat(payloads.map(packet));

/** All packets of a stream, a flush packet as null. */
export function unpack(bytes: Buffer): (string | null)[] {
  const found: (string | null)[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16);
    found.push(length === 0 ? null : bytes.toString('latin1', at + 4, at + length));
    at += Math.max(length, 4);
  }
  return found;
}
