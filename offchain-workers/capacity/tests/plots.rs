//! Plots as files: made, stopped, killed, resumed, filled disks, damaged, scanned.

#![allow(clippy::unwrap_used)]

use std::{
    fs::{self, File, OpenOptions},
    num::NonZeroUsize,
    ops::ControlFlow,
    os::unix::fs::FileExt,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use hex_literal::hex;
use idlewild_capacity::{
    plot, plotter::Ended, scan, sums::Sums, verify, Control, Draft, DraftError, Effort, Evidence, Kernel, OpenPlotError, Plot,
    PlotFile, Question,
};
use idlewild_capacity_primitives::{
    format::Poc2,
    nonce::Nonce,
    round::{asked_scoop, quality},
    SCOOPS, SCOOP_BYTES,
};
use sha2::{Digest, Sha256};
use tempfile::{tempdir, TempDir};

fn poc2(start: u64, nonces: u64) -> Plot {
    Plot::Poc2 { of: Poc2 { account: 4297397359864028267 }, start, nonces }
}

fn effort() -> Effort {
    Effort { kernel: Kernel::best(), threads: NonZeroUsize::new(2).unwrap() }
}

/// Makes a plot to its end.
fn make(folder: &Path, which: Plot) -> std::path::PathBuf {
    make_with(Kernel::best(), folder, which)
}

fn make_with(kernel: Kernel, folder: &Path, which: Plot) -> std::path::PathBuf {
    let draft = Draft::open(folder, which).unwrap();
    match plot(draft, Effort { kernel, ..effort() }, &Control::default(), &|_| {}).unwrap() {
        Ended::Finished(path) => path,
        stopped => panic!("it ended early: {stopped:?}"),
    }
}

fn assert_scoops(path: &Path, which: &Plot, scoops: impl Iterator<Item = u16>, nonces: impl Iterator<Item = u64> + Clone) {
    let file = File::open(path).unwrap();
    for scoop in scoops {
        for nonce in nonces.clone() {
            let mut there = [0; SCOOP_BYTES];
            file.read_exact_at(&mut there, which.offset(scoop, nonce)).unwrap();
            assert_eq!(Some(there), which.remake(scoop, nonce), "scoop {scoop} of nonce {nonce}");
        }
    }
}

#[test]
fn a_plot_has_every_nonce_where_it_belongs() {
    for (start, nonces) in [(0, 1), (7, 37), (u64::MAX - 4, 5)] {
        let folder = tempdir().unwrap();
        let which = poc2(start, nonces);
        let path = make(folder.path(), which);
        assert_eq!(fs::metadata(&path).unwrap().len(), which.bytes());
        assert_scoops(&path, &which, [0, 1, 2047, 2048, SCOOPS - 1].into_iter(), 0..nonces);
        let names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 2, "nothing but the plot and its sums: {names:?}");
    }
}

/// SHA-256 of what engraver 2.5.0 makes: a number of nonces that no lanes divide, and the last nonces that there are.
const ENGRAVED: [(u64, u64, [u8; 32]); 3] = [
    (0, 1, hex!("f42167d767ffae112d6dfccb99f66dd7ee1aabf54ab57376a24ff0bd9c6bb7a5")),
    (7, 333, hex!("d70a3ecbe0550d076f6c9ebeaa432707bc7f0fcc47d7d0ed93e3df81f78da751")),
    (18446744073709551515, 101, hex!("decf73be66e2b6e73f60fd82bee36aa6eb2558d6b46720fe3daa827afe06fd3b")),
];

#[test]
fn plots_are_to_the_byte_what_another_plotter_makes() {
    for kernel in Kernel::all() {
        for (start, nonces, sum) in ENGRAVED {
            let folder = tempdir().unwrap();
            let path = make_with(kernel, folder.path(), poc2(start, nonces));
            let made: [u8; 32] = Sha256::digest(fs::read(path).unwrap()).into();
            assert_eq!(made, sum, "{}: {nonces} nonces from {start} on", kernel.set());
        }
    }
}

