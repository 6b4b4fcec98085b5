export const issuePseudonym = 'issued';
