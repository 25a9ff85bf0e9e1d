//! The money law over random sequences of all functions: what came was paid, refunded, burned or is held; no coin is made; and none is
//! lost but those that are told of as burned.

use std::collections::BTreeMap;

use pallet_idlewild_test_runtime::{account, ALICE, BOB, CAROL};
use proptest::prelude::*;

use crate::*;

/// One step: what is done, with which account and escrow, and how much.
type Step = (u8, u8, u8, Balance);

/// Who pays: one that is rich, one that hardly has a coin, and one that may spend its last coin while others are on hold.
const PAYERS: [AccountId; 3] = [ALICE, NOBODY, AccountId::new([78; 32])];
/// Who is paid: one that is there, two that may not be, and a payer.
const PAID: [AccountId; 4] = [BOB, AccountId::new([80; 32]), AccountId::new([81; 32]), NOBODY];

/// All that the law is about.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Sums {
    supply: Balance,
    wealth: BTreeMap<AccountId, Balance>,
    ledgers: BTreeMap<EscrowId, (Balance, Balance, Balance, Balance, Balance)>,
}

fn accounts() -> impl Iterator<Item = AccountId> {
    PAYERS.into_iter().chain(PAID).chain([CAROL]).chain((0..64).map(account))
}

fn sums(escrows: EscrowId) -> Sums {
    Sums {
        supply: Chain::supply(),
        wealth: accounts().map(|who| (who.clone(), Chain::wealth(&who))).collect(),
        ledgers: (0..escrows).filter(|id| Escrow::escrow(*id).is_some()).map(|id| (id, ledger(id))).collect(),
    }
}

impl Sums {
    fn of(&self, who: &AccountId) -> Balance {
        self.wealth[who]
    }

    /// What came to an escrow so far.
    fn came(&self, id: EscrowId) -> Balance {
        self.ledgers.get(&id).map_or(0, |ledger| ledger.0)
    }

    /// What an escrow burned so far.
    fn burned(&self, id: EscrowId) -> Balance {
        self.ledgers.get(&id).map_or(0, |ledger| ledger.2)
    }
}

/// Does one step and checks the law for it.
fn act(escrows: &mut EscrowId, (what, whom, which, amount): Step) {
    let before = sums(*escrows);
    let id = EscrowId::from(which) % (*escrows).max(1);
    let held = Escrow::held(id);
    let payer = Escrow::payer_of(id);
    let to = PAID[usize::from(whom) % PAID.len()].clone();
    // Often exactly all that there is, or a little: edges are where it goes wrong.
    let amount = match amount % 5 {
        0 => held,
        1 => amount % (2 * LEAST),
        _ => amount,
    };
    let done = match what {
        0 => {
            let payer = &PAYERS[usize::from(whom) % PAYERS.len()];
            let opened = Escrow::open(payer, amount);
            if opened.is_ok() {
                *escrows += 1;
            }
            opened.map(|_| ())
        },
        1 => Escrow::add(id, amount),
        2 if payer.is_some() => Escrow::put_in(id, taken(&CAROL, amount)),
        3 | 4 => Escrow::pay(id, &to, amount),
        5 => Escrow::burn(id, amount),
        6 => Escrow::refund(id, amount),
        7 => Escrow::close(id).map(|_| ()),
        // A payer spends all that it may, to its last coin.
        8 => {
            let payer = &PAYERS[usize::from(whom) % PAYERS.len()];
            let all = Balances::reducible_balance(payer, Preservation::Expendable, Fortitude::Polite);
            transfer(payer, &CAROL, all.saturating_sub(u128::from(*payer == ALICE) * COIN));
            Ok(())
        },
        _ => return,
    };
    // The others' at the end: they take most of the time.
    Escrow::do_try_state().unwrap();
    let after = sums(*escrows);
    if done.is_err() {
        assert_eq!(before, after, "what was refused changed something: {what}");
        return;
    }
    let everything: Balance = after.wealth.values().sum();
    assert_eq!(everything, after.supply, "coins are on no account");
    for (came, paid, burned, refunded, held) in after.ledgers.values() {
        assert_eq!(paid + burned + refunded + held, *came);
    }
    // What came is what was put in, and nothing else.
    let put_in = if what <= 2 { amount } else { 0 };
    let into = if what == 0 { *escrows - 1 } else { id };
    if what != 7 {
        assert_eq!(after.came(into) - before.came(into), put_in);
    }
    let lost = before.supply - after.supply;
    let burned = match what {
        // The record is gone with the escrow: a rest is burned if, and only if, its payer did not get it.
        7 => {
            let payer = payer.unwrap();
            assert_eq!(before.of(&payer) - after.of(&payer), lost);
            assert!(lost == 0 || lost == held);
            return;
        },
        0 => 0,
        _ => after.burned(id) - before.burned(id),
    };
    assert_eq!(lost, burned, "coins were burned that no escrow tells of");
    match what {
        0 | 1 => assert_eq!(before.wealth, after.wealth),
        3 | 4 if burned == 0 && payer.as_ref() != Some(&to) => {
            assert_eq!(after.of(&to) - before.of(&to), amount);
            let payer = payer.unwrap();
            assert_eq!(before.of(&payer) - after.of(&payer), amount);
        },
        3..=6 => assert!(burned == 0 || burned == amount),
        _ => {},
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_came_is_paid_refunded_burned_or_held(
        steps in prop::collection::vec((0u8..9, any::<u8>(), any::<u8>(), 0..3 * COIN), 1..60)
    ) {
        Chain::run(|| {
            Balances::mint_into(&NOBODY, 2 * COIN).unwrap();
            kept_alive(&PAYERS[2], 4 * COIN);
            let mut escrows = 0;
            for step in steps {
                act(&mut escrows, step);
            }
            // Every escrow ends, and nothing is on hold any more.
            for id in 0..escrows {
                if Escrow::escrow(id).is_some() {
                    does(|| Escrow::close(id));
                }
            }
            for who in accounts() {
                assert_eq!(coins(&who).1, 0);
            }
        });
    }
}
