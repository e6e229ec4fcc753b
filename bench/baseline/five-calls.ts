/**
 * The way that capture scripts go: list the pull requests, then ask REST for each one itself, its files, reviews, comments
 * and commits, every page of 100. The measure of what GraphQL in chunks saves.
 */
export async function fiveCallsEach(apiUrl: string, repository: string, token: string): Promise<void> {
  const base = `${apiUrl}/repos/${repository}`;
  for (const { number } of await everyPage(`${base}/pulls?state=all&per_page=100`, token)) {
    await everyPage(`${base}/pulls/${number}`, token);
    await everyPage(`${base}/pulls/${number}/files?per_page=100`, token);
    await everyPage(`${base}/pulls/${number}/reviews?per_page=100`, token);
    await everyPage(`${base}/issues/${number}/comments?per_page=100`, token);
    await everyPage(`${base}/pulls/${number}/commits?per_page=100`, token);
  }
}

interface Listed {
  readonly number: number;
}

async function everyPage(first: string, token: string): Promise<readonly Listed[]> {
  const items: Listed[] = [];
  for (let url: string | undefined = first; url !== undefined; ) {
    const response: Response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`GET ${url} answered ${response.status}`);
    const page = (await response.json()) as Listed | readonly Listed[];
    if (Array.isArray(page)) items.push(...(page as readonly Listed[]));
    url = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  }
  return items;
}
