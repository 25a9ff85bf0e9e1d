// What a DApp developer does with @polkadot/api: no custom types, no custom RPC.
//
// usage: node dapp.js WS_URL FILE    `idlewild` must be on the PATH and set up to put FILE, and three miners must run, no more.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Keyring } from '@polkadot/api';
import { compactToU8a, stringToU8a, u8aConcat, u8aToHex } from '@polkadot/util';
import { randomAsU8a } from '@polkadot/util-crypto';
import { computeMarket } from './compute.js';
import { namesAndGateways } from './names.js';
import { sharesAndPublications } from './shares.js';
import { api, check, COIN, counts, leftOut, must, reads, send } from './harness.js';

const file = process.argv[3];
const keyring = new Keyring({ type: 'sr25519' });
const bob = keyring.addFromUri('//Bob');
const peer = new Keyring({ type: 'ed25519' }).addFromSeed(randomAsU8a(32));
const context = stringToU8a('idlewild/peer-key/1');
const message = u8aConcat(compactToU8a(context.length), context, api.genesisHash, bob.publicKey, peer.publicKey);
const register = (signature) =>
  api.tx.providers.register(peer.publicKey, signature, '/ip4/127.0.0.1/tcp/1', 1n << 30n, 100n * COIN, 10n * COIN);

let miner;
await check('a registration that the peer key did not sign is refused by name', async () => {
  const outcome = await send(register(new Uint8Array(64)), bob).catch((error) => error.message);
  must(outcome === 'providers.BadPeerSignature', `got ${outcome}`);
});
await check('a miner is registered', async () => {
  const events = await send(register(peer.sign(message)), bob);
  const registered = events.find((event) => api.events.providers.Registered.is(event));
  must(registered, 'there is no Registered event');
  miner = registered.data.miner.toNumber();
  must(u8aToHex(peer.publicKey) === registered.data.peerKey.toHex(), 'the event names another peer key');
});

const storage = reads(api, 'storageApi');
const owner = keyring.addFromUri('//Alice').publicKey;
await check('terms are read', async () => {
  const terms = await storage.terms();
  must(terms.timing.period.toNumber() > 0, 'the period is zero');
});
await check('the miner is read, by number and by peer key', async () => {
  const byNumber = (await storage.miner(miner)).unwrap();
  const byKey = (await storage.minerOfPeer(peer.publicKey)).unwrap();
  must(byNumber.id.eq(byKey.id) && byNumber.status.isActive, 'they differ, or it is not active');
});
await check('miners are listed', async () => {
  must((await storage.miners(null, 100)).miners.length > 1, 'there are too few');
});
await check('candidates are listed with their prices', async () => {
  const { candidates } = await storage.candidates(65536, null, 100);
  must(candidates.some((candidate) => candidate.id.eq(miner) && candidate.price.toBigInt() === 100n * COIN), 'ours is not');
});
await check('what a miner owes is read', async () => {
  const owed = (await storage.owed(miner)).unwrap();
  must(owed.live.leaves.toNumber() === 0 && owed.failed.isFalse, 'a new miner owes something');
});
await check('a miner without slots has none to list, and is due nothing', async () => {
  const { slots, next } = await storage.slotsOf(miner, null, 10);
  must(slots.length === 0 && next.isNone, 'there are slots');
  const earnings = await storage.earnings(miner, null, 10);
  must(earnings.deals.length === 0 && earnings.next.isNone, 'something is due');
});
// The registered miner has no worker behind it: it must not be chosen below.
await check('the miner is paused', () => send(api.tx.providers.pause(miner), bob));

await check('where there is no deal nothing is repairable', async () => {
  const { slots, next } = await storage.repairable(null, 10);
  must(slots.length === 0 && next.isNone, 'it is not empty');
});

// The events of the first block that has one which `picks` takes, and that block's hash.
function eventsWith(picks) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, 120_000, new Error('no event came within two minutes'));
    const found = api.query.system.events((records) => {
      const events = records.map(({ event }) => event);
      if (!events.some(picks)) return;
      clearTimeout(timer);
      found.then((stop) => stop());
      resolve({ events, block: records.createdAtHash });
    });
    found.catch(reject);
  });
}

