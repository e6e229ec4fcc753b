import type { EmbedderIdentity } from '../embedder.ts';

/** deadzone's own vector space (doc-pack format, section 3.8): what it calls hugot is the library that it computes with. */
export const NOMIC: EmbedderIdentity = { kind: 'hugot', model: 'nomic-ai/nomic-embed-text-v1.5', dim: 768 };

/** What the model was trained to see (huggingface.co/nomic-ai/nomic-embed-text-v1.5, "Task instruction prefixes"). */
export const NOMIC_PREFIXES = { document: 'search_document: ', query: 'search_query: ' };

/** The files of a model: where they come from, and how the weights are recognised. */
export interface PinnedModel {
  readonly repository: string;
  /** Commit of the model's repository. */
  readonly revision: string;
  /** Paths in the repository. In the model's folder they lie side by side, as deadzone lays them. */
  readonly files: readonly string[];
  readonly weights: { readonly name: string; readonly sha256: string };
}

/** Other weights, as those in full precision, make other vectors under the same name. */
export const NOMIC_MODEL: PinnedModel = {
  repository: NOMIC.model,
  revision: 'e9b6763023c676ca8431644204f50c2b100d9aab',
  files: [
    'config.json',
    'special_tokens_map.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'vocab.txt',
    'onnx/model_quantized.onnx',
  ],
  weights: {
    name: 'model_quantized.onnx',
    sha256: 'b4342336debaea79de872370664b0aaeb67dea4605513d00ee236ea871a81f27',
  },
};
