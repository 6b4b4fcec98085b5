/** `chrysalis monitor`: one look at a log, what it found, and what to remember of it. */
import { readFile } from 'node:fs/promises';
import { tryDecode, type Codec } from '#coer/codec.js';
import { treeHeadOf } from '#credentials/transparency/tree-head.js';
import type { EntryFacts } from '#credentials/transparency/log-entry.js';
import { LOG_CERTIFICATE_PATH } from '#edges/ee-lists/paths.js';
import { Certificate } from '#wire/secured-data.js';
import { SignedTreeHead } from '#wire/transparency-log.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { followLog, type LogFinding } from './follow-log.js';
import { getAs, getFrom, NoAnswer, type Get } from './log-client.js';
import { readState, writeState, type Remembered } from './monitor-state.js';
import { lookAtLists, type ListFinding } from './published-lists.js';

export interface MonitorOptions {
  readonly log: string;
  readonly state: string;
  readonly certificate: readonly string[];
  readonly head: readonly string[];
  readonly name: readonly string[];
  readonly maxAge: number;
  readonly grace: number;
  readonly all: boolean;
  readonly lists: boolean;
  /** Unix milliseconds. */
  readonly at?: number;
  readonly json: boolean;
}

type Finding = LogFinding | ListFinding;
type Entry = { readonly index: number } & EntryFacts;

const SENTENCES: Record<Finding['kind'], string> = {
  'head-version': 'the head is of a version that is not known',
  'head-of-another-log': 'the head is not signed by a certificate of this log',
  'head-signature': 'the signature of the head is wrong',
  'head-from-the-future': 'the head is dated in the future',
  'head-stale': 'the head is too old',
  'known-head-not-of-this-log': 'a head that is known is not signed by this log',
  'head-goes-back': 'the head is older or smaller than one that is known',
  'log-forked': 'the log does not continue a tree that it signed: it has shown two',
  'entry-rewritten': 'an entry is not the one that the tree has at its place',
  'entry-missing': 'an entry is counted and not given',
  'entry-malformed': 'an entry is none',
  'entries-do-not-fit': 'the entries are not those of the head',
  'list-not-logged': 'a list is served and not in the log',
  'list-malformed': 'a list is served that is none',
  'list-not-served': 'a list is not served',
};

/** The exit code: 0 when all is in order, 1 for a finding or a silent log, 2 for a file that cannot be read. */
export async function runMonitor(
  options: MonitorOptions,
  context: CliContext,
  get: Get = getFrom(options.log),
): Promise<number> {
  let files: { state: Required<Remembered> | undefined; certificates: Certificate[]; heads: SignedTreeHead[] };
  try {
    files = {
      state: await readState(options.state),
      certificates: await readAll(Certificate, options.certificate),
      heads: await readAll(SignedTreeHead, options.head),
    };
    if (files.state !== undefined && files.state.url !== options.log)
      throw new Error(`${options.state} is of the log at ${files.state.url}`);
  } catch (error) {
    context.progress(`chrysalis: ${(error as Error).message}`);
    return ExitCode.usage;
  }
  try {
    return await look(options, files, context, get);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    context.progress(`chrysalis: ${error.message}`);
    if (options.json) context.result(JSON.stringify({ kind: 'no-answer' }));
    return ExitCode.failed;
  }
}

async function readAll<T>(codec: Codec<T>, paths: readonly string[]): Promise<T[]> {
  const values: T[] = [];
  for (const path of paths) {
    const decoded = tryDecode(codec, new Uint8Array(await readFile(path)));
    if (!decoded.ok) throw new Error(`${path} is no ${codec.name}`);
    values.push(decoded.value);
  }
  return values;
}

async function look(
  options: MonitorOptions,
  {
    state,
    certificates,
    heads,
  }: { state: Required<Remembered> | undefined; certificates: Certificate[]; heads: SignedTreeHead[] },
  context: CliContext,
  get: Get,
): Promise<number> {
  const nowMillis = options.at ?? Date.now();
  const logs = await logsOf(state, certificates, context, get);
  const remembered: Remembered = { url: options.log, logs, ...(state === undefined ? {} : { seen: state.seen }) };
  const entries: Entry[] = [];
  const { findings, seen } = await followLog(get, remembered, {
    nowMillis,
    maxAgeMillis: options.maxAge * 60_000,
    isWhole: options.all,
    known: heads,
    entry: (index, facts) => entries.push({ index, ...facts }),
  });
  const lists = options.lists
    ? await lookAtLists(get, { nowMillis, graceMillis: options.grace * 60_000 })
    : { findings: [], logged: 0, waiting: 0 };
  // What is remembered is only what was found in order: the next look begins where this one did.
  if (seen !== undefined) await writeState(options.state, { url: options.log, logs, seen });
  const all: Finding[] = [...findings, ...lists.findings];
  const head = seen && treeHeadOf(seen.head);
  const named = entries.filter(({ names }) => names.some((name) => options.name.includes(name)));
  const facts = { size: head?.size, issued: head && new Date(head.issuedMillis).toISOString(), read: entries.length };
  tell({ ...facts, logged: lists.logged, waiting: lists.waiting }, all, named, { context, isJson: options.json });
  return all.length === 0 ? ExitCode.done : ExitCode.failed;
}

/** Told, or remembered; at the very first look without either what the log itself says, once and for good. */
async function logsOf(
  state: Remembered | undefined,
  told: readonly Certificate[],
  context: CliContext,
  get: Get,
): Promise<Certificate[]> {
  const logs = [...told, ...(state?.logs ?? [])];
  const distinct = logs.filter(
    (one, at) => logs.findIndex(({ bytes }) => Buffer.compare(bytes, one.bytes) === 0) === at,
  );
  if (distinct.length > 0) return distinct;
  const shown = await getAs(Certificate, LOG_CERTIFICATE_PATH, get);
  if (shown === undefined) throw new NoAnswer('there is no log at this address');
  context.progress('chrysalis: the certificate of the log is taken from the log itself; --certificate would name it.');
  return [shown];
}

interface Facts {
  readonly size: number | undefined;
  readonly issued: string | undefined;
  readonly read: number;
  readonly logged: number;
  readonly waiting: number;
}

function tell(
  facts: Facts,
  findings: readonly Finding[],
  named: readonly Entry[],
  { context, isJson }: { context: CliContext; isJson: boolean },
): void {
  const say = (value: object): void => context.result(JSON.stringify(value));
  if (isJson) {
    for (const finding of findings) say(finding);
    for (const { index, kind, names, id } of named) say({ kind: 'entry', index, entry: kind, id, names });
    return say({ kind: 'look', ...facts, findings: findings.length });
  }
  for (const finding of findings) context.result(`found: ${SENTENCES[finding.kind]}${placeOf(finding)}`);
  for (const { index, kind, id } of named) context.result(`entry ${index}: ${kind} ${id}`);
  if (facts.size !== undefined)
    context.result(
      `${facts.size} entries, head of ${facts.issued ?? ''}; read ${facts.read}; lists in the log: ${facts.logged}, not yet: ${facts.waiting}`,
    );
}

function placeOf(finding: Finding): string {
  if ('index' in finding) return ` (entry ${finding.index})`;
  return 'list' in finding ? ` (${finding.list})` : '';
}
