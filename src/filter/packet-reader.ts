import { LodeError } from '../errors.ts';
import { PipeInput } from './pipe-input.ts';

/** git's LARGE_PACKET_MAX (pkt-line.h): four digits of length and the payload. */
export const MAX_PACKET = 65520;
const BUFFER_BYTES = 1 << 20;

/**
 * Packets (gitprotocol-common, "pkt-line Format") from a file descriptor, read synchronously into one large buffer: nothing
 * drains a pipe faster, and the filter has nothing else to do while git writes.
 */
export class PacketReader {
  readonly #input: PipeInput;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #start = 0;
  #end = 0;

  constructor(fd: number) {
    this.#input = new PipeInput(fd);
  }

  /**
   * The next packet's payload, valid until the next call; null for a flush packet; undefined at the end of the input. Throws
   * FORMAT_INVALID for a length that git does not send and for an input that ends inside a packet.
   */
  next(): Buffer | null | undefined {
    if (!this.#fill(4)) {
      if (this.#end === this.#start) return undefined;
      throw new LodeError('FORMAT_INVALID', 'git ended the conversation inside a packet');
    }
    const length = this.#length();
    if (length === 0) {
      this.#start += 4;
      return null;
    }
    if (!this.#fill(length))
      throw new LodeError('FORMAT_INVALID', 'git ended the conversation inside a packet');
    const payload = this.#buffer.subarray(this.#start + 4, this.#start + length);
    this.#start += length;
    return payload;
  }

  /** True if nothing has been read that was not given. */
  get isDrained(): boolean {
    return this.#start === this.#end;
  }

  #length(): number {
    let length = 0;
    for (let i = this.#start; i < this.#start + 4; i++) {
      const digit = hexValue(this.#buffer[i]!);
      if (digit < 0) throw new LodeError('FORMAT_INVALID', 'a packet from git has no valid length');
      length = length * 16 + digit;
    }
    // 1 to 3 are git's special packets of other protocols; 4 is an empty payload.
    if ((length !== 0 && length < 4) || length > MAX_PACKET) {
      throw new LodeError('FORMAT_INVALID', `a packet from git has the length ${length}`);
    }
    return length;
  }

  /** True when `wanted` bytes are in the buffer; false at the end of the input. */
  #fill(wanted: number): boolean {
    if (this.#end - this.#start >= wanted) return true;
    if (this.#start + MAX_PACKET > this.#buffer.length || this.#start === this.#end) {
      this.#buffer.copy(this.#buffer, 0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    }
    while (this.#end - this.#start < wanted) {
      const count = this.#input.read(this.#buffer, this.#end);
      if (count === 0) return false;
      this.#end += count;
    }
    return true;
  }
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  if (byte >= 97 && byte <= 102) return byte - 87;
  if (byte >= 65 && byte <= 70) return byte - 55;
  return -1;
}
