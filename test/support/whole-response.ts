/** With its body, so that nothing of it is still under way afterwards. A body that breaks off is still for the caller to find. */
export async function wholeResponse(
  input: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
): Promise<Response> {
  const response = await fetch(input, init);
  const { status, statusText, headers } = response;
  try {
    const body = await response.arrayBuffer();
    return new Response(status === 204 || status === 304 ? null : body, { status, statusText, headers });
  } catch (thrown) {
    const broken = new ReadableStream({ start: (controller) => controller.error(thrown) });
    return new Response(broken, { status, statusText, headers });
  }
}
