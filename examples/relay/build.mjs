/**
 * Compiles the operations and bundles the page into a folder that any static server can give out. Run: node
 * examples/relay/build.mjs [folder]
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { transformSync } from '@babel/core'
import { build, transformSync as transformJsx } from 'esbuild'

const here = import.meta.dirname
const folder = process.argv[2] ?? join(here, 'dist')

const compiler = createRequire(import.meta.url).resolve('relay-compiler/cli.js')
execFileSync(process.execPath, [compiler, join(here, 'relay.config.json')], { cwd: here, stdio: 'inherit' })

/** Vite and Next.js have plugins for this: each graphql`…` becomes what the compiler made of it. */
const relay = {
  name: 'relay',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.jsx$/ }, ({ path }) => {
      const { code } = transformJsx(readFileSync(path, 'utf8'), { loader: 'jsx', jsx: 'automatic' })
      const plugins = [['relay', { eagerEsModules: true, artifactDirectory: join(here, '__generated__') }]]
      return { contents: transformSync(code, { filename: path, plugins, babelrc: false, configFile: false }).code }
    }),
}

await build({
  entryPoints: [join(here, 'main.jsx')],
  outfile: join(folder, 'main.js'),
  bundle: true,
  format: 'esm',
  platform: 'browser',
  external: ['ws'],
  define: { 'process.env.NODE_ENV': '"development"', __DEV__: 'true' },
  plugins: [relay],
})
writeFileSync(
  join(folder, 'index.html'),
  '<!doctype html><title>Relay</title><link rel="icon" href="data:," /><div id="root"></div><script type="module" src="main.js"></script>',
)
