/** Who is billed for processor time: the parts of a measured run. `other` is what plays the vehicles. */
export const PARTS = ['pra', 'pca', 'la', 'database', 'other'] as const;
export type Part = (typeof PARTS)[number];
export type Bill = Record<Part, number>;