// With three miners one slot of the four stays empty. The put goes on to look for a fourth, and meanwhile the slot is looked at.
const told = eventsWith((event) => api.events.deals.Created.is(event));
const put = promisify(execFile)('idlewild', ['put', '--json', '--yes', '--class', '2+2', '--term', '400', file]);
// Both are waited for below; one that fails earlier must not end the program.
told.catch(() => {});
put.catch(() => {});
let deal;
let view;
let assigned;
await check("a put's deal is decoded", async () => {
  // A put that fails says why.
  const { events } = await Promise.race([told, put.then(() => told)]);
  const created = events.filter((event) => api.events.deals.Created.is(event));
  must(created.length === 1, `there are ${created.length} new deals`);
  const { data } = created[0];
  deal = data.deal.toNumber();
  assigned = events.filter((event) => api.events.deals.Assigned.is(event)).map((event) => event.data);
  must(u8aToHex(data.owner) === u8aToHex(owner), 'its owner is another');
  must(data.slots.toNumber() === 4 && data.filled.toNumber() === 3, `${data.filled} of ${data.slots} slots are filled`);
  must(data.held.toBigInt() > 0n, 'no coins are on hold');
});
// Nobody else is there for the empty slot, so that in the end a miner takes a second one; and all are paid what they prove.
const ofDeal = (type) => (event) => deal !== undefined && type.is(event) && event.data.deal.eq(deal);
const claimed = eventsWith(ofDeal(api.events.repair.Claimed));
const paid = eventsWith(ofDeal(api.events.deals.Paid));
claimed.catch(() => {});
paid.catch(() => {});
await check('the deal is read, and listed with its owner', async () => {
  view = (await storage.deal(deal)).unwrap();
  must(view.roots.length === 4 && view.slots.length === 4, 'roots or slots are missing');
  const listed = await storage.dealsOf(owner, null, 100);
  must(listed.some(({ id }) => id.eq(deal)), 'it is not listed');
});
await check('each slot taken has an event that names its miner', () => {
  must(assigned.length === 3, `there are ${assigned.length}`);
  must(new Set(assigned.map(({ slot }) => slot.toNumber())).size === 3, 'two are of the same slot');
  for (const data of assigned) {
    must(data.deal.eq(deal), 'one is of another deal');
    const { slot } = view.slots[data.slot.toNumber()];
    // Appended or not yet.
    const held = slot.isAssigned ? slot.asAssigned : slot.asHeld;
    must(held.miner.toNumber() === data.miner.toNumber(), `slot ${data.slot} is not miner ${data.miner}'s`);
  }
});
await check('the empty slot, and nothing else, is repairable', async () => {
  const empty = view.slots.findIndex(({ slot }) => slot.type === 'Empty');
  must(empty >= 0, 'the deal has no empty slot');
  const { slots, next } = await storage.repairable(null, 10);
  must(slots.length === 1 && next.isNone, `${slots.length} slots are, and the next page is ${next}`);
  const [found] = slots;
  must(found.deal.eq(deal) && found.slot.eq(empty), `it is slot ${found.slot} of deal ${found.deal}`);
  must(found.opened.eq(view.created), 'it is not open since the deal began');
  must(found.shardLen.eq(view.shardLen), 'the length of the shard is another');
  must(found.bounty.toBigInt() > 0n && found.bounty.lte(view.reserve), `the bounty is ${found.bounty}`);
});
await check('the put reports that deal, and the slot that it left empty', async () => {
  const report = JSON.parse((await put).stdout);
  must(report.deals.length === 1 && report.deals[0] === deal, `it reports deals ${report.deals}`);
  must(report.unfilled === 1, `it reports ${report.unfilled} empty slots`);
});
await check("each holder's slots are those that the deal of that moment has it down for", async () => {
  const then = reads(await api.at(await api.rpc.chain.getBlockHash()), 'storageApi');
  const record = (await then.deal(deal)).unwrap();
  const holders = new Set(assigned.map((data) => data.miner.toNumber()));
  must(holders.size > 0, 'nobody holds a slot');
  for (const holder of holders) {
    const { slots, next } = await then.slotsOf(holder, null, 10);
    const got = slots.map(([of, index, slot]) => [of.toNumber(), index.toNumber(), slot.toHex()]);
    const its = [...record.slots.entries()].filter(([, { slot }]) => slot.inner.miner?.toNumber() === holder);
    const expected = its.map(([index, slot]) => [deal, index, slot.toHex()]);
    must(expected.length > 0, `the deal has no slot of miner ${holder}`);
    must(JSON.stringify(got) === JSON.stringify(expected), `miner ${holder}'s are ${JSON.stringify(got)}`);
    must(next.isNone, `miner ${holder}'s list goes on`);
  }
});
await check('the claims of a miner without any are an empty list', async () => {
  must((await storage.claimsOf(miner)).length === 0, 'it is not empty');
});
await check('a claim on the empty slot is read as its event tells it', async () => {
  const { events, block } = await claimed;
  const { data } = events.find(ofDeal(api.events.repair.Claimed));
  const claims = await reads(await api.at(block), 'storageApi').claimsOf(data.miner);
  must(claims.length === 1, `its miner has ${claims.length} claims`);
  const [claim] = claims;
  must(claim.deal.eq(deal) && claim.slot.eq(data.slot), `it is on slot ${claim.slot} of deal ${claim.deal}`);
  must(view.slots[claim.slot.toNumber()].slot.type === 'Empty', 'that slot was taken');
  must(claim.opened.eq(view.created) && claim.until.eq(data.until), `it is from ${claim.opened} until ${claim.until}`);
  // Chunks are kept as whole ones.
  must(claim.bytes.toNumber() === Math.ceil(view.shardLen.toNumber() / 1024) * 1024, `it keeps ${claim.bytes} bytes`);
});
await check('what a miner is due is what the settlement in the next block pays it', async () => {
  const { events, block } = await paid;
  const before = reads(await api.at((await api.rpc.chain.getHeader(block)).parentHash), 'storageApi');
  const record = (await before.deal(deal)).unwrap();
  // What a period of a slot is worth; one is paid for 1 MiB at least.
  const rate = (record.price.toBigInt() * BigInt(Math.max(record.shardLen.toNumber(), 1 << 20))) >> 30n;
  const payees = new Set(events.filter(ofDeal(api.events.deals.Paid)).map(({ data }) => data.miner.toNumber()));
  let found = 0;
  for (const payee of payees) {
    const { deals, next } = await before.earnings(payee, null, 10);
    must(next.isNone, `miner ${payee}'s list goes on`);
    // One whose period ended with the block before was due nothing in that.
    if (deals.length === 0) continue;
    found += 1;
    const [earning] = deals;
    must(deals.length === 1 && earning.deal.eq(deal), `miner ${payee} is due something in other deals`);
    const amounts = (type) =>
      events.filter((event) => ofDeal(type)(event) && event.data.miner.eq(payee)).map(({ data }) => data.amount.toBigInt());
    const [[pay], bounties] = [amounts(api.events.deals.Paid), amounts(api.events.deals.BountyPaid)];
    must(pay > 0n && pay % rate === 0n, `miner ${payee} got ${pay}, and a period of a slot is worth ${rate}`);
    const got = bounties.reduce((sum, bounty) => sum + bounty, pay);
    must(earning.due.toBigInt() === got, `miner ${payee} was due ${earning.due} and got ${got}`);
    must(earning.passed.length === bounties.length, `miner ${payee} got ${bounties.length} bounties`);
    must(earning.slots.eq(record.slots.length), `the deal is said to have ${earning.slots} slots`);
    must(earning.begins.isFalse && earning.over.isFalse, 'the deal is said to be at the end of its term');
  }
  must(found > 0, 'nobody who was paid had been due anything');
});

