import { LodeError } from '../errors.ts';
import type { PacketReader } from './packet-reader.ts';
import { type PacketWriter, packetList } from './packet-writer.ts';

/*
 * git's long-running filter process protocol, version 2: gitattributes(5), "Long Running Filter Process".
 */
const MAX_HEADER_LINES = 64;

export interface FilterRequest {
  readonly command: string;
  /** Relative to the top of the working tree, in git's bytes. */
  readonly pathname: Buffer;
  /** git writes the working tree itself and would take a delayed answer. */
  readonly canDelay: boolean;
  /** The commit or tree that is being checked out, in hex; undefined where git does not say. */
  readonly treeish?: string | undefined;
}

/** Greets git and agrees on capabilities, in whatever order they come. Throws if this is no git that we can talk to. */
export function negotiate(reader: PacketReader, writer: PacketWriter): void {
  const greeting = readLines(reader);
  if (greeting === undefined) return;
  if (greeting[0] !== 'git-filter-client' || !greeting.includes('version=2')) {
    throw new LodeError('FORMAT_INVALID', 'this was not started by git as a filter of protocol version 2', {
      hint: 'the filter is run by git; see git lode help',
    });
  }
  writer.send(packetList('git-filter-server', 'version=2'));
  const offered = readLines(reader) ?? [];
  const known = ['clean', 'smudge', 'delay'].map((name) => `capability=${name}`);
  writer.send(packetList(...known.filter((capability) => offered.includes(capability))));
}

/** The header of the next request, or undefined when git is done. Keys that we do not know are passed over. */
export function readRequest(reader: PacketReader): FilterRequest | undefined {
  let command = '';
  let pathname: Buffer | undefined;
  let canDelay = false;
  let treeish: string | undefined;
  for (let count = 0; ; count++) {
    const packet = reader.next();
    if (packet === undefined) {
      if (count > 0) throw new LodeError('FORMAT_INVALID', 'git ended the conversation inside a request');
      return undefined;
    }
    if (packet === null) break;
    if (count === MAX_HEADER_LINES)
      throw new LodeError('FORMAT_INVALID', 'a request from git has too many lines');
    const equals = packet.indexOf(61);
    const end = packet[packet.length - 1] === 10 ? packet.length - 1 : packet.length;
    switch (packet.toString('latin1', 0, Math.max(equals, 0))) {
      case 'command':
        command = packet.toString('latin1', equals + 1, end);
        break;
      case 'pathname':
        pathname = Buffer.from(packet.subarray(equals + 1, end));
        break;
      case 'can-delay':
        canDelay = packet[equals + 1] === 49;
        break;
      case 'treeish':
        treeish = packet.toString('latin1', equals + 1, end);
        break;
    }
  }
  return { command, pathname: pathname ?? Buffer.alloc(0), canDelay, treeish };
}

function readLines(reader: PacketReader): string[] | undefined {
  const lines: string[] = [];
  for (;;) {
    const packet = reader.next();
    if (packet === undefined) {
      if (lines.length > 0)
        throw new LodeError('FORMAT_INVALID', 'git ended the conversation inside its greeting');
      return undefined;
    }
    if (packet === null) return lines;
    if (lines.length === MAX_HEADER_LINES)
      throw new LodeError('FORMAT_INVALID', 'a greeting from git has too many lines');
    lines.push(packet.toString('latin1').replace(/\n$/, ''));
  }
}
