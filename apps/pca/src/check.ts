/**
 * `main.js --config FILE --check [--since-period I] [--former FILE …] [--json]`: checks all that is stored and ends; 0 only when
 * all is good. `--former` names certificates of this PCA that have ended and are no longer installed.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sm2VerifierFor } from '#crypto/sm2.js';
import { certificateFromBytes, verificationKeyOf } from '#credentials/certificate-facts.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { openDataSource } from '#persistence/data-source.js';
import { clockOf } from '#service/instance-files.js';
import { readSettings, type InstanceSettings } from '#service/settings.js';
import type { Certificate } from '#wire/secured-data.js';
import type { Finding, KnownIssuer } from './domain/check-issued.js';
import { checkAll, type CheckCounts } from './jobs/check-all.js';
import { pcaAuthority } from './pca.authority.js';
import { PcaSettings } from './pca.config.js';
import { checkStore } from './store/check.store.js';

const PROGRESS_MILLIS = 2_000;

interface CheckWords {
  readonly config: string;
  readonly sinceI: number;
  readonly former: readonly string[];
  readonly asJson: boolean;
}

/** Throws for words that are not understood. */
export function checkWords(argv: readonly string[]): CheckWords {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      check: { type: 'boolean' },
      config: { type: 'string' },
      'since-period': { type: 'string', default: '0' },
      former: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const since = values['since-period'];
  if (values.config === undefined || !/^\d{1,7}$/.test(since))
    throw new Error('usage: pca --config FILE --check [--since-period I] [--former FILE …] [--json]');
  return { config: values.config, sinceI: Number(since), former: values.former, asJson: values.json };
}

/** Findings and, last, the counts go to `out`; what takes time and what failed to `progress`. The exit code. */
export async function checkMain(
  argv: readonly string[],
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
  progress: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<number> {
  const { config, sinceI, former, asJson } = checkWords(argv);
  const settings = await readSettings(config);
  const [clock, issuers] = [clockOf(settings), await issuersOf(settings, former)];
  const url = (await readFile(settings.databaseUrlFile, 'utf8')).trim();
  const { entities, migrations } = pcaAuthority;
  const dataSource = await openDataSource({
    url,
    instance: settings.instance,
    entities: [...entities],
    migrations: [...migrations],
  });
  const counts: CheckCounts = { good: 0, bad: 0, open: 0, errors: 0 };
  const told = setInterval(() => progress(`checked ${counts.good + counts.bad}, ${counts.bad} bad`), PROGRESS_MILLIS);
  try {
    const store = checkStore(dataSource);
    const found = (finding: Finding): void => out(asJson ? JSON.stringify(finding) : inWords(finding));
    const failed = (what: string, error: unknown): void => progress(`${what}: ${String(error)}`);
    const currentI = periodAt(ccsa.epochMillis, clock.nowMillis());
    const { linkageAuthorities } = PcaSettings.parse(settings.roleSettings);
    const needs = { profile: ccsa, linkageAuthorities, issuers, currentI, store, found, failed };
    await checkAll(sinceI, needs, counts);
    await store.keepRun({ endedMillis: clock.nowMillis(), sinceI, ...counts });
  } finally {
    clearInterval(told);
    await dataSource.destroy();
  }
  const { good, bad, open, errors } = counts;
  out(asJson ? JSON.stringify(counts) : `${good} good, ${bad} bad, ${open} open, ${errors} errors`);
  return bad === 0 && errors === 0 ? 0 : 1;
}

const inWords = ({ kind, i, id, why }: Finding): string => `bad ${id} of period ${i}: ${kind}${why ? ` (${why})` : ''}`;

const CERTIFICATE_FILE = /^certificate(?:-\d+)?\.coer$/;

/** Our own certificates, and those that were ours and are named: whatever none of them signed is not ours. */
async function issuersOf({ directory }: InstanceSettings, former: readonly string[]): Promise<KnownIssuer[]> {
  const own = (await readdir(directory)).filter((name) => CERTIFICATE_FILE.test(name));
  const files = [...own.map((name) => join(directory, name)), ...former];
  return Promise.all(
    files.map(async (file) => knownIssuer(certificateFromBytes(new Uint8Array(await readFile(file))))),
  );
}

/** An issuer with a table of its key. */
export function knownIssuer(certificate: Certificate): KnownIssuer {
  const key = verificationKeyOf(certificate);
  if (key === undefined) throw new Error('the own certificate has no SM2 key');
  const verify = sm2VerifierFor(key);
  return {
    certificate,
    verify: (of, id, message, signature) => Buffer.compare(of, key) === 0 && verify(id, message, signature),
  };
}
