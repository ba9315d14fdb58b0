/** How much of a limited resource each key holds. A key that holds nothing takes no memory. */
export class Tally {
  readonly #held = new Map<string, number>()

  of(key: string): number {
    return this.#held.get(key) ?? 0
  }

  /** Takes nothing and returns false if the key would then hold more than `most`. */
  take(key: string, by: number, most: number): boolean {
    const held = this.of(key) + by
    if (held > most) return false
    this.#held.set(key, held)
    return true
  }

  /** Gives back what was taken before. */
  give(key: string, by: number): void {
    const held = this.of(key) - by
    if (held > 0) this.#held.set(key, held)
    else this.#held.delete(key)
  }
}
