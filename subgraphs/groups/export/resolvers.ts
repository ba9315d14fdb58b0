import type { Complete } from '../../complete.ts'
import { exportPage, myDataFor, type MyDataRef } from '../../export.ts'
import type { MyDataResolvers } from '../generated/resolvers.ts'
import type { ExportPorts } from './ports.ts'

export const MyData: Complete<MyDataResolvers<ExportPorts>, MyDataRef> = {
  __resolveReference: (reference, { identity }) => myDataFor(identity, reference),
  groups: (owner, args, { identity, exportSources }) => exportPage(exportSources, identity, owner, args),
}
