// A client of the three vendors, written from their pages alone: how a call is
// signed and what an answer looks like stands here a second time, in another
// language, so that the sandbox cannot agree with itself by mistake.
//
//   node client.mjs http://127.0.0.1:2012
//
// It needs Node 20 and no packages, and a sandbox with its default tenant.
import { createHash, randomUUID } from 'node:crypto';

const base = process.argv[2] ?? 'http://127.0.0.1:2012';
const md5 = (text) => createHash('md5').update(text, 'utf8').digest('hex');

let passed = 0;
const problems = [];
function check(what, ok, seen) {
  if (ok) { passed++; return; }
  problems.push(`${what}: ${String(typeof seen === 'string' ? seen : JSON.stringify(seen)).slice(0, 600)}`);
}
const same = (what, got, want) => check(what, JSON.stringify(got) === JSON.stringify(want), { got, want });
const matches = (what, pattern, text) => check(what, pattern.test(text), text);

// ---- the wire ----

async function post(path, contentType, body) {
  const response = await fetch(base + path, { method: 'POST', headers: { 'Content-Type': contentType }, body });
  const raw = await response.text();
  check(`${path.split('?')[0]} answers with HTTP 200`, response.status === 200, `${response.status} ${raw}`);
  let json;
  try { json = JSON.parse(raw); } catch { check('the answer is JSON', false, raw); json = {}; }
  return { raw, json };
}

// Flagship: k1v1k2v2… of all query parameters and of body, ascending, between two secrets.
const flagship = { sid: 'sandbox', key: 'sandbox', secret: 'testsecret', salt: 'testsalt' };
async function openapi(method, args, { pager = {}, tamper = (x) => x } = {}) {
  const body = JSON.stringify(args);
  const query = {
    sid: flagship.sid, key: flagship.key, salt: flagship.salt, method, v: '1.0',
    timestamp: String(Math.floor(Date.now() / 1000) - 1325347200), ...pager,
  };
  const signed = { ...query, body };
  const text = Object.keys(signed).sort().map((k) => k + signed[k]).join('');
  query.sign = tamper(md5(flagship.secret + text + flagship.secret));
  return post('/openapi?' + new URLSearchParams(query), 'application/json', body);
}

// Enterprise: LL-key:LLLL-value;… in characters, and the secret behind.
const enterprise = { sid: 'test2', appkey: 'test2-xx', secret: '12345' };
const pad = (n, width) => String(n).padStart(width, '0');
const characters = (text) => [...text].length;
function signEnterprise(form, secret) {
  const text = Object.keys(form).sort()
    .map((k) => `${pad(characters(k), 2)}-${k}:${pad(characters(form[k]), 4)}-${form[k]}`).join(';');
  return md5(text + secret);
}
async function openapi2(name, args, tamper = (x) => x) {
  const form = { sid: enterprise.sid, appkey: enterprise.appkey, timestamp: String(Math.floor(Date.now() / 1000)), ...args };
  form.sign = tamper(signEnterprise(form, enterprise.secret));
  return post('/openapi2/' + name, 'application/x-www-form-urlencoded', new URLSearchParams(form).toString());
}

// Fubei: k=v&… and the secret behind, in capitals; the arguments are text in biz_content.
const merchant = { app_id: '20170224132045932173', secret: '0123456789abcdef0123456789abcdef' };
const signFubei = (envelope, secret) =>
  md5(Object.keys(envelope).sort().map((k) => `${k}=${envelope[k]}`).join('&') + secret).toUpperCase();
async function fubei(method, biz, tamper = (x) => x) {
  const envelope = {
    app_id: merchant.app_id, method, format: 'json', sign_method: 'md5',
    nonce: randomUUID().replaceAll('-', ''), version: '1.0', biz_content: JSON.stringify(biz),
  };
  envelope.sign = tamper(signFubei(envelope, merchant.secret));
  return post('/gateway', 'application/json; charset=utf-8', JSON.stringify(envelope));
}

// ---- raw digits ----
// JSON.parse forgets how a number was written, so amounts are read from the text.

