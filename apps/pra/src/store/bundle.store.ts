/** What a device may fetch: the answers of one of its requests for one period. */
import type { DataSource } from 'typeorm';
import { RequestEntity } from './request.entity.js';

export interface StoredBundle {
  readonly jMax: number;
  /** At their j, as far as they are there. */
  readonly answers: readonly Buffer[];
  /** When the newest answer was stored, Unix milliseconds. */
  readonly readyMillis: number;
}

export class BundleStore {
  constructor(private readonly dataSource: DataSource) {}

  /** The bundle of this device's own request; undefined when there is none for the period. */
  async bundle(ecHash: Uint8Array, requestHash8: Uint8Array, i: number): Promise<StoredBundle | undefined> {
    const requests = await this.dataSource.getRepository(RequestEntity).findBy({ ecHash: Buffer.from(ecHash) });
    const request = requests.find(({ requestHash }) => Buffer.compare(requestHash.subarray(24), requestHash8) === 0);
    if (request === undefined || i < request.iMin || i > request.iMax) return undefined;
    if (request.state !== 'accepted' && request.state !== 'expanded') return undefined;
    const items: { answer: Buffer; answered_millis: string }[] = await this.dataSource.query(
      'SELECT answer, answered_millis FROM answers WHERE i = $1 AND request_id = $2 ORDER BY j',
      [i, request.requestId],
    );
    return {
      jMax: request.jMax,
      answers: items.map(({ answer }) => answer),
      readyMillis: Math.max(0, ...items.map(({ answered_millis }) => Number(answered_millis))),
    };
  }
}
