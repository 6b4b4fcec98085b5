/** `chrysalis lint`: each file by itself, in the order they were named; one that fails does not keep the others. */
import type { CertificateKind } from '#credentials/certificate-kind.js';
import type { Finding, Severity } from '#credentials/lint/rule.js';
import { worstFirst } from '#credentials/lint/run-rules.js';
import type { Certificate } from '#wire/secured-data.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { inspectBytes, type Decoded } from '../inspect/inspection.js';
import { readFile } from '../inspect/read-file.js';
import { byIdentifier, certificatesOf, lintBytes } from './lint-subject.js';

export interface LintOptions {
  readonly profile?: 'ccsa' | 'ieee' | undefined;
  readonly kind?: CertificateKind | undefined;
  /** Files with certificates that may have issued others. */
  readonly issuer?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

type Tally = Record<Severity, number>;

/** Resolves to an exit code: 0 no error, 1 an error was found, 2 a file could not be read or holds nothing to lint. */
export function lintFiles(files: readonly string[], options: LintOptions, context: CliContext): number {
  const issuers: Certificate[] = [];
  for (const file of options.issuer ?? []) {
    const read = decodedFile(file, options);
    if (typeof read === 'string') {
      context.progress(`chrysalis: ${file}: ${read}`);
      return ExitCode.usage;
    }
    issuers.push(...certificatesOf(read.codec, read.bytes));
  }
  const tally: Tally = { error: 0, warning: 0, notice: 0 };
  let worst: number = ExitCode.done;
  for (const file of files) worst = Math.max(worst, lintFile(file, issuers, { options, context, tally }));
  if (options.json !== true) context.result(summary(files.length, tally));
  return worst;
}

interface Run {
  readonly options: LintOptions;
  readonly context: CliContext;
  readonly tally: Tally;
}

function lintFile(file: string, issuers: readonly Certificate[], { options, context, tally }: Run): number {
  const read = decodedFile(file, options);
  if (typeof read === 'string') return unreadable(file, read, options, context);
  const { profile } = read;
  const outcome = lintBytes(read, {
    profile,
    kind: options.kind,
    issuers: byIdentifier([...issuers, ...certificatesOf(read.codec, read.bytes)]),
  });
  if (outcome.kind === 'nothing') return unreadable(file, outcome.why, options, context);
  const findings = worstFirst(outcome.findings);
  for (const { severity } of findings) tally[severity]++;
  if (options.json === true) context.result(jsonLine(file, outcome.what, findings));
  else say(`${file}: ${read.type} (${outcome.what}), ${profile.name}`, findings, context);
  return findings.some(({ severity }) => severity === 'error') ? ExitCode.failed : ExitCode.done;
}

/** A decoded file, or why it is none. */
function decodedFile(file: string, { profile }: LintOptions): Decoded | string {
  const read = readFile(file);
  if (read.kind === 'refused') return read.reason;
  const inspection = inspectBytes(read.bytes, { profile });
  return inspection.kind === 'decoded' ? inspection : inspection.error;
}

function unreadable(file: string, why: string, { json }: LintOptions, context: CliContext): number {
  context.progress(`chrysalis: ${file}: ${why}`);
  if (json === true) context.result(JSON.stringify({ file, kind: null, findings: [], error: why }));
  return ExitCode.usage;
}

const jsonLine = (file: string, kind: string, findings: readonly Finding[]): string =>
  JSON.stringify({
    file,
    kind,
    findings: findings.map(({ rule, severity, path, message, clause }) => ({ rule, severity, path, message, clause })),
  });

function say(heading: string, findings: readonly Finding[], context: CliContext): void {
  context.result(findings.length === 0 ? `${heading}: nothing to complain of` : heading);
  for (const { severity, rule, path, message, clause } of findings)
    context.result(`  ${severity.padEnd(7)} ${rule}  ${path} ${message} (${clause})`);
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
const summary = (files: number, { error, warning, notice }: Tally): string =>
  `${counted(files, 'file')}: ${counted(error, 'error')}, ${counted(warning, 'warning')}, ${counted(notice, 'notice')}`;
