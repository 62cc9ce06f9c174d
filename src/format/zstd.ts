/** What a build of zstd does for the codec. Both engines read each other's frames. */
export interface Zstd {
  readonly engine: 'native' | 'wasm';
  /** One frame of all of `data`, its length in the header; `dictionary` is taken as raw content. */
  compress(data: Buffer, level: number, dictionary?: Buffer): Buffer;
  /** The content of one frame that has been checked to hold `rawLength` bytes. Throws if the frame is damaged. */
  decompress(frame: Buffer, rawLength: number, dictionary?: Buffer): Buffer;
}
