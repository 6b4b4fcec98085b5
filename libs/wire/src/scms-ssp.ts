/** ScmsSsp: what a certificate may do under the security management AID, part by part; YD/T 3957-2021 annex C. */
import { choice } from '#coer/choice.js';
import type { Codec, Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { Aid, Uint16, Uint8 } from './base-types.js';

/** The SSP of an authority that says no more than its version. */
const plainSsp = (name: string): Codec<{ version: number }> => sequence(name, { version: Uint8 }, {});

export const RootCaSsp = plainSsp('RootCaSsp');
export const MaSsp = sequence('MaSsp', { version: Uint8, relevantAids: sequenceOf(Aid) }, {});
export const PgSsp = plainSsp('PgSsp');
export const IcaSsp = plainSsp('IcaSsp');
export const EcaSsp = plainSsp('EcaSsp');
export const CraSsp = plainSsp('CraSsp');
export const DcmSsp = plainSsp('DcmSsp');
export const AcaSsp = plainSsp('AcaSsp');
export const LaSsp = sequence('LaSsp', { version: Uint8, laId: Uint16 }, {});
export const RaSsp = plainSsp('RaSsp');
export const EeSsp = plainSsp('EeSsp');

export const ScmsSsp = choice(
  'ScmsSsp',
  {
    root: RootCaSsp,
    ma: MaSsp,
    pg: PgSsp,
    ica: IcaSsp,
    eca: EcaSsp,
    cra: CraSsp,
    dcm: DcmSsp,
    aca: AcaSsp,
    la: LaSsp,
    ra: RaSsp,
    ee: EeSsp,
  },
  {},
);
export type ScmsSsp = Infer<typeof ScmsSsp>;
