import type { Complete } from '../../complete.ts'
import { requireUser } from '../../viewer.ts'
import type { MediaResolvers, MutationResolvers, QueryResolvers } from '../generated/resolvers.ts'
import type { MediaPorts } from './ports.ts'
import type { MediaRow } from './store.ts'
import { beginUpload, isComplete, urlOf } from './upload.ts'

export const media: Required<QueryResolvers<MediaPorts>>['media'] = (_, { id }, { identity, media }) => {
  requireUser(identity)
  return media.load(id)
}

export const createUpload: Required<MutationResolvers<MediaPorts>>['createUpload'] = async (_, { input }, context) => {
  const viewer = requireUser(context.identity)
  const { media, request, expiresAt } = await beginUpload(context, viewer, input)
  const { method, url, headers, resumable } = request
  const list = Object.entries(headers).map(([name, value]) => ({ name, value }))
  return { media, upload: { method, url, headers: list, resumable, expiresAt } }
}

export const Media: Complete<MediaResolvers<MediaPorts>, MediaRow> = {
  __resolveReference: ({ id }, { media }) => media.load(id),
  complete: (row, _, context) => isComplete(context, row),
  url: (row, _, context) => urlOf(context, row),
}
