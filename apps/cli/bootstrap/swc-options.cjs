/** How our TypeScript becomes JavaScript: the same for dist and for jest. Decorators as Nest and TypeORM know them. */
'use strict';

module.exports = {
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: false, verbatimModuleSyntax: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
};
