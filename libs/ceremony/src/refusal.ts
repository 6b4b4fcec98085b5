/** What stops a ceremony: something the people at the table must put right. */

/** The sentence is all they see. */
export class CeremonyRefusal extends Error {
  override readonly name = 'CeremonyRefusal';
}
