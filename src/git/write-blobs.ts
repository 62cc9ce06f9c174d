import { collectGit, type GitStreamOptions } from './stream.ts';

/** Puts contents into git as blobs, all by one git; their ids are the caller's to know. */
export async function writeBlobs(contents: Iterable<Buffer>, where: GitStreamOptions): Promise<void> {
  await collectGit(['fast-import', '--quiet'], { ...where, input: commands(contents) });
}

function* commands(contents: Iterable<Buffer>): Generator<Buffer, void, undefined> {
  for (const content of contents)
    yield Buffer.concat([Buffer.from(`blob\ndata ${content.length}\n`), content, Buffer.from('\n')]);
}
