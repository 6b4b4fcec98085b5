/** Proof of birth by an OAuth token that the device was given for this enrolment. */
import type { BirthProof } from '#edges/ee-eca/enrolment.js';

/** What an enrolling device calls with its request; the token is a compact JWS. */
export const provesByToken =
  (token: string): ((request: Uint8Array) => Promise<BirthProof>) =>
  async () => ({ kind: 'token', value: { token: new TextEncoder().encode(token) } });
