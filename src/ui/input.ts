import { LodeError } from '../errors.ts';

/** git writes to a hook at once. What stays open and silent for so long (milliseconds) comes from something that passes nothing on. */
const PATIENCE = 10_000;
const MAX_BYTES = 256 << 20;

/**
 * The whole of standard input; empty at once if it is a terminal, which only a person would type into. Throws USAGE if nothing
 * comes and it does not end either: to take that for 'nothing is pushed' would leave data behind.
 */
export async function readInput(
  input: NodeJS.ReadableStream & { isTTY?: boolean; destroy(error?: Error): unknown },
  signal: AbortSignal,
  patience: number = PATIENCE,
): Promise<string> {
  if (input.isTTY === true) return '';
  const silence = new LodeError('USAGE', 'nothing arrived on standard input, and it stayed open', {
    hint: 'whatever runs the hook must hand on its standard input (lefthook: use_stdin: true)',
  });
  const timer = setTimeout(() => input.destroy(silence), patience);
  const stop = () => input.destroy(signal.reason);
  signal.addEventListener('abort', stop);
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of input) {
      clearTimeout(timer);
      pieces.push(Buffer.from(piece));
      bytes += piece.length;
      if (bytes > MAX_BYTES) throw new LodeError('USAGE', 'there is too much on standard input');
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  return Buffer.concat(pieces).toString('utf8');
}
