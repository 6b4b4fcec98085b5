/** What is no host name is compared in two ways by two readers, or shows on a screen as something else. */
import { certificate } from '../examples.js';
import { SOUND, found, ieee16092 } from '../rule.js';
import { certificateRule } from '../subject.js';

/** RFC 1123 with underscores and capitals, as they occur in the field: labels of 63 at most, 253 in all. */
const HOSTNAME = /^(?=.{1,253}$)\w([\w-]{0,61}\w)?(\.\w([\w-]{0,61}\w)?)*$/;

export const isHostname = (name: string): boolean => HOSTNAME.test(name);

export const nameIsHostname = certificateRule({
  id: 'name-is-hostname',
  title: 'A name is a host name: letters, digits and hyphens in labels of 63 characters, 253 in all.',
  clause: ieee16092('type Hostname', 'medium'),
  severity: 'error',
  check: ({ tbs: { id } }) =>
    id.kind !== 'name' || isHostname(id.value)
      ? SOUND
      : found('toBeSigned.id.name', id.value === '' ? 'is empty' : 'is no host name'),
  passing: () => certificate('eca', { tbs: { id: { kind: 'name', value: 'eca-1.v2x.example' } } }),
  failing: () => certificate('eca', { tbs: { id: { kind: 'name', value: 'eca 1.example' } } }),
});
