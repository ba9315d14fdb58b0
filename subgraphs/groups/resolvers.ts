import type { Complete } from '../complete.ts'
import type { Context } from './context.ts'
import { DateTime } from '../date-time.ts'
import { MyData } from './export/resolvers.ts'
import { JSONValue } from '../json.ts'
import type { MutationResolvers, QueryResolvers, Resolvers } from './generated/resolvers.ts'
import { createGroup, group, Group } from './groups/resolvers.ts'
import { addGroupMembers, GroupMember, removeGroupMember } from './members/resolvers.ts'

const Query: Complete<QueryResolvers<Context>> = { group }
const Mutation: Complete<MutationResolvers<Context>> = { createGroup, addGroupMembers, removeGroupMember }

export const resolvers: Resolvers<Context> = {
  DateTime,
  JSON: JSONValue,
  MyData,
  Query,
  Mutation,
  Group,
  GroupMember,
}
