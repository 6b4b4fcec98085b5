/** What a data directory remembers of the life lived in it, and the last figures of a report. */
import { z } from 'zod';
import type { House } from '../house/house.js';
import type { Life } from './weeks.js';

const LIFE_FILE = 'life.json';
const LivedLife = z.strictObject({
  seed: z.int(),
  lastPeriod: z.int(),
  liar: z.int().optional(),
  accusedDomain: z.enum(['a', 'b']).optional(),
});
export type LivedLife = z.infer<typeof LivedLife>;

export async function rememberLife(
  { house, seed, liar, fleet }: Life,
  { lastPeriod }: { lastPeriod: number },
): Promise<void> {
  const accused = liar === undefined ? {} : { liar, accusedDomain: fleet.car(liar).brand === 'A' ? 'a' : 'b' };
  await house.data.writeJson(LIFE_FILE, { seed, lastPeriod, ...accused });
}

export async function recallLife(house: House): Promise<LivedLife> {
  const stored = await house.data.readJson<unknown>(LIFE_FILE);
  if (stored === undefined)
    throw new Error(`${house.data.path} remembers no life; remove it, or name another directory.`);
  return LivedLife.parse(stored);
}

/** Sums what the cars counted, and asks the PCAs how many certificates they issued. */
export async function closeReport({ house, fleet, report }: Life): Promise<void> {
  const counts = fleet.counts;
  report.enrolled = counts.enrolled;
  report.pseudonymCertificates = {
    requested: counts.requested,
    issued: await issuedCertificates(house),
    downloaded: counts.downloaded,
    keysRebuilt: counts.keysRebuilt,
  };
  report.spdu = { signed: counts.signed, accepted: counts.accepted, refused: { ...counts.refused } };
}

/** Counted in each PCA's own table of what it issued. */
async function issuedCertificates(house: House): Promise<number> {
  let sum = 0;
  for (const domain of ['a', 'b']) {
    const [row] = await house
      .at(`${domain}-pca`)
      .context.dataSource.query<{ count: string }[]>('SELECT count(*) AS count FROM issued');
    sum += Number(row?.count);
  }
  return sum;
}
