/** Outside its certificate's week a message is refused. */
import { millisFromTime64, time64FromMillis } from '#wire/time.js';
import { isValidAt } from '../../period.js';
import { GENERATED_MILLIS, spdu } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { spduRule } from '../subject.js';

export const spduMadeWhileCertificateValid = spduRule({
  id: 'spdu-made-while-certificate-valid',
  title: 'The message was made inside the validity of the signer’s certificate.',
  clause: ieee16092('5.2'),
  severity: 'error',
  needs: 'issuer',
  check({ signed, certificate }) {
    const { generationTime } = signed.tbsData.value.headerInfo;
    if (certificate === undefined || generationTime === undefined) return SOUND;
    return isValidAt(certificate.value.toBeSigned.value.validityPeriod, millisFromTime64(generationTime))
      ? SOUND
      : found('tbsData.headerInfo.generationTime', 'lies outside the certificate’s validity');
  },
  passing: () => spdu(),
  failing: () => spdu({ header: { generationTime: time64FromMillis(GENERATED_MILLIS - 7_200_000) } }),
});
