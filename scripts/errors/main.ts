// `npm run errors -- --server versitygw=PROGRAM [--server minio=PROGRAM] [--only 'no credentials,…'] [--dir FOLDER]`: what a person sees when
// something is wrong between git and a bucket, each provoked on a real S3 server. Fails if a push that failed moved a ref, if a secret is
// shown, or if a command that should fail or heal does not. 'no space left' mounts a small file system, which needs root on Linux.
import { execFile, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { projectDir } from '../../test/support/program.ts';
import { createWorkplace, type Workplace } from '../support/workplace.ts';
import { KEYS, type RunningServer, SERVER_KINDS, type ServerKind, startServer } from './server.ts';
import { SECRETS, SITUATIONS, type Situation, urlOf } from './situations.ts';
import { startStranger } from './strangers.ts';

const { values } = parseArgs({
  options: {
    server: { type: 'string', multiple: true, default: ['versitygw=versitygw'] },
    only: { type: 'string' },
    dir: { type: 'string', default: os.tmpdir() },
  },
});
const only = values.only?.split(',');
/** More than the small server holds, which no compression makes smaller. */
const FILE_BYTES = 24_000_000;
const SMALL_SERVER = 'size=20m';

let faults = 0;
for (const given of values.server) {
  const [name = '', program = name] = given.split('=');
  const kind = SERVER_KINDS.find((each) => each.name === name);
  if (kind === undefined)
    throw new Error(`--server takes ${SERVER_KINDS.map((each) => each.name).join(' or ')}`);
  console.log(`# ${name}\n`);
  await provokeAll(kind, program);
}
if (faults > 0) {
  console.error(`${faults} of them are not as they should be`);
  process.exitCode = 1;
}

async function provokeAll(kind: ServerKind, program: string): Promise<void> {
  const place = createWorkplace(values.dir, 'git-lode-errors-');
  const folder = (name: string) => {
    const made = path.join(place.root, name);
    fs.mkdirSync(made);
    return made;
  };
  const small = folder('small');
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', SMALL_SERVER, 'tmpfs', small]).status === 0;
  const servers: RunningServer[] = [];
  try {
    const start = async (data: string, tls?: Parameters<typeof startServer>[3]) => {
      const server = await startServer(kind, program, data, tls);
      servers.push(server);
      return server.endpoint;
    };
    const usual = await start(folder('data'));
    const endpoints = {
      tls: await start(folder('tls-data'), {
        certificate: path.join(projectDir, 'test', 'support', 'tls', 'certificate.pem'),
        key: path.join(projectDir, 'test', 'support', 'tls', 'key.pem'),
        folder: folder('certificates'),
      }),
      small: mounted ? await start(small).catch(() => undefined) : undefined,
    };
    for (const situation of SITUATIONS) {
      if (only !== undefined && !only.includes(situation.name)) continue;
      const chosen = situation.server === undefined ? usual : endpoints[situation.server];
      if (chosen === undefined)
        console.log(`## ${situation.name}\n\nnot provoked: ${kind.name} has no small disk here\n`);
      else await provoke(place, situation, chosen, usual);
    }
  } finally {
    for (const server of servers) await server.close();
    if (mounted) spawnSync('umount', [small]);
    place.remove();
  }
}

async function provoke(place: Workplace, situation: Situation, server: string, usual: string): Promise<void> {
  const stranger = situation.stranger && (await startStranger(situation.stranger));
  const endpoint =
    stranger?.endpoint ?? situation.endpoint?.replace('{port}', new URL(server).port) ?? server;
  const config = path.join(place.home, 'no-aws-file');
  fs.writeFileSync(config, '');
  const aws = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: config,
    AWS_SHARED_CREDENTIALS_FILE: config,
  };
  const run = (cwd: string, args: readonly string[], env: Readonly<Record<string, string>>) =>
    runGit(path.join(place.dir, cwd), args, { ...place.env, ...aws, ...env });
  const owner = {
    AWS_ACCESS_KEY_ID: KEYS.accessKey,
    AWS_SECRET_ACCESS_KEY: KEYS.secretKey,
    AWS_REGION: 'us-east-1',
  };
  const region = { AWS_REGION: 'us-east-1' };
  const url = urlOf(situation);
  try {
    fs.rmSync(place.dir, { recursive: true, force: true });
    fs.mkdirSync(place.dir);
    await run('.', ['init', '-q', '--bare', 'bare.git'], {});
    await run('.', ['init', '-q', 'repo'], {});
    await run('repo', ['remote', 'add', 'origin', '../bare.git'], {});
    await run('repo', ['lode', 'install', '-q', url], {});
    await run('repo', ['lode', 'track', '-q', '*.bin'], {});
    fs.writeFileSync(path.join(place.dir, 'repo', 'data.bin'), randomBytes(FILE_BYTES));
    await run('repo', ['add', '.'], {});
    await run('repo', ['commit', '-q', '-m', 'data'], {});
    const settings = { 'lode.endpoint': endpoint, ...situation.config };
    const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    if (situation.command === 'clone') {
      await run(
        'repo',
        ['-c', `lode.endpoint=${usual}`, 'push', '-q', '--no-verify', 'origin', 'main'],
        owner,
      );
      await run('.', ['lode', 'install', '-q', '--global'], {});
    }
    const command =
      situation.command === 'clone' ? ['clone', '-q', 'bare.git', 'clone'] : ['push', '-q', 'origin', 'main'];
    const cwd = situation.command === 'clone' ? '.' : 'repo';
    const seen = await run(cwd, [...set, '-c', `lode.remote=${url}`, ...command], {
      ...region,
      ...situation.env,
    });
    const refs = await run('bare.git', ['for-each-ref'], {});
    report(situation, command, seen, refs.stdout);
  } finally {
    await stranger?.close();
  }
}

function report(
  { name, heals = false, command }: Situation,
  args: readonly string[],
  seen: Awaited<ReturnType<typeof runGit>>,
  refs: string,
): void {
  const wrong: string[] = [];
  // git's clone takes no notice of what its filter could not get.
  const healed = heals === 'perhaps' ? seen.code === 0 : heals;
  const shouldFail = !healed && command !== 'clone';
  if ((seen.code !== 0) !== shouldFail) wrong.push(`ended with ${seen.code}`);
  if (shouldFail && refs !== '') wrong.push('a ref was moved');
  if (!healed && seen.stderr.trim() === '') wrong.push('says nothing');
  for (const secret of SECRETS) if (seen.stderr.includes(secret)) wrong.push('shows a secret');
  if (/^\s+at .*:\d+:\d+\)?$/m.test(seen.stderr)) wrong.push('shows a stack trace');
  faults += wrong.length;
  const verdict = wrong.length === 0 ? '' : `WRONG: ${wrong.join('; ')}\n`;
  const seconds = seen.seconds.toFixed(1);
  console.log(
    `## ${name}\n\n$ git ${args.join(' ')}   (exit ${seen.code}, ${seconds} s)\n${seen.stderr.trimEnd()}\n${verdict}`,
  );
}

function runGit(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const since = performance.now();
  return new Promise<{ code: number; stdout: string; stderr: string; seconds: number }>((resolve) => {
    execFile('git', args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr, seconds: (performance.now() - since) / 1000 });
    });
  });
}
