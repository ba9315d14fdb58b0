import graphql from '@graphql-eslint/eslint-plugin'
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript'
import importX from 'eslint-plugin-import-x'
import tseslint from 'typescript-eslint'

const rooms = ['users', 'chat', 'groups']
const zone = (target, from, message, except) => ({ target, from, message, ...(except && { except }) })
const top = ['./roles', './commands', './client', './examples', './web']
const product = ['./gateway', './subgraphs', './delivery', './inbox', ...top]

/** The folders of the gateway's core in their order: each imports only those of lines above its own. */
const coreLayers = [
  ['values'],
  ['supergraph'],
  ['planning', 'subgraphs'],
  ['execution'],
  ['operations', 'subscriptions'],
  ['transports'],
].map((folders) => folders.map((name) => `./gateway/core/${name}`))

/** Who may import whom, a line per rule (ARCHITECTURE.md draws it). Type imports count too. */
export const zones = [
  zone('./platform', product, 'platform knows no domain and no role'),
  zone('./gateway', ['./subgraphs', './delivery', './inbox', ...top], 'the gateway knows no domain'),
  zone(
    './gateway/core',
    ['./gateway/identity', './gateway/policy', './gateway/index.ts', './gateway/errors.ts', './platform'],
    'the publishable core takes it as an argument',
  ),
  zone(
    './gateway/core/!(gateway|index|*.test).ts',
    coreLayers.flat(),
    'the files that every folder of the core imports need none of them',
  ),
  ...coreLayers.flatMap((layer, at) =>
    layer.map((folder) => {
      const later = [
        ...coreLayers
          .slice(at)
          .flat()
          .filter((other) => other !== folder),
        './gateway/core/gateway.ts',
      ]
      // Tests put together what they need.
      return zone(`${folder}/**/!(*.test).ts`, later, 'the folders of the core have an order')
    }),
  ),
  zone('./delivery', ['./gateway', './subgraphs', ...top], 'delivery is a worker over the platform'),
  zone('./delivery', './inbox/**/*', 'delivery and inbox meet in their protocol', ['**/protocol.ts']),
  zone('./inbox', ['./gateway', './subgraphs', './delivery', ...top], 'the inbox knows no domain'),
  zone('./subgraphs', ['./gateway', './delivery', ...top], 'a subgraph stands alone'),
  zone('./subgraphs', './inbox/**/*', 'a subgraph gets the inbox as an argument', ['**/index.ts']),
  ...rooms.map((room) =>
    zone(
      `./subgraphs/${room}`,
      rooms.filter((other) => other !== room).map((other) => `./subgraphs/${other}`),
      'subgraphs meet in the schema and in SQL views',
    ),
  ),
  ...rooms.map((room) =>
    zone(`./subgraphs/${room}/*/**/*.ts`, `./subgraphs/${room}/context.ts`, 'a topic names the ports that it uses'),
  ),
  ...['./client', './examples', './web'].map((room) =>
    zone(
      room,
      [...product.filter((other) => other !== room && other !== './client'), './platform'],
      'it is a client of the graph',
    ),
  ),
  zone('./client', ['./examples', './web'], 'the client stands alone'),
  ...['gateway', 'subgraphs', 'delivery', 'inbox', 'platform', 'client', 'examples', 'schema', 'web'].map((room) =>
    zone(
      `./${room}/**/!(*.test|*.contract).ts`,
      ['./test', './bench', './roles', './commands'],
      'nothing imports tests, roles or commands',
    ),
  ),
  ...['./roles', './commands'].map((room) =>
    zone(`${room}/**/!(*.test).ts`, './subgraphs/*/*/store/**/*', 'a store is reached by its index', ['**/index.ts']),
  ),
  zone('./roles/**/!(*.test).ts', ['./test', './bench', './commands'], 'a role needs no command'),
  zone('./commands/**/!(*.test).ts', ['./test', './bench'], 'nothing imports tests'),
]

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      '**/dist',
      'data',
      '.cache',
      '**/generated/**',
      '**/__generated__',
      'schema/supergraph.graphql',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: {
      // Without these two, the rule finds no import.
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts'],
      'import-x/resolver-next': [createTypeScriptImportResolver()],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Our interfaces are made of closures: none of their methods looks at `this`.
      '@typescript-eslint/unbound-method': 'off',
      // In-memory adapters are async by contract.
      '@typescript-eslint/require-await': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Only platform/config reads the environment; take the value as an argument.',
        },
        {
          selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']",
          message: 'Only roles/main.ts ends the process.',
        },
      ],
    },
  },
  {
    files: ['subgraphs/*/*/resolvers.ts', 'subgraphs/*/*/rules.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['pg', 'mongodb', 'ioredis', 'amqplib'].map((name) => ({
            name,
            message: 'A resolver asks access and store functions; it never speaks to a service.',
          })),
        },
      ],
    },
  },
  {
    files: [
      'platform/config/**',
      'roles/**',
      'commands/**',
      'client/codegen/command.ts',
      'test/**',
      'bench/**',
      '**/*.test.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['test/**', 'bench/**', '**/*.test.ts', '**/*.contract.ts'],
    rules: {
      'max-lines': 'off',
      // It takes `!` for needless where the compiler, with unchecked indexes, asks for it.
      '@typescript-eslint/no-unnecessary-type-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // What a reader copies must run anywhere: it takes nothing of ours but the client.
    files: ['examples/**/*.mjs'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^\\.\\.', message: 'An example takes nothing of ours but @parley/client.' },
            {
              regex: '^parley(?!/client(/operations)?$)',
              message: 'An example takes nothing of ours but @parley/client.',
            },
          ],
        },
      ],
    },
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
  {
    // What the three contracts compose to: a rule about reachability or descriptions is about what clients see.
    files: ['schema/api.graphql'],
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema: 'schema/api.graphql' } } },
    plugins: { '@graphql-eslint': graphql },
    rules: {
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          rootField: true,
          ignoredSelectors: [
            '[type=InputObjectTypeDefinition]',
            '[type=ObjectTypeDefinition][name.value=/^(Query|Mutation|Subscription)$/]',
          ],
        },
      ],
      '@graphql-eslint/naming-convention': ['error', { types: 'PascalCase', FieldDefinition: 'camelCase' }],
      '@graphql-eslint/input-name': ['error', { checkInputType: true, caseSensitiveInputType: false }],
      // no-unreachable-types is off: it does not see that CacheControlScope is what a directive takes.
      // no-typename-prefix is off: it takes `User.username` for a repetition of the type's name.
      '@graphql-eslint/relay-connection-types': 'error',
      '@graphql-eslint/relay-page-info': 'error',
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
    },
  },
)
