import { unitVector } from '../unit-vector.ts';
import type { ModelSource, TextModel } from '../worker/text-model.ts';
import { NOMIC } from './identity.ts';
import { loadTransformers } from './peer.ts';

/**
 * Loads the model from files whose weights have been verified. The peer adds `_quantized.onnx` to the name of the model
 * for `q8`, and looks for it beside the other files when there is no subfolder.
 */
export async function loadNomic({
  peer,
  modelFolder,
}: Extract<ModelSource, { readonly kind: 'nomic' }>): Promise<TextModel> {
  const { pipeline } = await loadTransformers(peer);
  const options = { dtype: 'q8', device: 'cpu', subfolder: '', local_files_only: true };
  const extract = await pipeline('feature-extraction', modelFolder, options);
  return {
    embed: async (text) => {
      const { data } = await extract(text, { pooling: 'mean', normalize: true });
      if (data.length !== NOMIC.dim) throw new RangeError(`the model gave ${data.length} numbers, not ${NOMIC.dim}`);
      return unitVector(data);
    },
  };
}
