/** For commands that say much: whoever reads them may have read enough, as `| head` has. */

/** Ends the process, without a word, when nobody reads the stream any more. Asked twice it listens once. */
export function endWhenNobodyReads(stream: NodeJS.WriteStream): void {
  if (!stream.listeners('error').includes(end)) stream.on('error', end);
}

function end(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}