const digits = (raw, field) => [...raw.matchAll(new RegExp(`"${field}":("?[^,"}\\]]*"?)`, 'g'))].map((m) => m[1]);
// Money is added up as whole ten-thousandths of a yuan.
const tenthousandths = (text) => {
  const [whole, fraction = ''] = text.replaceAll('"', '').replace('-', '').split('.');
  return (text.includes('-') ? -1n : 1n) * (BigInt(whole) * 10000n + BigInt(fraction.padEnd(4, '0')));
};
const sum = (texts) => texts.reduce((total, text) => total + tenthousandths(text), 0n);
const twist = (sign) => (sign[0] === '0' ? '1' : '0') + sign.slice(1);
const beijing = (date) => new Date(date.getTime() + 8 * 3600e3).toISOString().slice(0, 19).replace('T', ' ');

// ---- what is known beforehand ----

function vectors() {
  same('the signing guide\'s example', signEnterprise({
    appkey: 'test2-xx', page_no: '0', end_time: '2016-08-01 13:00:00', start_time: '2016-08-01 12:00:00',
    page_size: '40', sid: 'test2', timestamp: '1470042310',
  }, '12345'), 'ad4e6fe037ea6e3ba4768317be9d1309');
  same('Fubei V1', signFubei({
    app_id: merchant.app_id, biz_content: '{"month":2,"year":2017}', format: 'json', nonce: 'pp2kiwi',
    method: 'openapi.payment.order.reconciliation', sign_method: 'md5', version: '1.0',
  }, merchant.secret), 'C476F1EB7DBC76CA7799120A3A6B49FD');
}

// ---- the endpoints ----

const paymentTypes = {
  payment_id: 'number', payment_no: 'string', status: 'number', shop_no: 'string', sales_order_no: 'string', raw_nos: 'string',
  order_type: 'number', refund_type: 'number', account_name: 'string', pay_account: 'string', account_bank: 'string',
  refund_amount: 'number', receive_amount: 'number', real_amount: 'number', verify_amount: 'number', operator_name: 'string',
  created: 'string', checker_name: 'string', pay_time: 'string', error_type: 'number', remark: 'string', operator_id: 'number',
  checker_id: 'number', sales_order_id: 'number', is_refund: 'boolean', shop_id: 'number', account_id: 'number', version_id: 'number',
};

async function payments() {
  const method = 'sales.Payment.queryWithDetail';
  const window = { start_time: '2022-12-01 00:00:00', end_time: '2022-12-28 17:59:59' };
  const whole = [];
  let total = 0;
  for (let page = 0; page < 100; page++) {
    const { raw, json } = await openapi(method, [window], { pager: { page_size: '500', page_no: String(page), calc_total: page === 0 ? '1' : '0' } });
    same(`payments page ${page}: status`, json.status, 0);
    check('no message on success', !('message' in json), json.message);
    check('total_count is sent when it was asked for', ('total_count' in json.data) === (page === 0), raw.slice(0, 200));
    total = page === 0 ? json.data.total_count : total;
    for (const field of ['refund_amount', 'receive_amount', 'real_amount', 'verify_amount']) {
      const written = digits(raw, field);
      check(`${field} is a bare number with four decimals`, written.length === json.data.payment_list.length && written.every((d) => /^-?\d+\.\d{4}$/.test(d)), written);
    }
    whole.push(...json.data.payment_list);
    if (json.data.payment_list.length < 500) break;
  }
  check('total_count is an integer', Number.isInteger(total) && total > 0, total);
  same('the pages hold total_count rows', whole.length, total);
  same('each of them once', new Set(whole.map((row) => row.payment_no)).size, total);
  for (const [field, type] of Object.entries(paymentTypes)) {
    check(`payment ${field} is a ${type}`, whole.every((row) => typeof row[field] === type), whole.find((row) => typeof row[field] !== type));
  }
  check('times are of the window', whole.every((row) => row.created >= window.start_time && row.created <= window.end_time), whole.map((row) => row.created));
  check('statuses are of the table', whole.every((row) => [10, 20, 30, 40].includes(row.status)), whole.map((row) => row.status));
  const one = whole[whole.length >> 1];
  const only = await openapi(method, [{ ...window, payment_no: one.payment_no }], { pager: { page_size: '10', page_no: '0' } });
  same('a payment is found by its number', only.json.data.payment_list, [one]);
  const refunds = await openapi(method, [{ ...window, is_refund: 1 }], { pager: { page_size: '500', page_no: '0', calc_total: '1' } });
  same('refunds', refunds.json.data.total_count, whole.filter((row) => row.is_refund).length);
  const shops = await openapi(method, [{ ...window, shop_nos: 'POS,c-test' }], { pager: { page_size: '500', page_no: '0', calc_total: '1' } });
  same('rows of two shops', shops.json.data.total_count, whole.filter((row) => ['POS', 'c-test'].includes(row.shop_no)).length);

  const past = await openapi(method, [window], { pager: { page_size: '500', page_no: '9999' } });
  same('a page past the end', past.json, { status: 0, data: { payment_list: [] } });
  same('a window of 31 days', (await openapi(method, [{ ...window, end_time: '2023-01-01 00:00:00' }], { pager: { page_size: '1', page_no: '0' } })).json,
    { status: 100, message: '您的查询时间过宽,查询时间不能大于30天' });
  same('no page', (await openapi(method, [window])).json, { status: 100, message: '此方法仅支持分页查询：' + method });
  same('an unknown argument', (await openapi(method, [{ ...window, 店铺: '😀' }], { pager: { page_size: '1', page_no: '0' } })).json, { status: 2, message: '店铺' });
  same('a wrong signature', (await openapi(method, [window], { pager: { page_size: '1', page_no: '0' }, tamper: twist })).json, { status: 1, message: '验证失败' });
  return whole;
}

