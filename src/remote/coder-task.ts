import { isLodeError } from '../errors.ts';
import {
  type ChunkKind,
  type Codec,
  type Effort,
  type EncodedChunk,
  loadFastDeltaCodec,
} from '../format/codec.ts';
import { sha256 } from '../store/sha256.ts';

/** One chunk's work for the codec. */
export interface CodecTask {
  readonly verb: 'encode' | 'delta' | 'decode';
  /** The plain bytes; of `decode` the stored ones. */
  readonly data: Buffer;
  readonly base?: Buffer | undefined;
  readonly effort?: Effort | undefined;
  /** Of `decode` alone. */
  readonly kind?: ChunkKind;
  readonly rawLength?: number;
  /** What the plain bytes are checked against, if anything. */
  readonly hash?: string | undefined;
}

type Perform = (codec: Codec, task: CodecTask) => Promise<EncodedChunk | undefined>;

/** What each verb does. Plain bytes are given as a chunk of kind 0. */
export const CODEC_TASKS: Readonly<Record<CodecTask['verb'], Perform>> = { encode, delta, decode };

async function encode(codec: Codec, { data, effort }: CodecTask): Promise<EncodedChunk> {
  return codec.encode(data, undefined, effort);
}

async function delta(codec: Codec, { data, base, effort }: CodecTask): Promise<EncodedChunk | undefined> {
  const engine = effort === 'fast' ? await loadFastDeltaCodec() : codec;
  const bytes = engine.delta(data, base!, effort);
  return bytes === undefined || bytes.length >= data.length ? undefined : { kind: 2, bytes };
}

async function decode(codec: Codec, task: CodecTask): Promise<EncodedChunk | undefined> {
  const { kind, data, base, rawLength, hash } = task;
  try {
    const bytes = codec.decode(kind!, data, rawLength!, base);
    return hash !== undefined && sha256(bytes) !== hash ? undefined : { kind: 0, bytes };
  } catch (error) {
    if (isLodeError(error, 'FORMAT_INVALID')) return undefined;
    throw error;
  }
}
