export const bits = 'bits';
