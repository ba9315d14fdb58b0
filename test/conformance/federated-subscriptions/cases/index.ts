import type { Concern } from '../world.ts'
import { abstractTypes } from './abstract-types.ts'
import { badAcknowledgements } from './bad-acknowledgements.ts'
import { badAnswers } from './bad-answers.ts'
import { badMessages } from './bad-messages.ts'
import { cancellation } from './cancellation.ts'
import { completion } from './completion.ts'
import { customScalars } from './custom-scalars.ts'
import { entities } from './entities.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'
import { nulls } from './nulls.ts'
import { operations } from './operations.ts'
import { ordering } from './order.ts'
import { refusals } from './refusals.ts'
import { requiresAndProvides } from './requires-and-provides.ts'
import { sharing } from './sharing.ts'

export const concerns: readonly Concern[] = [
  operations,
  entities,
  requiresAndProvides,
  abstractTypes,
  nulls,
  errors,
  badAcknowledgements,
  badMessages,
  badAnswers,
  completion,
  cancellation,
  sharing,
  ordering,
  limits,
  refusals,
  customScalars,
]
