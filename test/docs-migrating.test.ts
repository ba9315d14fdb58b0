import { readFileSync } from 'node:fs'
import { buildSchema, GraphQLEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'
import { assetPath } from '../platform/assets.ts'

/** Every name that the guide for clients of the older system gives as the new one is in the schema. */
test('docs/migrating.md names operations and fields that exist', () => {
  const schema = buildSchema(readFileSync(assetPath('schema/api.graphql'), 'utf8'))
  const known = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    known.add(type.name)
    if (type instanceof GraphQLEnumType) for (const { name } of type.getValues()) known.add(name)
    if (!isObjectType(type) && !isInputObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      known.add(field.name)
      if ('args' in field) for (const { name } of field.args) known.add(name)
    }
  }
  const text = readFileSync(assetPath('docs/migrating.md'), 'utf8')
  const now = [...text.matchAll(/^\|[^|]*\|([^|]*)\|$/gm)].map(([, cell]) => cell ?? '')
  const names = now.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code?.match(/(?<!\$)\b[a-z]\w*/gi) ?? []),
  )
  expect(names.length).toBeGreaterThan(60)
  expect([...new Set(names)].filter((name) => !known.has(name))).toEqual([])
})
