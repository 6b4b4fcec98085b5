export const provision = 'provision';
