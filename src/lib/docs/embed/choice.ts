/** Which embedder to work with, and what it needs to know. */
export type EmbedderChoice = UseLiteChoice | NomicChoice | OpenAiChoice;

/** The model that comes with the package: offline, English, 512 numbers. */
export interface UseLiteChoice {
  readonly kind: 'use-lite';
  /** Worker threads, each with a model of its own (about 150 MB). */
  readonly workers: number;
}

/** deadzone's own model, through the optional peer `@huggingface/transformers`. */
export interface NomicChoice {
  readonly kind: 'nomic';
  /** Absolute path of the folder with the files of the model, which are downloaded where they are missing. */
  readonly modelFolder: string;
  /** Where the peer is looked for first; then it is looked for beside this package. */
  readonly projectFolder: string;
}

/** Any server that answers like OpenAI's `/v1/embeddings`. */
export interface OpenAiChoice {
  readonly kind: 'openai';
  /** What comes before `/embeddings`: `https://api.openai.com/v1`. */
  readonly url: string;
  readonly model: string;
  /** Numbers in a vector, asked of the server; undefined to take what the model gives. */
  readonly dimensions: number | undefined;
}
