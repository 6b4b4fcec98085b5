/** `chrysalis inspect`: each file by itself, in the order they were named; one that fails does not keep the others. */
import { writeFileSync } from 'node:fs';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { inspectBytes, reencoded, type Inspection, type Wish } from './inspection.js';
import { hexOf, jsonOf } from './json-value.js';
import { readFile, reasonOf } from './read-file.js';
import { summaryLines } from './summary.js';
import { treeLines } from './tree-text.js';

export interface InspectOptions extends Wish {
  readonly json?: boolean | undefined;
  /** Every byte in the tree. */
  readonly hex?: boolean | undefined;
  /** Where to write the bytes that are made again from the value; with one file alone. */
  readonly reencode?: string | undefined;
}

const QUIET_MILLIS = 2_000;
/** A file above this may take longer than that alone, so that it is named before it is begun. */
const QUIET_BYTES = 2 * 1024 * 1024;

/** An exit code: 0 when all were decoded, 1 when one was not, 2 when one could not be read or written. */
export function inspectFiles(
  files: readonly string[],
  options: InspectOptions,
  context: CliContext,
  now: () => number = Date.now,
): number {
  let worst: number = ExitCode.done;
  let saidAt = now();
  for (const [index, file] of files.entries()) {
    worst = Math.max(worst, inspectFile(file, index, options, context));
    if (index === files.length - 1 || now() - saidAt < QUIET_MILLIS) continue;
    saidAt = now();
    context.progress(`chrysalis: ${index + 1} of ${files.length} files`);
  }
  return worst;
}

function inspectFile(file: string, index: number, options: InspectOptions, context: CliContext): number {
  const read = readFile(file);
  if (read.kind === 'refused') {
    context.progress(`chrysalis: ${file}: ${read.reason}`);
    if (options.json === true) context.result(jsonLine(file, undefined, `cannot be read: ${read.reason}`));
    return ExitCode.usage;
  }
  if (read.bytes.length > QUIET_BYTES) context.progress(`chrysalis: ${file}: ${read.bytes.length} bytes …`);
  const inspection = inspectBytes(read.bytes, options);
  if (options.json === true) context.result(jsonLine(file, inspection));
  else say(file, index, inspection, options, context);
  if (inspection.kind === 'undecoded') return ExitCode.failed;
  return options.reencode === undefined ? ExitCode.done : writeAgain(inspection, options.reencode, context);
}

function say(file: string, index: number, inspection: Inspection, options: InspectOptions, context: CliContext): void {
  if (index > 0) context.result('');
  for (const line of summaryLines(file, inspection)) context.result(line);
  if (inspection.kind === 'undecoded') return;
  const { tree, bytes, profile } = inspection;
  context.result('');
  for (const line of treeLines(tree, bytes, profile, { isWhole: options.hex === true })) context.result(line);
}

/** `{"file","type","profile","bytes","hashedId8","value","error"}`; what is not known is null, `error` absent when decoded. */
function jsonLine(file: string, inspection: Inspection | undefined, reason?: string): string {
  const decoded = inspection?.kind === 'decoded' ? inspection : undefined;
  const error = inspection?.kind === 'undecoded' ? inspection.error : reason;
  return JSON.stringify({
    file,
    type: inspection?.type ?? null,
    profile: decoded?.profile.name ?? null,
    bytes: inspection?.bytes.length ?? null,
    hashedId8: decoded?.hashedId8 === undefined ? null : hexOf(decoded.hashedId8),
    value: decoded === undefined ? null : jsonOf(decoded.tree),
    error,
  });
}

function writeAgain(inspection: Inspection & { kind: 'decoded' }, place: string, context: CliContext): number {
  const bytes = reencoded(inspection);
  try {
    writeFileSync(place, bytes);
  } catch (error) {
    context.progress(`chrysalis: ${place}: ${reasonOf(error)}`);
    return ExitCode.usage;
  }
  const isSame = Buffer.compare(bytes, inspection.bytes) === 0;
  context.progress(
    `chrysalis: ${place}: ${bytes.length} bytes, ${isSame ? 'the same as' : 'not the same as'} the input`,
  );
  return isSame ? ExitCode.done : ExitCode.failed;
}
