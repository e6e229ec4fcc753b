/** What this package uses of TensorFlow.js: the types of `@energetic-ai/core` refer to packages that it bundles. */
export interface TensorRuntime {
  tensor1d(values: Int32Array, type: 'int32'): Tensor;
  tensor2d(values: Int32Array, shape: readonly [rows: number, columns: number], type: 'int32'): Tensor;
}

export interface Tensor {
  data(): Promise<Float32Array>;
  dispose(): void;
}

/** The model's graph: a sparse matrix of tokens (their places, and the tokens) to one vector a row. */
export interface SentenceEncoder {
  executeAsync(inputs: { readonly indices: Tensor; readonly values: Tensor }): Promise<Tensor>;
}
