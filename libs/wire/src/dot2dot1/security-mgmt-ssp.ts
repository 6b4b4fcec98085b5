/**
 * SecurityMgmtSsp and AcpcSsp: what a certificate may do in the credential system itself, under PSIDs 35 and 2113696;
 * IEEE 1609.2.1-2022. YD/T 3957-2021 has a like type in another order, ScmsSsp.
 */
import { choice } from '#coer/choice.js';
import type { Codec, Infer } from '#coer/codec.js';
import { sequence, sequenceOf } from '#coer/sequence.js';
import { Aid, Uint8 } from '../base-types.js';
import { AcaSsp, DcmSsp, EcaSsp, EeSsp, IcaSsp, LaSsp, PgSsp, RaSsp, RootCaSsp } from '../scms-ssp.js';
import { AcpcTreeId } from './acpc.js';

const plainSsp = (name: string): Codec<{ version: number }> => sequence(name, { version: Uint8 }, {});

export const ElectorSsp = plainSsp('ElectorSsp');
export const CrlSignerSsp = plainSsp('CrlSignerSsp');
export const LopSsp = plainSsp('LopSsp');
export const DcSsp = plainSsp('DcSsp');
export const IeeeMaSsp = sequence('IeeeMaSsp', { version: Uint8, relevantPsids: sequenceOf(Aid) }, {});

export const SecurityMgmtSsp = choice(
  'SecurityMgmtSsp',
  {
    elector: ElectorSsp,
    root: RootCaSsp,
    pg: PgSsp,
    ica: IcaSsp,
    eca: EcaSsp,
    aca: AcaSsp,
    crl: CrlSignerSsp,
    dcm: DcmSsp,
    la: LaSsp,
    lop: LopSsp,
    ma: IeeeMaSsp,
    ra: RaSsp,
    ee: EeSsp,
  },
  { dc: DcSsp },
);
export type SecurityMgmtSsp = Infer<typeof SecurityMgmtSsp>;

/** The trees that a CAM may issue codes of. */
export const AcpcSsp = choice('AcpcSsp', { cam: sequenceOf(AcpcTreeId) }, {});
