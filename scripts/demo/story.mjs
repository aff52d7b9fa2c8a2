/** What happens in the demo, act by act. Each act checks what it shows. */
import { DemoFailure, ensure, ensureSame } from './proof.mjs';
import { extractOf, servedBy, visit } from './visit.mjs';

const PRODUCTION = [
  'cedar-school.example',
  'elm-clinic.example',
  'fjord-photo.example',
  'harbour-bakery.example',
  'northwind-shop.example',
];
const SHOP = 'https://northwind-shop.example';
const STAGING = 'https://northwind-staging.example/';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'en' };
const API_CLIENT = { accept: 'application/json' };

/**
 * @param parts `sandbox`, `stage` to talk on, and `maint(words, { capture })` that runs a command line
 * @throws DemoFailure as soon as something is not as the demo says
 */
export async function tellStory({ sandbox, stage, maint }) {
  const before = sandbox.snapshot();
  const pages = pagesOf(before);
  const show = { sandbox, stage, before, pages, maint };
  await stage.say(introduction(sandbox, before));
  await catalogue(show);
  const served = sandbox.edge === null ? null : await whoServes(sandbox.edge, [...pages, STAGING]);
  await enable(show);
  if (sandbox.edge === null) {
    await stage.say('What visitors get is left out.');
    await stage.skip("It takes the npm package 'workerd', which is not installed. The rest is proven.");
  } else {
    await visitors(show, served);
  }
  await stage.say('What is recorded, beside what Cloudflare shows.');
  await maint(['status', '--environment', 'production', ...(sandbox.edge ? ['--verify'] : [])]);
  await disable(show, served);
  await stage.say(
    `That was ${sandbox.requests.length} calls of the API. Next: README.md, or 'maint --help'.`,
  );
}

function introduction(sandbox, { zones, accounts }) {
  const count = Object.keys(zones).length;
  return (
    `A small Cloudflare on this computer, at ${sandbox.apiUrl}: ${count} sites of ` +
    `${Object.keys(accounts).length} accounts. Nothing leaves this machine.`
  );
}

async function catalogue({ stage, maint }) {
  await stage.say('Import every zone that the token sees; as staging, until somebody says otherwise.');
  await maint(['discover', '--environment', 'staging']);
  await stage.say('Say which of them are production, and which of those are critical.');
  await maint(['site', 'edit', ...PRODUCTION, '--set-environment', 'production', '--yes']);
  await maint(['site', 'tag', 'elm-clinic.example', 'northwind-shop.example', '--add', 'critical', '--yes']);
  await stage.say('The catalogue.');
  await maint(['list']);
}

async function enable({ sandbox, stage, before, maint }) {
  await stage.say('What would maintenance change? A dry run changes nothing, and writes nothing down.');
  await maint(['enable', '--environment', 'production', '--dry-run']);
  ensureSame(before, sandbox.snapshot(), 'The dry run changed something:');
  await stage.confirm('The dry run changed nothing.');
  await stage.say('Now put the page up. Each answer of Cloudflare is read back before it counts.');
  const why = ['--reason', 'Database upgrade', '--message', 'Back in half an hour.', '--for', '30m'];
  await maint(['enable', '--environment', 'production', ...why, ...verifyFlag(sandbox), '--yes']);
  expectOnlyRoutesChanged(before, sandbox.snapshot());
  await stage.confirm(
    `The routes of ${PRODUCTION.length} production sites lead to the page; nothing else changed.`,
  );
}

function expectOnlyRoutesChanged(before, now) {
  for (const [domain, zone] of Object.entries(now.zones)) {
    const was = before.zones[domain];
    if (PRODUCTION.includes(domain)) {
      const withoutRoutes = [was, zone].map((each) => ({ ...each, routes: [] }));
      ensureSame(...withoutRoutes, `More of ${domain} changed than its routes:`);
      for (const hostname of hostnamesOf(domain)) {
        const route = zone.routes.find(({ pattern }) => pattern === `${hostname}/*`);
        ensure(isOurs(route?.script), `${hostname}/* runs ${route?.script}, not the page.`);
      }
    } else {
      ensureSame(was, zone, `${domain} is no production site and was touched all the same:`);
    }
  }
  for (const [id, account] of Object.entries(now.accounts)) {
    const others = account.scripts.filter(({ name }) => !isOurs(name));
    ensureSame(before.accounts[id], { ...account, scripts: others }, 'A Worker of somebody else changed:');
  }
}

