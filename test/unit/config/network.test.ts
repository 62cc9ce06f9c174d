import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkFor, shownProxy } from '../../../src/config/network.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const VARIABLES = /^(?:https?|all|no)_proxy$/i;
let kept: [string, string | undefined][];
let box: Sandbox;

beforeEach(async () => {
  kept = Object.entries(process.env).filter(([name]) => VARIABLES.test(name));
  for (const [name] of kept) delete process.env[name];
  box = createSandbox();
  await box.git(['init', '--quiet']);
});

afterEach(() => {
  for (const name of Object.keys(process.env)) if (VARIABLES.test(name)) delete process.env[name];
  Object.assign(process.env, Object.fromEntries(kept));
});

const url = 'https://store.example:9000';
const network = (env: Record<string, string> = {}) =>
  networkFor({ cwd: box.dir, env: { ...box.env, ...env } }, url);

describe('the way to a store', () => {
  it('is straight where nothing else is said', () => {
    expect(network()).toEqual({ proxy: undefined, caFile: undefined });
  });

  it('is through the proxy that the environment names, except for hosts that it leaves out', () => {
    process.env.HTTPS_PROXY = 'http://proxy.example:3128';
    expect(network().proxy).toBe('http://proxy.example:3128');
    process.env.NO_PROXY = '.example';
    expect(network().proxy).toBeUndefined();
  });

  it("is git's own: the proxy and the certificates that are configured for the URL", async () => {
    process.env.HTTPS_PROXY = 'http://proxy.example:3128';
    await box.git(['config', 'http.proxy', 'other.example:8080']);
    await box.git(['config', 'http.https://store.example:9000.sslCAInfo', '/etc/team.pem']);
    await box.git(['config', 'http.https://elsewhere.example.sslCAInfo', '/etc/else.pem']);
    expect(network()).toEqual({ proxy: 'http://other.example:8080', caFile: '/etc/team.pem' });
    expect(network({ GIT_SSL_CAINFO: '/etc/all.pem' }).caFile).toBe('/etc/all.pem');
  });

  it("is straight where git's proxy is empty", async () => {
    process.env.HTTPS_PROXY = 'http://proxy.example:3128';
    await box.git(['config', 'http.proxy', '']);
    expect(network().proxy).toBeUndefined();
  });

  it('is none through what is no proxy', async () => {
    await box.git(['config', 'http.proxy', 'socks5://user:secret@proxy.example']);
    const error = (() => {
      try {
        return network();
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(String(error)).not.toContain('secret');
  });
});

it('a proxy is shown without its password', () => {
  expect(shownProxy('http://user:secret@proxy.example:3128')).toBe('proxy.example:3128');
});
