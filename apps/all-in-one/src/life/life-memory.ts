/** What a data directory remembers of the life lived in it, and the last figures of a report. */
import { z } from 'zod';
import { decode } from '#coer/codec.js';
import { isRefused } from '#credentials/refusal.js';
import { verifyTreeHead } from '#credentials/transparency/tree-head.js';
import { LOG_HEAD_PATH } from '#edges/ee-lists/paths.js';
import { SignedTreeHead } from '#wire/transparency-log.js';
import type { House } from '../house/house.js';
import type { Life } from './weeks.js';

const LIFE_FILE = 'life.json';
const DAY_MILLIS = 86_400_000;
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

/** Sums what the cars counted, asks the PCAs how many certificates they issued, and the log for its head. */
export async function closeReport({ house, fleet, report }: Life): Promise<void> {
  const counts = fleet.counts;
  report.enrolled = counts.enrolled;
  report.pseudonymCertificates = {
    requested: counts.requested,
    issued: await issuedCertificates(house),
    downloaded: counts.downloaded,
    keysRebuilt: counts.keysRebuilt,
  };
  report.log = await headOfLog(house);
  report.spdu = { signed: counts.signed, accepted: counts.accepted, refused: { ...counts.refused } };
}

/** As anybody may ask for it; one that is not signed by the TCMF is a fault of the house. */
async function headOfLog(house: House): Promise<{ entries: number; headSigned: string }> {
  const { url } = house.placedAt('tcmf');
  const response = await fetch(`${url}${LOG_HEAD_PATH}`);
  const signed = decode(SignedTreeHead, new Uint8Array(await response.arrayBuffer()));
  const { certificate } = house.at('tcmf').context;
  const rules = { logs: [certificate], nowMillis: house.clock.nowMillis(), maxAgeMillis: DAY_MILLIS };
  const head = verifyTreeHead(signed, rules);
  if (isRefused(head)) throw new Error(`the head of the log was refused: ${head.reason}`);
  return { entries: head.size, headSigned: new Date(head.issuedMillis).toISOString() };
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