// While the deal goes on.
await sharesAndPublications(keyring.addFromUri('//Alice'), bob, deal);

const capacity = reads(api, 'capacityApi');
let round;
await check('the rounds are read, and how they run', async () => {
  const rules = await capacity.rules();
  const { now, rounds } = await capacity.rounds();
  [round] = rounds;
  must(rules.length.toNumber() > 0, 'a round has no length');
  must(round.begins.toNumber() <= now.toNumber() && now.toNumber() < round.closes.toNumber(), `${now} is in no round`);
  must(round.round.toNumber() === Math.floor(now.toNumber() / rules.length.toNumber()), 'it is another round');
});
await check('the size of the network is read', async () => {
  const estimate = await capacity.estimate();
  must(estimate.nonces.toBigInt() > 0n && estimate.bytes.toBigInt() === estimate.nonces.toBigInt() << 18n, `${estimate}`);
});
await check('the rounds that closed are read, page by page', async () => {
  const { records, next } = await capacity.history(null);
  must(next.isNone, 'the list goes on');
  must(records.every((record, at) => at === 0 || record.round.toNumber() < records[at - 1].round.toNumber()), 'they are in no order');
});
await check('what is left to be emitted is read', async () => {
  const { pool, total } = (await capacity.emission()).unwrap();
  must(pool.remaining.toBigInt() > 0n && pool.remaining.toBigInt() <= total.toBigInt(), `${pool.remaining} of ${total}`);
});
await check('a claim without a bond is refused by name', async () => {
  // A round's challenge comes a few blocks after its beginning.
  let asks;
  for (let tries = 0; asks === undefined; tries += 1) {
    must(tries < 60, 'no round has a challenge');
    asks = (await capacity.rounds()).rounds.find(({ challenge }) => challenge.isSome);
    if (asks === undefined) await new Promise((done) => setTimeout(done, 1000));
  }
  const tag = asks.challenge.unwrap().slice(0, 8);
  const claim = api.tx.capacity.submit(null, asks.round, tag, new Uint8Array(32), 0, 0);
  const outcome = await send(claim, bob).catch((error) => error.message);
  must(['capacity.NotBonded', 'capacity.RoundNotOpen'].includes(outcome), `got ${outcome}`);
});
await check('who may claim for an account is read', async () => {
  must((await capacity.mayClaimFor(bob.publicKey, bob.publicKey)).isTrue, 'an account may not claim for itself');
  must((await capacity.mayClaimFor(bob.publicKey, owner)).isFalse, 'whoever may claim for it');
});
await check('a bond for claims is put up, read, and taken back', async () => {
  const least = api.consts.capacity.leastCapacityBond.toBigInt();
  must((await capacity.bondOf(bob.publicKey)).isNone, 'there is one already');
  await send(api.tx.capacity.bond(least), bob);
  const [bond, left] = (await capacity.bondOf(bob.publicKey)).unwrap();
  must(bond.toBigInt() === least && left.toNumber() > 0, `${bond}, with ${left} rounds to go`);
  await send(api.tx.capacity.unbond(least), bob);
  must((await capacity.bondOf(bob.publicKey)).isNone, 'it is still there');
});

await computeMarket(bob, peer, peer.sign(message));
await namesAndGateways(bob);

await check('no read was left out', () => {
  const left = leftOut();
  must(left.length === 0, `nothing here calls ${left.join(', ')}`);
});

await api.disconnect();
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);
