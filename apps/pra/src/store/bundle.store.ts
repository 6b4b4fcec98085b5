/** What a device may fetch: the answers of one of its requests for one period. */
import type { DataSource } from 'typeorm';
import { prepared } from './prepared.js';

export interface StoredAnswers {
  /** At their j, as far as they are there. */
  readonly answers: readonly Buffer[];
  /** When the newest answer was stored, Unix milliseconds; 0 while there is none. */
  readonly readyMillis: number;
}

export class BundleStore {
  constructor(private readonly dataSource: DataSource) {}

  async answers(requestId: Buffer, i: number): Promise<StoredAnswers> {
    const items = await prepared<{ answer: Buffer; answered_millis: string }>(
      this.dataSource,
      'bundle-answers',
      'SELECT answer, answered_millis FROM answers WHERE i = $1 AND request_id = $2 ORDER BY j',
      [i, requestId],
    );
    return {
      answers: items.map(({ answer }) => answer),
      readyMillis: Math.max(0, ...items.map(({ answered_millis }) => Number(answered_millis))),
    };
  }
}