/// A whole warp, as there is no less of level 1.
#[test]
fn a_warp_of_level_one_is_what_the_chain_makes_of_it() {
    let folder = tempdir().unwrap();
    let which = Plot::x1([7; 20], [9; 32], 1);
    let path = make(folder.path(), which);
    assert_scoops(&path, &which, [0, 1, 31, 32, 2_048, SCOOPS - 1].into_iter(), [0, 31, 32, 4_095].into_iter());
    let verdict = verify(&path, 1, &Control::default(), &mut |_| {}).unwrap();
    assert_eq!((verdict.damaged, verdict.by), (vec![], Evidence::Sums));
    let file = [PlotFile::open(&path).unwrap()];
    let question = Question { round: 3, challenge: [3; 32] };
    let best = scan(&file, Kernel::best(), &question, &|| ControlFlow::Continue(())).best.unwrap();
    let scoop = which.remake(asked_scoop(&question.challenge, question.round), best.nonce).unwrap();
    assert_eq!(quality(&question.challenge, &scoop), best.quality);
}

/// A plot of two slabs, the second small: what is stopped in the second has the first, and ends up like one that never was.
#[test]
fn a_plot_that_was_stopped_goes_on_where_it_was() {
    let which = poc2(100, 4_096 + 3);
    let (whole, parts) = (tempdir().unwrap(), tempdir().unwrap());
    let expected = make(whole.path(), which);
    let control = Control::default();
    let made = AtomicU64::new(0);
    let stopped = plot(Draft::open(parts.path(), which).unwrap(), effort(), &control, &|progress| {
        made.store(progress.made, Ordering::Relaxed);
        if progress.made > 4_096 {
            control.stop();
        }
    });
    assert_eq!(stopped.unwrap(), Ended::Stopped { done: 4_096 });
    let draft = Draft::open(parts.path(), which).unwrap();
    assert_eq!(draft.done(), 4_096);
    assert!(matches!(Draft::open(parts.path(), which), Err(DraftError::Busy(_))), "two plot the same file");
    let before = AtomicU64::new(0);
    let ended = plot(draft, effort(), &Control::default(), &|progress| before.store(progress.before, Ordering::Relaxed));
    let Ok(Ended::Finished(path)) = ended else { panic!("{ended:?}") };
    assert_eq!(before.into_inner(), 4_096);
    assert!(same(&expected, &path), "a resumed plot differs");
    assert_eq!(Sums::read(parts.path(), &which).unwrap(), Sums::read(whole.path(), &which).unwrap());
    assert!(matches!(Draft::open(parts.path(), which), Err(DraftError::Finished(there)) if there == path));
}

fn same(one: &Path, other: &Path) -> bool {
    let hash = |path: &Path| blake3::Hasher::new().update_reader(File::open(path).unwrap()).unwrap().finalize();
    hash(one) == hash(other)
}

/// A small finished plot.
fn small() -> (TempDir, Plot, std::path::PathBuf) {
    let folder = tempdir().unwrap();
    let which = poc2(0, 64);
    let path = make(folder.path(), which);
    (folder, which, path)
}

#[test]
fn a_draft_that_was_cut_off_anywhere_ends_up_whole() {
    let (_kept, which, expected) = small();
    let folder = tempdir().unwrap();
    let tail = 2 * 64 + 32;
    for cut in [0, 1, 4_096, which.bytes() - 1, which.bytes(), which.bytes() + 1, which.bytes() + 64, which.bytes() + tail - 1]
    {
        drop(Draft::open(folder.path(), which).unwrap());
        let draft = folder.path().join(format!("{which}.tmp"));
        OpenOptions::new().write(true).open(&draft).unwrap().set_len(cut).unwrap();
        let path = make(folder.path(), which);
        assert!(same(&expected, &path), "cut to {cut} bytes");
        fs::remove_file(&path).unwrap();
        fs::remove_file(Sums::path(folder.path(), &which)).unwrap();
    }
}

