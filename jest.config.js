/** ESM source, but CommonJS under test: swc strips types (tsc checks them), and jest needs no experimental flags. */
export default {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts', '**/*.e2e.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/data/', '/.cache/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/data/', '<rootDir>/.cache/'],
  // Packages that are ES modules alone, and which tests import through CommonJS.
  transformIgnorePatterns: ['/node_modules/(?!(@tus|srvx)/)'],
  transform: {
    '/node_modules/(@tus|srvx)/.+\\.m?js$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'ecmascript' } }, module: { type: 'commonjs' } },
    ],
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', explicitResourceManagement: true },
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  testTimeout: 60_000,
  // Tests mostly wait for servers. Each file has its own database, prefixes and folders.
  maxWorkers: '100%',
}
