import { GraphQLError, type OperationDefinitionNode } from 'graphql'
import type { Identity } from '../../platform/signature/identity.ts'
import type { LoadedSchema, OperationCheck } from '../core/types.ts'
import { type Code, codes } from '../errors.ts'
import { type Declarations, readDeclarations } from './declarations.ts'
import { type Finding, findRequirements } from './requirements.ts'

export interface DirectivesOptions {
  /**
   * What happens to a root field that declares neither `@public` nor a requirement. The default refuses it to
   * everybody.
   */
  readonly undeclared?: 'refuse' | 'allow'
  /** Who may query the schema. `off` is refused by the core. */
  readonly introspection?: 'on' | 'admins' | 'off'
  /** Whether a named `@policy` allows this identity; null for an unknown policy, which refuses. */
  readonly evaluatePolicy?: (policy: string, identity: Identity) => boolean | null | Promise<boolean | null>
}

/** Maximum errors of one operation: more would not help its client. */
const MAX_ERRORS = 10

/**
 * Enforces `@public`, `@authenticated`, `@requiresScopes` and `@policy` as the supergraph applies them: an operation
 * is refused as a whole, before any of it runs. Scopes are an admin's roles; a user has none. Subgraphs check again.
 *
 * The few requirements of an operation are found once per schema. Checking an identity against them costs less than a
 * cache of decisions would.
 */
export function makeCheckDirectives(options: DirectivesOptions = {}) {
  const { undeclared = 'refuse', introspection = 'off', evaluatePolicy = () => null } = options
  const schemas = new WeakMap<
    LoadedSchema,
    { declarations: Declarations; findings: WeakMap<OperationDefinitionNode, readonly Finding[]> }
  >()

  const findingsOf = ({
    schema,
    document,
    operation,
  }: Pick<OperationCheck<unknown>, 'schema' | 'document' | 'operation'>) => {
    let known = schemas.get(schema)
    if (!known) {
      known = { declarations: readDeclarations(schema.supergraph), findings: new WeakMap() }
      schemas.set(schema, known)
    }
    let findings = known.findings.get(operation)
    if (!findings) {
      const { declarations } = known
      findings = findRequirements(document, operation, { schema: schema.supergraph, declarations, undeclared })
      known.findings.set(operation, findings)
    }
    return findings
  }

  const somePass = async (anyOf: readonly (readonly string[])[], identity: Identity): Promise<boolean> => {
    for (const policies of anyOf) {
      const verdicts = await Promise.all(policies.map(async (policy) => evaluatePolicy(policy, identity)))
      if (verdicts.every((verdict) => verdict === true)) return true
    }
    return false
  }

  const refusal = async ({ requirement, coordinate }: Finding, identity: Identity): Promise<GraphQLError | null> => {
    const nobody = identity.kind === 'anonymous'
    switch (requirement.kind) {
      case 'undeclared':
        return refused('FORBIDDEN', `${coordinate} does not declare who may use it, so nobody may.`)
      case 'introspection':
        if (introspection === 'on' || (introspection === 'admins' && identity.kind === 'admin')) return null
        return refused(nobody ? 'UNAUTHENTICATED' : 'FORBIDDEN', 'Introspection is allowed for admins only.')
      case 'authenticated':
        return nobody ? refused('UNAUTHENTICATED', `${coordinate} needs a signed-in user.`) : null
      case 'scopes': {
        if (nobody) return refused('UNAUTHENTICATED', `${coordinate} needs a signed-in user.`)
        const scopes = identity.kind === 'admin' ? identity.roles : []
        const granted = requirement.anyOf.some((group) => group.every((scope) => scopes.includes(scope)))
        return granted ? null : refused('FORBIDDEN', `${coordinate} needs a role that you do not have.`)
      }
      case 'policies':
        if (await somePass(requirement.anyOf, identity)) return null
        return refused(nobody ? 'UNAUTHENTICATED' : 'FORBIDDEN', `A policy refuses you access to ${coordinate}.`)
    }
  }

  return async (
    check: Pick<OperationCheck<unknown>, 'schema' | 'document' | 'operation'>,
    identity: Identity,
  ): Promise<readonly GraphQLError[]> => {
    const errors: GraphQLError[] = []
    for (const finding of findingsOf(check)) {
      const error = await refusal(finding, identity)
      if (error) errors.push(error)
      if (errors.length === MAX_ERRORS) break
    }
    return errors
  }
}

export const refused = (code: Code, message: string, facts: Readonly<Record<string, unknown>> = {}) =>
  new GraphQLError(message, { extensions: { ...facts, code, http: { status: codes[code][0] } } })
