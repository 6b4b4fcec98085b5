/** The checkout cannot be made ready, for a reason that one sentence tells: no stack is printed for it. */
'use strict';

class NotReady extends Error {
  /** @param exitCode 3: the checkout cannot be made ready; 128 + n: signal n ended the work. */
  constructor(message, exitCode = 3) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** What the operator can mend, by the system's error code. */
const sentences = {
  EACCES: 'the permission to write there is missing',
  EPERM: 'the permission to write there is missing',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
};

/** The same error as one sentence where the operator can mend it; anything else stays the failure that it is. */
function inOneSentence(error) {
  if (error instanceof NotReady || sentences[error.code] === undefined) return error;
  return new NotReady(`the checkout cannot be made ready: ${sentences[error.code]} (${error.path ?? error.code}).`);
}

module.exports = { NotReady, inOneSentence, sentences };
