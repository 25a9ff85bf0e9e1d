// The compute market as a DApp developer sees it: offers, jobs, services and who judges, from plain JavaScript objects.
import { stringToHex, u8aToHex } from '@polkadot/util';
import { api, check, COIN, must, reads, send } from './harness.js';

const HOUR = 600;
const resources = { cpuMilli: 500, ramMib: 128, diskMib: 64, gpus: 0, vramMib: 0, upKbps: 0, downKbps: 0 };
const wishes = { region: null, arch: null, tier: 'Container', runtimes: { wasi: false, oci: true }, gpuModel: null, hostClass: null };
const bundle = { root: 1, key: new Uint8Array(32).fill(7) };
const image = { form: 'Image', digest: new Uint8Array(32).fill(9), bundle, class: 'Metered' };
const module = { form: 'Module', digest: new Uint8Array(32).fill(8), bundle, class: 'Deterministic' };
const attributes = {
  region: stringToHex('NO'),
  arch: 'Amd64',
  tier: 'Container',
  runtimes: { wasi: true, oci: true },
  gpuModel: 0,
  hostClass: '0x0000000000000000',
  onlyFor: null,
};
const prices = { cpuMilli: 1000, ramMib: 10, diskMib: 1, gpu: 0, upKbps: 0, downKbps: 0 };
const offered = { cpuMilli: 4000, ramMib: 16384, diskMib: 65536, gpus: 0, vramMib: 0, upKbps: 100000, downKbps: 100000 };

// Sends a call and gives the event that it should have.
async function told(call, signer, type) {
  const event = (await send(call, signer)).find((each) => type.is(each));
  must(event, 'it has no event');
  return event.data;
}

