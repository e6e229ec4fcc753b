const MAX_DOCUMENTS = 64;

/**
 * What GraphQL documents have cost, so that a request reserves what it will be charged. The price depends on a
 * document's connections and page sizes, not on what is found, so the last price is a good forecast.
 */
export class DocumentCosts {
  readonly #costs = new Map<string, number>();

  /** Expected points of one request with `document`; 1, the least that GitHub charges, before the first answer. */
  expected(document: string): number {
    return this.#costs.get(document) ?? 1;
  }

  learn(document: string, cost: number): void {
    this.#costs.delete(document);
    this.#costs.set(document, Math.max(1, cost));
    const [oldest] = this.#costs.keys();
    if (this.#costs.size > MAX_DOCUMENTS && oldest !== undefined) this.#costs.delete(oldest);
  }
}
