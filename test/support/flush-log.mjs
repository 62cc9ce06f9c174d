// @ts-nocheck: it replaces functions of Node's own.
// Loaded by NODE_OPTIONS before the program: writes down which bytes and names of files have been written, and which have been flushed, a
// line of JSON an event, so that a test can make of the disk what a power cut would (see power-cut.ts). Knows the calls that src/store and folder remotes make.
import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const original = { ...fs };
const log = original.openSync(process.env.GIT_LODE_TEST_FLUSH_LOG, 'a');
const tell = (event) => original.writeSync(log, `${JSON.stringify(event)}\n`);
const inode = (file) => original.statSync(file).ino;

/** Calls the original, and then tells of it. */
function after(name, report) {
  fs[name] = (...args) => {
    const result = original[name](...args);
    report(args, result);
    return result;
  };
}

const bytes = (fd) => {
  const stat = original.fstatSync(fd);
  if (stat.isFile()) tell({ bytes: stat.ino });
};
const flushed = (fd) => {
  const stat = original.fstatSync(fd);
  tell(stat.isDirectory() ? { names: stat.ino } : { flushed: stat.ino });
};
const made = (folder, first) => {
  if (first === undefined) return;
  for (let each = String(folder); each.length >= String(first).length; each = path.dirname(each)) named(each);
};
const named = (file) => tell({ name: inode(file), folder: inode(path.dirname(String(file))) });

after('writeSync', ([fd]) => bytes(fd));
after('ftruncateSync', ([fd]) => bytes(fd));
after('copyFileSync', ([, to]) => {
  named(to);
  tell({ bytes: inode(to) });
});
after('writeFileSync', ([file]) => {
  if (typeof file !== 'string') return;
  named(file);
  tell({ bytes: inode(file) });
});
after('renameSync', ([, to]) => named(to));
after('openSync', ([file, flags]) => {
  if (typeof flags === 'string' && flags.includes('x')) named(file);
});
after('mkdirSync', ([folder], first) => made(folder, first));
after('fsyncSync', ([fd]) => flushed(fd));

// What a folder remote does goes through promises.
const promises = { ...fs.promises };
function afterwards(name, report) {
  fs.promises[name] = async (...args) => {
    const result = await promises[name](...args);
    report(args, result);
    return result;
  };
}
afterwards('open', ([file, flags], handle) => {
  if (flags === 'wx') named(file);
  for (const [name, report] of [
    ['appendFile', () => bytes(handle.fd)],
    ['sync', () => flushed(handle.fd)],
  ]) {
    const method = handle[name].bind(handle);
    handle[name] = async (...args) => {
      await method(...args);
      report();
    };
  }
});
afterwards('link', ([, to]) => named(to));
afterwards('rename', ([, to]) => named(to));
afterwards('mkdir', ([folder, options], first) => made(folder, options?.recursive === true ? first : folder));

const { spawnSync } = childProcess;
childProcess.spawnSync = (command, args, options) => {
  const result = spawnSync(command, args, options);
  if (path.basename(command) === 'sync' && result.status === 0) tell({ all: true });
  return result;
};
syncBuiltinESMExports();
