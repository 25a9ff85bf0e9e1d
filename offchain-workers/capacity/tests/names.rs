//! Names of plots: one for each, and nothing else.

#![allow(clippy::unwrap_used)]

use idlewild_capacity::{NameError, Plot};
use idlewild_capacity_primitives::format::{Poc2, PocX};
use proptest::prelude::*;

fn any_plot() -> impl Strategy<Value = Plot> {
    prop_oneof![
        (any::<[u8; 20]>(), any::<[u8; 32]>(), 1u64..=1 << 20, any::<bool>()).prop_map(|(payload, seed, warps, one)| {
            let bound = PocX { seed, payload };
            if one {
                Plot::X1 { bound, warps }
            } else {
                Plot::X0 { bound, warps }
            }
        }),
        (any::<u64>(), any::<u64>(), 1u64..=1 << 32).prop_map(|(account, start, nonces)| Plot::Poc2 {
            of: Poc2 { account },
            start: start.min(u64::MAX - nonces),
            nonces
        }),
    ]
}

proptest! {
    #[test]
    fn a_plot_is_known_by_its_name(plot in any_plot()) {
        prop_assert_eq!(plot.to_string().parse(), Ok(plot));
        prop_assert_eq!(plot.to_string().to_uppercase().replace(".POCX", ".pocx").parse(), Ok(plot));
    }

    #[test]
    fn whatever_is_read_as_a_plot_has_its_name(name in "[0-9A-Fa-f_X.pocx+ -]{0,140}|\\PC*") {
        if let Ok(plot) = name.parse::<Plot>() {
            prop_assert_eq!(plot.to_string().to_lowercase(), name.to_lowercase());
        }
    }

    #[test]
    fn a_name_with_something_changed_is_no_other_way_to_write_it(plot in any_plot(), at in any::<prop::sample::Index>(), to in any::<char>()) {
        let name = plot.to_string();
        let at = at.index(name.len());
        let changed: String = name.chars().enumerate().map(|(place, char)| if place == at { to } else { char }).collect();
        if let Ok(other) = changed.parse::<Plot>() {
            prop_assert!(other != plot || changed.eq_ignore_ascii_case(&name));
        }
    }
}

#[test]
fn what_is_wrong_with_a_name_is_said() {
    let (payload, seed) = ("99BC78BA577A95A11F1A344D4D2AE55F2F857B98", "AF".repeat(32));
    let parse = |name: String| name.parse::<Plot>();
    assert!(matches!(parse(format!("{payload}_{seed}_1_X2.pocx")), Err(NameError::Level { level, .. }) if level == "2"));
    assert!(matches!(parse(format!("{payload}_{seed}_0_X1.pocx")), Err(NameError::Range { .. })));
    assert!(matches!(parse(format!("{payload}_{seed}_1048577_X1.pocx")), Err(NameError::Range { .. })));
    assert!(matches!(parse(format!("{payload}_{seed}_01_X1.pocx")), Err(NameError::Shape(_))));
    assert!(matches!(parse(format!("{payload}_{seed}_1_X1.pocx.tmp")), Err(NameError::Shape(_))));
    assert!(matches!(parse(format!("{}_{seed}_1_X1.pocx", &payload[1..])), Err(NameError::Shape(_))));
    assert!(matches!(parse("1_18446744073709551615_2".into()), Err(NameError::Range { .. })));
    assert!(matches!(parse("1_2_0".into()), Err(NameError::Range { .. })));
    assert!(parse("1_18446744073709551615_1".into()).is_ok());
}
