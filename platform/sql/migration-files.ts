import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { StartupError } from '../startup-error.ts'

/** A room's schema and the folder of its migrations. */
export interface MigrationRoom {
  readonly schema: string
  readonly folder: string
}

export interface Migration {
  readonly schema: string
  readonly number: number
  /** `0007-pinned-conversations` */
  readonly name: string
  readonly sql: string
  /** SHA-256 of the text with Unix line ends, so that git's settings for line ends do not matter. */
  readonly checksum: string
  /** Why older code cannot run on the migrated database; null if it can. */
  readonly breaking: string | null
  readonly inTransaction: boolean
}

/**
 * Reads the migrations of one room, in order. The files are called `NNNN-what.sql`, numbered from 0001 without a gap.
 * The first line is `-- compatible` or `-- breaking: <why>`; the second may be `-- no transaction`.
 */
export function readMigrations({ schema, folder }: MigrationRoom): Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
  return files.map((file, index) => {
    const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file)
    if (!match) throw new StartupError(`Migration ${schema}/${file} must be named like 0007-what-it-does.sql.`)
    const number = Number(match[1])
    if (number !== index + 1) {
      throw new StartupError(
        `Migration ${schema}/${file} must have the number ${index + 1}: each follows the one before.`,
      )
    }
    return parseMigration(schema, number, file.slice(0, -'.sql'.length), readFileSync(join(folder, file), 'utf8'))
  })
}

function parseMigration(schema: string, number: number, name: string, text: string): Migration {
  const sql = text.replaceAll('\r\n', '\n')
  const [first = '', second = ''] = sql.split('\n')
  const breaking = /^-- breaking: (\S.*)$/.exec(first)
  if (!breaking && first !== '-- compatible') {
    throw new StartupError(
      `Migration ${schema}/${name} must begin with the line "-- compatible" or "-- breaking: <why>": ` +
        'whether code from before it can run on it.',
    )
  }
  return {
    schema,
    number,
    name,
    sql,
    checksum: createHash('sha256').update(sql).digest('hex'),
    breaking: breaking?.[1] ?? null,
    inTransaction: second !== '-- no transaction',
  }
}

/**
 * Splits a file without a transaction into its statements. They are sent to the server one at a time, because the
 * server runs several in one message as one transaction. Each statement ends with `;` at the end of a line.
 */
export function splitStatements({ schema, name, sql }: Migration): string[] {
  if (sql.includes('$$')) {
    throw new StartupError(`Migration ${schema}/${name} has no transaction, so it may hold plain statements only.`)
  }
  return sql
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.replaceAll(/^--.*$/gm, '').trim() !== '')
}
