export const vector = 'a fixture';
