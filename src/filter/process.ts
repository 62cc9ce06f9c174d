import { isLodeError, systemCode } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Repository } from '../git/repository.ts';
import { formatPointer } from '../pointer.ts';
import type { Reporter } from '../report.ts';
import type { FileStore } from '../store/open.ts';
import { storeError } from '../store/temporary.ts';
import type { JournalRecord, JournalWriter } from '../worktree/journal.ts';
import type { Cleaner } from './clean.ts';
import { type ContentSource, packetContent } from './content.ts';
import type { FirstCheckout } from './first-checkout.ts';
import type { PacketReader } from './packet-reader.ts';
import { PART_BYTES, type PacketWriter, packetList, wholeAnswer } from './packet-writer.ts';
import { type FilterRequest, negotiate, readRequest } from './protocol.ts';
import type { SmallFiles } from './small-files.ts';
import { type BringObjects, openOrFetch, partReader, planSmudge, rebaseExecutes } from './smudge.ts';
import { spool } from './spool.ts';

export interface FilterSession {
  readonly reader: PacketReader;
  readonly writer: PacketWriter;
  readonly repository: Repository;
  readonly store: FileStore;
  readonly journal: JournalWriter;
  readonly cleaner: Cleaner;
  readonly reporter: Reporter;
  readonly bring: BringObjects;
  readonly small: SmallFiles;
  /** None where nothing is to be fetched beforehand any more. */
  readonly firstCheckout: FirstCheckout | undefined;
  readonly deferred: DeferredFiles;
}

/** Told of each file that was answered with its pointer. */
export interface DeferredFiles {
  /** `version` is the commit or tree that git names with the request, if it does. */
  add(file: JournalRecord, version: string | undefined): void;
  /** True once this thread has something better to do than to wait for git. */
  readonly handsOver: boolean;
}

/** Greets git, and answers its requests as `converse`. */
export async function serve(session: FilterSession): Promise<boolean> {
  negotiate(session.reader, session.writer);
  return converse(session);
}

/**
 * Answers git's requests until git closes its end: true; false where another thread is to go on with the next request. One file that
 * cannot be filtered is answered with `status=error` and told on stderr; only a conversation that makes no sense, or a git that went
 * away, ends it early.
 */
export async function converse(session: FilterSession): Promise<boolean> {
  const { reader, writer } = session;
  let executes: boolean | undefined;
  const execWaits = () => {
    executes ??= rebaseExecutes(session.repository);
    return executes;
  };
  for (let request = readRequest(reader); request !== undefined; request = readRequest(reader)) {
    if (request.command === 'list_available_blobs') {
      // Nothing is ever delayed, so nothing becomes available.
      writer.send(Buffer.concat([packetList(), packetList('status=success')]));
      continue;
    }
    const source = packetContent(reader);
    try {
      if (request.command === 'clean') {
        writer.send(wholeAnswer(session.cleaner.clean(request.pathname, source)));
      } else if (request.command === 'smudge') {
        await smudge(session, request, source, execWaits);
      } else {
        source.drain();
        writer.sendError();
      }
    } catch (error) {
      refuse(session, request, source, error);
    }
    // git waits for an answer before it asks again; whoever does not has been read too far by this thread.
    if (session.deferred.handsOver && reader.isDrained) return false;
  }
  return true;
}

async function smudge(
  { writer, store, journal, bring, small, firstCheckout, deferred }: FilterSession,
  request: FilterRequest,
  source: ContentSource,
  execWaits: () => boolean,
): Promise<void> {
  const content = spool(source, store);
  try {
    const plan = planSmudge(content.head, request.canDelay, execWaits);
    switch (plan.kind) {
      case 'pass':
        writer.sendContent(content.size, content.read);
        return;
      case 'defer': {
        if (
          firstCheckout?.isDue(plan.pointer, request.treeish) &&
          (await firstCheckout.bring(request.treeish!))
        )
          small.areMany();
        const whole = small.content(plan.pointer, request.pathname);
        if (whole !== undefined) {
          writer.send(wholeAnswer(whole));
          return;
        }
        const file = { ...plan.pointer, path: request.pathname };
        journal.append(file);
        // Nothing may fail behind the answer: git would take a second one for the next file's.
        deferred.add(file, request.treeish);
        faultPoint('file-journalled');
        // Not what came: line ends may have been converted, and the file must hold what the journal says.
        writer.send(wholeAnswer(formatPointer(plan.pointer)));
        return;
      }
      case 'stream': {
        const object = await openOrFetch(plan.pointer, request.pathname.toString('utf8'), store, bring);
        try {
          writer.sendContent(object.size, partReader(object, PART_BYTES));
        } finally {
          object.close();
        }
      }
    }
  } finally {
    content.close();
  }
}

/** Tells git that this one file failed, with the rest of its content out of the way. */
function refuse(
  { writer, reporter }: FilterSession,
  request: FilterRequest,
  source: ContentSource,
  error: unknown,
): void {
  // A git that has gone, or that no longer speaks the protocol, gets no more answers.
  if (systemCode(error) === 'EPIPE' || isLodeError(error, 'FORMAT_INVALID')) throw error;
  const known = isLodeError(error)
    ? error
    : systemCode(error) === undefined
      ? undefined
      : storeError(error, 'the object store');
  if (known === undefined) throw error;
  source.drain();
  const pathname = request.pathname.toString('utf8');
  const subject = known.subject === undefined || known.subject === pathname ? '' : ` (${known.subject})`;
  reporter.warn(
    `${pathname}: ${known.message}${subject}${known.hint === undefined ? '' : `\n  ${known.hint}`}`,
  );
  writer.sendError();
}
