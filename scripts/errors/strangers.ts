import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../support/free-port.ts';
import type { Stranger } from './situations.ts';

const PAGE = '<!doctype html><html><title>Welcome to the hotel</title><body>Please sign in.</body></html>';
const SLOW_DOWN = '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce</Message></Error>';

/** What answers where the server should: its endpoint, and how to end it. */
export async function startStranger(
  kind: Stranger,
): Promise<{ readonly endpoint: string; close(): Promise<void> }> {
  if (kind === 'nobody') return { endpoint: `http://127.0.0.1:${await freePort()}`, close: async () => {} };
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (kind === 'web page') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
      else response.writeHead(503, { 'content-type': 'application/xml' }).end(SLOW_DOWN);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
