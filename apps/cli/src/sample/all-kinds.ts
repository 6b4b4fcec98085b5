/** The kinds of both worlds: SM2 in either profile, and P-256 in the IEEE profile. */
import type { Profile } from '#credentials/profile.js';
import { sampleKinds, type SampleKind } from './kinds.js';
import { p256Kinds } from './p256.js';

export const allKinds: readonly SampleKind[] = [...sampleKinds, ...p256Kinds];

/** The kind of that name in that profile. */
export const kindNamed = (name: string, profile: Profile['name']): SampleKind | undefined =>
  allKinds.find((kind) => kind.name === name && kind.profiles.includes(profile));
