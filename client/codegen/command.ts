#!/usr/bin/env node
/** `parley-codegen`: writes typed documents, and React hooks, for the operations of an app. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, parse, printSchema } from 'graphql'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { connect } from '../connect.ts'

const HELP = `parley-codegen: typed documents and React hooks for the operations of an app.

  parley-codegen --documents 'src/**/*.graphql' --out src/operations.ts [--schema <url or file>] [--no-hooks]

  --documents  where the operations are: a pattern of .graphql files; may be given several times
  --out        the file to write
  --schema     the URL of a running server, or a file with its schema. Default: the schema in this package
  --no-hooks   write no React hooks

A server in production answers introspection to its admins: set PARLEY_TOKEN to an admin's token, or PARLEY_SESSION_ID and
PARLEY_HMAC_KEY to a session. They are sent to that server alone, and written nowhere.

Needs @graphql-codegen/cli, @graphql-codegen/typescript-operations and @graphql-codegen/typed-document-node in the project.
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      documents: { type: 'string', multiple: true },
      out: { type: 'string' },
      schema: { type: 'string' },
      'no-hooks': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  if (!values.documents || values.out === undefined)
    throw new Error('Name the operations and the file to write: --documents and --out. --help says more.')
  const schema = await readSchema(values.schema)
  const { generate } = await import('@graphql-codegen/cli').catch((cause: unknown) => {
    throw new Error('@graphql-codegen/cli is missing in this project: install it as a development dependency.', {
      cause,
    })
  })
  const hooks = values['no-hooks'] ? [] : [fileURLToPath(new URL('hooks.js', import.meta.url))]
  await generate(
    {
      schema,
      documents: values.documents,
      silent: true,
      errorsOnly: true,
      generates: {
        [values.out]: {
          plugins: ['typescript-operations', 'typed-document-node', ...hooks],
          config: {
            useTypeImports: true,
            enumsAsTypes: true,
            strictScalars: true,
            // As they come in JSON.
            scalars: { DateTime: 'string', Cursor: 'string', JSON: 'unknown' },
          },
        },
      },
    },
    true,
  )
  process.stdout.write(`Wrote ${values.out}\n`)
}

async function readSchema(from: string | undefined): Promise<string> {
  if (from === undefined) return readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')
  if (!/^https?:\/\//.test(from)) return readFile(from, 'utf8')
  const { PARLEY_TOKEN: token, PARLEY_SESSION_ID: id, PARLEY_HMAC_KEY: hmacKey } = process.env
  await using app = connect({
    url: from,
    ...(token ? { token } : id && hmacKey && { session: { id, hmacKey } }),
  })
  const introspection = parse(getIntrospectionQuery()) as TypedDocumentNode<IntrospectionQuery, object>
  return printSchema(buildClientSchema(await app.query(introspection, {})))
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
