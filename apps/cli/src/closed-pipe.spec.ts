import { jest } from '@jest/globals';
import { endWhenNobodyReads } from './closed-pipe.js';

describe('a reader who has read enough', () => {
  it('ends the process without a word, another error does not', () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    endWhenNobodyReads(process.stdout);
    process.stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    expect(exit).toHaveBeenCalledTimes(1);
    expect(() => process.stdout.emit('error', new Error('disk full'))).toThrow('disk full');
    process.stdout.removeAllListeners('error');
    exit.mockRestore();
  });
});
