/**
 * `main.js --config FILE --check [--since-period I] [--former FILE …] [--json]` of a role that issues to devices: checks all
 * that is stored and ends; 0 only when all is good. `--former` names certificates of the role that have ended and are no longer
 * installed.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { DataSource } from 'typeorm';
import { certificateFromBytes } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { knownIssuer, type JudgingNeeds, type KnownIssuer } from '#credentials/stored-certificate.js';
import { openDataSource } from '#persistence/data-source.js';
import type { AuthorityFace } from './authority-context.js';
import { checkRuns } from './check-run.store.js';
import type { CheckCounts, Finding, Told } from './check-walk.js';
import { clockOf } from './instance-files.js';
import { readSettings, type InstanceSettings } from './settings.js';

const PROGRESS_MILLIS = 2_000;

export interface CheckNeeds extends JudgingNeeds, Told {
  readonly nowMillis: number;
  readonly settings: InstanceSettings;
  /** The first period to look at; 0 for all. */
  readonly sinceI: number;
}

/** What a role brings: its tables, and how they are walked. */
export interface CheckedRole {
  readonly face: Pick<AuthorityFace<never>, 'role' | 'entities' | 'migrations'>;
  /** Whether `--since-period` means anything. */
  readonly hasPeriods: boolean;
  /** Counts up to the moment when it ends; `counts` can be looked at meanwhile. */
  readonly walk: (dataSource: DataSource, needs: CheckNeeds, counts: CheckCounts) => Promise<void>;
}

interface CheckWords {
  readonly config: string;
  readonly sinceI: number;
  readonly former: readonly string[];
  readonly asJson: boolean;
}

/** Throws for words that are not understood. */
export function checkWords(
  { face, hasPeriods }: Pick<CheckedRole, 'face' | 'hasPeriods'>,
  argv: readonly string[],
): CheckWords {
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
  const isSense = /^\d{1,7}$/.test(since) && (hasPeriods || since === '0');
  if (values.config === undefined || !isSense) {
    const period = hasPeriods ? ' [--since-period I]' : '';
    throw new Error(`usage: ${face.role} --config FILE --check${period} [--former FILE …] [--json]`);
  }
  return { config: values.config, sinceI: Number(since), former: values.former, asJson: values.json };
}

/** Findings and, last, the counts go to `out`; what takes time and what failed to `progress`. The exit code. */
export async function checkMain(
  role: CheckedRole,
  argv: readonly string[],
  out: (line: string) => void = (line) => void process.stdout.write(`${line}\n`),
  progress: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<number> {
  const { config, sinceI, former, asJson } = checkWords(role, argv);
  const settings = await readSettings(config);
  const [clock, issuers] = [clockOf(settings), await issuersOf(settings, former)];
  const { entities, migrations } = role.face;
  const dataSource = await openDataSource({
    url: (await readFile(settings.databaseUrlFile, 'utf8')).trim(),
    instance: settings.instance,
    entities: [...entities],
    migrations: [...migrations],
  });
  const counts: CheckCounts = { good: 0, bad: 0, open: 0, errors: 0 };
  const told = setInterval(() => progress(`checked ${counts.good + counts.bad}, ${counts.bad} bad`), PROGRESS_MILLIS);
  try {
    const found = (finding: Finding): void => out(asJson ? JSON.stringify(finding) : inWords(finding));
    const failed = (what: string, error: unknown): void => progress(`${what}: ${String(error)}`);
    const nowMillis = clock.nowMillis();
    await role.walk(dataSource, { profile: ccsa, issuers, nowMillis, sinceI, settings, found, failed }, counts);
    await checkRuns(dataSource).keep({ endedMillis: clock.nowMillis(), sinceI, ...counts });
  } finally {
    clearInterval(told);
    await dataSource.destroy();
  }
  const { good, bad, open, errors } = counts;
  out(asJson ? JSON.stringify(counts) : `${good} good, ${bad} bad, ${open} open, ${errors} errors`);
  return bad === 0 && errors === 0 ? 0 : 1;
}

function inWords({ kind, i, id, why }: Finding): string {
  const period = i === undefined ? '' : ` of period ${i}`;
  return `bad ${id}${period}: ${kind}${why === undefined ? '' : ` (${why})`}`;
}

const CERTIFICATE_FILE = /^certificate(?:-\d+)?\.coer$/;

/** Our own certificates, and those that were ours and are named: whatever none of them signed is not ours. */
async function issuersOf({ directory }: InstanceSettings, former: readonly string[]): Promise<KnownIssuer[]> {
  const own = (await readdir(directory)).filter((name) => CERTIFICATE_FILE.test(name));
  const files = [...own.map((name) => join(directory, name)), ...former];
  return Promise.all(
    files.map(async (file) => knownIssuer(certificateFromBytes(new Uint8Array(await readFile(file))))),
  );
}