#[test]
fn a_draft_whose_marks_are_damaged_is_made_anew() {
    let which = poc2(100, 4_096 + 3);
    let folder = tempdir().unwrap();
    let draft = Draft::open(folder.path(), which).unwrap();
    draft.commit(4_096, &[(0, [1; 32])]).unwrap();
    let path = draft.path().to_path_buf();
    drop(draft);
    assert_eq!(Draft::open(folder.path(), which).unwrap().done(), 4_096);
    let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let mut mark = [0; 64];
    file.read_exact_at(&mut mark, which.bytes() + 64).unwrap();
    // Every bit of it counts.
    for bit in [0, 70, 130, 200, 447] {
        let mut damaged = mark;
        damaged[bit / 8] ^= 1 << (bit % 8);
        file.write_all_at(&damaged, which.bytes() + 64).unwrap();
        assert_eq!(Draft::open(folder.path(), which).unwrap().done(), 0, "bit {bit}");
    }
}

#[test]
fn a_kill_between_the_cut_and_the_name_loses_nothing() {
    let (folder, which, path) = small();
    fs::rename(&path, folder.path().join(format!("{which}.tmp"))).unwrap();
    assert!(matches!(Draft::open(folder.path(), which), Err(DraftError::Finished(there)) if there == path));
    assert!(path.exists());
}

#[test]
fn a_flipped_bit_is_found_and_its_warp_named() {
    let which = poc2(0, 4_096 + 7);
    let folder = tempdir().unwrap();
    let path = make(folder.path(), which);
    let check = || verify(&path, 4, &Control::default(), &mut |_| {}).unwrap();
    assert_eq!((check().damaged, check().by), (vec![], Evidence::Sums));
    let file = OpenOptions::new().read(true).write(true).open(&path).unwrap();
    for (scoop, nonce, warp) in [(0, 0, 0), (4_095, 4_102, 1), (77, 4_095, 0), (77, 4_096, 1)] {
        let mut byte = [0];
        let at = which.offset(scoop, nonce) + 5;
        file.read_exact_at(&mut byte, at).unwrap();
        file.write_all_at(&[byte[0] ^ 16], at).unwrap();
        assert_eq!(check().damaged, [warp]);
        file.write_all_at(&byte, at).unwrap();
    }
    assert_eq!(check().damaged, [0u64; 0]);
}

#[test]
fn without_sums_samples_are_made_again() {
    let (folder, which, path) = small();
    fs::remove_file(Sums::path(folder.path(), &which)).unwrap();
    let check = || verify(&path, 8, &Control::default(), &mut |_| {}).unwrap();
    assert_eq!((check().damaged, check().by), (vec![], Evidence::Samples(8)));
    OpenOptions::new().write(true).open(&path).unwrap().write_all_at(&vec![0; which.bytes() as usize], 0).unwrap();
    assert_eq!(check().damaged, [0]);
}

#[test]
fn a_file_that_is_no_plot_is_refused_by_name() {
    let (folder, which, path) = small();
    OpenOptions::new().write(true).open(&path).unwrap().set_len(which.bytes() - 1).unwrap();
    let error = PlotFile::open(&path).unwrap_err();
    assert!(matches!(error, OpenPlotError::Length { .. }) && error.to_string().ends_with("it was cut off"), "{error}");
    OpenOptions::new().write(true).open(&path).unwrap().set_len(which.bytes() + 1).unwrap();
    let error = PlotFile::open(&path).unwrap_err();
    assert!(error.to_string().ends_with("it was made longer"), "{error}");
    assert!(matches!(PlotFile::open(&folder.path().join("notes.txt")), Err(OpenPlotError::Name(_))));
    assert!(matches!(PlotFile::open(&folder.path().join("1_0_1")), Err(OpenPlotError::Disk { .. })));
}

#[test]
fn a_scan_finds_the_best_answer_of_all_plots() {
    let folder = tempdir().unwrap();
    let plots: Vec<Plot> = [(0, 100), (1_000, 37), (5_000, 64)].map(|(start, nonces)| poc2(start, nonces)).to_vec();
    let files: Vec<PlotFile> = plots.iter().map(|plot| PlotFile::open(&make(folder.path(), *plot)).unwrap()).collect();
    let go_on = || ControlFlow::Continue(());
    let nonces: Vec<(usize, u64, Nonce)> = (0..)
        .zip(&plots)
        .flat_map(|(at, plot)| (0..plot.nonces()).map(move |nonce| (at, plot, plot.start() + nonce)))
        .map(|(at, plot, nonce)| (at, nonce, Nonce::new(&plot.base(nonce))))
        .collect();
    for round in 0..20 {
        let question = Question { round, challenge: [round as u8; 32] };
        let scoop = asked_scoop(&question.challenge, round);
        let judged =
            nonces.iter().map(|(at, number, nonce)| (quality(&question.challenge, &nonce.scoop(scoop).unwrap()), *at, *number));
        let scanned = scan(&files, Kernel::best(), &question, &go_on);
        let best = scanned.best.unwrap();
        assert_eq!(Some((best.quality, best.plot, best.nonce)), judged.min());
        assert_eq!((scanned.bytes, scanned.abandoned, scanned.failed.len()), (201 * SCOOP_BYTES as u64, false, 0));
    }
}

