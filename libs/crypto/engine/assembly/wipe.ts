/** Forgets what an operation with a secret left in the engine's working places. */
import { wipeFieldWords } from './field-words';
import { wipeLookUp } from './odd-table';
import { wipePoints } from './point';
import { wipeScalars } from './scalar';

export function wipeWork(): void {
  wipeLookUp();
  wipeFieldWords();
  wipePoints();
  wipeScalars();
}