async function bills() {
  const remark = '对账 ‘测试’ 😀 "x" \\ / + & = % <b>';
  const number = 'node-' + Date.now();
  const row = { shop_no: 'POS', order_no: '0Be1tqsxdb', pay_order_no: number, type: 1, in_amount: 12.34, out_amount: 0, num: 5, balance: 98, opt_pay_account: '付款人𠮷', remark };
  const mixed = await openapi('finance.RawPayment.push', [[row, { shop_no: 'POS', order_no: 'AFpUNQaX4Ysss', remark }]]);
  same('a push of a good and a bad row', mixed.json, { status: 0, total: 1, data: [{ order_no: 'AFpUNQaX4Ysss', error: '关联单号不存在' }] });
  same('as it is written', mixed.raw, '{"status":0,"total":1,"data":[{"order_no":"AFpUNQaX4Ysss","error":"关联单号不存在"}]}');

  const now = Date.now();
  const find = async () => openapi('finance.RawPayment.search', [{
    shop_no: 'POS', order_no: '0Be1tqsxdb', time_type: 2, start_time: beijing(new Date(now - 3600e3)), end_time: beijing(new Date(now + 3600e3)),
  }], { pager: { page_size: '100', page_no: '0', calc_total: '1' } });
  const first = await find();
  const mine = (answer) => answer.json.data.detail_list.filter((r) => r.pay_order_no === number);
  same('the search succeeds', first.json.status, 0);
  same('total_count', first.json.data.total_count, first.json.data.detail_list.length);
  same('what was pushed is found once', mine(first).length, 1);
  const [stored] = mine(first);
  same('with its texts', [stored.remark, stored.opt_pay_account, stored.shop_no, stored.order_no], [remark, row.opt_pay_account, 'POS', '0Be1tqsxdb']);
  same('with its type', [stored.type, stored.platform_id], [1, 127]);
  for (const field of ['create_time', 'created', 'modified']) {
    check(`${field} is epoch milliseconds of now`, Number.isInteger(stored[field]) && Math.abs(stored[field] - now) < 600e3, stored[field]);
  }
  check('is_guarantee is a bool', typeof stored.is_guarantee === 'boolean', stored);
  const text = first.raw.split('{"rec_id"').find((part) => part.includes(number));
  for (const [field, want] of Object.entries({ in_amount: '12.3400', out_amount: '0.0000', num: '5.0000', balance: '98.0000' })) {
    same(`${field} as it is written`, digits(text, field), [want]);
  }
  same('pushing again', (await openapi('finance.RawPayment.push', [[{ ...row, in_amount: '99999999999.9999', remark: '改' }]])).json, { status: 0, data: [] });
  const second = await find();
  same('updates the row', mine(second).map((r) => [r.rec_id, r.remark]), [[stored.rec_id, '改']]);
  same('to the last digit', digits(second.raw.split('{"rec_id"').find((part) => part.includes(number)), 'in_amount'), ['99999999999.9999']);
  same('a search that is signed wrongly', (await openapi('finance.RawPayment.search', [{}], { tamper: twist })).json, { status: 1, message: '验证失败' });
}

