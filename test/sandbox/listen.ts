import type { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf, OperatorError } from '../../src/lib/errors.ts';

/** Listens on 127.0.0.1. @returns the port. @throws OperatorError `port_unavailable` */
export function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new OperatorError(`The sandbox cannot listen on port ${port}: ${messageOf(cause)}`, {
          code: 'port_unavailable',
          cause,
        }),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
