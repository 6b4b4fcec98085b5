/** An order for one kind must not become a certificate of another. */
import { roleOf, certificateKindOf } from '../../certificate-kind.js';
import { certificate } from '../examples.js';
import { AUTHORITIES } from '../kinds.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { certificateRule } from '../subject.js';

/** A root and a TRCLA say the same of themselves, as do both RAs and both CAs of devices; the TCMF is a policy generator. */
const SAME: Readonly<Record<string, string>> = { trcla: 'root', ara: 'pra', aca: 'pca', tcmf: 'pg' };

export const managementSspFitsKind = certificateRule({
  id: 'management-ssp-fits-kind',
  title: 'The role under the management application is that of the kind of certificate.',
  clause: ydt3957('annex C, ScmsSsp'),
  severity: 'error',
  kinds: AUTHORITIES,
  check({ kind, tbs, issuerId, profile }) {
    const { appPermissions } = tbs;
    const management = appPermissions?.find(({ psid }) => psid === profile.aid.management);
    const role = management && roleOf(management, profile);
    if (management === undefined || role === undefined) return SOUND;
    const said = certificateKindOf(
      { ...tbs, certRequestPermissions: undefined, id: { kind: 'none', value: null } },
      issuerId,
      profile,
    );
    const due = SAME[kind] ?? kind;
    return said === due ? SOUND : found('toBeSigned.appPermissions', `say ${role}, and this is to be of kind ${kind}`);
  },
  passing: () => certificate('ma'),
  failing: () => certificate('ma', { tbs: { appPermissions: certificate('aaa').tbs.appPermissions } }),
});
