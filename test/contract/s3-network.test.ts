// The ways to a store: through a proxy, and over TLS with a certificate that only a file names.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openS3 } from '../../src/backend/s3.ts';
import type { Network } from '../../src/config/network.ts';
import { projectDir } from '../support/program.ts';
import { startProxy } from '../support/proxy.ts';
import { type S3Double, startS3Double } from '../support/s3-double.ts';
import { awsEnvironment, settingsFor } from '../support/s3-remote.ts';
import { sha256 } from './backend-contract.ts';

const TLS = path.join(projectDir, 'test', 'support', 'tls');
const certificate = path.join(TLS, 'certificate.pem');
const straight: Network = { proxy: undefined, caFile: undefined };
let double: S3Double;
let restore: () => Promise<void>;

beforeEach(async () => {
  double = await startS3Double();
  restore = await awsEnvironment();
});

afterEach(async () => {
  await restore();
  await double.close();
});

/** What speaks TLS in front of the double. */
async function secureEndpoint(): Promise<string> {
  const target = Number(new URL(double.endpoint).port);
  const options = { key: fs.readFileSync(path.join(TLS, 'key.pem')), cert: fs.readFileSync(certificate) };
  const server = tls.createServer(options, (client) => {
    const onward = net.connect(target, '127.0.0.1');
    client.pipe(onward).pipe(client);
    for (const end of [client, onward])
      end.on('error', () => [client, onward].forEach((each) => void each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

async function proxy(password?: string) {
  const started = await startProxy(password);
  onTestFinished(() => started.close());
  return started;
}

async function roundTrip(endpoint: string, network: Network): Promise<string> {
  const backend = await openS3(settingsFor(double, { endpoint }), { network: () => network });
  onTestFinished(() => backend.close());
  const bytes = Buffer.from('content');
  await backend.put('packs/a', [bytes], sha256(bytes));
  return (await backend.get('packs/a')).bytes.toString();
}

describe('a store', () => {
  it('is reached through a proxy', async () => {
    const { url, requests } = await proxy();
    expect(await roundTrip(double.endpoint, { ...straight, proxy: url })).toBe('content');
    expect(requests).toEqual([`CONNECT ${new URL(double.endpoint).host}`]);
  });

  it('that is not reached because of its proxy is told with it, and not with its password', async () => {
    const error = await roundTrip(double.endpoint, {
      ...straight,
      proxy: 'http://me:s3cret@127.0.0.1:1',
    }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'REMOTE_UNREACHABLE',
      message: expect.stringContaining(`at ${double.endpoint} through the proxy 127.0.0.1:1: `),
    });
    expect(String(error)).not.toContain('s3cret');
  });

  it('that speaks TLS is reached through a tunnel of the proxy, whose password no one else sees', async () => {
    const { url, requests } = await proxy('user:s3cret');
    const endpoint = await secureEndpoint();
    const withPassword = url.replace('//', '//user:s3cret@');
    const seen: unknown[] = [];
    double.fault = ({ headers }) => void seen.push(headers['proxy-authorization']);
    expect(await roundTrip(endpoint, { proxy: withPassword, caFile: certificate })).toBe('content');
    expect(requests).toEqual([`CONNECT ${new URL(endpoint).host}`]);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });

  it.each(['http', 'https'])(
    'is not reached by %s through a proxy that wants another password',
    async (scheme) => {
      const { url } = await proxy('user:s3cret');
      const endpoint = scheme === 'https' ? await secureEndpoint() : double.endpoint;
      const error = await roundTrip(endpoint, {
        proxy: url.replace('//', '//user:wr0ng@'),
        caFile: certificate,
      }).catch((reason: unknown) => reason);
      expect(error).toMatchObject({
        code: 'REMOTE_UNREACHABLE',
        message: expect.stringContaining('the proxy refuses'),
      });
      expect(JSON.stringify(error) + String(error)).not.toMatch(/wr0ng|s3cret/);
      expect(double.stats.requests).toBe(0);
    },
  );

  it('with a certificate that nobody knows is not talked to, unless a file names it', async () => {
    const endpoint = await secureEndpoint();
    await expect(roundTrip(endpoint, straight)).rejects.toMatchObject({ code: 'REMOTE_TLS' });
    expect(await roundTrip(endpoint, { ...straight, caFile: certificate })).toBe('content');
  });

  it('is not looked for where the file of certificates cannot be read', async () => {
    const missing = { ...straight, caFile: path.join(TLS, 'missing.pem') };
    await expect(roundTrip(double.endpoint, missing)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      subject: missing.caFile,
    });
  });
});
