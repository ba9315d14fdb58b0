import { randomUUID } from 'node:crypto'
import { readConfig } from '../platform/config/config.ts'
import { MAX_USERS_PER_REQUEST } from '../subgraphs/groups/members/input.ts'

test('a server without configuration takes a request that names as many users as one request may name', () => {
  const memberIds = Array.from({ length: MAX_USERS_PER_REQUEST }, () => randomUUID())
  const query = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { group { id } invited { id } } }'
  const body = JSON.stringify({ query, variables: { input: { title: 'x'.repeat(100), memberIds } } })
  expect(Buffer.byteLength(body)).toBeLessThan(readConfig({}).BODY_LIMIT_BYTES)
})
