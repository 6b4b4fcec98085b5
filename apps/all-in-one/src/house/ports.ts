/** The ports of a run: free ones for a run that ends, a fixed row for one that stays and must be found again. */
import { createServer } from 'node:net';
import { OperatorError } from '#persistence/operator-error.js';

const HOST = '127.0.0.1';

/** Opens and closes a listener; the port the system gave, or an error with a code. */
function tryPort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: HOST, port, exclusive: true }, () => {
      const { port: given } = server.address() as { port: number };
      server.close(() => resolve(given));
    });
  });
}

/** Ports that nobody listens on at this moment, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await tryPort(0));
  return [...ports];
}

/** Refuses with one sentence when somebody else listens on one of these. */
export async function requireFree(ports: readonly { name: string; port: number }[]): Promise<void> {
  for (const { name, port } of ports) {
    try {
      await tryPort(port);
    } catch (error) {
      throw new OperatorError(
        'port-busy',
        `Port ${port}, which belongs to ${name}, is in use by another program; end it, or use another data directory.`,
        { cause: error },
      );
    }
  }
}

export const rowOfPorts = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => first + index);
