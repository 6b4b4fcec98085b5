/** ScmsSsp: what a certificate may do under the security management AID; YD/T 3957-2021 annex C (SecurityMgmtSsp in IEEE 1609.2.1). */
import { choice } from '#coer/choice.js';
import type { Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { Aid, Uint16, Uint8 } from './base-types.js';

const Plain = sequence('ScmsSspPlain', { version: Uint8 }, {});
const MaSsp = sequence('MaSsp', { version: Uint8, relevantAids: sequenceOf(Aid) }, {});
const LaSsp = sequence('LaSsp', { version: Uint8, laId: Uint16 }, {});

export const ScmsSsp = choice(
  'ScmsSsp',
  {
    root: Plain,
    ma: MaSsp,
    pg: Plain,
    ica: Plain,
    eca: Plain,
    cra: Plain,
    dcm: Plain,
    aca: Plain,
    la: LaSsp,
    ra: Plain,
    ee: Plain,
  },
  {},
);
export type ScmsSsp = Infer<typeof ScmsSsp>;
