/** The table of docs/PRIVACY.md as data: who may keep what in the clear, and who may be told what on which line. */

/** Authorities (programs) that may have a secret in the clear in their tables or logs. Everybody else: never, in no spelling. */
export const KEEPERS: Readonly<Record<string, readonly string[]>> = {
  serial: [],
  'serial secret': [],
  'X.509 subject': [],
  'X.509 certificate': [],
  'AAA record': ['aaa'],
  'enrolment key': ['eca'],
  'enrolment key hash': ['aaa', 'eca'],
  'enrolment certificate': ['eca'],
  'enrolment certificate id': ['eca', 'pra', 'ara'],
  'application key': ['aca'],
  'application key hash': ['ara', 'aca'],
  'application certificate': ['aca'],
  'application certificate id': ['aca'],
  'caterpillar key': [],
  'expansion key': [],
  'cocoon key': ['pra'],
  // Half of it stands at the PRA: the join of `asked_keys` below.
  'cocoon key hash': ['pca'],
  'item handle': ['pra', 'pca'],
  'pseudonym certificate': ['pca'],
  'pseudonym certificate id': ['pca', 'ma'],
  'linkage value': ['pca', 'ma'],
  'pre-linkage value': [],
  'linkage seed': ['cra'],
  'chain id': ['la'],
  'blinding value': [],
  'private key': [],
  'period key': [],
  'reporter handle': ['pra', 'ma'],
};

/** Kinds that may stand in the clear nowhere: not in old pages of the database or its write-ahead log either. */
export const NOWHERE = Object.entries(KEEPERS).flatMap(([kind, keepers]) => (keepers.length === 0 ? [kind] : []));

interface Told {
  readonly request: readonly string[];
  readonly response: readonly string[];
}

/** What is inside the envelopes of each line: no more, and in a life with a revocation no less. */
export const TOLD: Readonly<Record<string, Told>> = {
  'aaa-eca': {
    request: ['X.509 certificate', 'X.509 subject', 'enrolment key', 'enrolment key hash', 'serial'],
    response: ['AAA record', 'enrolment key hash'],
  },
  'ara-pra': { request: ['enrolment certificate id'], response: ['enrolment certificate id'] },
  'eca-pra': { request: ['enrolment certificate id'], response: ['enrolment certificate id'] },
  'aca-ara': { request: ['application key'], response: [] },
  'la-pca': { request: ['period key'], response: [] },
  'la-pra': { request: [], response: [] },
  'pca-pra': { request: ['cocoon key'], response: [] },
  'ma-pra.reports': { request: ['reporter handle'], response: [] },
  'ma-ma': {
    request: ['linkage value', 'pseudonym certificate', 'pseudonym certificate id'],
    response: [],
  },
  'ma-pca': { request: ['linkage value', 'pseudonym certificate id'], response: ['item handle'] },
  'ma-pra.investigation': { request: ['item handle'], response: [] },
  'la-ma': { request: [], response: ['linkage seed'] },
  'cra-ma': { request: ['linkage seed'], response: [] },
};

/**
 * Values that stand in the tables of two authorities of a domain, and so let both together join their rows. `x.y` is table and
 * column of the first, then of the second. Every other pair shares none.
 */
export const JOINS: Readonly<Record<string, readonly string[]>> = {
  'aaa–eca': ['enrolment.key_hash = enrolment.key_hash', 'enrolment.request_hash = enrolment.request_hash'],
  'eca–pra': [
    'enrolment.certificate_hash = blacklist.ec_hash',
    'enrolment.certificate_hash = fetched_bundles.ec_hash',
    'enrolment.certificate_hash = granted_periods.ec_hash',
    'enrolment.certificate_hash = report_allowances.ec_hash',
    'enrolment.certificate_hash = request_allowances.ec_hash',
    'enrolment.certificate_hash = requests.ec_hash',
  ],
  'eca–ara': ['enrolment.certificate_hash = blacklist.ec_hash', 'enrolment.certificate_hash = requests.ec_hash'],
  'pra–ara': [
    'blacklist.ec_hash = blacklist.ec_hash',
    'fetched_bundles.ec_hash = blacklist.ec_hash',
    'granted_periods.ec_hash = blacklist.ec_hash',
    'request_allowances.ec_hash = blacklist.ec_hash',
    'requests.ec_hash = blacklist.ec_hash',
  ],
  'ara–aca': [
    'requests.answer = issued.response',
    'requests.key_hash = issued.key_hash',
    'requests.request_hash = issued.request_hash',
  ],
  'pca–pra': [
    'issued.item_hash = handles.item_hash',
    'issued.key_hash = asked_keys.key_tag',
    'issued_answers.responses = answers.answer',
  ],
  'pca–ma': [
    'issued.lv = misbehaviour_case.linkage_value',
    'issued_certificates.certificate_hashes = misbehaviour_case.certificate_hash',
    'issued_certificates.certificates = misbehaviour_case.linkage_value',
  ],
  'pra–ma': [
    'blacklist.case_id = case_step.approval',
    'blacklist.case_id = case_step.case_id',
    'blacklist.case_id = misbehaviour_case.id',
    'blacklist.case_id = observation.case_id',
  ],
  // An approval names the CRA it is for, by its certificate; the CRA's lists do too. Nothing of a device.
  'ma–cra': ['case_step.approval = issued_crl.craca'],
};
