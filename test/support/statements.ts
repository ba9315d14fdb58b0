import type { Database, Sql } from '../../platform/sql/sql.ts'

/** The same database, and the names of the statements that were run on it. */
export function withStatements(database: Database): { database: Database; take(): string[] } {
  let names: string[] = []
  const noted = (sql: Sql): Sql['query'] => {
    return (text, ...rest) => {
      names.push(/\/\* (\S+) \*\//.exec(text)?.[1] ?? text)
      return sql.query(text, ...rest)
    }
  }
  return {
    database: {
      ...database,
      query: noted(database),
      transaction: (work) => database.transaction((sql) => work({ ...sql, query: noted(sql) })),
    },
    take() {
      const taken = names
      names = []
      return taken
    },
  }
}
