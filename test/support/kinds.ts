/** The registry that the product runs with. */
export { kinds } from '../../roles/event-kinds.ts'
