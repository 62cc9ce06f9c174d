import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemCode, unless } from './errors.ts';

/*
 * `<pid>.<start>.<boot>.<place>` names one process for good: a PID alone is used again, machines and containers that share a folder give
 * the same ones out, and machines made from one image even share name and id, but none is started under the boot id of another.
 */
const IDENTITY = /^([1-9]\d{0,9})\.(\d{1,16})\.([0-9a-f]{8})\.([0-9a-f]{8})$/;
const OWN_NAME = /^(\d+\.\d+\.[0-9a-f]{8}\.[0-9a-f]{8})\.[0-9a-f]{12}(?:\.|$)/;
/** Where the system tells no boot id. */
const NO_BOOT = '00000000';

let own: string | undefined;

/** This process's name. */
export function ownIdentity(): string {
  own ??= `${process.pid}.${readStat(process.pid)?.start ?? 0}.${boot()}.${place()}`;
  return own;
}

/** A new name for a file of this process: `<identity>.<random>`. */
export function ownName(): string {
  return `${ownIdentity()}.${randomBytes(6).toString('hex')}`;
}

/** Whose name `ownName` gave to a file, whatever was put behind it; empty where it gave none. */
export function writerOf(file: string): string {
  return OWN_NAME.exec(path.basename(file))?.[1] ?? '';
}

/** What may belong to a process of another machine or container, which cannot be asked for, is left for so long after its last sign. */
export const STRANGERS_MS = 24 * 3600_000;

/**
 * True or false as this machine knows; undefined for a process of another machine or container, and for what is no identity. `seen` is
 * when the process gave its last sign, in milliseconds since 1970: what it did before this machine was started it did in an earlier life.
 */
export function isAlive(identity: string, seen = Number.POSITIVE_INFINITY): boolean | undefined {
  const match = IDENTITY.exec(identity);
  if (match === null || match[4] !== place()) return undefined;
  const isThisBoot = match[3] === boot();
  if (seen < started() && !(isThisBoot && boot() !== NO_BOOT)) return false;
  if (!isThisBoot) return undefined;
  return isRunning(Number(match[1]), Number(match[2]));
}

/**
 * True if nobody will go on with a file of this process, which was last written at `seen`. One of a process that nobody here can ask for
 * is abandoned when `patience` milliseconds have passed since; `now` is the clock that dated it.
 */
export function isAbandoned(identity: string, seen: number, patience: number, now = Date.now()): boolean {
  return !(isAlive(identity, seen) ?? now - seen < patience);
}

/** True for what names a process, of wherever it is. */
export function isIdentity(text: string): boolean {
  return IDENTITY.test(text);
}

/** True if this machine has not been started again since a process of it gave a sign at `seen`: what that wrote, it still has in memory. */
export function isOfThisBoot(identity: string, seen: number): boolean {
  const match = IDENTITY.exec(identity);
  return match !== null && match[3] === boot() && seen >= started();
}

/** When this machine was started, in milliseconds since 1970. */
function started(): number {
  return Date.now() - os.uptime() * 1000;
}

function isRunning(pid: number, start: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  const now = readStat(pid);
  if (now === undefined) return true;
  return !now.isDead && (start === 0 || now.start === start);
}

interface ProcessStat {
  /** When the process started, in the kernel's clock ticks since boot. */
  readonly start: number;
  /** It has ended, and nobody has asked for its exit code: in a container without an init nobody ever may. */
  readonly isDead: boolean;
}

/** See proc_pid_stat(5). Undefined where the system does not tell (it has no /proc). */
function readStat(pid: number): ProcessStat | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets, which may hold anything; field 22 is the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { start: Number(fields[19]), isDead: /^[ZXx]$/.test(fields[0]!) };
}

/** Which start of a machine this is. */
function boot(): string {
  ownBoot ??= /^[0-9a-f]{8}/.exec(read('/proc/sys/kernel/random/boot_id') ?? '')?.[0] ?? NO_BOOT;
  return ownBoot;
}

let ownBoot: string | undefined;

/** Where a PID has its meaning: the host, and on Linux the namespace of its container. */
function place(): string {
  ownPlace ??= createHash('sha256')
    .update(`${os.hostname()} ${namespace()} ${read('/etc/machine-id') ?? ''}`)
    .digest('hex')
    .slice(0, 8);
  return ownPlace;
}

let ownPlace: string | undefined;

function namespace(): string | undefined {
  return unless(['ENOENT', 'EACCES', 'EINVAL'], () => fs.readlinkSync('/proc/self/ns/pid'));
}

function read(file: string): string | undefined {
  return unless(['ENOENT', 'ENOTDIR', 'ESRCH', 'EACCES', 'EPERM'], () => fs.readFileSync(file, 'latin1'));
}
