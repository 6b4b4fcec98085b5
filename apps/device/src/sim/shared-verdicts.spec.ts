/** A verdict is shared for the same question and for no other. */
import { sharedVerdicts } from './shared-verdicts.js';

const bytes = (n: number): Uint8Array => new Uint8Array(8).fill(n);

it('asks once for the same key, identifier, message and signature, and anew when one of them is another', () => {
  const asked: string[] = [];
  const verify = sharedVerdicts((...question) => {
    asked.push(question.map(([first]) => String(first)).join());
    return question[3][0] === 4;
  });
  expect(verify(bytes(1), bytes(2), bytes(3), bytes(4))).toBe(true);
  expect(verify(bytes(1), bytes(2), bytes(3), bytes(4))).toBe(true);
  expect(asked).toEqual(['1,2,3,4']);
  verify(bytes(9), bytes(2), bytes(3), bytes(4));
  verify(bytes(1), bytes(9), bytes(3), bytes(4));
  verify(bytes(1), bytes(2), bytes(9), bytes(4));
  expect(verify(bytes(1), bytes(2), bytes(3), bytes(9))).toBe(false);
  expect(verify(bytes(1), bytes(2), bytes(3), bytes(9))).toBe(false);
  expect(asked).toEqual(['1,2,3,4', '9,2,3,4', '1,9,3,4', '1,2,9,4', '1,2,3,9']);
});
