/** `chrysalis detect`. */
import { existsSync } from 'node:fs';
import { Option, type Command } from 'commander';
import type { CliContext } from '../cli-context.js';
import { LogError } from '../detect/csv-records.js';
import { readLanes } from '../detect/lane-file.js';
import { judgeLog, type LogSummary } from '../detect/judge-log.js';
import { HEADING_CONVENTIONS, type HeadingConvention } from '../detect/log-conventions.js';
import { ExitCode } from '../exit-code.js';
import { numberFrom } from '../measuring/options.js';

interface Options {
  readonly log: string;
  readonly json: string;
  readonly range: number;
  readonly heading: HeadingConvention | 'auto';
  readonly lanes?: string;
}

async function detect(context: CliContext, { log, json, range, heading, lanes }: Options): Promise<void> {
  const missing = [log, lanes].find((file) => file !== undefined && !existsSync(file));
  if (missing !== undefined) {
    context.progress(`chrysalis: there is no file ${missing}`);
    return context.finish(ExitCode.usage);
  }
  try {
    const summary = await judgeLog({
      log,
      out: json,
      rangeMetres: range,
      heading: heading === 'auto' ? undefined : heading,
      ...(lanes !== undefined && { lanes: await readLanes(lanes) }),
      progress: (line) => context.progress(line),
    });
    for (const line of summaryLines(summary)) context.result(line);
    context.finish(ExitCode.done);
  } catch (error) {
    if (!(error instanceof LogError) && !isOfTheFile(error)) throw error;
    context.progress(`chrysalis: ${log}: ${(error as Error).message}; nothing was written`);
    context.finish(ExitCode.failed);
  }
}

/** What reading, unzipping, decoding and writing refuse, as against a fault of ours. */
function isOfTheFile(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^(E[A-Z]|Z_|ERR_ENCODING)/.test(error.code)
  );
}

function summaryLines({ conventions, ...counts }: LogSummary): string[] {
  const { rows, receivers, senders, flaggedMessages, vehicles, flaggedVehicles } = counts;
  return [
    `headings: ${conventions.heading}; accelerations ${conventions.isAccelerationSigned ? 'have' : 'lack'} a sign`,
    `${String(rows)} rows of ${String(receivers)} receivers, ${String(senders)} senders`,
    `${String(flaggedMessages)} messages flagged`,
    `${String(flaggedVehicles)} of ${String(vehicles)} vehicles flagged (more than a tenth of at least 20 messages)`,
  ];
}

export function add(program: Command, context: CliContext): void {
  program
    .command('detect')
    .summary('judge a log of received messages')
    .description(
      'Feeds a message log to the local detectors and writes one line of JSON a row, in the\n' +
        'order of the rows: {"receiver_id","message_id","sender_alias","factor","flagged","checks"}.\n' +
        'A factor is 1 for plausible … 0 for impossible; `checks` has the word of each check that\n' +
        'had something to look at.\n\n' +
        'The log is CSV, also gzipped, with a header and at least the columns\n' +
        '  receiver_id,rcv_ns,send_ns,message_id,sender_alias,pos_x,pos_y,pos_noise_x,pos_noise_y,\n' +
        '  spd,acl,hed_deg,hed_noise,rcv_pos_x,rcv_pos_y,rcv_spd\n' +
        'in metres, m/s, degrees and ns. Rows are grouped by receiver, in order of time within each.\n' +
        'Cells of noise, speed, acceleration, heading, the receiver and one of the times may be\n' +
        'empty. Noise is read as one standard deviation, and what it is really worth is learned.\n' +
        'A bad row ends the command with its line number, and no file is written.',
    )
    .requiredOption('--log <file>', 'the messages, .csv or .csv.gz')
    .requiredOption('--json <file>', 'where the answer goes')
    .option('--range <metres>', 'farther than this no message is heard', numberFrom(1, false), 1000)
    .addOption(
      new Option('--heading <convention>', 'where headings begin; auto: found out from the motion in the log')
        .choices(['auto', ...HEADING_CONVENTIONS])
        .default('auto'),
    )
    .option('--lanes <file>', 'CSV x,y of points along the middles of known lanes, ten metres apart or less')
    .action((options: Options) => detect(context, options));
}
