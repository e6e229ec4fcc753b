import { readFileSync, readdirSync, writeFileSync, existsSync } from 'node:fs';
import { startDocsHost } from './test/sandbox/docs-host.ts';
import { rawHostLatency } from './test/sandbox/docs-host/latency.ts';
const names = ['zod','yaml','ink','execa','listr2','vitest','react','typescript','yauzl','ipaddr.js','hono','graphql','postgres','fast-check','cosmiconfig','oclif','@oclif/core','@octokit/core','@octokit/request','@supabase/supabase-js','web-tree-sitter'];
const pages: Record<string,string> = {}; const entries: string[]=[];
for (const n of names) { const f=`node_modules/${n}/README.md`; if(!existsSync(f)) continue; pages[`/${n}/README.md`]=readFileSync(f,'utf8'); }
const host = await startDocsHost({ pages, latency: rawHostLatency(1) });
for (const p of Object.keys(pages)) { const n=p.slice(1,-10); entries.push(`  - lib_id: /npm/${n.replace('@','')}\n    kind: github-md\n    urls: ["${host.url}${p}"]\n    description: ${JSON.stringify(n)}`); }
entries.push(`  - lib_id: /npm/gone\n    kind: github-md\n    urls: ["${host.url}/gone/README.md"]`);
writeFileSync('/tmp/pack/libraries_sources.yaml', `libraries:\n${entries.join('\n')}\n`);
writeFileSync('/tmp/pack/.deadzonerc', `docs:\n  allowPrivateHosts: ["${host.host}"]\n`);
console.log('ready'); setTimeout(()=>process.exit(0), 1500_000);
