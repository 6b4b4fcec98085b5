// What a vehicle is and does: T/CSAE 53-2020 modules VehSize, VehBrake, VehStatus, VehClass, VehEmgExt.
import type { Infer } from '../codec.js';
import { bitString, enumerated, extensibleBitString, extensibleEnumerated, integer } from '../primitives.js';
import { extensibleSequence, optional, sequence } from '../structures.js';

/** Width and length in 1 cm, height in 5 cm. */
export const VehicleSize = sequence('VehicleSize', {
  width: integer('VehicleWidth', 0, 1023),
  length: integer('VehicleLength', 0, 4095),
  height: optional(integer('VehicleHeight', 0, 127)),
});
export type VehicleSize = Infer<typeof VehicleSize>;

export const TransmissionState = enumerated('TransmissionState', [
  'neutral',
  'park',
  'forwardGears',
  'reverseGears',
  'reserved1',
  'reserved2',
  'reserved3',
  'unavailable',
]);
export type TransmissionState = Infer<typeof TransmissionState>;

export const BrakeAppliedStatus = bitString('BrakeAppliedStatus', [
  'unavailable',
  'leftFront',
  'leftRear',
  'rightFront',
  'rightRear',
]);

const OffOn = ['unavailable', 'off', 'on'] as const;
const Engaged = ['unavailable', 'off', 'on', 'engaged'] as const;

/** `brakePadel` is the spelling of the standard. */
export const BrakeSystemStatus = sequence('BrakeSystemStatus', {
  brakePadel: optional(enumerated('BrakePedalStatus', OffOn)),
  wheelBrakes: optional(BrakeAppliedStatus),
  traction: optional(enumerated('TractionControlStatus', Engaged)),
  abs: optional(enumerated('AntiLockBrakeStatus', Engaged)),
  scs: optional(enumerated('StabilityControlStatus', Engaged)),
  brakeBoost: optional(enumerated('BrakeBoostApplied', OffOn)),
  auxBrakes: optional(enumerated('AuxiliaryBrakeStatus', ['unavailable', 'off', 'on', 'reserved'])),
});
export type BrakeSystemStatus = Infer<typeof BrakeSystemStatus>;

/** Bit numbers of VehicleEventFlags. */
export const VEHICLE_EVENT = {
  hazardLights: 0,
  stopLineViolation: 1,
  absActivated: 2,
  tractionControlLoss: 3,
  stabilityControlActivated: 4,
  hazardousMaterials: 5,
  reserved1: 6,
  hardBraking: 7,
  lightsChanged: 8,
  wipersChanged: 9,
  flatTire: 10,
  disabledVehicle: 11,
  airBagDeployment: 12,
} as const;

export const VehicleEventFlags = extensibleBitString('VehicleEventFlags', [
  'eventHazardLights',
  'eventStopLineViolation',
  'eventABSactivated',
  'eventTractionControlLoss',
  'eventStabilityControlactivated',
  'eventHazardousMaterials',
  'eventReserved1',
  'eventHardBraking',
  'eventLightsChanged',
  'eventWipersChanged',
  'eventFlatTire',
  'eventDisabledVehicle',
  'eventAirBagDeployment',
]);

export const ExteriorLights = extensibleBitString('ExteriorLights', [
  'lowBeamHeadlightsOn',
  'highBeamHeadlightsOn',
  'leftTurnSignalOn',
  'rightTurnSignalOn',
  'hazardSignalOn',
  'automaticLightControlOn',
  'daytimeRunningLightsOn',
  'fogLightOn',
  'parkingLightsOn',
]);

/** BasicVehicleClass is a number with a table of its own; 10 is a passenger car of unknown type. */
export const VehicleClassification = extensibleSequence('VehicleClassification', {
  classification: integer('BasicVehicleClass', 0, 255),
  fuelType: optional(integer('FuelType', 0, 15)),
});
export type VehicleClassification = Infer<typeof VehicleClassification>;
export const PASSENGER_CAR = 10;

export const ResponseType = extensibleEnumerated('ResponseType', [
  'notInUseOrNotEquipped',
  'emergency',
  'nonEmergency',
  'pursuit',
  'stationary',
  'slowMoving',
  'stopAndGoMovement',
]);

export const SirenInUse = enumerated('SirenInUse', ['unavailable', 'notInUse', 'inUse', 'reserved']);

/** `schooldBusLights` is the spelling of the standard. */
export const LightbarInUse = enumerated('LightbarInUse', [
  'unavailable',
  'notInUse',
  'inUse',
  'yellowCautionLights',
  'schooldBusLights',
  'arrowSignsActive',
  'slowMovingVehicle',
  'freqStops',
]);

export const VehicleEmergencyExtensions = extensibleSequence('VehicleEmergencyExtensions', {
  responseType: optional(ResponseType),
  sirenUse: optional(SirenInUse),
  lightsUse: optional(LightbarInUse),
});
export type VehicleEmergencyExtensions = Infer<typeof VehicleEmergencyExtensions>;
