import { isAbstractType, isInterfaceType, isObjectType } from 'graphql'
import type { GraphQLSchema } from 'graphql'
import { isObject } from '../values/values.ts'

/** Whether data with this `__typename` satisfies a fragment's type condition, decided at compile time. */
export type Fits = (data: unknown) => boolean

/** `unknownFits` is the result for data without `__typename`. */
export function compileFits(schema: GraphQLSchema, condition: string, unknownFits: boolean): Fits {
  const fitting = new Set([condition])
  const type = schema.getType(condition)
  if (isAbstractType(type)) {
    for (const possible of Object.values(schema.getTypeMap())) {
      const concrete = isObjectType(possible) || isInterfaceType(possible)
      if (concrete && schema.isSubType(type, possible)) fitting.add(possible.name)
    }
  }
  return (data) => {
    const typename = isObject(data) ? data['__typename'] : undefined
    return typename ? fitting.has(typename as string) : unknownFits
  }
}
