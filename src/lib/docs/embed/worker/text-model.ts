/** A model that runs in a worker thread. */
export interface TextModel {
  /** The vector of one text, of unit length. The same text gives the same bits, whatever came before it. */
  embed(text: string): Promise<Float32Array>;
}

/** What a worker thread is told when it starts: which model to load. */
export type ModelSource =
  | { readonly kind: 'use-lite' }
  | {
      readonly kind: 'nomic';
      /** `file:` address of the entry of `@huggingface/transformers`. */
      readonly peer: string;
      /** The folder that holds the model's files. */
      readonly modelFolder: string;
    };

/** What a worker thread answers to a batch of texts. */
export type BatchAnswer =
  /** The vectors of all texts, one after the other. */
  { readonly vectors: Float32Array<ArrayBuffer> } | { readonly failure: string };
