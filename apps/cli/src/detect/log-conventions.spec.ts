// A circle driven at even speed, told in each convention, is told apart.
import { ConventionFinder, HEADING_CONVENTIONS, inConvention, type HeadingConvention } from './log-conventions.js';
import type { MessageRow } from './message-row.js';

const FROM_COMPASS: Record<HeadingConvention, (degrees: number) => number> = {
  compass: (degrees) => degrees,
  mathematical: (degrees) => (450 - degrees) % 360,
  'compass-down': (degrees) => (540 - degrees) % 360,
  'mathematical-down': (degrees) => (degrees + 270) % 360,
};

/** Clockwise around a circle of 200 m, a second a step; braking and pulling away by turns. */
function drive(convention: HeadingConvention, isSigned: boolean): MessageRow[] {
  return Array.from({ length: 200 }, (_, second) => {
    const angle = second / 20;
    const acceleration = second % 4 < 2 ? 2 : -2;
    return {
      line: second + 2,
      receiverId: 'r',
      messageId: String(second),
      senderAlias: 'a',
      receivedSeconds: second,
      receiver: undefined,
      motion: {
        timeSeconds: second,
        eastMetres: 200 * Math.sin(angle),
        northMetres: 200 * Math.cos(angle),
        positionSigmaMetres: 1,
        speedMetresPerSecond: 10 + [0, 2, 4, 2][second % 4]!,
        acceleration: isSigned ? acceleration : Math.abs(acceleration),
        headingDegrees: FROM_COMPASS[convention]((angle * 180) / Math.PI + 90),
        headingSigmaDegrees: 2,
      },
    };
  });
}

function found(rows: readonly MessageRow[]) {
  const finder = new ConventionFinder();
  for (const row of rows) finder.learn(row);
  return finder.conventions;
}

describe('ConventionFinder', () => {
  it.each(HEADING_CONVENTIONS)('knows %s headings by the motion, and turns them', (heading) => {
    const rows = drive(heading, true);
    expect(found(rows)).toEqual({ heading, isAccelerationSigned: true });
    const turned = inConvention(rows[30]!.motion, { heading, isAccelerationSigned: true });
    const off = turned.headingDegrees! - (30 / 20) * (180 / Math.PI) - 90;
    expect(Math.abs(((off + 540) % 360) - 180)).toBeLessThan(1e-6);
  });

  it.each(HEADING_CONVENTIONS)('knows %s headings of ten messages a second by their errors of metres', (heading) => {
    const rows = drive(heading, true).flatMap((row) =>
      Array.from({ length: 10 }, (_, tenth): MessageRow => {
        const [angle, timeSeconds] = [(row.motion.timeSeconds + tenth / 10) / 20, row.motion.timeSeconds + tenth / 10];
        const eastMetres = 200 * Math.sin(angle) + 0.5 * Math.sin(timeSeconds * 129.898);
        const northMetres = 200 * Math.cos(angle) + 0.5 * Math.sin(timeSeconds * 782.33);
        const headingDegrees = FROM_COMPASS[heading]((angle * 180) / Math.PI + 90);
        return { ...row, motion: { ...row.motion, timeSeconds, eastMetres, northMetres, headingDegrees } };
      }),
    );
    expect(found(rows)).toEqual({ heading, isAccelerationSigned: true });
  });

  it('leaves out accelerations that are positive while cars slow down', () => {
    const conventions = found(drive('compass', false));
    expect(conventions.isAccelerationSigned).toBe(false);
    expect(inConvention(drive('compass', false)[0]!.motion, conventions).acceleration).toBeUndefined();
  });

  it('takes the compass where too little moves', () => {
    expect(found(drive('mathematical', true).slice(0, 10))).toEqual({ heading: 'compass', isAccelerationSigned: true });
  });
});
