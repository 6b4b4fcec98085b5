export const codec = 'bytes';