// `signer` has coins, and `peer` signed that it is behind it.
export async function computeMarket(signer, peer, signature) {
  const compute = reads(api, 'computeApi');
  const me = signer.publicKey;
  const { offers, organisations, apps, projects, services, market, trackers } = api.tx;
  const { events } = api;
  let terms;
  await check('the rules of the compute market are read', async () => {
    terms = await compute.terms();
    must(terms.now.toNumber() > 0 && terms.leastBond.toBigInt() > 0n, 'they are empty');
  });
  let provider;
  await check('a provider is registered, and read in each way', async () => {
    const call = offers.register(peer.publicKey, signature, '/ip4/127.0.0.1/tcp/2', offered, attributes, prices, 20n * COIN);
    provider = (await told(call, signer, events.offers.Registered)).provider;
    const record = (await compute.provider(provider)).unwrap();
    must(u8aToHex(record.operator) === u8aToHex(me) && record.free.cpuMilli.toNumber() === 4000, `it is ${record}`);
    must((await compute.providerOfPeer(peer.publicKey)).unwrap().id.eq(provider), 'its peer key is not known');
    const [all, mine] = [await compute.providers(null, 100), await compute.providersOf(me, null, 100)];
    for (const page of [all, mine]) must(page.providers.some(({ id }) => id.eq(provider)), 'it is not listed');
  });
  await check('what keeps a provider from a job is told by dimension', async () => {
    const far = { ...resources, cpuMilli: 64_000 };
    const { providers } = await compute.explain(far, { ...wishes, region: stringToHex('SE') }, null, COIN, null, 100);
    const mine = providers.find((fit) => fit.provider.eq(provider));
    must(mine.lacks.some(([dimension]) => dimension.isCpuMilli), `it lacks ${mine.lacks}`);
    must(mine.mismatches.some((mismatch) => mismatch.isRegion), `it mismatches ${mine.mismatches}`);
  });
  await check('an organisation is founded and has a member', async () => {
    const { organisation } = await told(organisations.found('readers'), signer, events.organisations.Founded);
    await send(organisations.addMember(organisation, me, COIN), signer);
    const record = (await compute.organisation(organisation)).unwrap();
    must(u8aToHex(record.owner) === u8aToHex(me), `it is ${record}`);
    must((await compute.member(organisation, me)).isSome, 'the member is not read');
    const [members] = await compute.members(organisation, null, 10);
    must(members.length === 1, `it has ${members.length} members`);
    const [mine] = await compute.organisationsOf(me, null, 10);
    must(mine.length === 1, `there are ${mine.length}`);
  });
  await check('an app is published, and found by its name', async () => {
    const { app } = await told(apps.publish('tiles', 'Rendering', module), signer, events.apps.Published);
    must((await compute.app(app)).unwrap().category.isRendering, 'its category is another');
    must((await compute.appNamed(stringToHex('tiles'))).isSome, 'its name is not known');
    const [all] = await compute.apps(null, 10);
    must(all.length === 1, `there are ${all.length}`);
  });
  let project;
  const spec = {
    program: module,
    app: null,
    tasks: 5,
    perChunk: 2,
    root: new Uint8Array(32).fill(1),
    input: { Public: bundle },
    limits: { work: 1_000_000, timeMs: 1000, memoryMib: 64, output: 1000 },
    resources,
    wishes: { ...wishes, runtimes: { wasi: true, oci: false } },
    run: 5,
    price: COIN,
    replicas: 2,
    deadline: terms.now.toNumber() + 10_000,
    replyTo: new Uint8Array(32).fill(3),
    organisation: null,
  };
  await check('a job without coins is refused by name', async () => {
    const outcome = await send(projects.create({ ...spec, price: 10n ** 30n }), signer).catch((error) => error.message);
    must(/^(escrow|tokens|balances|Token)/i.test(outcome) || /Funds/.test(outcome), `got ${outcome}`);
    must((await compute.projectsOf(me, null, 10)).projects.length === 0, 'it is there all the same');
  });
  await check('a job is created, and its coins are in escrow', async () => {
    project = (await told(projects.create(spec), signer, events.projects.Created)).project;
    const record = (await compute.project(project)).unwrap();
    must(record.chunks.toNumber() === 3 && record.spec.tasks.toNumber() === 5, `it is ${record}`);
    const escrow = (await compute.escrow(record.escrow)).unwrap();
    must(escrow.held.toBigInt() >= 3n * 5n * COIN, `${escrow.held} is held`);
    const [all, mine] = [await compute.projects(null, 10), await compute.projectsOf(me, null, 10)];
    for (const page of [all, mine]) must(page.projects.some(({ id }) => id.eq(project)), 'it is not listed');
  });
  await check('its chunks are read, and who may claim them', async () => {
    must((await compute.chunk(project, 0)).isSome && (await compute.chunk(project, 3)).isNone, 'they are others');
    const { chunks } = await compute.chunks(project, null, 10);
    must(chunks.length === 3, `there are ${chunks.length}`);
    // A provider never runs its own operator's job.
    must((await compute.openChunks(provider, null, 10)).chunks.length === 0, 'the owner may run its own job');
    must((await compute.duties(provider, null, 10)).duties.length === 0, 'it has something to do');
    must((await compute.keyFor(project, 0, provider)).isNone, 'there is a key for a public input');
  });
  await check('a job that is cancelled is paid back', async () => {
    await send(projects.cancel(project), signer);
    must((await compute.openChunks(provider, null, 10)).chunks.length === 0, 'it can still be claimed');
  });
  let service;
  await check('a service is deployed, and requested', async () => {
    const wanted = { program: image, settings: bundle, resources, wishes, instances: 1, maxRate: COIN / 100n, term: HOUR };
    service = (await told(services.deploy({ ...wanted, organisation: null }), signer, events.services.Deployed)).service;
    must((await compute.service(service)).isSome, 'it is not read');
    must((await compute.servicesOf(me, null, 10)).length === 1, 'it is not its owner\'s');
    must((await compute.services(null, 10)).services.length === 1, 'it is not listed');
    const { request } = await told(market.request(service), signer, events.market.Requested);
    must((await compute.request(request)).unwrap().service.eq(service), 'the request is for another');
    must((await compute.requests(null, 10)).requests.length === 1, 'it is not listed');
    must((await compute.ordersOfService(service)).length === 0, 'it has orders');
  });
  await check('an order stands in its book', async () => {
    const lot = { class: { gpuModel: 0, arch: 'Amd64', region: '0x0000', tier: 'Container', containers: true }, size: 0 };
    await send(market.ask(provider, lot, 500), signer);
    const orders = await compute.ordersOf(provider);
    must(orders.length === 1, `there are ${orders.length}`);
    const book = await compute.book(lot);
    must(JSON.stringify(book).includes('500'), `the book is ${book}`);
    await send(market.cancel(orders[0].id), signer);
    must((await compute.ordersOf(provider)).length === 0, 'it stands still');
  });
  await check('a lease that is none is none', async () => {
    must((await compute.lease(4_000_000)).isNone && (await compute.leasesOf(provider, null, 10)).length === 0, 'there is one');
  });
  await check('a seat is taken, and panels are listed', async () => {
    await send(trackers.takeSeat(), signer);
    const { seat } = (await compute.seatOf(me)).unwrap();
    const [all] = await compute.seats(null, 10);
    must(all.some((each) => each.seat.eq(seat)), 'it is not listed');
    must((await compute.panel(4_000_000)).isNone && (await compute.panelsOf(me)).length === 0, 'it sits on a panel');
    must((await compute.openPanels(null, 10)).panels.length === 0, 'one is open');
  });
}