#[test]
fn a_scan_ends_when_its_turn_is_over_and_goes_on_where_a_plot_fails() {
    let folder = tempdir().unwrap();
    let paths = [make(folder.path(), poc2(0, 64)), make(folder.path(), poc2(100, 64))];
    let files: Vec<PlotFile> = paths.iter().map(|path| PlotFile::open(path).unwrap()).collect();
    let question = Question { round: 1, challenge: [1; 32] };
    let scanned = scan(&files, Kernel::best(), &question, &|| ControlFlow::Break(()));
    assert!(scanned.abandoned && scanned.best.is_none() && scanned.bytes == 0);
    OpenOptions::new().write(true).open(&paths[0]).unwrap().set_len(0).unwrap();
    let scanned = scan(&files, Kernel::best(), &question, &|| ControlFlow::Continue(()));
    assert_eq!(scanned.failed.len(), 1);
    assert_eq!(scanned.failed[0].0, paths[0]);
    assert_eq!(scanned.best.unwrap().plot, 1);
}

/// As long as those of plots that fill disks; holes where no scoop is asked.
#[test]
fn rows_of_many_reads_are_judged_whole() {
    let folder = tempdir().unwrap();
    let question = Question { round: 2, challenge: [5; 32] };
    let asked = asked_scoop(&question.challenge, question.round);
    let mut expected = Vec::new();
    let mut bytes = 0;
    // The one is read past the system's cache where the disk can; the other, whose rows are not whole pages, through it.
    for (at, nonces) in [40_960, 40_999].into_iter().enumerate() {
        let which = poc2(at as u64 * 1_000_000, nonces);
        let file = File::create(folder.path().join(which.to_string())).unwrap();
        file.set_len(which.bytes()).unwrap();
        let mut row = vec![0; nonces as usize * SCOOP_BYTES];
        blake3::Hasher::new().update(&[at as u8]).finalize_xof().fill(&mut row);
        file.write_all_at(&row, which.offset(asked, 0)).unwrap();
        let (best, nonce) =
            row.as_chunks().0.iter().map(|scoop| quality(&question.challenge, scoop)).zip(which.start()..).min().unwrap();
        expected.push((best, at, nonce));
        bytes += row.len() as u64;
    }
    let mut paths: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let files: Vec<PlotFile> = paths.iter().map(|path| PlotFile::open(path).unwrap()).collect();
    for (best, at, nonce) in &expected {
        let scanned = scan(std::slice::from_ref(&files[*at]), Kernel::best(), &question, &|| ControlFlow::Continue(()));
        let found = scanned.best.unwrap();
        assert_eq!((found.quality, found.nonce), (*best, *nonce));
    }
    let scanned = scan(&files, Kernel::best(), &question, &|| ControlFlow::Continue(()));
    let found = scanned.best.unwrap();
    assert_eq!((found.quality, found.plot, found.nonce), *expected.iter().min().unwrap());
    assert_eq!((scanned.bytes, scanned.abandoned, scanned.failed.len()), (bytes, false, 0));
    // A round that ends is left at once.
    let turns = AtomicU64::new(0);
    let scanned = scan(&files, Kernel::best(), &question, &|| match turns.fetch_add(1, Ordering::Relaxed) {
        0..3 => ControlFlow::Continue(()),
        _ => ControlFlow::Break(()),
    });
    assert!(scanned.abandoned && scanned.best.is_some() && scanned.bytes < bytes);
}
