// Lanes that are known, as a file of points along their middles.
import { createReadStream } from 'node:fs';
import { type LaneMap, laneMapOf } from '#detection/checks/lane-distance.js';
import { csvRecords, LogError } from './csv-records.js';

/** Reads CSV with the header `x,y`, metres on the plane of the log. Throws `LogError` for anything else. */
export async function readLanes(path: string): Promise<LaneMap> {
  const points: [number, number][] = [];
  let hasHeader = false;
  const text = createReadStream(path, { encoding: 'utf8' }) as AsyncIterable<string>;
  for await (const records of csvRecords(text)) {
    for (const { line, cells } of records) {
      if (!hasHeader) {
        if (cells.join(',').trim() !== 'x,y') throw new LogError(line, 'the header of a file of lanes is x,y');
        hasHeader = true;
        continue;
      }
      const [x, y] = cells.map((cell) => (cell.trim() === '' ? NaN : Number(cell)));
      if (cells.length !== 2 || x === undefined || y === undefined || !Number.isFinite(x) || !Number.isFinite(y)) {
        throw new LogError(line, 'two numbers are expected');
      }
      points.push([x, y]);
    }
  }
  if (points.length === 0) throw new LogError(1, 'no point of a lane');
  return laneMapOf(points);
}
