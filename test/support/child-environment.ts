/** What a program that a test starts finds in its environment: nothing of the shell's but the arithmetic under test. */

/** PATH, ENGINE when this run has one, and what the test adds. */
export function childEnvironment(own: Record<string, string> = {}): Record<string, string> {
  const { ENGINE } = process.env;
  return { PATH: '/usr/bin:/bin', ...(ENGINE === undefined ? {} : { ENGINE }), ...own };
}
