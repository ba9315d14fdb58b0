import type { Complete } from '../../complete.ts'
import { exportPage, myDataFor, type MyDataRef } from '../../export.ts'
import { requireUser } from '../../viewer.ts'
import type { MyDataResolvers, QueryResolvers } from '../generated/resolvers.ts'
import type { ExportPorts } from './ports.ts'

export const MyData: Complete<MyDataResolvers<ExportPorts>, MyDataRef> = {
  __resolveReference: (reference, { identity }) => myDataFor(identity, reference),
  account: (owner, args, { identity, exportSources }) => exportPage(exportSources, identity, owner, args),
}

export const exportMyData: Required<QueryResolvers<ExportPorts>>['exportMyData'] = (_, _args, { identity }) => ({
  id: requireUser(identity).userId,
})
