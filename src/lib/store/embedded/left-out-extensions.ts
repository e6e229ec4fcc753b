/**
 * Has the embedded database start without the extensions that the API layer always adds and our schema does not use.
 * Unpacking and compiling them, pgcrypto above all, is a fifth of what opening a store takes. The layer has no option for
 * it, so the packages' descriptions are changed, which it hands on: an extension without a bundle adds nothing. For
 * before the first database of a process; one that is open keeps what it has.
 */
export async function leaveOutExtensions(): Promise<void> {
  const [{ file_fdw }, { isn }, { ltree }, { pgcrypto }] = await Promise.all([
    import('@electric-sql/pglite/contrib/file_fdw'),
    import('@electric-sql/pglite/contrib/isn'),
    import('@electric-sql/pglite/contrib/ltree'),
    import('@electric-sql/pglite/contrib/pgcrypto'),
  ]);
  for (const extension of [file_fdw, isn, ltree, pgcrypto]) Reflect.set(extension, 'setup', async () => ({}));
}