async function recharges() {
  const method = 'fenxiao.finance.AccountRecharge.createGxRechargeOrder';
  const order = {
    fx_nick_no: '6cdea949', fx_nick_name: '旗舰版分销端wdterp85', type: 3, amount: 300, payment_type: 3,
    beneficiary_account: ' beneficiary_account test', voucher_no: ' voucher_no test', remark: ' remark 测试 😀',
  };
  same('a recharge', (await openapi(method, [order])).raw, '{"status":0,"data":{}}');
  same('of a decimal amount', (await openapi(method, [{ ...order, amount: 99998.9999 }])).raw, '{"status":0,"data":{}}');
  const { fx_nick_no: _, ...nobody } = order;
  same('for nobody', (await openapi(method, [nobody])).json, { status: 100, message: '分销商编号不能为空', data: {} });
  for (const [what, change] of Object.entries({
    'of nothing': { amount: 0 }, 'of too much': { amount: 99999.01 }, 'for a stranger': { fx_nick_no: 'x' },
    'by another name': { fx_nick_name: '别人' }, 'of type 6': { type: 6 }, 'paid in way 11': { payment_type: 11 },
  })) {
    const { json } = await openapi(method, [{ ...order, ...change }]);
    check(`a recharge ${what} is refused with data beside it`, json.status !== 0 && typeof json.message === 'string' && JSON.stringify(json.data) === '{}', json);
  }
}

async function accountChecks() {
  const name = 'fa_alipay_account_check_query.php';
  const window = { start_time: '2022-12-20 00:00:00', end_time: '2022-12-20 23:59:59' };
  const whole = [];
  let total = 0;
  for (let page = 0; page < 100; page++) {
    const { raw, json } = await openapi2(name, { ...window, page_size: '30', page_no: String(page), 备注: '测试 😀 + &' });
    same(`account checks page ${page}: code and message`, [json.code, json.message], [0, 'ok']);
    check('total_count stands on the first page only', ('total_count' in json) === (page === 0), raw.slice(0, 200));
    check('all is ASCII', /^[\x20-\x7e\s]*$/.test(raw), raw);
    total = page === 0 ? json.total_count : total;
    for (const field of ['pay_amount', 'send_amount', 'refund_amount', 'cost_amount', 'confirm_amount']) {
      const written = digits(raw, field);
      check(`${field} is a text with four decimals`, written.length === json.account_list.length && written.every((d) => /^"-?\d+\.\d{4}"$/.test(d)), written);
    }
    whole.push(...json.account_list);
    if (json.account_list.length < 30) break;
  }
  same('the pages hold total_count rows', [whole.length, Number.isInteger(total)], [total, true]);
  same('each of them once', new Set(whole.map((row) => row.rec_id)).size, total);
  check('every value is a string', whole.every((row) => Object.values(row).every((v) => typeof v === 'string')), whole[0]);
  const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
  check('times are times', whole.every((row) => [row.check_time, row.consign_time, row.confirm_time].every((v) => time.test(v))), whole[0]);
  check('shops have Chinese names', whole.some((row) => /[\u4e00-\u9fff]/.test(row.shop_name)), whole.map((row) => row.shop_name));
  same('40 rows when no size is given', (await openapi2(name, window)).json.account_list.length, Math.min(40, total));
  const pos = await openapi2(name, { ...window, shop_no: 'POS', page_size: '100' });
  same('rows of a shop', pos.json.total_count, whole.filter((row) => row.shop_no === 'POS').length);
  const { end_time: _, ...open } = window;
  const refused = await openapi2(name, open);
  same('no end_time', refused.json, { code: 2, message: '结束时间 end_time 为空' });
  matches('the refusal is written in ASCII', /\\u7ed3\\u675f/i, refused.raw);
  check('a window of 25 hours is refused', (await openapi2(name, { ...window, end_time: '2022-12-21 01:00:00' })).json.code !== 0, window);
  const wrong = await openapi2(name, window, twist);
  check('a wrong signature is refused', Number.isInteger(wrong.json.code) && wrong.json.code !== 0 && !('account_list' in wrong.json), wrong.raw);
  return whole;
}

