import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';
import type { Network } from '../config/network.ts';
import { LodeError, systemCode } from '../errors.ts';

const CONNECTIONS = 64;

export interface Agents {
  readonly httpAgent: http.Agent;
  readonly httpsAgent: https.Agent;
}

/** Connections that are kept and go through the proxy, if there is one. What speaks to proxies is loaded for one. */
export async function agentsFor({ proxy, caFile }: Network): Promise<Agents> {
  const options = {
    maxSockets: CONNECTIONS,
    keepAlive: true,
    ...(caFile === undefined ? {} : { ca: trusted(caFile) }),
  };
  if (proxy === undefined)
    return { httpAgent: new http.Agent(options), httpsAgent: new https.Agent(options) };
  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
  const proxyRequestOptions = caFile === undefined ? {} : { ca: options.ca };
  return {
    httpAgent: namingRefusals(new HttpProxyAgent({ ...options, proxy, proxyRequestOptions })),
    httpsAgent: namingRefusals(new HttpsProxyAgent({ ...options, proxy, proxyRequestOptions })),
  };
}

/** The code of a connection that the proxy does not make. */
export const PROXY_REFUSED = 'PROXY_REFUSED';

type Connected = (error: Error | null, socket?: Duplex) => void;

/** Gives the agent's error for a tunnel that is refused, the only one of its errors without a code, a code. */
function namingRefusals<T extends http.Agent>(agent: T): T {
  const { createConnection } = agent as unknown as {
    createConnection(options: object, done: Connected): void;
  };
  const named = (options: object, done: Connected) =>
    createConnection.call(agent, options, (error, socket) => {
      if (error !== null && systemCode(error) === undefined) Object.assign(error, { code: PROXY_REFUSED });
      done(error, socket);
    });
  return Object.assign(agent, { createConnection: named });
}

/** Node takes a list of its own in place of all that it trusts: so this is all of that, and the file. */
function trusted(file: string): string[] {
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  return [...tls.rootCertificates, ...(extra ? [extra, file] : [file]).map(readCertificates)];
}

function readCertificates(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new LodeError(
      'CONFIG_INVALID',
      `the file of trusted certificates cannot be read (${systemCode(error)})`,
      {
        subject: file,
        hint: 'see git config --show-origin http.sslCAInfo, AWS_CA_BUNDLE, GIT_SSL_CAINFO and NODE_EXTRA_CA_CERTS',
        cause: error,
      },
    );
  }
}
