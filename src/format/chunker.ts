/** Cuts content into chunks. Where the cuts are depends on the content alone; docs/FORMAT.md defines them. */
import { LodeError } from '../errors.ts';

/**
 * Cuts one object. Give it the content in pieces of any length; the chunks do not depend on how it was divided.
 *
 *     const chunker = new Chunker();
 *     for await (const piece of file) for (const chunk of chunker.push(piece)) use(chunk);
 *     for (const chunk of chunker.end()) use(chunk);
 *
 * A piece belongs to the chunker once it is given: chunks are views of pieces where they can be, so a piece must not be
 * written to again. It holds at most `CHUNK_MAX` bytes and the last piece.
 */
export class Chunker {
  /** The chunks that became whole, in order: `CHUNK_MIN` to `CHUNK_MAX` bytes each. */
  push(_piece: Uint8Array): Buffer[] {
    throw new LodeError('INTERNAL', 'not written');
  }

  /** The last chunk, 1 to `CHUNK_MAX` bytes; none for empty content. The chunker then starts anew. */
  end(): Buffer[] {
    throw new LodeError('INTERNAL', 'not written');
  }
}
