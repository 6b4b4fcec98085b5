/** In the order of their seeds entries tell nothing of who was revoked when. */
import { EXAMPLE_I, linked, oneChain, crl } from '../examples.js';
import { SOUND, found, house } from '../rule.js';
import { crlRule } from '../subject.js';
import { linkedContents, LINKED } from '../walk.js';

const isRising = (seeds: readonly Uint8Array[]): boolean =>
  seeds.every((seed, n) => n === 0 || Buffer.compare(seeds[n - 1] as Uint8Array, seed) <= 0);

export const linkedCrlSeedsAreInOrder = crlRule({
  id: 'linked-crl-seeds-are-in-order',
  title: 'The entries of a group stand in the order of their first or only seeds.',
  clause: house('RV8'),
  severity: 'notice',
  check({ contents }) {
    for (const [a, { contents: ofJMax }] of (linkedContents(contents)?.individual ?? []).entries()) {
      const isSorted = ofJMax.every(({ contents: ofLas }) =>
        ofLas.every(
          ({ contents: pairs, singleSeeds = [] }) =>
            isRising(pairs.map((pair) => pair['linkage-seed1'])) && isRising(singleSeeds),
        ),
      );
      if (!isSorted) return found(`${LINKED}.individual[${a}]`, 'is not in the order of seeds');
    }
    return SOUND;
  },
  passing: () => crl(),
  failing: () => {
    const [group] = oneChain({ seed1: new Uint8Array(16).fill(9) }) ?? [];
    const [other] = oneChain() ?? [];
    const pairs = [group, other].flatMap((one) => one?.contents[0]?.contents[0]?.contents ?? []);
    const las = other?.contents[0];
    const individual = las && [
      { jmax: 20, contents: [{ ...las, contents: [{ iMax: EXAMPLE_I + 10, contents: pairs }] }] },
    ];
    return crl({ contents: { typeSpecific: linked({ individual }) } });
  },
});
