// Shares and publications, as a DApp developer works with them.
import { stringToHex, u8aToHex, u8aToString } from '@polkadot/util';
import { randomAsU8a } from '@polkadot/util-crypto';
import { api, check, must, reads, send } from './harness.js';

const refusal = (call, signer) => send(call, signer).then(() => 'none', (error) => error.message);

async function told(call, signer, type) {
  const event = (await send(call, signer)).find((each) => type.is(each));
  must(event, 'it has no event');
  return event.data;
}

// `deal` is the owner's and goes on; the reader has coins.
export async function sharesAndPublications(owner, reader, deal) {
  const { shares } = api.tx;
  const { events } = api;
  const read = reads(api, 'sharesApi');
  const [me, other] = [owner.publicKey, reader.publicKey];

  const key = randomAsU8a(32);
  await check('an account announces the key that others seal to', async () => {
    must((await read.receiver(other)).isNone, 'it has one already');
    const data = await told(shares.announceKey(key), reader, events.shares.KeyAnnounced);
    must(u8aToHex(data.account) === u8aToHex(other), `it is ${data}`);
    must((await read.receiver(other)).unwrap().toHex() === u8aToHex(key), 'it is another');
  });
  const sealed = u8aToHex(randomAsU8a(80));
  let share;
  await check('a bundle is shared with an account, and by its owner alone', async () => {
    const call = shares.share(deal, { Account: { account: other, sealed } }, null);
    must((await refusal(call, reader)) === 'shares.NotOwner', 'somebody shares a deal of another');
    must((await refusal(shares.share(deal, 'Link', 0), owner)) === 'shares.Past', 'it is shared until before now');
    const data = await told(call, owner, events.shares.Shared);
    share = data.share;
    must(u8aToHex(data.to.unwrap()) === u8aToHex(other) && data.root.eq(deal), `it is ${data}`);
    const view = (await read.share(share)).unwrap();
    must(view.isLive.isTrue && view.until.isNone && view.deposit.toBigInt() > 0n, `it is ${view}`);
    must(view.audience.asAccount.sealed.toHex() === sealed, 'the key is another');
    for (const list of [await read.sharesOf(me, null, 10), await read.sharesWith(other, null, 10)]) {
      must(list.some(({ id }) => id.eq(share)), 'it is not listed');
    }
  });
  await check('a share that is revoked is none', async () => {
    must((await refusal(shares.revoke(share), reader)) === 'shares.NotOwner', 'somebody ends a share of another');
    await told(shares.revoke(share), owner, events.shares.Revoked);
    must((await read.share(share)).isNone && (await read.sharesWith(other, null, 10)).length === 0, 'it still is one');
    await send(shares.concealKey(), reader);
    const call = shares.share(deal, { Account: { account: other, sealed } }, null);
    must((await refusal(call, owner)) === 'shares.NotAnnounced', 'it is shared with an account without a key');
  });
  await check('a file is published, and read with its hash and its name', async () => {
    const [secret, hash, later] = [randomAsU8a(32), randomAsU8a(32), randomAsU8a(32)];
    const publish = (name) => shares.publish(deal, secret, hash, 1234, stringToHex(name));
    must((await refusal(publish('../file'), owner)) === 'shares.BadName', 'a path is a name');
    const { publication } = await told(publish('grüße.txt'), owner, events.shares.Published);
    await send(shares.relocate(publication, deal, later), owner);
    const view = (await read.publication(publication)).unwrap();
    must(u8aToString(view.name.toU8a(true)) === 'grüße.txt' && view.length.toNumber() === 1234, `it is ${view}`);
    must(view.hash_.toHex() === u8aToHex(hash) && view.key.toHex() === u8aToHex(later), `it is ${view}`);
    must((await read.publicationsOf(me, null, 10)).some(({ id }) => id.eq(publication)), 'it is not listed');
    await told(shares.withdraw(publication), owner, events.shares.Withdrawn);
    must((await read.publication(publication)).isNone, 'it still is there');
  });
}
