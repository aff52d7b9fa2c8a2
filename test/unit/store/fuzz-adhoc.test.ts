import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../../src/store/open.js';
import { addSites, NOW, newSite, temporaryFolder } from './store-fixture.js';
test('fuzz', async () => {
  const path = join(temporaryFolder(), 'maint.db');
  const s = await openStore({ path, now: () => new Date(NOW) });
  addSites(s, ...Array.from({ length: 300 }, (_, n) => newSite(`site-${n}.example`, { tags: ['shop'] }))); s.close();
  const bytes = readFileSync(path); const tally: Record<string, number> = {};
  for (let i = 0; i < 600; i++) {
    const b = Buffer.from(bytes);
    const kind = i % 3;
    if (kind === 0) b[Math.floor(Math.random() * 200)] ^= 1 << (i % 8);
    else if (kind === 1) { const at = Math.floor(Math.random() * (b.length - 64)); for (let k = 0; k < 64; k++) b[at + k] = Math.floor(Math.random() * 256); }
    const out = kind === 2 ? b.subarray(0, Math.floor(Math.random() * b.length)) : b;
    writeFileSync(path, out);
    let what = 'opened';
    try { const st = await openStore({ path, now: () => new Date(NOW) }); try { st.sites.select(); st.sites.count(); st.log.read({}); } catch (e) { what = 'later:' + ((e as {code?: string}).code ?? String(e)); } st.close(); }
    catch (e) { what = (e as {code?: string}).code ?? String(e); if (!(e as Error).name.includes('Maint')) what += (e as Error).stack; else if (!readFileSync(path).equals(out)) what += ' CHANGED'; }
    const key = `${kind} ${what}`; tally[key] = (tally[key] ?? 0) + 1;
  }
  console.log(tally); expect(1).toBe(1);
}, 120000);
