/** An LA announces the key of a period. */
import { scmsRoleOf } from '#credentials/certificate-facts.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { laPca } from '#edges/la-pca/shared-key.js';
import type { Certificate } from '#wire/secured-data.js';
import { takePeriodKey, type TakeKeyNeeds } from '../domain/take-period-key.js';

export interface LaPcaNeeds extends Pick<TakeKeyNeeds, 'keep'> {
  readonly currentI: () => number;
}

export function answerLaPca({ keep, currentI }: LaPcaNeeds, answerer: LineAnswerer): LineHandler {
  const managementAid = answerer.identity.profile.aid.management;
  return answerLine(
    laPca,
    {
      announceKey: (request, caller) =>
        takePeriodKey(request, {
          callerLaId: laIdOf(caller.certificate, managementAid),
          currentI: currentI(),
          keep,
        }),
    },
    answerer,
  );
}

/** The identifier in the LA's certificate, two bytes. */
function laIdOf(certificate: Certificate, managementAid: number): Uint8Array | undefined {
  const role = scmsRoleOf(certificate, managementAid);
  return role?.kind === 'la' ? Uint8Array.of(role.value.laId >>> 8, role.value.laId & 0xff) : undefined;
}
