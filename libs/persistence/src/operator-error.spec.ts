import { OperatorError, fileTrouble, systemCode } from './operator-error.js';

const systemError = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code });

describe('trouble with a file', () => {
  it.each([
    ['EACCES', 'no-permission', 'No permission for /data while writing the marker (EACCES).'],
    ['EPERM', 'no-permission', 'No permission for /data while writing the marker (EPERM).'],
    ['EROFS', 'no-permission', 'No permission for /data while writing the marker (EROFS).'],
    ['ENOSPC', 'disk-full', 'The disk of /data is full: it failed while writing the marker.'],
    ['EDQUOT', 'disk-full', 'The disk of /data is full: it failed while writing the marker.'],
  ])('%s is one sentence for the operator', (code, reason, message) => {
    const cause = systemError(code);
    expect(fileTrouble(cause, '/data', 'writing the marker')).toMatchObject({ reason, message, cause });
  });

  it('is a plain failure with its cause when it is nothing the operator can mend', () => {
    const cause = systemError('EIO');
    const trouble = fileTrouble(cause, '/data', 'reading');
    expect(trouble).not.toBeInstanceOf(OperatorError);
    expect(trouble).toMatchObject({ message: 'reading: /data', cause });
  });

  it.each([[undefined], [null], ['ENOENT'], [{}], [{ code: 5 }]])('%p carries no system code', (value) => {
    expect(systemCode(value)).toBeUndefined();
  });
});
