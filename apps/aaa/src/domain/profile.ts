/** What devices of one class may ask for: named by operators, given to each device when it is registered. */
import type { Rights } from './rights.js';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

export const isProfileName = (text: string): boolean => NAME.test(text);

export interface Profile {
  /** The AIDs that an enrolment certificate may request. */
  readonly aids: readonly number[];
  /** ISO 3166-1 numeric, for the region of the certificates. */
  readonly country: number;
  /** What they may do beyond their bare AIDs, and where, when that is less than the country. */
  readonly rights?: Rights | undefined;
}
