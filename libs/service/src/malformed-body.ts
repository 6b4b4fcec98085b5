/** A body that is too large or not what it says: the standard's parse error and one word, never a stack. */
interface Answer {
  status(code: number): Answer;
  setHeader(name: string, value: string): Answer;
  json(body: object): void;
}

/** Middleware of the error kind: it runs only after a body parser has refused. */
export function refuseMalformedBodies(
  error: { status?: number } | undefined,
  _request: unknown,
  response: Answer,
  next: () => void,
): void {
  if (error === undefined) return next();
  const tooLarge = error.status === 413;
  response
    .status(tooLarge ? 413 : 400)
    .setHeader('ieee-1609.2.1-error', '400-42')
    .json({ refused: tooLarge ? 'too-large' : 'malformed' });
}
