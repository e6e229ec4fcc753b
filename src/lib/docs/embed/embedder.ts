/** Which vector space vectors belong to. Vectors of different identities are never compared or stored together. */
export interface EmbedderIdentity {
  /** `hugot` for the one that deadzone has, whatever computes it here. */
  readonly kind: string;
  readonly model: string;
  /** Numbers in a vector. */
  readonly dim: number;
}

/**
 * Turns texts into vectors of unit length. What the model wants to see before a text (`search_document: `) is added by
 * the embedder: callers pass the plain text.
 */
export interface Embedder {
  readonly identity: EmbedderIdentity;
  /**
   * One vector for each text, in their order.
   * @throws OperatorError when a text could not be embedded: there is no placeholder for a missing vector
   */
  embedDocuments(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]>;
  embedQuery(text: string, signal: AbortSignal): Promise<Float32Array>;
  /** Ends worker threads and connections. */
  close(): Promise<void>;
}
