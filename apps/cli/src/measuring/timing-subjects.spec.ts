import { controlSubjects, timingSubjects } from './timing-subjects.js';
import type { Subject } from './two-classes.js';

const all = [...controlSubjects(), ...timingSubjects()];

describe('the subjects of the timing test', () => {
  it.each(all)('$name: takes the fixed secret and random ones', ({ fixed, draw, call }: Subject) => {
    const random = new Uint8Array(fixed.length);
    call(fixed);
    for (let n = 0; n < 3; n++) {
      draw(random);
      expect(random).not.toEqual(fixed);
      call(random);
    }
  });

  it('have names of their own', () => expect(new Set(all.map(({ name }) => name)).size).toBe(all.length));

  it('decrypt where the key is right, and refuse where it is wrong, for both classes', () => {
    const decryptions = all.filter(({ name }) => name.startsWith('decrypting'));
    const outcomes = decryptions.map(({ name, fixed, draw, call }) => {
      const random = new Uint8Array(fixed.length);
      draw(random);
      return [name.includes('right'), call(fixed) !== undefined, call(random) !== undefined];
    });
    expect(outcomes).toEqual([
      [true, true, true],
      [false, false, false],
      [false, false, false],
    ]);
  });

  it('refuse every wrong tag, for both classes', () => {
    const [tag] = all.filter(({ name }) => name.includes('tag')) as [Subject];
    const random = new Uint8Array(tag.fixed.length);
    expect(tag.call(tag.fixed)).toBeUndefined();
    for (let n = 0; n < 50; n++) {
      tag.draw(random);
      expect(tag.call(random)).toBeUndefined();
    }
  });
});
