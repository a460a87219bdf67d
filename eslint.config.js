import reactHooks from 'eslint-plugin-react-hooks'
import ts from 'typescript-eslint'

const askClock = 'Ask the injected Clock for the time.'
const TESTS = ['**/*.test.ts', '**/*.test.tsx', '**/*.contract.ts', 'tests/**']
const SHIPPED = ['workers', 'durable-objects', 'domain', 'adapters', 'schema', 'web', 'sandbox', 'cli']

const length = { skipBlankLines: true, skipComments: true }
const noEnum = { selector: 'TSEnumDeclaration', message: 'Use a zod enum in schema/contracts.' }

export default ts.config(
  {
    ignores: [
      '**/node_modules',
      '**/dist',
      'migrations',
      'coverage',
      '.data',
      '.wrangler',
      'scripts/demo/project',
      '**/*.d.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.cjs', '**/*.mjs'],
    languageOptions: { parser: ts.parser },
    plugins: { ts: ts.plugin },
    rules: {
      'max-lines': ['error', { max: 400, ...length }],
      'max-lines-per-function': ['error', { max: 60, ...length }],
      // An exhaustive switch over a union is one decision, however many members the union has.
      complexity: ['error', { max: 12, variant: 'modified' }],
      'max-params': ['error', 4],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      'no-unreachable': 'error',
      'no-fallthrough': 'error',
      'no-restricted-syntax': ['error', noEnum],
      'ts/no-explicit-any': 'error',
      'ts/ban-ts-comment': 'error',
      'ts/no-non-null-assertion': 'error',
    },
  },
  {
    // A promise nobody awaits loses its error, and on Workers also its work: the runtime cancels it with the request.
    files: SHIPPED.flatMap((folder) => [`${folder}/**/*.ts`, `${folder}/**/*.tsx`]),
    ignores: [...TESTS, '**/vite.config.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      'ts/no-floating-promises': 'error',
      'ts/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['domain/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: askClock },
        { object: 'Math', property: 'random', message: 'Ask the injected Ids.' },
      ],
      'no-restricted-syntax': [
        'error',
        noEnum,
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: askClock },
        { selector: "CallExpression[callee.name='Date']", message: askClock },
        {
          selector: "ThrowStatement > NewExpression[callee.name='Error']",
          message: 'Throw a declared error (errors.ts).',
        },
      ],
    },
  },
  {
    files: ['web/**/*.ts', 'web/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  { files: TESTS, rules: { 'max-lines-per-function': 'off', 'ts/no-non-null-assertion': 'off' } },
)
