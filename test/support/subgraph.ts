import { buildSubgraphSchema } from '@apollo/subgraph'
import { graphql, parse, type ExecutionResult } from 'graphql'
import type { Identity } from '../../platform/signature/identity.ts'

export const anonymous: Identity = { kind: 'anonymous' }
export const admin: Identity = { kind: 'admin', adminId: 'root', roles: ['admin'] }

export interface Answer {
  // Tests look into answers freely; a wrong path fails the expectation.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any
  /** The codes of the errors; empty when all went well. */
  readonly codes: readonly string[]
  readonly errors: NonNullable<ExecutionResult['errors']>
}

/** Asks one subgraph in its own schema, with the context of its own making: all but the way from the gateway. */
export type Ask = (
  identity: Identity,
  query: string,
  variables?: Readonly<Record<string, unknown>>,
  /** From where; a network of its own for each call where it is left out. */
  clientNetwork?: string,
) => Promise<Answer>

let networks = 0

export function askSubgraph<Context>(room: {
  readonly typeDefs: string
  readonly resolvers: object
  makeContext(request: { identity: Identity; clientNetwork: string | null; requestId: string }): Context
}): Ask {
  const schema = buildSubgraphSchema({ typeDefs: parse(room.typeDefs), resolvers: { ...room.resolvers } })
  return async (identity, source, variables = {}, clientNetwork = `2001:db8:0:${(++networks).toString(16)}::/64`) => {
    const contextValue = room.makeContext({ identity, clientNetwork, requestId: 'test' })
    const { data, errors = [] } = await graphql({ schema, source, contextValue, variableValues: variables })
    return {
      data: JSON.parse(JSON.stringify(data ?? null)),
      codes: errors.map(({ extensions: { code }, path }) =>
        typeof code === 'string' ? code : path ? 'INTERNAL' : 'INVALID_REQUEST',
      ),
      errors,
    }
  }
}

/** The answer's data, where all went well; else its errors are the test's failure. */
export async function succeed(answer: Promise<Answer>): Promise<Answer['data']> {
  const { data, errors } = await answer
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'))
  return data
}
