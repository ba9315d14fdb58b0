import { isAbstractType, isInterfaceType, isObjectType } from 'graphql'
import type { GraphQLSchema } from 'graphql'
import { isObject } from '../values/values.ts'

/** Whether data of this `__typename` fits a fragment's condition, by what is known when an operation is compiled. */
export type Fits = (data: unknown) => boolean

/** `unknownFits`: what data without `__typename` does. */
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
