import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// The directions of docs/adr/0001-layout.md: each folder may import only what its row leaves over.
const LAYERS = ['bin', 'cli', 'lambda', 'lib', 'local', 'test'];
const MAY_IMPORT = {
  bin: ['cli', 'lib'],
  cli: ['local', 'lambda', 'lib'],
  lambda: ['lib'],
  lib: [],
  local: [],
};
const DOMAIN_FORBIDDEN = ['aws-cdk-lib', 'constructs', '@aws-sdk/', 'node:(?!(crypto|zlib)$)', 'aws4'];

/** Regular expression for an import that climbs out of a layer and into one of `layers`. */
const into = (layers) => `^(\\.\\./)+(${layers.join('|')})(/|$)`;

const layerRules = Object.entries(MAY_IMPORT).map(([layer, allowed]) => ({
  files: [`${layer}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: into(LAYERS.filter((l) => l !== layer && !allowed.includes(l))),
            message: `${layer}/ may import only: ${[...allowed, layer].join(', ')} (docs/adr/0001-layout.md)`,
          },
          ...(layer === 'lambda'
            ? [
                {
                  regex: '^(\\.\\./)+lib/(?!domain/|backend$)',
                  message: 'lambda/ may import only lib/domain and lib/backend',
                },
              ]
            : []),
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/**', 'cdk.out/**', 'node_modules/**', 'coverage/**', '**/*.d.ts'] },
  js.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        module: 'writable',
        exports: 'writable',
        require: 'readonly',
        setTimeout: 'readonly',
        Buffer: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      'no-empty': ['error', { allowEmptyCatch: false }],
      eqeqeq: 'error',
      'no-restricted-syntax': [
        'error',
        {
          selector: 'Literal[value=/^arn:aws:/]',
          message: 'an ARN needs its partition: use Stack.formatArn or Aws.PARTITION',
        },
      ],
    },
  },
  ...layerRules,
  {
    files: ['lib/domain/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: `^(${DOMAIN_FORBIDDEN.join('|')})`,
              message: 'lib/domain is pure: no CDK, SDK, network or file system',
            },
            {
              regex: '^(\\.\\./)+(?!domain/)[a-z-]+/',
              message: 'lib/domain imports nothing outside lib/domain',
            },
          ],
        },
      ],
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'the domain reads no clock: take `now` as an argument' },
      ],
    },
  },
  // The jsii compiler resolves type-only imports of CDK modules by namespace.
  {
    files: ['test/**/*.ts'],
    rules: { 'no-restricted-syntax': 'off', '@typescript-eslint/no-explicit-any': 'off' },
  },
  { files: ['bin/**/*.ts', 'scripts/**/*.mjs', 'test/bench/**/*.ts'], rules: { 'no-console': 'off' } },
);
