export const paths = 'published for everybody';
