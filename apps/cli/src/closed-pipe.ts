/** Whoever reads what a command says may have read enough, as `| head` has. */

/** Ends the process, without a word, when nobody reads the stream any more. */
export function endWhenNobodyReads(stream: NodeJS.WriteStream): void {
  stream.on('error', end);
}

function end(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}
