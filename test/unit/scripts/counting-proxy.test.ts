import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { startCountingProxy } from '../../../scripts/bench-store/wire/counting-proxy.ts';

it('hands on what both sides say, and counts it with its headers', async () => {
  const server = http.createServer((request, response) => {
    request.resume().on('end', () => response.end('b'.repeat(200_000)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startCountingProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    const response = await fetch(proxy.endpoint, { method: 'PUT', body: 'a'.repeat(100_000) });
    expect(await response.text()).toBe('b'.repeat(200_000));
    expect(proxy.up).toBeGreaterThan(100_000);
    expect(proxy.up).toBeLessThan(101_000);
    expect(proxy.down).toBeGreaterThan(200_000);
    expect(proxy.down).toBeLessThan(201_000);
  } finally {
    await proxy.close();
    server.closeAllConnections();
    server.close();
  }
});

it('breaks the connection off where the server does', async () => {
  const server = http.createServer((request) => request.socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await startCountingProxy(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  try {
    await expect(fetch(proxy.endpoint)).rejects.toThrow();
  } finally {
    await proxy.close();
    server.close();
  }
});
