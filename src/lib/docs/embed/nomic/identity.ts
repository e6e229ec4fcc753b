import type { EmbedderIdentity } from '../embedder.ts';

/** deadzone's own vector space (doc-pack format, section 3.8): what it calls hugot is the library that it computes with. */
export const NOMIC: EmbedderIdentity = { kind: 'hugot', model: 'nomic-ai/nomic-embed-text-v1.5', dim: 768 };

/** What the model was trained to see (huggingface.co/nomic-ai/nomic-embed-text-v1.5, "Task instruction prefixes"). */
export const NOMIC_PREFIXES = { document: 'search_document: ', query: 'search_query: ' };

/** The commit of the model's repository that everything is taken from. */
export const NOMIC_REVISION = 'e9b6763023c676ca8431644204f50c2b100d9aab';

/** The weights in whole numbers of eight bits; others make other vectors under the same name. */
export const NOMIC_WEIGHTS = {
  name: 'model_quantized.onnx',
  sha256: 'b4342336debaea79de872370664b0aaeb67dea4605513d00ee236ea871a81f27',
};