async function visitors(show, served) {
  const { stage } = show;
  await stage.say('A visitor with a browser:');
  const page = await look(show, `${SHOP}/`, BROWSER);
  expectPage(page, `${SHOP}/`, 'text/html');
  ensure(page.body.includes('Back in half an hour.'), 'The page does not show the message.');

  await stage.say('An API client:');
  const problem = await look(show, `${SHOP}/api/basket`, API_CLIENT);
  expectPage(problem, `${SHOP}/api/basket`, 'application/problem+json');

  await stage.say('Somebody with the secret header, who gets what was served there before:');
  const link = JSON.parse(
    await show.maint(['bypass', 'northwind-shop.example', '--json'], { capture: true }),
  );
  const past = { [link.header.name]: link.header.value };
  expectServed(await look(show, `${SHOP}/`, past), SHOP, served.get(`${SHOP}/`));
  await stage.print('\n');
  await look(show, `${SHOP}/api/basket`, past);

  await stage.say('A staging site, which was not selected:');
  expectServed(await look(show, STAGING, BROWSER), STAGING, served.get(STAGING));

  const event = page.headers['x-maint-event'];
  await stage.say('And everywhere else:');
  await expectEverywhere(show, served, event, past);
}

/** Every page of every production site, as a visitor and with the bypass. */
async function expectEverywhere({ sandbox, stage, pages }, served, event, past) {
  for (const url of pages) {
    const page = await visit(sandbox.edge, url, BROWSER);
    expectPage(page, url, 'text/html');
    ensure(
      page.headers['x-maint-event'] === event,
      `${url} answers for the event ${page.headers['x-maint-event']}, not for ${event}.`,
    );
    expectServed(await visit(sandbox.edge, url, past), url, served.get(url));
  }
  await stage.confirm(`All ${pages.length} addresses that were looked at answer 503 for event ${event}.`);
  await stage.confirm('With the bypass each is served by the Worker or origin that served it before.');
}

async function disable(show, served) {
  const { sandbox, stage, before, pages, maint } = show;
  await stage.say('Done: take the page down, and put every route back.');
  await maint(['disable', '--environment', 'production', ...verifyFlag(sandbox), '--yes']);
  if (served !== null) {
    await stage.say('The visitor again:');
    await look(show, `${SHOP}/`, BROWSER);
    for (const url of pages) expectServed(await visit(sandbox.edge, url, BROWSER), url, served.get(url));
    await stage.confirm(`All ${pages.length} addresses are served as before.`);
  }
  await stage.say('And behind the scenes:');
  ensureSame(before, sandbox.snapshot(), 'Something is not as it was before:');
  await stage.confirm(`Every zone is exactly as it was: ${inventory(before)}.`);
}

/** Shows one request and what came back. */
async function look({ sandbox, stage }, url, headers) {
  const answer = await visit(sandbox.edge, url, headers);
  const [[name, value]] = Object.entries(headers);
  await stage.show([`GET ${url}`, `${name}: ${value}`], extractOf(answer));
  return answer;
}

function expectPage({ status, headers }, url, type) {
  ensure(status === 503, `${url} answers ${status} to a visitor, not 503.`);
  ensure(headers['x-maint-event'], `${url} answers 503 without x-maint-event.`);
  ensure(Number(headers['retry-after']) > 0, `${url} answers 503 without Retry-After.`);
  ensure(
    headers['content-type']?.startsWith(type),
    `${url} answers with ${headers['content-type']}, not with ${type}.`,
  );
}

function expectServed(answer, url, before) {
  ensure(answer.status === 200, `${url} answers ${answer.status}, not 200.`);
  ensure(servedBy(answer) === before, `${url} is served by ${servedBy(answer)}; before it was ${before}.`);
}

async function whoServes(edge, pages) {
  const served = new Map();
  for (const url of pages) served.set(url, servedBy(await visit(edge, url, BROWSER)));
  return served;
}

/** The home page of each hostname that gets the page, and an address below each route that was there before. */
function pagesOf({ zones }) {
  return PRODUCTION.flatMap((domain) => {
    const zone = zones[domain];
    if (zone === undefined) throw new DemoFailure(`The sandbox has no site ${domain}.`);
    const hostnames = hostnamesOf(domain);
    const homes = hostnames.map((hostname) => `${hostname}/`);
    const below = zone.routes
      .filter(({ pattern }) => hostnames.includes(pattern.split('/')[0]))
      .map(({ pattern }) => pattern.replace(/\*$/, ''));
    return [...new Set([...homes, ...below])].map((address) => `https://${address}`);
  });
}

/** Those that `maint` covers of itself. */
function hostnamesOf(domain) {
  return [domain, `www.${domain}`];
}

function isOurs(script) {
  return typeof script === 'string' && script.startsWith('maint-');
}

/** Without an edge nobody could look at a site. */
function verifyFlag({ edge }) {
  return edge === null ? ['--no-verify'] : [];
}

function inventory({ zones, accounts }) {
  const sum = (values, count) => Object.values(values).reduce((total, value) => total + count(value), 0);
  const routes = sum(zones, (zone) => zone.routes.length);
  const records = sum(zones, (zone) => zone.dns.length);
  const workers = sum(accounts, (account) => account.scripts.length);
  return `${Object.keys(zones).length} sites, ${routes} routes, ${records} DNS records, ${workers} Workers`;
}