const tillTexts = ['order_sn', 'merchant_order_sn', 'create_time', 'total_fee', 'fee', 'store_id', 'cashier_id', 'pay_time', 'pay_status', 'pay_type', 'device_no'];

async function reconciliation() {
  const method = 'openapi.payment.order.reconciliation';
  const whole = [];
  let total = 0;
  for (let page = 1; page < 200; page++) {
    const { raw, json } = await fubei(method, { year: 2022, month: '12', page, limit: 100, note: '测试 😀' });
    same(`till orders page ${page}`, [json.result_code, json.result_message, Number.isInteger(json.data.total)], [200, '成功', true]);
    total = json.data.total;
    const { list } = json.data;
    check('fees are texts with two decimals', [...digits(raw, 'total_fee'), ...digits(raw, 'fee')].every((d) => /^"\d+\.\d\d"$/.test(d)), raw);
    check('income is a bare number without trailing zeros', digits(raw, 'income').every((d) => /^-?\d+(\.\d?[1-9])?$/.test(d)), digits(raw, 'income'));
    same('income is what is left of the total', sum(digits(raw, 'income')), sum(digits(raw, 'total_fee')) - sum(digits(raw, 'fee')));
    whole.push(...list);
    if (list.length === 0) break;
  }
  same('the pages hold total rows', whole.length, total);
  same('each of them once', new Set(whole.map((row) => row.order_sn)).size, total);
  for (const field of tillTexts) {
    check(`till order ${field} is a string`, whole.every((row) => typeof row[field] === 'string'), whole.find((row) => typeof row[field] !== 'string'));
  }
  check('income is a number', whole.every((row) => typeof row.income === 'number'), whole[0]);
  check('order_sn is 20 digits', whole.every((row) => /^20\d{18}$/.test(row.order_sn)), whole[0]);
  check('they were made in December, in Beijing', whole.every((row) => beijing(new Date(row.create_time * 1000)).startsWith('2022-12-')), whole[0]);
  check('in ascending order', whole.every((row, i) => i === 0 || +whole[i - 1].create_time <= +row.create_time), 'create_time');
  same('10 rows when no limit is given', (await fubei(method, { year: 2022, month: 12 })).json.data.list.length, Math.min(10, total));
  const day = await fubei(method, { year: '2022', month: '12', day: '3', limit: '100' });
  same('a day of it', day.json.data.total, whole.filter((row) => beijing(new Date(row.create_time * 1000)).startsWith('2022-12-03')).length);
  const store = await fubei(method, { year: 2022, month: 12, store_id: whole[0].store_id, limit: 1 });
  same('a store of it', store.json.data.total, whole.filter((row) => row.store_id === whole[0].store_id).length);
  const wrong = await fubei(method, { year: 2022 }, twist);
  check('a wrong signature is refused', Number.isInteger(wrong.json.result_code) && wrong.json.result_code !== 200 && !('list' in (wrong.json.data ?? {})), wrong.raw);
  return whole;
}

// JSON.stringify has no word for BigInt.
BigInt.prototype.toJSON = function () { return this.toString(); };

vectors();
const paid = await payments();
await bills();
await recharges();
const checked = await accountChecks();
const till = await reconciliation();

// One business for the three vendors: the same order numbers are met everywhere.
const orders = new Set(paid.map((row) => row.sales_order_no));
check('an account check is of an order that was paid', checked.some((row) => orders.has(row.tid)), [...orders].slice(0, 3));
check('a till order is of an order that was paid', till.some((row) => orders.has(row.merchant_order_sn)), [...orders].slice(0, 3));

if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`${problems.length} checks failed, ${passed} passed`);
  process.exit(1);
}
console.log(`${passed} checks passed`);
