/** What must be so before anything of the engine is measured: the engine is chosen, and the process stays on one core. */
import { engineNamed } from '#crypto/engine.config.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { keepOnOneCore } from './one-core.js';

/**
 * Says where the process stays, and gives the way back, once measured. Ends the command, and gives nothing, where
 * ENGINE=reference stands, or where a named core cannot be had. Without `taskset` it says so and goes on.
 */
export function prepareToMeasure(context: CliContext, core: number | undefined): { release(): void } | undefined {
  if (engineNamed(context.environment['ENGINE']) === 'reference') {
    context.progress('chrysalis: the engine is measured, and ENGINE=reference puts something else in its place');
    context.finish(ExitCode.usage);
    return undefined;
  }
  const pinned = keepOnOneCore(core);
  if (pinned === undefined && core !== undefined) {
    context.progress(`chrysalis: this process cannot be kept on core ${String(core)}`);
    context.finish(ExitCode.failed);
    return undefined;
  }
  context.progress(pinned === undefined ? 'on any core: there is no taskset' : `on core ${String(pinned.core)}`);
  return pinned ?? { release: () => undefined };
}
