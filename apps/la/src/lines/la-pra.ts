/** The PRA asks for pre-linkage values. */
import type { LineHandler } from '#edge/transport.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import { hostnameOf } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import type { Certificate } from '#wire/secured-data.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { giveValues, type GiveValuesNeeds } from '../domain/give-values.js';
import { judgeLinkageRequest } from '../domain/linkage-request.js';
import { refuse } from '../domain/refusal.js';

export interface LaPraNeeds extends GiveValuesNeeds {
  readonly currentI: () => number;
  /** The PCA this LA has a line to: its host name, and its certificate while it stands on a current list of our domain. */
  readonly pca: { readonly hostname: string; readonly certificate: () => Certificate | undefined };
  /** Host name of the one PRA that is served; `undefined` for any RA of the domain. */
  readonly praHostname: string | undefined;
  /** Told how much was given, nothing more. */
  readonly given: (counts: { chains: number; periods: number }) => void;
}

export function answerLaPra(needs: LaPraNeeds, answerer: LineAnswerer): LineHandler {
  return answerLine(
    laPra,
    {
      async requestPreLinkageValues(request, caller) {
        const currentI = needs.currentI();
        const praHostname = hostnameOf(caller.certificate) ?? '';
        // Both RAs of a domain have one role in ScmsSsp (YD/T 3957-2021 annex C); which is the PRA, its name tells.
        if (needs.praHostname !== undefined && praHostname !== needs.praHostname) return refuse('another-pra');
        const order = judgeLinkageRequest(request, { praHostname, pcaHostname: needs.pca.hostname, currentI });
        if (isRefused(order)) return order;
        const pca = needs.pca.certificate();
        if (pca === undefined) return refuse('pca-unknown');
        const response = await giveValues(order, { pca, currentI }, needs);
        if (isRefused(response)) return response;
        needs.given({ chains: response.individualLVs.length, periods: order.iMax - order.iMin + 1 });
        return response;
      },
    },
    answerer,
  );
}
