import { answerTimes, enrolmentComplaints, enrolmentTable, type EnrolmentResult } from './enrolment-report.js';

const good: EnrolmentResult = {
  devices: 100,
  seconds: 0.25,
  enrolmentsPerSecond: 400,
  answerMs: { p50: 20, p99: 60 },
  cpuMicrosecondsPerEnrolment: { eca: 1500, aaa: 700, database: 900, devices: 300 },
  atOnce: 16,
  outcomes: { enrolled: 100 },
  certificates: 100,
  active: 100,
  durability: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
  machine: { cpu: 'a processor', cores: 2, node: 'v20' },
};

describe('the report of a run of enrolments', () => {
  it('has nothing to complain of when each device has a certificate of its own', () => {
    expect(enrolmentComplaints(good)).toEqual([]);
  });

  it.each<[string, Partial<EnrolmentResult>, string]>([
    ['a refusal', { outcomes: { enrolled: 99, 'no-answer': 1 } }, '1 devices: no-answer'],
    ['one certificate twice', { certificates: 99 }, '99 different certificates of 100'],
    ['one that the ECA does not have', { active: 99 }, '99 active certificates at the ECA'],
    ['commits that may be lost', { durability: { ...good.durability, fsync: 'off' } }, 'fsync is off'],
  ])('complains of %s', (_, wrong, complaint) => {
    expect(enrolmentComplaints({ ...good, ...wrong })).toEqual([complaint]);
  });

  it('says rate, times and the bill', () => {
    const table = enrolmentTable(good).join('\n');
    expect(table).toContain('400 in 0.3 s');
    expect(table).toContain('3400 µs: eca 1500, aaa 700, database 900, devices 300');
  });

  it('takes percentiles of the answers', () => {
    expect(answerTimes(Array.from({ length: 1000 }, (_, n) => n))).toEqual({ p50: 500, p99: 990 });
  });
});
