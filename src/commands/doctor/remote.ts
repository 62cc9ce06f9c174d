import { createHash } from 'node:crypto';
import type { Backend } from '../../backend/backend.ts';
import { refusalBehind } from '../../backend/s3-errors.ts';
import { requireRemote } from '../../config/acceptance.ts';
import { networkFor, shownProxy } from '../../config/network.ts';
import type { RemoteSettings } from '../../config/settings.ts';
import { isLodeError, type LodeError } from '../../errors.ts';
import { FORMAT_KEY, TABLES } from '../../format/keys.ts';
import { inside } from '../../git/inside.ts';
import type { Repository } from '../../git/repository.ts';
import type { Finding } from '../../ui/findings-text.ts';
import type { CommandContext } from '../command.ts';
import { openRemote } from '../context.ts';
import { includesRole, type Role } from '../role.ts';

/** Written to find out whether writing is allowed, always the same: without the right to delete it stays, and does no harm. */
const TRIAL = Buffer.from('git lode doctor has tried here whether it may write. Nothing needs this file.\n');
const TRIAL_DIGEST = createHash('sha256').update(TRIAL).digest('hex');
const TRIAL_KEY = `doctor/${TRIAL_DIGEST}`;

/** A signature is refused by S3 when the clocks are a quarter of an hour apart. */
const CLOCK_TOLERANCE = 5 * 60_000;

/** What a role does on the remote, in the order in which it is tried, by the name that policies have for it. */
interface Right {
  readonly role: Role;
  readonly s3: string;
  readonly folder: string;
  /** Resolves to the store's clock, in milliseconds since 1970. */
  readonly attempt: (backend: Backend) => Promise<number>;
}

const RIGHTS: readonly Right[] = [
  { role: 'reader', s3: 's3:ListBucket', folder: 'list', attempt: list },
  { role: 'reader', s3: 's3:GetObject', folder: 'read', attempt: read },
  {
    role: 'writer',
    s3: 's3:PutObject',
    folder: 'write',
    attempt: write,
  },
  {
    role: 'collector',
    s3: 's3:DeleteObject',
    folder: 'delete',
    attempt: async (backend) => {
      await backend.delete([TRIAL_KEY]);
      return Number.NaN;
    },
  },
];

/** The configuration, the way to the remote, and each right that the role needs there, tried. */
export async function checkRemote(
  repository: Repository,
  role: Role,
  context: CommandContext,
): Promise<Finding[]> {
  const settings = await configured(repository, context);
  if (!('kind' in settings)) return [settings];
  const findings: Finding[] = [{ check: 'data remote', state: 'good', says: settings.url }];
  const proxy = checkProxy(repository, settings, context);
  if (proxy !== undefined) findings.push(proxy);
  const remote = await opened(repository, context);
  if (!('backend' in remote)) return [...findings, remote];
  try {
    for (const right of RIGHTS) {
      if (!includesRole(role, right.role)) break;
      const name = settings.kind === 's3' ? right.s3 : right.folder;
      const before = Date.now();
      const result = await tried(right.attempt(remote.backend));
      if (typeof result !== 'number') {
        findings.push(refused(name, right.role, result));
        // Where nothing answers, every further try would say the same.
        if (result.code === 'REMOTE_UNREACHABLE' || result.code === 'REMOTE_AUTH') break;
        continue;
      }
      findings.push({ check: name, state: 'good', says: 'allowed' });
      if (right === RIGHTS[0]) findings.push(checkClock(result, before));
    }
    return findings;
  } finally {
    remote.close();
  }
}

async function configured(
  repository: Repository,
  context: CommandContext,
): Promise<RemoteSettings | Finding> {
  const settings = await tried(requireRemote(repository, context.env, context.reporter));
  return isLodeError(settings) ? fault('data remote', settings) : settings;
}

async function opened(repository: Repository, context: CommandContext) {
  const remote = await tried(openRemote(repository, context));
  return isLodeError(remote) ? fault('data remote', remote) : remote;
}

function checkProxy(
  repository: Repository,
  settings: RemoteSettings,
  { env }: CommandContext,
): Finding | undefined {
  if (settings.kind !== 's3') return undefined;
  const check = 'proxy';
  try {
    const { proxy } = networkFor(inside(repository, env), settings.endpoint ?? 'https://s3.amazonaws.com');
    return proxy === undefined ? undefined : { check, state: 'note', says: shownProxy(proxy) };
  } catch (error) {
    if (!isLodeError(error)) throw error;
    return fault(check, error);
  }
}

function checkClock(store: number, before: number): Finding {
  const check = 'clock';
  const apart = Math.max(before - store, store - Date.now(), 0);
  if (apart <= CLOCK_TOLERANCE) return { check, state: 'good', says: "as the store's" };
  const says = `${Math.round(apart / 60_000)} minutes from the store's`;
  return { check, state: 'fault', says, mend: 'set the time of this machine' };
}

async function list(backend: Backend): Promise<number> {
  for await (const { now } of backend.list(TABLES)) return now;
  return (await backend.head(FORMAT_KEY)).now;
}

/** What is not there yet may be read: the store says so only to those who may list. */
async function read(backend: Backend): Promise<number> {
  try {
    return (await backend.get(FORMAT_KEY)).now;
  } catch (error) {
    if (isLodeError(error, 'KEY_MISSING')) return Number.NaN;
    throw error;
  }
}

/** A store that only then refuses to be asked whether the file is there has let us write it, now or before. */
async function write(backend: Backend): Promise<number> {
  try {
    return (await backend.put(TRIAL_KEY, [TRIAL], TRIAL_DIGEST)).now;
  } catch (error) {
    const refusal = refusalBehind(error);
    if (isLodeError(error, 'REMOTE_FORBIDDEN') && refusal?.operation === 'head') return refusal.now;
    throw error;
  }
}

function fault(check: string, { message, subject, hint }: LodeError): Finding {
  const says = subject === undefined || message.includes(subject) ? message : `${message} (${subject})`;
  return { check, state: 'fault', says, ...(hint === undefined ? {} : { mend: hint }) };
}

/** Who is not to push has no fault there. */
function refused(check: string, role: Role, error: LodeError): Finding {
  const finding = fault(check, error);
  if (role !== 'writer' || error.code !== 'REMOTE_FORBIDDEN') return finding;
  return {
    ...finding,
    mend: `${finding.mend}; who only fetches does without: git lode doctor --role reader`,
  };
}

async function tried<T>(work: Promise<T>): Promise<T | LodeError> {
  try {
    return await work;
  } catch (error) {
    if (isLodeError(error) && error.code !== 'INTERRUPTED') return error;
    throw error;
  }
}
