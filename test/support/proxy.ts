import http from 'node:http';
import net from 'node:net';

/** An HTTP proxy on this machine, for tunnels. */
export interface TestProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** What it was asked for: `CONNECT host:port`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** `password`: the `user:password` that it wants, if any. */
export async function startProxy(password?: string): Promise<TestProxy> {
  const requests: string[] = [];
  const wanted = password && `Basic ${Buffer.from(password).toString('base64')}`;
  const mayPass = ({ headers }: http.IncomingMessage) =>
    wanted === undefined || headers['proxy-authorization'] === wanted;
  const sockets = new Set<net.Socket>();

  const server = http.createServer();
  server.on('connect', (request: http.IncomingMessage, client: net.Socket) => {
    requests.push(`CONNECT ${request.url}`);
    if (!mayPass(request)) return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host, port] = request.url!.split(':');
    const onward = net.connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      client.pipe(onward).pipe(client);
    });
    sockets.add(onward);
    for (const end of [client, onward])
      end.on('error', () => [client, onward].forEach((each) => void each.destroy()));
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
