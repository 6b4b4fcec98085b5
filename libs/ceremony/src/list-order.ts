/** Lists go forward: later dates, no lower series, and nobody leaves one unsaid (TL2, TL4). */
import { hashedId8, hostnameOf, idKey } from '#credentials/certificate-facts.js';
import { spanOf } from '#credentials/period.js';
import type { Certificate } from '#wire/secured-data.js';
import { CeremonyRefusal } from './refusal.js';
import type { ListState } from './transcript.js';

/** How a certificate stands in the memory of a list. */
export function memberOf(
  certificate: Certificate,
  id: string = idKey(hashedId8(certificate)),
): ListState['members'][number] {
  const { endMillis } = spanOf(certificate.value.toBeSigned.value.validityPeriod);
  return { id, name: hostnameOf(certificate) ?? id, endsAt: endMillis };
}

/**
 * The state after a list that follows `last`. Refuses a date that is not later (in seconds, as lists have them), a lower
 * series, a member that is left out though it has not ended and is not among `removed`, and a removal of who is not there.
 */
export function nextListState(
  what: string,
  last: ListState | undefined,
  next: Omit<ListState, 'number'>,
  removed: readonly Certificate[],
): ListState {
  if (last !== undefined && Math.floor(next.issuedAt / 1000) <= Math.floor(last.issuedAt / 1000))
    throw new CeremonyRefusal(
      `${what} must be dated after ${new Date(last.issuedAt).toISOString()}, when the last one was`,
    );
  if (last !== undefined && next.series < last.series)
    throw new CeremonyRefusal(`${what} has series ${String(next.series)}, and the last one had ${String(last.series)}`);
  const stands = new Set(next.members.map(({ id }) => id));
  const stood = new Map((last?.members ?? []).map((member) => [member.id, member]));
  for (const certificate of removed) {
    const { id, name } = memberOf(certificate);
    if (!stood.has(id)) throw new CeremonyRefusal(`${name} cannot be removed: the last ${what} does not name it`);
    if (stands.has(id)) throw new CeremonyRefusal(`${name} is to be removed, and stands on the new ${what}`);
    stood.delete(id);
  }
  for (const { id, name, endsAt } of stood.values())
    if (!stands.has(id) && endsAt > next.issuedAt)
      throw new CeremonyRefusal(`the new ${what} leaves out ${name} (${id}): name its certificate under "removes"`);
  return { ...next, number: (last?.number ?? 0) + 1 };
}
