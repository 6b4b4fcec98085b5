/** YD/T 3957 has the first four kinds; of the two others the identifiers of the functions carry no bytes as published. */
import { EXAMPLE_I, oneChain, crl } from '../examples.js';
import { SOUND, found, ydt3957 } from '../rule.js';
import { crlRule } from '../subject.js';

export const ccsaCrlType = crlRule({
  id: 'ccsa-crl-type',
  title: 'A CRL is of a kind that names no functions: by hash or by linkage seed, full or delta.',
  clause: ydt3957('annex C, TypeSpecificCrlContents'),
  severity: 'error',
  profiles: ['ccsa'],
  check: ({
    contents: {
      typeSpecific: { kind },
    },
  }) =>
    kind === 'fullLinkedCrlWithAlg' || kind === 'deltaLinkedCrlWithAlg' ? found('typeSpecific', `is ${kind}`) : SOUND,
  passing: () => crl(),
  failing: () =>
    crl({
      contents: {
        typeSpecific: {
          kind: 'fullLinkedCrlWithAlg',
          value: {
            iRev: EXAMPLE_I,
            indexWithinI: 0,
            seedEvolution: null,
            lvGeneration: null,
            individual: oneChain(),
          },
        },
      },
    }),
});
