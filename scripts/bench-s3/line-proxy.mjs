// `node line-proxy.mjs PORT ROUND_TRIP_MS MBIT_PER_S`: a line to a server on this machine. It prints its own port. Both ways have the rate, over
// all connections together; each byte takes half of the round trip; a connection's first byte waits for one more, as TCP's handshake does.
// Slow start and loss are not simulated. A process of its own, so that it does not share the client's or the server's core.
import net from 'node:net';

const [port = 0, roundTrip = 0, megabits = 0] = process.argv.slice(2).map(Number);
if (!port || !megabits) throw new Error('usage: line-proxy.mjs PORT ROUND_TRIP_MS MBIT_PER_S');
const bytesPerMs = (megabits * 1e6) / 8 / 1000;
/** What one connection may have under way: a socket's usual buffers, and what the line itself holds. */
const WINDOW = 4 * 1024 * 1024 + bytesPerMs * roundTrip;

/** @typedef {{ at: number, bytes: Buffer, arrive: (bytes: Buffer) => void }} Piece */

/** One way of the line: pieces leave one after the other at its rate, and arrive half a round trip later. */
class Way {
  #free = 0;
  /** @type {Piece[]} */
  #underWay = [];
  #first = 0;
  /** @type {NodeJS.Timeout | undefined} */
  #timer;

  /**
   * @param {Buffer} bytes
   * @param {number} notBefore
   * @param {(bytes: Buffer) => void} arrive
   */
  send(bytes, notBefore, arrive) {
    this.#free = Math.max(this.#free, notBefore, performance.now()) + bytes.length / bytesPerMs;
    this.#underWay.push({ at: this.#free + roundTrip / 2, bytes, arrive });
    this.#timer ??= setTimeout(() => this.#deliver(), 1);
  }

  #deliver() {
    const now = performance.now();
    for (; this.#first < this.#underWay.length; this.#first++) {
      const { at, bytes, arrive } = /** @type {Piece} */ (this.#underWay[this.#first]);
      if (at > now) break;
      arrive(bytes);
    }
    if (this.#first > 1024) {
      this.#underWay.splice(0, this.#first);
      this.#first = 0;
    }
    this.#timer = this.#first < this.#underWay.length ? setTimeout(() => this.#deliver(), 1) : undefined;
  }
}

const [up, down] = [new Way(), new Way()];

/**
 * @param {net.Socket} from
 * @param {net.Socket} to
 * @param {Way} way
 * @param {number} notBefore
 */
function carry(from, to, way, notBefore) {
  let held = 0;
  from.on('data', (bytes) => {
    held += bytes.length;
    if (held > WINDOW) from.pause();
    way.send(bytes, notBefore, (arrived) => {
      if (to.destroyed) return;
      to.write(arrived, () => {
        held -= arrived.length;
        if (held <= WINDOW) from.resume();
      });
    });
  });
  from.on('end', () => way.send(Buffer.alloc(0), notBefore, () => to.end()));
  // What breaks on one side is broken off on the other.
  from.on('error', () => to.destroy());
  from.on('close', () => way.send(Buffer.alloc(0), notBefore, () => to.destroy()));
}

const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const upstream = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true });
  const handshake = performance.now() + roundTrip;
  carry(client, upstream, up, handshake);
  carry(upstream, client, down, 0);
});
server.listen(0, '127.0.0.1', () => {
  console.log(/** @type {net.AddressInfo} */ (server.address()).port);
});
