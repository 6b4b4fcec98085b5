/** The queue of an ARA and what its keys name. A lost wake is asked for again from the tables (work.ts). */
export const CERTIFY = 'certify'; // hex of a request's id
