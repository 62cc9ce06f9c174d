import net from 'node:net';

/** Hands on every byte between clients and one server on this machine, and counts them: headers and all. */
export interface CountingProxy {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Bytes so far from the clients. */
  readonly up: number;
  /** Bytes so far to the clients. */
  readonly down: number;
  close(): Promise<void>;
}

export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname: host, port } = new URL(target);
  const counts = { up: 0, down: 0 };
  const open = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect({ host, port: Number(port) });
    client.on('data', (part) => {
      counts.up += part.length;
    });
    upstream.on('data', (part) => {
      counts.down += part.length;
    });
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(one);
      // What breaks on one side is broken off on the other: the program that is measured sees what it would see without us.
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as net.AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    get up() {
      return counts.up;
    },
    get down() {
      return counts.down;
    },
    async close() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
