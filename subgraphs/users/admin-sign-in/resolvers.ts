import type { MutationResolvers } from '../generated/resolvers.ts'
import type { AdminSignInPorts } from './ports.ts'
import { refreshAdmin, signInAdmin, signOutAdmin } from './sign-in.ts'

type Mutations = Required<MutationResolvers<AdminSignInPorts>>

export const adminSignIn: Mutations['adminSignIn'] = (_, { input }, context) => signInAdmin(context, input)

export const adminRefresh: Mutations['adminRefresh'] = async (_, { input }, context) => ({
  tokens: await refreshAdmin(context, input.refreshToken),
})

export const adminSignOut: Mutations['adminSignOut'] = async (_, { input }, context) => {
  await signOutAdmin(context, input.refreshToken)
  return { signedOut: true }
}
