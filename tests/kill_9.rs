//! The writer is killed at random moments under load. Whatever it had acknowledged is there afterwards.

mod support;

use support::{Load, Sequence, verify};

const ROUNDS: usize = 100;

#[test]
fn nothing_acknowledged_is_lost_when_the_writer_is_killed_a_hundred_times() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let mut chance = Sequence::new(0x6d65_6e74_6f72);
    let mut before = 0;
    for round in 0..ROUNDS {
        let writers = [1, 4, 16, 64][chance.below(4)];
        let mut load = Load::start(&data, writers, 256);
        load.wait_for_acks(1 + chance.below(300));
        let acknowledged = load.kill();
        let found = verify(&data);
        assert!(
            found.count >= acknowledged && acknowledged > before,
            "round {round}: {acknowledged} acknowledged (before: {before}), {} found",
            found.count
        );
        before = found.count;
    }
    let (acknowledged, well) = Load::start_counted(&data, 4, 256, 20).finish();
    assert!(well && acknowledged > before, "and after the last round it goes on writing");
    assert_eq!(verify(&data).count, acknowledged);
}
