// How nodes of the road network and their signals are called: T/CSAE 53-2020 module MapNode and its like (profile of
// YD/T 3709-2020).
import type { Infer } from '../codec.js';
import { ia5String, integer } from '../primitives.js';
import { optional, sequence } from '../structures.js';

export const DescriptiveName = ia5String('DescriptiveName', 1, 63);

/** Region 0 is for tests, and so are the nodes 0..255 of any region.
 *  ```asn1
 *  NodeReferenceID ::= SEQUENCE { region RoadRegulatorID OPTIONAL, id NodeID }
 *  ``` */
export const NodeReferenceID = sequence('NodeReferenceID', {
  region: optional(integer('RoadRegulatorID', 0, 65_535)),
  id: integer('NodeID', 0, 65_535),
});
export type NodeReferenceID = Infer<typeof NodeReferenceID>;

/** A signal group of its node; 0 unknown, 255 always green. */
export const PhaseID = integer('PhaseID', 0, 255);
