// Names, gateways and buckets, as a DApp developer works with them.
import { compactToU8a, stringToHex, stringToU8a, u8aConcat, u8aToHex, u8aToString } from '@polkadot/util';
import { blake2AsU8a, randomAsU8a } from '@polkadot/util-crypto';
import { Keyring } from '@polkadot/api';
import { api, check, COIN, must, reads, send } from './harness.js';

const counted = (bytes) => u8aConcat(compactToU8a(bytes.length), bytes);
const u32 = (number) => new Uint8Array(new Uint32Array([number]).buffer);
const text = (bytes) => u8aToString(bytes.toU8a(true));

async function told(call, signer, type) {
  const event = (await send(call, signer)).find((each) => type.is(each));
  must(event, 'it has no event');
  return event.data;
}

// `signer` has coins.
export async function namesAndGateways(signer) {
  const me = signer.publicKey;
  const { names, gateways, buckets } = api.tx;
  const { events } = api;

  const read = reads(api, 'namesApi');
  let terms;
  await check('the rules of names are read', async () => {
    terms = await read.terms();
    must(terms.rules.minAge.toNumber() >= 2 && terms.base.toBigInt() > 0n, `they are ${terms}`);
  });
  const name = 'dapp-developer';
  let price;
  await check('a free name has a price, and what looks reserved has none', async () => {
    const quote = (await read.price(name, 1)).asOk;
    price = quote.rent.toBigInt() + quote.premium.toBigInt();
    must(price > 0n && quote.deposit.toBigInt() > 0n, `it is ${quote}`);
    must((await read.price('id1ewi1d', 1)).isErr, 'the name of the network can be had');
  });
  const salt = randomAsU8a(32);
  const hash = blake2AsU8a(
    u8aConcat(counted(stringToU8a('idlewild/name/1')), api.genesisHash, counted(stringToU8a(name)), me, salt),
    256,
  );
  await check('a name is committed to, and then registered', async () => {
    await send(names.commit(hash), signer);
    const committed = (await read.commitment(me, hash)).unwrap().toNumber();
    for (let tries = 0; ; tries += 1) {
      must(tries < 60, 'the clock stands still');
      if ((await read.terms()).now.toNumber() >= committed + terms.rules.minAge.toNumber()) break;
      await new Promise((done) => setTimeout(done, 500));
    }
    const data = await told(names.register(stringToHex(name), salt, 1, price), signer, events.names.Registered);
    must(data.paid.toBigInt() <= price && data.owner.eq(u8aToHex(me)), `it is ${data}`);
    must((await read.price(name, 1)).asErr.isTaken, 'it is still to be had');
    must((await read.renewal(name, 1)).isOk, 'it cannot be renewed');
  });
  await check('records are set, and a path is resolved by its longest name', async () => {
    await send(names.setRecord(name, 'Bucket', { Bucket: 7 }), signer);
    await send(names.createSub(name, 'docs', me), signer);
    await send(names.setRecord(`${name}/docs`, { Text: 'title' }, { Text: 'Manual' }), signer);
    const found = (await read.resolve(`${name}/docs/img/a.png`)).unwrap();
    must(text(found.path) === `${name}/docs` && found.rest.toNumber() === name.length + 6, `it is ${found}`);
    must(found.until.toNumber() > terms.now.toNumber(), 'it holds no time');
    const other = (await read.resolve(`idlewild/content_${name}/a.png`)).unwrap();
    must(text(other.path) === name && other.records[0].record.asBucket.toNumber() === 7, `it is ${other}`);
    must((await read.children(name, null, 10)).children.length === 1, 'it has no subname');
    must((await read.name(name)).unwrap().status.isLive, 'it is not live');
    must((await read.namesOf(me, null, 10)).names.some((view) => text(view.path) === name), 'it is not listed');
  });
  await check('an account goes by a name only where the name agrees', async () => {
    const outcome = await send(names.setReverse(name), signer).then(() => 'set', (error) => error.message);
    must((await read.reverse(me)).isNone, `a name that does not agree is told (${outcome})`);
    await send(names.setRecord(name, 'Account', { Account: u8aToHex(me) }), signer);
    await send(names.setReverse(name), signer);
    must(text((await read.reverse(me)).unwrap().name) === name, 'it goes by another');
  });

  const gateway = new Keyring({ type: 'sr25519' }).addFromSeed(randomAsU8a(32));
  const [receiver, ownerKey] = [randomAsU8a(32), randomAsU8a(32)];
  const account = gateway.publicKey;
  const of = reads(api, 'gatewaysApi');
  const consent = (until) =>
    gateway.sign(
      u8aConcat(
        counted(stringToU8a('idlewild/gateway-consent/1')), api.genesisHash, me, account, receiver, counted(new Uint8Array()), u32(until),
      ),
    );
  await check('a gateway is registered with its consent, and not without', async () => {
    const until = (await read.terms()).now.toNumber() + 300;
    const register = (signature) => gateways.register(account, receiver, ownerKey, '', 100n * COIN, until, signature);
    const outcome = await send(register(new Uint8Array(64)), signer).catch((error) => error.message);
    must(outcome === 'gateways.BadConsent', `got ${outcome}`);
    await told(register(consent(until)), signer, events.gateways.Registered);
    const record = (await of.gateway(account)).unwrap();
    must(u8aToHex(record.owner) === u8aToHex(me) && record.allowance.toBigInt() === 100n * COIN, `it is ${record}`);
    must((await of.gatewaysOf(me)).length === 1, 'it is not listed');
    const storage = reads(api, 'storageApi');
    must((await storage.mayStoreFor(me, account)).isTrue && (await storage.mayStoreFor(account, me)).isFalse, 'who may store is wrong');
  });
  await check('access keys are issued and listed', async () => {
    const { key } = await told(gateways.issue(account, me, { rights: 3, buckets: null }), signer, events.gateways.Issued);
    must((await of.credential(account, key)).unwrap().generation.toNumber() === 0, 'it is not new');
    must((await of.credentials(account, null, 10)).length === 1, 'it is not listed');
  });
  const book = reads(api, 'bucketsApi');
  await check('a gateway that was given a bucket writes it, and nobody else does', async () => {
    const call = buckets.create('0x01', '0x02', [account, '0x03']);
    const { bucket } = await told(call, signer, events.buckets.Created);
    must((await book.granted(account, null, 10)).length === 1 && (await book.grants(bucket)).length === 1, 'it is not given');
    must((await book.bucketsOf(me, null, 10)).some(({ id }) => id.eq(bucket)), 'it is not listed');
    const outcome = await send(buckets.acquire(bucket, 100), signer).catch((error) => error.message);
    must(outcome === 'buckets.NotGranted', `got ${outcome}`);
    await send(api.tx.balances.transferKeepAlive(account, 10n * COIN), signer);
    const { epoch } = await told(buckets.acquire(bucket, 100), gateway, events.buckets.Acquired);
    const view = (await book.bucket(bucket)).unwrap();
    must(view.lease.unwrap().epoch.eq(epoch) && u8aToHex(view.lease.unwrap().holder) === u8aToHex(account), `it is ${view}`);
  });
}
