import { z } from 'zod';
import { messageOf } from '../../../errors.ts';
import { unitVector } from '../unit-vector.ts';

const ANSWER = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1) })),
});

/** The answer of an embeddings server that cannot be used. */
export class UnusableAnswer extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnusableAnswer';
  }
}

/**
 * The vectors of an answer to `texts` texts, ordered by `index`, of unit length.
 *
 * @param dim numbers that each must have; undefined where any number will do that all have
 * @throws UnusableAnswer for anything but exactly one vector of finite numbers for each text
 */
export function vectorsIn(body: Buffer, texts: number, dim: number | undefined): readonly Float32Array[] {
  const { data } = parsed(body);
  if (data.length !== texts) throw new UnusableAnswer(`${data.length} vectors for ${texts} texts`);
  const byIndex = new Map(data.map(({ index, embedding }) => [index, embedding]));
  const wanted = dim ?? data[0]?.embedding.length;
  return Array.from({ length: texts }, (_, index) => {
    const embedding = byIndex.get(index);
    if (!embedding) throw new UnusableAnswer(`no vector for text ${index + 1} of ${texts}`);
    if (embedding.length !== wanted) throw new UnusableAnswer(`a vector of ${embedding.length} numbers, not ${wanted}`);
    return unit(embedding);
  });
}

function parsed(body: Buffer): z.infer<typeof ANSWER> {
  try {
    return ANSWER.parse(JSON.parse(body.toString('utf8')));
  } catch (thrown) {
    const where = thrown instanceof z.ZodError ? (thrown.issues[0]?.path.join('.') ?? '') : messageOf(thrown);
    throw new UnusableAnswer(`not a list of vectors (${where})`);
  }
}

function unit(embedding: readonly number[]): Float32Array {
  try {
    return unitVector(embedding);
  } catch (thrown) {
    throw new UnusableAnswer(messageOf(thrown));
  }
}
