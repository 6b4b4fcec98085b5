/** Forgets what an operation with a secret left in the engine's working places. */
import { wipeLookUp } from './base';
import { wipeFieldWords } from './field-words';
import { wipePoints } from './point';
import { wipeScalars } from './scalar';

export function wipeWork(): void {
  wipeLookUp();
  wipeFieldWords();
  wipePoints();
  wipeScalars();
}
