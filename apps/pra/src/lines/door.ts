/** What all lines of the door for devices stand on. */
import type { AuthorityContext } from '#service/authority-context.js';
import { rememberingStandsUnder, type StandsUnder } from '../domain/enrolment-certificate.js';
import { Intake } from '../domain/intake.js';
import type { Allowance, FetchPace } from '../domain/pace.js';
import type { PraSettings } from '../pra.config.js';
import type { Stores } from '../pra.tokens.js';

export interface Door {
  readonly context: AuthorityContext;
  readonly settings: PraSettings;
  readonly stores: Stores;
  readonly stands: StandsUnder;
  readonly intake: Intake;
  readonly allowance: Allowance;
  readonly fetchPace: FetchPace;
}

export function openDoor(context: AuthorityContext, settings: PraSettings, stores: Stores): Door {
  const { requestsAtOnce, requestsAWeek, minimumDownloadWaitSeconds, rangesADownload, maximumOwedItems } =
    settings.door;
  const countOwed = async (): Promise<number> =>
    (await stores.pool.owedItems()) +
    (await stores.admission.unexpandedItems(context.clock.nowMillis(), settings.aheadWeeks));
  return {
    context,
    settings,
    stores,
    stands: rememberingStandsUnder(),
    intake: new Intake(maximumOwedItems, countOwed, context.clock),
    allowance: { atOnce: requestsAtOnce, aWeek: requestsAWeek },
    fetchPace: { minimumWaitSeconds: minimumDownloadWaitSeconds, rangesACopy: rangesADownload },
  };
}
