// Each contradiction is found by its own check, and by no other.
import { SECURITY_CHECKS, type SecurityFacts } from './security.js';

const HERE = { latitudeDegrees: 39.9, longitudeDegrees: 116.4 };
const THERE = { latitudeDegrees: 31.2, longitudeDegrees: 121.5 };

const honest: SecurityFacts = {
  contentAids: [111],
  contentPlace: HERE,
  headerAid: 111,
  headerPlace: HERE,
  generationTimeMillis: 1500,
  headerFields: ['psid', 'generationTime'],
  wantedFields: ['psid', 'generationTime'],
  forbiddenFields: ['expiryTime'],
  permittedAids: [111, 112],
  permittedBits: 0b101n,
  neededBits: 0b100n,
  validFromMillis: 1000,
  validUntilMillis: 2000,
  isInRegion: (place) => place === HERE,
};

const words = (facts: SecurityFacts) => SECURITY_CHECKS.map(({ check }) => check(facts));
const blaming = (facts: SecurityFacts) =>
  SECURITY_CHECKS.filter(({ check }) => check(facts) === 0).map(({ obsId }) => obsId);

describe('security checks', () => {
  it('find nothing in a message that is as it should be', () => {
    expect(words(honest)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it.each<[string, number, Partial<SecurityFacts>]>([
    ['content of another application', 1, { contentAids: [3619] }],
    ['a header without its time', 2, { headerFields: ['psid'], generationTimeMillis: undefined }],
    ['a header field that is forbidden', 2, { headerFields: ['psid', 'generationTime', 'expiryTime'] }],
    ['an application without permission', 3, { permittedAids: [112] }],
    ['a right that the SSP does not give', 4, { neededBits: 0b010n }],
    ['a time before the certificate', 5, { generationTimeMillis: 999 }],
    ['a time at the end of the certificate', 5, { generationTimeMillis: 2000 }],
    ['content from outside the region', 6, { contentPlace: THERE }],
    ['a header from outside the region', 7, { headerPlace: THERE }],
  ])('find %s', (_, obsId, changes) => expect(blaming({ ...honest, ...changes })).toEqual([obsId]));

  it('say nothing of what is not there', () => {
    const facts = { contentAids: undefined, contentPlace: undefined, headerPlace: undefined };
    expect(words({ ...honest, ...facts, generationTimeMillis: undefined })).toEqual([
      undefined,
      1,
      1,
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect(words({ ...honest, isInRegion: () => undefined }).slice(5)).toEqual([undefined, undefined]);
  });
});
