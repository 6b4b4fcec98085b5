/** What the exit codes of `chrysalis` mean; `chrysalis --help` prints the same table. */
export const ExitCode = {
  done: 0,
  /** What was asked for did not succeed: a test failed, a check complained, something of the run did not happen. */
  failed: 1,
  /** The command line was not understood. */
  usage: 2,
  /** Said by the bootstrap: packages or sources could not be made ready. */
  notReady: 3,
  /** 128 + 2: ended by Ctrl-C. */
  interrupted: 130,
} as const;
