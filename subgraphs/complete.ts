/**
 * Makes a forgotten resolver a type error: every field of `R` that the row does not carry is required. Name columns as
 * the schema names fields.
 */
export type Complete<R, Row = object> = Required<Omit<R, keyof Row | '__resolveReference' | '__isTypeOf'>> & Partial<R>
