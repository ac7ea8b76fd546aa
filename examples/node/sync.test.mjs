// Tests a client that repeats a refused page, against a tenant of its own.
//
//   SHAXIANG_BIN=./shaxiang node --test examples/node/sync.test.mjs
//
// It needs Node 20 and no packages.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

let sandbox, folder, base;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'shaxiang-'));
  const file = join(folder, 'addr');
  sandbox = spawn(process.env.SHAXIANG_BIN ?? 'shaxiang', ['--addr', '127.0.0.1:0', '--addr-file', file, '--log', 'off'], { stdio: 'ignore', cwd: folder });
  for (let i = 0; i < 200 && !base; i++) {
    await sleep(25);
    base = await readFile(file, 'utf8').then((addr) => `http://${addr.trim()}`, () => undefined);
  }
  assert.ok(base, 'the sandbox did not start');
});

after(async () => {
  const ended = once(sandbox, 'exit');
  sandbox.kill();
  await ended;
  await rm(folder, { recursive: true });
});

// steer makes one call to the control API.
async function steer(method, path, body) {
  const response = await fetch(`${base}/_sandbox${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

// ---- the client under test ----

async function payments(tenant, day, page) {
  const { sid, key, appsecret } = tenant.credentials.openapi;
  const [secret, salt] = appsecret.split(':');
  const body = JSON.stringify([{ start_time: `${day} 00:00:00`, end_time: `${day} 23:59:59` }]);
  const query = {
    sid, key, salt, method: 'sales.Payment.queryWithDetail', v: '1.0', page_no: String(page), page_size: '100',
    timestamp: String(Math.floor(Date.now() / 1000) - 1325347200),
  };
  const signed = { ...query, body };
  const text = Object.keys(signed).sort().map((name) => name + signed[name]).join('');
  query.sign = createHash('md5').update(secret + text + secret, 'utf8').digest('hex');
  const response = await fetch(`${tenant.base_urls.openapi}?${new URLSearchParams(query)}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  return response.json();
}

// page repeats a call that was refused for its frequency. A real client waits a minute.
async function page(tenant, day, number) {
  for (let attempt = 0; attempt < 3; attempt++) {
    const answer = await payments(tenant, day, number);
    if (answer.status === 0) return answer.data.payment_list;
    if (answer.status !== 100 || !answer.message.includes('调用频率')) throw new Error(answer.message);
    await sleep(10);
  }
  throw new Error('refused three times');
}

async function sync(tenant, days) {
  const rows = [];
  for (const day of days) {
    for (let number = 0; ; number++) {
      const list = await page(tenant, day, number);
      rows.push(...list);
      if (list.length < 100) break;
    }
  }
  return rows;
}

// ---- the test ----

test('a throttled client repeats the refused pages and misses no row', async () => {
  const made = await steer('POST', '/tenants', { scenario: 'third-call-throttled', ttl: '5m' });
  assert.equal(made.status, 201);
  const tenant = made.body;
  const days = ['2022-12-20', '2022-12-21', '2022-12-22', '2022-12-23', '2022-12-24', '2022-12-25'];
  const rows = await sync(tenant, days);

  const verify = (match, exactly) => steer('POST', `/tenants/${tenant.name}/verify`, { match, count: { exactly } });
  const first = { method: 'sales.*', args: { page_no: '0' } };
  const refused = await verify({ ...first, kind: 'too_frequent' }, 2);
  assert.equal(refused.status, 200, JSON.stringify(refused.body));
  const all = await verify(first, 8);
  assert.equal(all.status, 200, JSON.stringify(all.body));

  const cover = await steer('GET', `/tenants/${tenant.name}/coverage`);
  const [sweep] = cover.body.sweeps;
  assert.deepEqual([sweep.gaps, sweep.overlaps, sweep.rows.missed, sweep.rows.twice], [[], [], 0, 0]);
  assert.equal(rows.length, sweep.rows.total);
  assert.equal(new Set(rows.map((row) => row.payment_no)).size, rows.length);
});
