import fs from 'node:fs';
import { systemCode } from '../errors.ts';
import { MAX_PACKET } from './packet-reader.ts';
import { pause } from './pipe-input.ts';

const MAX_PAYLOAD = MAX_PACKET - 4;
const PACKETS_AT_ONCE = 16;
/** How much of a large content `sendContent` asks for at a time. */
export const PART_BYTES = PACKETS_AT_ONCE * MAX_PAYLOAD;
const FLUSH = '0000';

/** Text lines as packets, with a flush packet behind them. */
export function packetList(...lines: readonly string[]): Buffer {
  return Buffer.from(
    lines.map((line) => `${packetLength(line.length + 1)}${line}\n`).join('') + FLUSH,
    'latin1',
  );
}

/** The four digits in front of a payload of `length` bytes. */
function packetLength(length: number): string {
  return (length + 4).toString(16).padStart(4, '0');
}

const SUCCESS = packetList('status=success');
const END = Buffer.from(FLUSH + FLUSH, 'latin1');

/** An answer of one packet at most, in one write. */
export function wholeAnswer(content: Uint8Array): Buffer {
  const answer = Buffer.allocUnsafe(
    SUCCESS.length + (content.length > 0 ? 4 + content.length : 0) + END.length,
  );
  let at = SUCCESS.copy(answer, 0);
  if (content.length > 0) {
    at += answer.write(packetLength(content.length), at, 'latin1');
    answer.set(content, at);
    at += content.length;
  }
  END.copy(answer, at);
  return answer;
}

/** Answers to git on a file descriptor. */
export class PacketWriter {
  readonly #fd: number;
  #inContent = false;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Writes everything. A reader that went away (git died) is an EPIPE system error. */
  send(bytes: Uint8Array): void {
    let times = 0;
    for (let done = 0; done < bytes.length; ) {
      try {
        done += fs.writeSync(this.#fd, bytes, done, bytes.length - done, null);
        times = 0;
      } catch (error) {
        const code = systemCode(error);
        if (code !== 'EAGAIN' && code !== 'EINTR') throw error;
        pause(times++);
      }
    }
  }

  /** Answers success with a content of any size, read part by part into memory that may be the same each time. */
  sendContent(size: number, read: (offset: number, length: number) => Buffer): void {
    if (size <= MAX_PAYLOAD) {
      this.send(wholeAnswer(read(0, size)));
      return;
    }
    this.send(SUCCESS);
    this.#inContent = true;
    const packets = Buffer.allocUnsafeSlow(PACKETS_AT_ONCE * MAX_PACKET);
    for (let offset = 0; offset < size; offset += PART_BYTES) {
      this.send(packetise(read(offset, Math.min(size - offset, PART_BYTES)), packets));
    }
    this.send(END);
    this.#inContent = false;
  }

  /** Answers that this one request failed, be it in the middle of its content; git goes on with the next. */
  sendError(): void {
    const error = packetList('status=error');
    this.send(this.#inContent ? Buffer.concat([packetList(), error]) : error);
    this.#inContent = false;
  }
}

/** Writes the content as packets into `out`, and gives the part that they take. */
function packetise(content: Buffer, out: Buffer): Buffer {
  let at = 0;
  for (let start = 0; start < content.length; start += MAX_PAYLOAD) {
    const part = content.subarray(start, start + MAX_PAYLOAD);
    at += out.write(packetLength(part.length), at, 'latin1');
    at += part.copy(out, at);
  }
  return out.subarray(0, at);
}
